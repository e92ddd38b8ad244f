"""The matrix as a page shows it: groups of faults down, frameworks with their variants across."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.report.marks import SIGNS
from scoreboard.report.matrix import GROUPS, cell_words, grouped_keys, label, signs_in
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.ways import Way, way_of, way_title
from scoreboard.results.matrix import Cell, Key, Mark, Matrix
from scoreboard.runner.catalogue import family_of

TINTS: dict[Mark, str] = {  # one letter: there are thousands of cells
    **dict.fromkeys(("unaffected", "absorbed", "recovered"), "g"),
    "dirty": "w",
    "raised": "c",
    **dict.fromkeys(("wrong", "runaway", "timeout", "crashed"), "x"),
    **dict.fromkeys(("unsupported", "void"), "u"),
}
ENDS: dict[Mark, str] = {
    "unaffected": "unaffected",
    "absorbed": "absorbed by the client",
    "recovered": "recovered",
    "dirty": "right but dirty",
    "raised": "raised",
    "wrong": "silently wrong",
    "runaway": "ran away",
    "timeout": "hung",
    "crashed": "crashed",
    "unsupported": "not applicable",
    "void": "void",
}


@dataclass(frozen=True)
class Entry:
    """A column of the matrix, or a line of a table: one framework, or one way to use it."""

    framework: str
    family: str
    title: str  # of the family
    way: Way
    way_title: str


@dataclass(frozen=True)
class ShownCell:
    """A sign with a number, and the same for those who cannot see it."""

    words: str
    tint: str
    label: str
    trial: str


@dataclass(frozen=True)
class FaultRow:
    """One fault; `short` where it stands right below the same fault once."""

    name: str
    short: str
    words: str
    cells: list[ShownCell | None]


@dataclass(frozen=True)
class FaultGroup:
    title: str
    rows: list[FaultRow]


def entry(gathered: Gathered, framework: str) -> Entry:
    family = family_of(framework)
    return Entry(framework, family, gathered.title(family), way_of(framework), way_title(framework))


def entries(gathered: Gathered, frameworks: Iterable[str]) -> list[Entry]:
    """Defaults and hardened ones side by side, further variants behind them."""
    found = [entry(gathered, name) for name in frameworks]
    families = list(dict.fromkeys(each.family for each in found))
    return sorted(found, key=lambda each: (families.index(each.family), each.way == "other"))


def shown_cell(gathered: Gathered, cell: Cell, matrix: Matrix) -> ShownCell:
    """ "+4": "LangGraph, http_500: recovered, 4 requests"."""
    ended = ENDS[cell.mark]
    if cell.is_rated:
        ended += f", {cell.row.requests} {'request' if cell.row.requests == 1 else 'requests'}"
    if cell.alike < cell.times:
        ended += f", in {cell.alike} of {cell.times} repeats"
    told = f"{gathered.title(cell.framework)}, {label(cell.key, matrix)}: {ended}"
    return ShownCell(cell_words(cell), TINTS[cell.mark], told, cell.row.id)


def fault_groups(gathered: Gathered, matrix: Matrix) -> list[FaultGroup]:
    """All cells; None where a fault was not tried."""
    names = [each.framework for each in entries(gathered, matrix.frameworks)]
    groups: list[FaultGroup] = []
    before: Key | None = None
    for key in grouped_keys(matrix):
        if isinstance(key, str):
            groups.append(FaultGroup(GROUPS[key], []))
            continue
        cells = [matrix.cells.get((name, key)) for name in names]
        told = [shown_cell(gathered, cell, matrix) if cell else None for cell in cells]
        groups[-1].rows.append(FaultRow(label(key, matrix), _short(key, before), _words(cells), told))
        before = key
    return groups


def _short(key: Key, before: Key | None) -> str:
    task, fault = key
    return ALWAYS.strip("/") if before and fault == before[1] + ALWAYS and task == before[0] else ""


def _words(cells: Iterable[Cell | None]) -> str:
    fault = next(cell.fault for cell in cells if cell)
    return fault.words


def shown_signs(matrix: Matrix) -> list[tuple[str, str, str]]:
    """Of each mark that occurs: its sign, its tint and what it means."""
    return [(SIGNS[mark].character, TINTS[mark], words) for mark, words in signs_in(matrix)]
