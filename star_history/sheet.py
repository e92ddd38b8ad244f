"""What a chart is drawn on: it holds the figures apart from the drawing, and turns both into a specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from star_history.heading import Heading
from star_history.palette import INKS

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One per chart. Figures go in by name, as altair would check each of them against its whole schema."""

    heading: Heading
    figures: dict[str, Sequence[Row]] = field(default_factory=dict)

    def plot(self, rows: Sequence[Row]) -> alt.Chart:
        """A chart of these rows, to be given a mark."""
        name = f"rows-{len(self.figures)}"
        self.figures[name] = rows
        return alt.Chart(alt.NamedData(name=name))

    def words(self, text: str, x: float, y: float, **style: Any) -> alt.Chart:
        """Words at a place in pixels."""
        written: alt.Chart = self.plot([{}]).mark_text(text=text, x=x, y=y, **style)
        return written

    def demonstration(self, width: float, height: float) -> list[alt.Chart]:
        """Large faint words across the plot, where the figures are not real."""
        if not self.heading.is_demonstration:
            return []
        size = min(width / 9, height / 2.2)
        style = {
            "fontSize": size,
            "fontWeight": "bold",
            "angle": 346,
            "color": INKS[self.heading.theme].alarm,
            "opacity": 0.22,
        }
        return [self.words(self.heading.mark, width / 2, height / 2, **style)]

    def spec(self, chart: alt.LayerChart | alt.FacetChart | alt.ConcatChart) -> dict[str, Any]:
        """The whole, in the theme's ink, under its heading."""
        ink, words = INKS[self.heading.theme], self.heading.words()
        muted = {"labelColor": ink.muted, "titleColor": ink.muted, "titleFontWeight": "normal"}
        dressed = (
            chart.properties(title=words, description=f"{self.heading.title}. {' '.join(self.heading.lines)}")
            .configure(background=ink.background, font=FONT, padding=14)
            .configure_view(stroke=None)
            .configure_axis(gridColor=ink.grid, domainColor=ink.grid, tickColor=ink.grid, **muted)
            .configure_legend(labelColor=ink.text, titleColor=ink.muted, labelLimit=220)
        )
        made: dict[str, Any] = dressed.to_dict()
        return made | {"datasets": dict(self.figures)}


def moved(axis: Any, field_name: str) -> Any:
    """The same axis for another field."""
    copied = axis.copy()
    copied.shorthand = f"{field_name}:{axis.shorthand[-1]}"
    return copied


def unbound(axis: Any) -> Any:
    """The same axis without its ends, for a layer with x2: Vega would read dates in both differently, and warn."""
    copied = axis.copy()
    copied["scale"] = axis["scale"].copy()
    copied["scale"]["domain"] = alt.Undefined
    return copied
