"""A chart of lines, each with its name at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from star_history.ground import HEIGHT, WIDTH, Ground
from star_history.heading import Heading
from star_history.lines import Line, Spot
from star_history.names import placed
from star_history.palette import INKS
from star_history.sheet import Sheet, moved, unbound

MOST_LABELS = 20
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASH, FINE = [5, 3], 1.6  # how a lower bound is drawn, lonely figures too
SEAM: dict[str, Any] = {"strokeWidth": 2, "strokeOpacity": 0.6, "strokeJoin": "round", "fillOpacity": 0}
HOVER = "hover"  # the layer that only a pointer meets


def line_chart(lines: Sequence[Line], ground: Ground, colours: Mapping[str, str], heading: Heading) -> dict[str, Any]:
    """The specification. Where there are more lines than names fit, the names stand in a legend."""
    lines = [line for line in lines if any(ground.holds(spot) for spot in line.spots)]
    named = [line for line in lines if line.leads]
    in_legend = len(named) > MOST_LABELS
    drawing = Drawing(lines, ground, _dye(named, colours, in_legend=in_legend), Sheet(heading))
    names = [] if in_legend else drawing.names(named)
    layers = [
        *drawing.sheet.demonstration(WIDTH, HEIGHT),
        *drawing.strokes(),
        *drawing.hollow(),
        drawing.ends(named),
        *names,
        drawing.hover(),
    ]
    return drawing.sheet.spec(alt.layer(*layers).properties(width=WIDTH, height=HEIGHT))


def _dye(named: Sequence[Line], colours: Mapping[str, str], *, in_legend: bool) -> dict[str, Any]:
    """Colour by title, and another shape at the end of a line whose colour had to be used before."""
    titles = [line.title for line in named]
    used = [[colours[title] for title in titles[:place]].count(colours[title]) for place, title in enumerate(titles)]
    shapes = [SHAPES[times % len(SHAPES)] for times in used]
    legend = alt.Legend(title=None, symbolLimit=0, columns=1 + len(titles) // 30) if in_legend else None
    return {
        "color": alt.Color(
            "title:N", scale=alt.Scale(domain=titles, range=[colours[title] for title in titles]), legend=legend
        ),
        "shape": alt.Shape("title:N", scale=alt.Scale(domain=titles, range=shapes), legend=legend),
    }


@dataclass(frozen=True)
class Drawing:
    """The layers of one chart."""

    lines: Sequence[Line]
    ground: Ground
    dye: Mapping[str, Any]
    sheet: Sheet

    def strokes(self) -> list[alt.Chart]:
        """Solid is a count, dashed a lower bound, dotted a month that is not over."""
        counts = [line for line in self.lines if not line.is_lower_bound]
        bounds = [line for line in self.lines if line.is_lower_bound]
        paths: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
            (self._rows(counts, _whole), {"strokeJoin": "round", "strokeWidth": 2}),
            (self._rows(bounds, _whole), {"strokeJoin": "round", "strokeWidth": FINE, "strokeDash": DASH}),
            (self._rows(self.lines, lambda line: line.unfinished), {"strokeWidth": 2, "strokeDash": [1, 3]}),
        ]
        lonely: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
            (self._rows(counts, lambda line: line.lonely), {"filled": True, "size": 16}),
            (
                self._rows(bounds, lambda line: line.lonely),
                {"shape": "stroke", "size": DASH[0] ** 2, "strokeWidth": FINE},
            ),
        ]
        return [
            *(self._chart(rows).mark_line(**style).encode(detail="line:N") for rows, style in paths if rows),
            *(self._chart(rows).mark_point(opacity=1, **style) for rows, style in lonely if rows),
        ]

    def ends(self, named: Sequence[Line]) -> alt.Chart:
        """A mark at the end of each named line; hollow where its month is not over."""
        ends = [(line, self.ground.end(line)) for line in named]
        rows = [self._row(line, end) | {"fill": int(end.is_over)} for line, end in ends]
        fill = alt.FillOpacity("fill:Q", scale=None)
        marks = self._chart(rows).mark_point(filled=False, size=26, opacity=1, strokeWidth=1.5)
        marked: alt.Chart = marks.encode(fill=self.dye["color"], fillOpacity=fill, shape=self.dye["shape"])
        return marked

    def hollow(self) -> list[alt.Chart]:
        """A small hollow mark where a line without a name ends in a month that is not over, also a lonely one."""
        rows = [
            self._row(line, line.spots[-1])
            for line in self.lines
            if not line.leads and not line.spots[-1].is_over and self.ground.holds(line.spots[-1])
        ]
        marks = self._chart(rows).mark_point(filled=False, shape="circle", size=12, opacity=1, strokeWidth=1.2)
        return [marks] if rows else []

    def names(self, named: Sequence[Line]) -> list[alt.Chart]:
        """The names in their lines' colours, on a thin seam that every line is still seen through; with leaders."""
        rows = placed(named, self.ground)
        x, y = self.ground.axes()
        words = self.sheet.plot(rows).encode(x=moved(x, "at"), y=moved(y, "y2"), text="name:N")
        back = INKS[self.sheet.heading.theme].background
        style: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": 12}
        led = [row for row in rows if row["is_led"]]
        leaders = self._chart(led).mark_rule(strokeWidth=0.7, opacity=0.6).encode(x=unbound(x), x2="x2", y2="y2")
        seam = words.mark_text(**style, **SEAM, stroke=back, color=back, aria=False)
        return [*([leaders] if led else []), seam, words.mark_text(**style).encode(color=self.dye["color"])]

    def hover(self) -> alt.Chart:
        """Nothing to see: what a pointer meets on the page. Pictures leave it out."""
        rows = [self._row(line, spot) | _told(line, spot) for line in self.lines for spot in line.known]
        fields = (("title", "Repository"), ("when", "When"), ("stars", "Stars"), ("source", "Source"))
        tooltip = [alt.Tooltip(f"{field}:N", title=title) for field, title in fields]
        met: alt.Chart = (
            self._chart(rows)
            .mark_point(filled=True, size=90, opacity=0, aria=False)
            .encode(tooltip=tooltip)
            .properties(name=HOVER)
        )
        return met

    def _rows(self, lines: Sequence[Line], spots: Callable[[Line], Iterable[Spot]]) -> list[dict[str, Any]]:
        return [self._row(line, spot) for line in lines for spot in spots(line)]

    def _row(self, line: Line, spot: Spot) -> dict[str, Any]:
        return {
            "x": spot.x,
            "y": spot.y if self.ground.holds(spot) else None,
            "title": line.title,
            "line": f"{line.title}, {line.source}",
        }

    def _chart(self, rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
        x, y = self.ground.axes()
        chart: alt.Chart = self.sheet.plot(rows).encode(x=x, y=y, color=self.dye["color"])
        return chart


def _whole(line: Line) -> tuple[Spot, ...]:
    return tuple(spot for spot in line.spots if spot.is_over)


def _told(line: Line, spot: Spot) -> dict[str, str]:
    return {
        "when": spot.when,
        "stars": f"{spot.y:,}" + (" at least" if line.is_lower_bound else ""),
        "source": line.source,
    }
