"""A chart of lines, each with its name at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from star_history.caption import brief
from star_history.ground import HEIGHT, WIDTH, Ground
from star_history.heading import Heading
from star_history.labels import Box, dodged
from star_history.lines import Line, Spot
from star_history.palette import INKS
from star_history.sheet import Sheet, moved, unbound

MOST_LABELS = 20
LABEL_HEIGHT, LETTER_WIDTH = 15, 6.6
FAR = 5  # a label that was moved further than this gets a thin leader
SHAPES = ("circle", "square", "triangle-up", "diamond")
DASH = [5, 3]
HOVER = "hover"  # the layer that only a pointer meets


@dataclass(frozen=True)
class Name:
    """Where a line ends and where its name stands, in pixels."""

    line: Line
    text: str
    right: float
    height: float
    place: float

    @property
    def is_far(self) -> bool:
        """Was it moved so far that one might not find back to its line?"""
        return abs(self.place - self.height) > FAR


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
        counts = [
            self._row(line, spot)
            for line in self.lines
            for spot in line.spots
            if spot.is_over and not line.is_lower_bound
        ]
        bounds = [
            self._row(line, spot) for line in self.lines for spot in line.spots if spot.is_over and line.is_lower_bound
        ]
        unfinished = [self._row(line, spot) for line in self.lines for spot in line.unfinished]
        lonely = [self._row(line, spot) for line in self.lines for spot in line.lonely]
        layers = [
            self._chart(counts).mark_line(strokeJoin="round", strokeWidth=2).encode(detail="line:N"),
            self._chart(bounds).mark_line(strokeJoin="round", strokeWidth=1.6, strokeDash=DASH).encode(detail="line:N"),
            self._chart(unfinished).mark_line(strokeWidth=2, strokeDash=[1, 3]).encode(detail="line:N"),
            self._chart(lonely).mark_point(filled=True, size=34, opacity=1),
        ]
        return [layer for layer, rows in zip(layers, (counts, bounds, unfinished, lonely), strict=True) if rows]

    def ends(self, named: Sequence[Line]) -> alt.Chart:
        """A mark at the end of each named line; hollow where its month is not over."""
        ends = [(line, self._end(line)) for line in named]
        rows = [self._row(line, end) | {"fill": int(end.is_over)} for line, end in ends]
        fill = alt.FillOpacity("fill:Q", scale=None)
        marks = self._chart(rows).mark_point(filled=False, size=26, opacity=1, strokeWidth=1.5)
        marked: alt.Chart = marks.encode(fill=self.dye["color"], fillOpacity=fill, shape=self.dye["shape"])
        return marked

    def names(self, named: Sequence[Line]) -> list[alt.Chart]:
        """The names in their lines' colours, on a seam of the background; where they are crowded, with leaders."""
        placed = self._placed(named)
        near = {
            name: any(other.is_far and abs(other.place - name.place) < 1.5 * LABEL_HEIGHT for other in placed)
            for name in placed
        }
        across, up = self.ground.across, self.ground.up
        rows = [
            {
                "title": name.line.title,
                "name": name.text,
                "x": across.value(name.right + 5),
                "y": up.value(name.height),
                "x2": across.value(name.right + 21),
                "y2": up.value(name.place),
                "at": across.value(name.right + (24 if is_led else 9)),
                "is_led": is_led,
            }
            for name, is_led in near.items()
        ]
        x, y = self.ground.axes()
        words = self.sheet.plot(rows).encode(x=moved(x, "at"), y=moved(y, "y2"), text="name:N")
        back = INKS[self.sheet.heading.theme].background
        style: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": 12}
        led = [row for row in rows if row["is_led"]]
        leaders = self._chart(led).mark_rule(strokeWidth=0.7, opacity=0.8).encode(x=unbound(x), x2="x2", y2="y2")
        seam = words.mark_text(**style, stroke=back, strokeWidth=4, strokeJoin="round", color=back, aria=False)
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

    def _placed(self, named: Sequence[Line]) -> list[Name]:
        across, up = self.ground.across, self.ground.up
        texts = [brief(line.title, 34) + (" (lower bound)" if line.is_lower_bound else "") for line in named]
        ends = [self._end(line) for line in named]
        boxes = [
            Box(across.pixel(end.x), up.pixel(end.y or 0), 34 + LETTER_WIDTH * len(text))
            for end, text in zip(ends, texts, strict=True)
        ]
        places = dodged(boxes, LABEL_HEIGHT, 4, HEIGHT + 10)
        return [
            Name(line, text, box.x, box.y, y) for line, text, box, y in zip(named, texts, boxes, places, strict=True)
        ]

    def _end(self, line: Line) -> Spot:
        return next(spot for spot in reversed(line.spots) if self.ground.holds(spot))

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


def _told(line: Line, spot: Spot) -> dict[str, str]:
    return {
        "when": spot.when,
        "stars": f"{spot.y:,}" + (" at least" if line.is_lower_bound else ""),
        "source": line.source,
    }
