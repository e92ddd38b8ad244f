"""The whole matrix of faults as one picture: faults down, frameworks across, a sign in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoreboard.report.matrix import GROUPS, cell_words, grouped_keys, label
from scoreboard.report.post.pictures import LETTER, Picture, beside, titled
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.fault_cells import TINTS
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.untrusted import printable
from scoreboard.results.matrix import Cell, Key, Matrix
from star_history.palette import COLOURS, INKS
from star_history.sheet import FONT

TEMPLATES = Path(__file__).parent / "templates"
SIZE, HIGH, WIDE, GAP = 12, 19, 62, 8  # pixels: of letters, of a line, of a cell, above a group
ASLANT = 0.7  # of its length: how high and how wide a name is that stands aslant
TITLE = "When things go wrong"
BELOW = "Signs: = unaffected, ^ absorbed, + recovered, ~ dirty, ! raised, X silently wrong, > ran away, # hung"
GROUNDS = {
    letter: COLOURS[colour]["light"]
    for letter, colour in (("g", "green"), ("w", "orange"), ("c", "sky"), ("x", "crimson"), ("u", "slate"))
}
FAINT = {"u": 0.06, "x": 0.3}  # how much of its colour a cell has
USUAL = 0.22


@dataclass(frozen=True)
class Square:
    """One cell, in pixels."""

    x: float
    y: float
    words: str
    ground: str
    opacity: float


@dataclass(frozen=True)
class Line:
    """A fault, or without a key the heading of a group."""

    y: float
    told: str
    key: Key | None = None


def fault_picture(gathered: Gathered, matrix: Matrix, name: str, findings: Iterable[str]) -> Picture:
    """Of each framework as it is by default."""
    names = shown_frameworks(matrix.frameworks)
    alt = f"Table of faults ({len(matrix.keys)}) by frameworks ({len(names)}). {' '.join(findings)}"
    return Picture(name, alt, beside([titled(_svg(gathered, matrix, names), TITLE, BELOW)]))


def _svg(gathered: Gathered, matrix: Matrix, names: list[str]) -> str:
    titles = [printable(gathered.title(name)) for name in names]
    head = ASLANT * LETTER * SIZE * max(map(len, titles)) + GAP
    left = LETTER * SIZE * max(len(label(key, matrix)) for key in matrix.keys) + 2 * GAP
    lines = list(_lines(matrix, head))
    template = _templates().get_template("matrix.svg.jinja")
    return template.render(
        width=left + WIDE * len(names) + head,
        height=lines[-1].y + HIGH + GAP,
        heads=[(left + (place + 0.45) * WIDE, title) for place, title in enumerate(titles)],
        lines=lines,
        squares=[square for line in lines if line.key for square in _squares(matrix, line.key, names, left, line.y)],
        ink=INKS["light"],
        font=FONT,
        size=SIZE,
        high=HIGH,
        wide=WIDE,
        head=head,
    )


def _lines(matrix: Matrix, y: float) -> Iterator[Line]:
    """From the top down, a gap above each group."""
    for each in grouped_keys(matrix):
        if isinstance(each, str):
            y += GAP
            yield Line(y, GROUPS[each])
        else:
            yield Line(y, printable(label(each, matrix)), each)
        y += HIGH


def _squares(matrix: Matrix, key: Key, names: list[str], left: float, y: float) -> Iterator[Square]:
    """Nothing where a fault was not tried."""
    for place, name in enumerate(names):
        if cell := matrix.cells.get((name, key)):
            yield _square(cell, left + place * WIDE, y)


def _square(cell: Cell, x: float, y: float) -> Square:
    tint = TINTS[cell.mark]
    return Square(x, y, printable(cell_words(cell)), GROUNDS[tint], FAINT.get(tint, USUAL))


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
