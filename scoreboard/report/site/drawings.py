"""SVG as Vega wrote it, made fit to stand within a page beside others."""

from __future__ import annotations

import hashlib
import re

from markupsafe import Markup

from star_history.sheet import FONT

OPENING = re.compile(r"<svg\b[^>]*>")
NEEDLESS = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|stroke-miterlimit|font-family)="[^"]*"')
PLACES = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"')
PRECISE = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")


def embedded(svg: str, said: str) -> Markup:
    """The drawing as one picture that is told by its name, as wide as there is room, its ids its own on the whole page.

    Tenths of a pixel are all that anybody sees, so more of a number is left out.
    """
    view = re.search(r'viewBox="([^"]*)"', svg)
    mark = hashlib.sha256(svg.encode()).hexdigest()[:6]
    inner = NEEDLESS.sub("", OPENING.sub("", svg, count=1))
    for name in set(re.findall(r'\bid="([^"]+)"', inner)):
        inner = inner.replace(f'id="{name}"', f'id="{mark}-{name}"').replace(f"url(#{name})", f"url(#{mark}-{name})")
    inner = PLACES.sub(lambda place: PRECISE.sub(_tenths, place[0]), inner)
    opening = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" font-family="{}" viewBox="{}" aria-label="{}">'
    )
    return opening.format(FONT, view[1] if view else "0 0 1 1", said) + Markup(inner)  # noqa: S704 - Vega escapes words


def _tenths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
