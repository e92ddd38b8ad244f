"""How a badge looks: two parts, white words on dark grounds, in widths that no font can overrun."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from scoreboard.report.site.pages import render

Tone = Literal["good", "warn", "bad", "calm"]
GROUNDS: dict[Tone, str] = {"good": "#0f6b35", "warn": "#805300", "bad": "#b3101f", "calm": "#0b57b0"}
LABEL_GROUND, INK = "#4a4f55", "#ffffff"
SIZE_PX, PADDING_PX = 11, 6
# Advance widths of DejaVu Sans, and within a hundredth of Verdana, in thousandths of the font's size.
_ADVANCES = {
    278: "ijl",
    295: "IJ",
    318: " ,.",
    337: "/:;\\|",
    361: "-",
    392: "t",
    401: "!",
    411: "r",
    275: "'",
    352: "f",
    390: "()[]",
    460: '"',
    500: "*_`",
    523: "sz",
    531: "?",
    550: "c",
    560: "L",
    579: "kF",
    592: "vxy",
    612: "aeoTPY",
    636: "0123456789$bdghnpqu{}ES",
    656: "K",
    686: "ABVXZ",
    698: "CR",
    734: "U",
    750: "HN",
    775: "DGOQ&",
    818: "w",
    838: "#+<=>^~",
    863: "M",
    950: "%",
    974: "m",
    989: "W",
    1000: "@",
}
_WIDTHS = {character: width for width, characters in _ADVANCES.items() for character in characters}
_WIDEST = 1000  # what is not in the table


@dataclass(frozen=True)
class Badge:
    """What stands on the left and on the right, and in full sentences what it means."""

    label: str
    message: str
    tone: Tone
    told: str


def svg(badge: Badge) -> str:
    """The picture. Its texts are told how wide to be, so that no font draws beyond its part."""
    return render(
        "badge.svg.jinja",
        label=_legal(badge.label),
        message=_legal(badge.message),
        told=_legal(badge.told),
        widths=[width_px(badge.label), width_px(badge.message)],
        padding=PADDING_PX,
        size=SIZE_PX,
        ink=INK,
        grounds=(LABEL_GROUND, GROUNDS[badge.tone]),
    )


def _legal(text: str) -> str:
    """Without the two characters that XML knows no way to write."""
    return re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)


def width_px(text: str) -> int:
    """How wide a line of text becomes."""
    return round(sum(_WIDTHS.get(character, _WIDEST) for character in text) * SIZE_PX / 1000)
