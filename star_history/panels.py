"""New stars by calendar month: one small panel of bars per record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from star_history.caption import brief, plain
from star_history.hatches import hatch
from star_history.heading import Heading
from star_history.history import SOURCE_NAMES, Collection, Month
from star_history.lines import moment
from star_history.months import next_month
from star_history.palette import INKS, Ink
from star_history.sheet import Sheet, moved, unbound
from star_history.view import View

WIDTH = 780  # of all panels in a row, axes included
ROOM_FOR_AXIS = 52


@dataclass(frozen=True)
class Panel:
    """One record's months: bars from the leading source that has any, steps from the other."""

    title: str
    colour: str
    source: str
    is_lower_bound: bool
    months: tuple[Month, ...]
    second_name: str
    second: tuple[Month, ...]

    @property
    def has_unfinished(self) -> bool:
        """Is there a hatched bar?"""
        return any(month.new and not month.is_over for month in self.months)

    @property
    def has_gaps(self) -> bool:
        """Is there a grey band?"""
        return any(month.new is None for month in self.months)


@dataclass(frozen=True)
class Frame:
    """What all panels share."""

    left: float
    right: float
    width: float
    height: float
    ink: Ink
    tells_bounds: bool  # each panel that shows a lower bound says so; not where the chart's title does


def panels(collection: Collection, view: View, colours: Mapping[str, str]) -> list[Panel]:
    """One per record, also where there is nothing to show."""
    return [_panel(collection, place, view, colours) for place in range(len(collection.records))]


def _panel(collection: Collection, place: int, view: View, colours: Mapping[str, str]) -> Panel:
    record = collection.records[place]
    title = plain(record.subject.title)
    told = [record.histories[source] for source in collection.sources if source in record.histories]
    seen = [(history, tuple(month for month in history.months if view.holds_month(month.first))) for history in told]
    seen = [(history, months) for history, months in seen if any(month.new is not None for month in months)]
    lead, months = seen[0] if seen else (None, ())
    other, second = seen[1] if len(seen) > 1 else (None, ())
    return Panel(
        title,
        colours[title],
        SOURCE_NAMES[lead.source] if lead else "",
        bool(lead and lead.is_lower_bound),
        months,
        SOURCE_NAMES[other.source] if other else "",
        second,
    )


def all_bound(found: Sequence[Panel]) -> bool:
    """Do all bars there are show a lower bound?"""
    shown = [panel for panel in found if panel.months]
    return bool(shown) and all(panel.is_lower_bound for panel in shown)


def bars(found: Sequence[Panel], heading: Heading) -> dict[str, Any]:
    """The specification. Months stand at the same place in every panel; the heights are each panel's own."""
    columns = 1 if len(found) == 1 else 2 if len(found) <= 4 else 3
    width = WIDTH / columns - ROOM_FOR_AXIS
    firsts = [month.first for panel in found for month in (*panel.months, *panel.second)]
    height, ink = 280 if columns == 1 else 110, INKS[heading.theme]
    end = moment(next_month(max(firsts)))
    frame = Frame(moment(min(firsts)), end, width, height, ink, tells_bounds=not all_bound(found))
    sheet = Sheet(heading)
    return sheet.spec(alt.concat(*(_drawn(panel, frame, sheet) for panel in found), columns=columns, spacing=22))


def _drawn(panel: Panel, frame: Frame, sheet: Sheet) -> alt.LayerChart | alt.FacetChart:
    title = brief(panel.title, 40) + (" (lower bound)" if panel.is_lower_bound and frame.tells_bounds else "")
    x, y = _axes(panel, frame)
    bounds = sheet.plot([{"x": frame.left, "y": 0}]).mark_point(opacity=0, aria=False).encode(x=x, y=y)
    layers = [*sheet.demonstration(frame.width, frame.height), bounds]
    if panel.months or panel.second:
        layers += [*_gaps(panel, frame, sheet), *_bars(panel, frame, sheet), *_steps(panel, frame, sheet)]
    else:
        layers.append(sheet.words("no figures", frame.width / 2, frame.height / 2, color=frame.ink.muted, fontSize=13))
    words = alt.TitleParams(text=title, color=panel.colour, fontSize=12.5, anchor="start", limit=frame.width, offset=6)
    return alt.layer(*layers).properties(width=frame.width, height=frame.height, title=words)


def _axes(panel: Panel, frame: Frame) -> tuple[alt.X, alt.Y]:
    values = [month.new or 0 for month in (*panel.months, *panel.second)]
    years = alt.Axis(title=None, grid=False, tickCount=max(2, int(frame.width / 70)), labelOverlap=True)
    x = alt.X("x:T", scale=alt.Scale(type="utc", domain=[frame.left, frame.right], nice=False), axis=years)
    ticks: Any = alt.Undefined if values else []
    heights = alt.Axis(
        title=None,
        values=ticks,
        tickCount=3 if frame.height < 200 else 6,
        format=",d",
        tickMinStep=1,
        domain=False,
        ticks=False,
        minExtent=38,
    )
    return x, alt.Y(
        "y:Q", scale=alt.Scale(domain=[min([*values, 0]), max([*values, 1]) * 1.05], nice=False), axis=heights
    )


def _row(month: Month, source: str, *, at_least: bool) -> dict[str, Any]:
    """A month takes its own days, less a little air on both sides."""
    left, right = moment(month.first), moment(next_month(month.first))
    air = (right - left) * 0.08
    stars = (
        "unknown"
        if month.new is None
        else f"{month.new:,}" + (" at least" if at_least else "") + ("" if month.is_over else " so far")
    )
    return {
        "x": left + air, "x2": right - air, "middle": (left + right) / 2, "y": month.new or 0, "zero": 0,
        "start": left, "end": right,
        "when": f"{month.first:%B %Y}", "stars": stars, "source": source,
    }  # fmt: skip


def _gaps(panel: Panel, frame: Frame, sheet: Sheet) -> list[alt.Chart]:
    """A pale band as high as the panel: not a bar, and not a zero."""
    rows = [_row(month, panel.source, at_least=False) for month in panel.months if month.new is None]
    if not rows:
        return []
    x, _ = _axes(panel, frame)
    bands = sheet.plot(rows).mark_rect(color=frame.ink.gap).encode(x=unbound(x), x2="x2", tooltip=_tooltip())
    marks = sheet.plot(rows).mark_text(text="?", y=5, fontSize=9, color=frame.ink.muted).encode(x=moved(x, "middle"))
    return [bands, marks]


def _bars(panel: Panel, frame: Frame, sheet: Sheet) -> list[alt.Chart]:
    """Full bars are counts, pale ones with an edge a lower bound, hatched ones a month that is not over."""
    x, y = _axes(panel, frame)
    layers = []
    for is_over in (True, False):
        months = [month for month in panel.months if month.new is not None and month.is_over is is_over]
        rows = [_row(month, panel.source, at_least=panel.is_lower_bound) for month in months]
        edge: dict[str, Any] = {"stroke": panel.colour, "strokeWidth": 0.8}
        style: dict[str, Any] = {"fill": panel.colour} if is_over else edge | {"fill": hatch(panel.colour)}
        if panel.is_lower_bound:
            style |= edge | ({"fillOpacity": 0.35} if is_over else {})
        if rows:
            drawn = sheet.plot(rows).mark_rect(**style)
            layers.append(drawn.encode(x=unbound(x), x2="x2", y=y, y2="zero", tooltip=_tooltip()))
    zeros = [_row(month, panel.source, at_least=panel.is_lower_bound) for month in panel.months if month.new == 0]
    if zeros:
        layers.append(
            sheet.plot(zeros)
            .mark_rule(stroke=panel.colour, strokeWidth=2)
            .encode(x=unbound(x), x2="x2", y=y, tooltip=_tooltip())
        )
    return layers


def _steps(panel: Panel, frame: Frame, sheet: Sheet) -> list[alt.Chart]:
    """The other source over the bars: one short level stroke a month; none where it knows nothing."""
    rows = [_row(month, panel.second_name, at_least=True) for month in panel.second if month.new is not None]
    if not rows:
        return []
    x, y = _axes(panel, frame)
    steps = sheet.plot(rows).encode(x=moved(unbound(x), "start"), x2="end", y=y, tooltip=_tooltip())
    return [
        steps.mark_rule(stroke=frame.ink.background, strokeWidth=3),
        steps.mark_rule(stroke=frame.ink.text, strokeWidth=1.3),
    ]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in (("when", "Month"), ("stars", "New stars"), ("source", "Source"))
    ]
