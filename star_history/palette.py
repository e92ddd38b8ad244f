"""Named colours that stay apart for every kind of eye, on a light and on a dark ground.

They were chosen by search, not by taste: each stands out from its ground by a contrast of 3:1 at least, and the first
nine keep the largest distance found from each other under normal vision, protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from star_history.history import Subject

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

COLOURS: dict[str, dict[Theme, str]] = {
    "indigo": {"light": "#0f1ef0", "dark": "#7878ff"},
    "orange": {"light": "#a54b0f", "dark": "#e14b00"},
    "teal": {"light": "#1e5a4b", "dark": "#00f0e1"},
    "rose": {"light": "#f04b96", "dark": "#ff78a5"},
    "sky": {"light": "#0f96f0", "dark": "#87b4ff"},
    "olive": {"light": "#969600", "dark": "#d2e13c"},
    "violet": {"light": "#783c78", "dark": "#9669a5"},
    "brown": {"light": "#691e00", "dark": "#ffc3a5"},
    "green": {"light": "#1e875a", "dark": "#2d965a"},
    "slate": {"light": "#2d3c4b", "dark": "#a5b4d2"},
    "crimson": {"light": "#a5002d", "dark": "#ff5a69"},
    "magenta": {"light": "#c33ca5", "dark": "#e13cd2"},
}


@dataclass(frozen=True)
class Ink:
    """What is not a line or a bar: the ground, the words, the grid."""

    background: str
    text: str
    muted: str
    grid: str
    gap: str  # where nobody knows
    alarm: str  # what must not be overlooked


INKS: dict[Theme, Ink] = {
    "light": Ink("#ffffff", "#1b1f24", "#57606a", "#e4e7eb", "#e9ecf0", "#c8102e"),
    "dark": Ink("#14171c", "#e6e9ed", "#a3acb7", "#2b3038", "#2a2f37", "#ff6b6b"),
}


def colours(subjects: Sequence[Subject], theme: Theme) -> dict[str, str]:
    """Title to colour. Who names one of the palette has it; the others take the free ones in order, then again."""
    named = {subject.title: subject.colour for subject in subjects if subject.colour in COLOURS}
    order = [name for name in COLOURS if name not in named.values()] or list(COLOURS)
    others = [title for title in dict.fromkeys(subject.title for subject in subjects) if title not in named]
    given = named | {title: order[place % len(order)] for place, title in enumerate(others)}
    return {subject.title: COLOURS[given[subject.title]][theme] for subject in subjects}
