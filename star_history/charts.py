"""The charts, as Vega-Lite specifications that carry their own caption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from star_history import lines as drawn
from star_history.caption import plain
from star_history.ground import HEIGHT, WIDTH, ground
from star_history.heading import Heading, heading
from star_history.history import Collection
from star_history.line_chart import MOST_LABELS, line_chart
from star_history.lines import Line, moment
from star_history.palette import INKS, Theme, colours
from star_history.panels import Panel, all_bound, bars, panels
from star_history.sheet import Sheet
from star_history.view import View

__all__ = ["View", "draw"]


def draw(collection: Collection, view: View, theme: Theme) -> dict[str, dict[str, Any]]:
    """Every chart by its name, in the order in which they are shown."""
    return {
        "cumulative": _over_time(collection, view, theme, is_log=False),
        "cumulative-log": _over_time(collection, view, theme, is_log=True),
        "monthly": _monthly(collection, view, theme),
        "cumulative-by-age": _by_age(collection, theme, is_monthly=False),
        "monthly-by-age": _by_age(collection, theme, is_monthly=True),
    }


def _over_time(collection: Collection, view: View, theme: Theme, *, is_log: bool) -> dict[str, Any]:
    found = drawn.cumulative(collection, view)
    title = "Stars over time" + (", logarithmic" if is_log else "") + _stretch(view)
    words = heading(collection, title, _strokes(found), theme)
    spots = [spot for line in found for spot in line.known if spot.y or not is_log]
    if not spots:
        return _nothing(f"nothing {view}", words)
    left = moment(view.start) if view.start else min(spot.x for spot in spots)
    right = moment(view.end) if view.end else max(spot.x for spot in spots)
    return line_chart(
        found, ground(found, "time", "log" if is_log else "linear", left, right), _dyes(collection, theme), words
    )


def _by_age(collection: Collection, theme: Theme, *, is_monthly: bool) -> dict[str, Any]:
    found = drawn.monthly_by_age(collection) if is_monthly else drawn.cumulative_by_age(collection)
    has_names = 0 < sum(line.leads for line in found) <= MOST_LABELS
    notes = [" ".join([*_strokes(found), *(["Hairlines lead to the names."] if has_names else [])])]
    if left_out := drawn.ageless(collection):
        notes.append(f"Left out, as the first stargazer is not known: {', '.join(left_out)}.")
    if is_monthly:
        unfinished = any(not spot.is_over for line in found for spot in line.known)
        dotted = " Hollow mark, dotted way to it: the month that is not over." if unfinished else ""
        notes.append("Calendar months since that of the first stargazer." + dotted)
    words = heading(collection, "New stars by month of age" if is_monthly else "Stars by age", notes, theme)
    if not found:
        return _nothing("nothing whose first stargazer is known", words)
    plot = ground(
        found, "age", "sqrt" if is_monthly else "linear", 0, max(spot.x for line in found for spot in line.known)
    )
    return line_chart(found, plot, _dyes(collection, theme), words)


def _monthly(collection: Collection, view: View, theme: Theme) -> dict[str, Any]:
    found = panels(collection, view, _dyes(collection, theme))
    title = "New stars by calendar month" + _stretch_of_months(view)
    if all_bound(found):
        title += " (lower bound)"
    words = heading(collection, title, _bars(found), theme)
    if not any(panel.months or panel.second for panel in found):
        return _nothing(f"nothing {view}", words)
    return bars(found, words)


def _dyes(collection: Collection, theme: Theme) -> dict[str, str]:
    return {
        plain(title): colour
        for title, colour in colours([record.subject for record in collection.records], theme).items()
    }


def _strokes(lines: list[Line]) -> list[str]:
    """What dashed means, where anything is, and what a break means."""
    dashed = sorted({line.source for line in lines if line.is_lower_bound})
    solid = sorted({line.source for line in lines if not line.is_lower_bound})
    parts = [f"Solid: {' and '.join(solid)}."] if solid and dashed else []
    if dashed:
        parts.append(f"Dashed: {' and '.join(dashed)}, a lower bound.")
    if any(spot.y is None for line in lines for spot in line.spots):
        parts.append("A line is broken where nobody knows.")
    return [" ".join(parts)] if parts else []


def _bars(found: Sequence[Panel]) -> list[str]:
    """How to read the bars: only of what there is one."""
    parts = []
    if any(panel.has_unfinished for panel in found):
        parts.append("Hatched: the month is not over.")
    if any(panel.has_gaps for panel in found):
        parts.append("Grey band with ?: nobody knows, which is not zero.")
    if len(found) > 1:
        parts.append("Each panel has its own scale.")
    if pale := sorted({panel.source for panel in found if panel.is_lower_bound}):
        parts.append(f"Pale: {' and '.join(pale)}, a lower bound.")
    if others := sorted({panel.second_name for panel in found if panel.second_name}):
        has_gaps = any(month.new is None for panel in found for month in panel.second)
        nothing = "; none where it knows nothing" if has_gaps else ""
        parts.append(f"Steps: {' and '.join(others)}, a lower bound{nothing}.")
    return [" ".join(parts)] if parts else []


def _stretch(view: View) -> str:
    """Which days are shown, where not all are."""
    if view.start and view.end:
        return f", {view.start} to {view.end}"
    return f", from {view.start}" if view.start else f", to {view.end}" if view.end else ""


def _stretch_of_months(view: View) -> str:
    """Bars are whole months, also where the view begins or ends within one."""
    start = f" from {view.start:%Y-%m}" if view.start else ""
    end = f" to {view.end:%Y-%m}" if view.end else ""
    return f", whole months{start}{end}" if start or end else ""


def _nothing(words: str, heading: Heading) -> dict[str, Any]:
    """A chart that says why it is empty."""
    sheet, height = Sheet(heading), HEIGHT / 2
    said = sheet.words(words, WIDTH / 2, height / 2, fontSize=16, color=INKS[heading.theme].muted)
    return sheet.spec(alt.layer(*sheet.demonstration(WIDTH, height), said).properties(width=WIDTH, height=height))
