"""The names at the ends of lines: what they say, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from star_history.caption import brief
from star_history.ground import HEIGHT, WIDTH, Ground
from star_history.labels import Box, dodged
from star_history.lines import Line

LABEL_HEIGHT, LETTER_WIDTH = 15, 6.6
FAR = 5  # a name that was moved further than this gets a thin leader


@dataclass(frozen=True)
class Name:
    """Where a line ends and where its name stands, in pixels."""

    line: Line
    text: str
    right: float
    height: float
    place: float
    column: float

    @property
    def is_far(self) -> bool:
        """Was it moved so far that one might not find back to its line?"""
        return abs(self.place - self.height) > FAR


def placed(named: Sequence[Line], ground: Ground) -> list[dict[str, Any]]:
    """A row for each name.

    By age, lines end within the plot, where a name would hide other lines: there all names stand in the margin, with
    leaders. Over time, a name that is crowded has one, and so have those beside it, that they line up.
    """
    names = _names(named, ground)
    across, up = ground.across, ground.up
    led = {
        name: ground.runs == "age"
        or any(other.is_far and abs(other.place - name.place) < 1.5 * LABEL_HEIGHT for other in names)
        for name in names
    }
    return [
        {
            "title": name.line.title,
            "name": name.text,
            "x": across.value(name.right + 5),
            "y": up.value(name.height),
            "x2": across.value(name.column + 21),
            "y2": up.value(name.place),
            "at": across.value(name.column + (24 if is_led else 9)),
            "is_led": is_led,
        }
        for name, is_led in led.items()
    ]


def _names(named: Sequence[Line], ground: Ground) -> list[Name]:
    texts = [_text(line, ground) for line in named]
    ends = [ground.end(line) for line in named]
    pixels = [(ground.across.pixel(end.x), ground.up.pixel(end.y or 0)) for end in ends]
    columns = [WIDTH if ground.runs == "age" else right for right, _ in pixels]
    boxes = [
        Box(column, height, 34 + LETTER_WIDTH * len(text))
        for (_, height), column, text in zip(pixels, columns, texts, strict=True)
    ]
    places = dodged(boxes, LABEL_HEIGHT, 4, HEIGHT + 10)
    return [
        Name(line, text, right, height, place, column)
        for line, text, (right, height), place, column in zip(named, texts, pixels, places, columns, strict=True)
    ]


def _text(line: Line, ground: Ground) -> str:
    """Where everything is a lower bound, the axis says so once."""
    is_told = line.is_lower_bound and not ground.is_lower_bound
    return brief(line.title, 34) + (" (lower bound)" if is_told else "")
