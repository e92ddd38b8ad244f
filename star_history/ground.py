"""The ground of a chart of lines: its two axes, and where on it a figure stands in pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import altair as alt

from star_history.labels import Kind, Scale
from star_history.lines import Line, Spot

WIDTH, HEIGHT = 680, 400
HALF_A_MONTH = 15 * 86_400_000  # milliseconds
TICK_ROOM = 12  # pixels between two labels of an axis


@dataclass(frozen=True)
class Ground:
    """Across runs time (milliseconds) or age (months), up run stars."""

    runs: Literal["time", "age"]
    across: Scale
    up: Scale
    up_title: str
    is_lower_bound: bool  # everything on it: then no line needs to say so

    def holds(self, spot: Spot) -> bool:
        """Has the figure a place? Zero has none on a logarithmic scale: the line is broken there."""
        return spot.y is not None and (spot.y > 0 or self.up.kind != "log")

    def end(self, line: Line) -> Spot:
        """The last figure of a line that has a place."""
        return next(spot for spot in reversed(line.spots) if self.holds(spot))

    def axes(self) -> tuple[alt.X, alt.Y]:
        """For Vega: exactly the scales that the labels were placed by."""
        stars = alt.Scale(type=self.up.kind, domain=[self.up.low, self.up.high], nice=False)
        is_log = self.up.kind == "log"
        told = alt.Axis(
            title=self.up_title,
            format=",d",
            tickMinStep=1,
            tickCount=alt.Undefined if is_log else 7,  # Vega thins out even given values down to a count
            values=_ticks(self.up) if is_log else alt.Undefined,
            domain=False,
            ticks=False,
            labelOverlap=False,
        )
        return self._across(), alt.Y("y:Q", scale=stars, axis=told)

    def _across(self) -> alt.X:
        if self.runs == "age":
            months = alt.Scale(domain=[self.across.low, self.across.high], nice=False)
            return alt.X(
                "x:Q", scale=months, axis=alt.Axis(title="months since the first stargazer", grid=False, tickMinStep=1)
            )
        dates = alt.Scale(type="utc", domain=[self.across.low, self.across.high], nice=False)
        return alt.X("x:T", scale=dates, axis=alt.Axis(title=None, grid=False, tickCount=8, labelFlush=False))


def ground(lines: Iterable[Line], runs: Literal["time", "age"], kind: Kind, left: float, right: float) -> Ground:
    """Room for all figures of the lines, from left to right."""
    lines = list(lines)
    is_bound = bool(lines) and all(line.is_lower_bound for line in lines)
    values = [spot.y for line in lines for spot in line.known if spot.y is not None]
    room = 0 if right > left else (HALF_A_MONTH if runs == "time" else 1)
    what = ("new stars a month" if runs == "age" else "stars") if kind == "sqrt" else "stars"
    how = {"linear": "", "log": "logarithmic", "sqrt": "square-root scale"}[kind]
    said = ", ".join(word for word in ("lower bound" if is_bound else "", how) if word)
    title = f"{what} ({said})" if said else what
    return Ground(runs, Scale("linear", left - room, right + room, WIDTH), _up(values, kind), title, is_bound)


def _up(values: list[int], kind: Kind) -> Scale:
    if kind != "log":
        return Scale(kind, min([*values, 0]), max([*values, 1]) * 1.04, HEIGHT)
    lowest = min((value for value in values if value > 0), default=1)
    return Scale("log", 10 ** math.floor(math.log10(lowest)), max([*values, 10]) * 1.15, HEIGHT)


def _ticks(up: Scale) -> list[float]:
    """1, 2 and 5 times the powers of ten where they fit; finer over the highest power, where most lines end."""
    powers = [10.0**power for power in range(math.floor(math.log10(up.high)) + 1)]
    pairs = ((2, 5), (2, 3), (1.5, 2))
    above: tuple[float, ...] = next((pair for pair in pairs if pair[1] * powers[-1] <= up.high), (1.5,))
    wanted = [*powers, *(step * powers[-1] for step in above), *(step * power for power in powers for step in (2, 5))]
    ticks: list[float] = []
    for tick in wanted:
        is_free = all(abs(up.pixel(tick) - up.pixel(other)) >= TICK_ROOM for other in ticks)
        if up.low <= tick <= up.high and is_free:
            ticks.append(tick)
    return sorted(ticks)
