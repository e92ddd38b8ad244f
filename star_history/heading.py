"""What no picture travels without: its title, its source, its age, and the mark of a demonstration."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from star_history.caption import caption
from star_history.history import Collection
from star_history.palette import INKS, Theme

LETTERS_A_LINE = 165
MARK = "DEMONSTRATION"


@dataclass(frozen=True)
class Heading:
    """The words over a chart."""

    title: str
    lines: tuple[str, ...]
    is_demonstration: bool
    theme: Theme
    mark: str = MARK

    def words(self) -> alt.TitleParams:
        """Title and caption, as Vega draws them."""
        ink = INKS[self.theme]
        return alt.TitleParams(
            text=self.title,
            subtitle=list(self.lines),
            color=ink.alarm if self.is_demonstration else ink.text,
            subtitleColor=ink.muted,
            fontSize=17,
            subtitleFontSize=10.5,
            subtitleLineHeight=14,
            subtitlePadding=6,
            anchor="start",
            frame="bounds",
            offset=14,
        )


def heading(collection: Collection, title: str, notes: Sequence[str], theme: Theme) -> Heading:
    """The chart's own notes first, then the caption that stands under every chart and table."""
    told = caption(collection)
    demonstration, rest = (told[:1], told[1:]) if collection.demonstration else ((), told)
    lines = [line for words in (*demonstration, *notes, *rest) for line in textwrap.wrap(words, LETTERS_A_LINE)]
    is_demonstration = bool(collection.demonstration)
    return Heading(f"{MARK}: {title}" if is_demonstration else title, tuple(lines), is_demonstration, theme)
