"""Where the names of lines stand, so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["linear", "log", "sqrt"]


@dataclass(frozen=True)
class Scale:
    """From values to pixels and back, as Vega does it."""

    kind: Kind
    low: float
    high: float
    size: int

    def pixel(self, value: float) -> float:
        """How far from the low end."""
        low, high = self._bent(self.low), self._bent(self.high)
        return (self._bent(value) - low) / (high - low) * self.size

    def value(self, pixel: float) -> float:
        """What stands at this pixel."""
        low, high = self._bent(self.low), self._bent(self.high)
        return self._straight(low + pixel / self.size * (high - low))

    def _bent(self, value: float) -> float:
        if self.kind == "log":
            return math.log10(value)
        return math.copysign(math.sqrt(abs(value)), value) if self.kind == "sqrt" else value

    def _straight(self, value: float) -> float:
        if self.kind == "log":
            return float(10**value)
        return math.copysign(value * value, value) if self.kind == "sqrt" else value


@dataclass(frozen=True)
class Box:
    """A label that wants to stand at x and y, in pixels; y is its middle."""

    x: float
    y: float
    width: float


def dodged(boxes: Sequence[Box], height: float, low: float, high: float) -> list[float]:
    """The y of each box, as near to its wish as can be, where none overlaps another and their order is kept."""
    places = [box.y for box in boxes]
    for column in _columns(boxes):
        order = sorted(column, key=lambda place: boxes[place].y)
        for place, y in zip(order, _spread([boxes[place].y for place in order], height, low, high), strict=True):
            places[place] = y
    return places


def _columns(boxes: Sequence[Box]) -> list[list[int]]:
    """Boxes that stand side by side cannot overlap; the others are dodged together."""
    columns: list[list[int]] = []
    right = -math.inf
    for place in sorted(range(len(boxes)), key=lambda place: boxes[place].x):
        if boxes[place].x >= right:
            columns.append([])
        columns[-1].append(place)
        right = max(right, boxes[place].x + boxes[place].width)
    return columns


def _spread(wishes: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Neighbours that are too near join into a block around the middle of their wishes, until none touches another."""
    blocks: list[tuple[float, int]] = []  # first place, how many
    high = max(high, low + height * (len(wishes) - 1))
    for wish in wishes:
        start, count = wish, 1
        while blocks and blocks[-1][0] + blocks[-1][1] * height > start:
            before, many = blocks.pop()
            start = (before * many + (start - many * height) * count) / (many + count)
            count += many
        blocks.append((start, count))
    places = [start + height * step for start, count in blocks for step in range(count)]
    for place in range(len(places)):  # pushed in from the low end
        places[place] = max(places[place], low + height * place)
    for back in range(len(places)):  # and from the high end
        places[-1 - back] = min(places[-1 - back], high - height * back)
    return places
