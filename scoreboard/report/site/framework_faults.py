"""Every fault of one framework in words: what came of it, which default makes it so, and what changes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoreboard.report.enduring import default_of
from scoreboard.report.fault_board import what_came_of
from scoreboard.report.matrix import GROUPS, grouped_keys, label
from scoreboard.report.site.fault_cells import Entry, ShownCell, entries, shown_cell, shown_signs
from scoreboard.report.site.fault_totals import Total, Totals, totals
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.ways import way_of, way_title
from scoreboard.results.matrix import Cell, Key, Matrix
from scoreboard.runner.catalogue import family_of


@dataclass(frozen=True)
class Story:
    """One cell: its sign, and what came of it."""

    cell: ShownCell
    words: str


@dataclass(frozen=True)
class FaultStory:
    """One fault, in every way to use the framework that was tried with it."""

    name: str
    words: str
    wire: str
    got_over: str  # what counts as that
    stories: list[Story | None]
    defaults: dict[str, str]  # which make it so, each once, with the variant that has another


@dataclass(frozen=True)
class StoryGroup:
    title: str
    faults: list[FaultStory]


@dataclass(frozen=True)
class Stories:
    """All faults with one model."""

    model: str
    entries: list[Entry]
    totals: Totals
    groups: list[StoryGroup]
    signs: list[tuple[str, str, str]]


def stories(gathered: Gathered, family: str) -> list[Stories]:
    """One for each model that the framework was tried with under faults."""
    found = []
    for matrix in gathered.matrices:
        mine = entries(gathered, [name for name in matrix.frameworks if family_of(name) == family])
        if mine:
            found.append(
                Stories(
                    matrix.model,
                    mine,
                    _totals(gathered, matrix, family),
                    _groups(gathered, matrix, mine),
                    shown_signs(matrix),
                )
            )
    return found


def _totals(gathered: Gathered, matrix: Matrix, family: str) -> Totals:
    every = totals(gathered, matrix)
    mine: list[Total] = [line for line in every.lines if line.entry.family == family or line.entry.way == "always"]
    return Totals(every.groups, every.ends, mine)


def _groups(gathered: Gathered, matrix: Matrix, mine: Sequence[Entry]) -> list[StoryGroup]:
    """The faults that any of them was tried with."""
    groups: list[StoryGroup] = []
    for key in grouped_keys(matrix):
        if isinstance(key, str):
            groups.append(StoryGroup(GROUPS[key], []))
        elif story := _fault(gathered, matrix, mine, key):
            groups[-1].faults.append(story)
    return [group for group in groups if group.faults]


def _fault(gathered: Gathered, matrix: Matrix, mine: Sequence[Entry], key: Key) -> FaultStory | None:
    cells = [matrix.cells.get((each.framework, key)) for each in mine]
    known = [cell for cell in cells if cell]
    if not known:
        return None
    fault = known[0].fault
    return FaultStory(
        label(key, matrix),
        fault.words,
        fault.wire,
        fault.recovered,
        [Story(shown_cell(gathered, cell, matrix), what_came_of(cell)) if cell else None for cell in cells],
        _defaults(gathered, known),
    )


def _defaults(gathered: Gathered, cells: Iterable[Cell]) -> dict[str, str]:
    """A variant's only where it is not what has been told already."""
    told: dict[str, str] = {}
    for cell in cells:
        default, way = default_of(cell, gathered.cards), way_title(cell.framework)
        if default and default not in told:
            told[default] = way if way_of(cell.framework) in ("hardened", "other") else ""
    return told
