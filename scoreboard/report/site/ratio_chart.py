"""A bar for each framework, as a multiple of the baseline: drawn once, and readable on a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from scoreboard.report.site.drawings import embedded
from star_history.palette import COLOURS, INKS
from star_history.sheet import FONT

LETTERS, ROW, LEFT, PLOT = 14, 26, 142, 248  # pixels; at the width of a phone the letters are still 12 high
ROOM = 0.44  # the share of the plot that bars may take, so that every label has its place behind them
WIDE = 20  # times from the least to the most, from which on the scale is logarithmic
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_TICKS = 4
INK = INKS["light"]
Spec = dict[str, Any]  # a part of a Vega-Lite specification
NAMES: Spec = {"field": "name", "type": "nominal", "sort": None, "title": None}
WORDS: Spec = {"type": "text", "align": "left", "fontSize": LETTERS, "font": FONT}


@dataclass(frozen=True)
class Bar:
    """One line of the chart; without a length it is blank."""

    name: str
    length: float | None
    label: str
    is_baseline: bool = False


def is_wide(bars: Sequence[Bar]) -> bool:
    """Whether the lengths lie so far apart that only a logarithm shows the small ones."""
    known = [bar.length for bar in bars if bar.length is not None]
    return bool(known) and min(known) > 0 and max(known) >= WIDE * min(known)


def ratio_chart(bars: Sequence[Bar], said: str, *, is_relative: bool) -> Markup:
    """The drawing; `said` is what it shows, in words."""
    from star_history.drawing import drawn  # loads what draws, which takes a second

    return embedded(drawn(_spec(bars, is_relative=is_relative)), said)


def _spec(bars: Sequence[Bar], *, is_relative: bool) -> Spec:
    is_log = is_wide(bars)
    lengths = [bar.length for bar in bars if bar.length is not None]
    low, high = _ends(lengths, is_relative=is_relative, is_log=is_log)
    foot = (1.0 if is_relative else low) if is_log else 0.0
    x = {
        "type": "quantitative",
        "title": None,
        "scale": {"type": "log" if is_log else "linear", "domain": [low, high], "nice": False, "zero": False},
        "axis": _axis(_ticks([*lengths, 1.0], is_log=is_log)) if is_relative else None,
    }
    rows = [_row(bar, foot, is_relative=is_relative) for bar in bars]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": PLOT,
        "height": {"step": ROW},
        "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
        "background": None,
        "layer": [_bars(rows, x), *(_line_of_the_baseline(x) if is_relative else []), _labels(rows, x)],
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": LETTERS,
                "labelColor": INK.text,
                "gridColor": INK.grid,
                "domain": False,
                "ticks": False,
            },
        },
    }


def _bars(rows: Sequence[Spec], x: Spec) -> Spec:
    return {
        "data": {"values": [row for row in rows if row["to"] is not None]},
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "y": NAMES,
            "x": x | {"field": "from"},
            "x2": {"field": "to"},
            "color": {"field": "dye", "type": "nominal", "scale": None, "legend": None},
        },
    }


def _line_of_the_baseline(x: Spec) -> list[Spec]:
    at = {"data": {"values": [{"x": 1.0}]}, "encoding": {"x": x | {"field": "x"}}}
    return [
        at | {"mark": {"type": "rule", "color": INK.text}},
        at | {"mark": WORDS | {"dx": 4, "y": -8, "text": "no framework = 1.0", "color": INK.muted}},
    ]


def _labels(rows: Sequence[Spec], x: Spec) -> Spec:
    names = {"orient": "left", "minExtent": LEFT, "maxExtent": LEFT, "labelLimit": LEFT, "labelPadding": 6}
    return {
        "data": {"values": rows},
        "mark": WORDS | {"dx": 5, "baseline": "middle", "color": INK.text},
        "encoding": {
            "y": NAMES | {"axis": names},
            "x": x | {"field": "at"},
            "text": {"field": "label", "type": "nominal"},
        },
    }


def _row(bar: Bar, foot: float, *, is_relative: bool) -> Spec:
    """Labels stand behind the bar, and never across the line of the baseline."""
    line = 1.0 if is_relative else foot
    return {
        "name": bar.name,
        "from": foot,
        "to": bar.length,
        "at": line if bar.length is None else max(bar.length, line),
        "label": bar.label,
        "dye": COLOURS["slate" if bar.is_baseline else "sky"]["light"],
    }


def _ends(lengths: Sequence[float], *, is_relative: bool, is_log: bool) -> tuple[float, float]:
    """The ends of the scale: the longest bar takes no more of it than leaves room for the labels."""
    most = max([*lengths, 1.0] if is_relative else lengths, default=1.0)
    if is_log:
        low = min([*lengths, 1.0] if is_relative else lengths)
        return low, low * (most / low) ** (1 / ROOM)
    low = min([*lengths, 0.0])
    return low, low + (most - low or 1.0) / ROOM


def _ticks(lengths: Sequence[float], *, is_log: bool) -> list[float]:
    """A few round multiples."""
    most = max(lengths)
    if not is_log:
        step = next((step for step in TICKS if step >= 1 and most / step < MOST_TICKS), most)
        return [count * step for count in range(int(most / step) + 1)]
    fitting = [tick for tick in TICKS if min(lengths) <= tick <= most]
    step = math.ceil(len(fitting) / MOST_TICKS)
    return fitting[fitting.index(1) % step :: step]


def _axis(ticks: Sequence[float]) -> Spec:
    return {"values": ticks, "labelExpr": "datum.label + 'x'", "format": "~g", "orient": "bottom"}
