"""When things go wrong: who can be told from whom, every cell, and what happens when trouble never ends."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

from scoreboard.report.enduring import (
    ended_with,
    endured,
    endured_in,
    limit_words,
    limits_in,
    shown_to_the_user,
    tokens_of,
)
from scoreboard.report.fault_board import ENDURING, GOT_OVER, LIMITS, different_budgets, faults_json, why_not_rated
from scoreboard.report.site.fault_cells import (
    Entry,
    FaultGroup,
    ShownCell,
    entries,
    entry,
    fault_groups,
    shown_cell,
    shown_signs,
)
from scoreboard.report.site.fault_totals import Totals, sentences, totals
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.report.site.ways import SHOWN_IN, choices
from scoreboard.report.tiers import conclusions, is_apart
from scoreboard.results.matrix import Cell, Matrix
from scoreboard.runner.catalogue import by_family

TITLE = "When things go wrong"


@dataclass(frozen=True)
class Told:
    """A cell with words of its own, in one of the tables below the matrix."""

    entry: Entry
    cell: ShownCell
    task: str
    words: str
    figures: tuple[int | None, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Aside:
    entry: Entry
    reason: str
    faults: list[str]


@dataclass(frozen=True)
class FaultBoard:
    """Everything about one model."""

    model: str
    sentences: list[str]
    conclusions: list[str]
    warnings: list[str]
    totals: Totals
    columns: list[tuple[Entry, list[Entry]]]  # each family's first with all that stand below its title
    groups: list[FaultGroup]
    signs: list[tuple[str, str, str]]
    has_blanks: bool
    differs: bool  # whether repeats ended differently anywhere
    rows: str  # how many faults there are to see
    choices: list[tuple[str, str]]
    changes: list[tuple[Entry, int, int, int, float, bool]]
    limits: list[Told]
    enduring: list[tuple[Entry, dict[str, Told | None]]]
    seen: dict[str, list[Told]]
    asides: list[Aside]


def faults_section(gathered: Gathered) -> Section:
    boards = [fault_board(gathered, matrix) for matrix in gathered.matrices]
    if not boards:
        missing = "No fault was tried yet: `bakeoff run --faults all` tries them."
        return Section(
            "faults", TITLE, "What becomes of a bad reply, a failing network, a broken tool?", missing=missing
        )
    shown = {"boards": boards, "shown_in": SHOWN_IN, "got_over": GOT_OVER, "limits": LIMITS, "enduring": ENDURING}
    data = {"faults.csv": lambda: faults_csv(gathered), "faults.json": lambda: _json(gathered)}
    return Section("faults", TITLE, _lead(gathered.matrices), shown, data)


def _lead(matrices: Iterable[Matrix]) -> str:
    cells = [cell for matrix in matrices for cell in matrix.cells.values()]
    ways = len({cell.fault.base for cell in cells})
    often = ", once or without end," if any(cell.fault.always for cell in cells) else ","
    return (
        f"The model, the network or a tool misbehaves in {ways} {'way' if ways == 1 else 'ways'}{often} "
        "and nothing else changes. Does the answer still come out right, does it end with an honest exception, "
        "or does it end badly without a word?"
    )


def fault_board(gathered: Gathered, matrix: Matrix) -> FaultBoard:
    cells = matrix.cells.values()
    columns = entries(gathered, matrix.frameworks)
    families = {each.family: [other for other in columns if other.family == each.family] for each in columns}
    return FaultBoard(
        model=matrix.model,
        sentences=sentences(matrix, gathered.spoken),
        conclusions=list(conclusions(matrix, gathered.spoken)),
        warnings=list(different_budgets(matrix)),
        totals=totals(gathered, matrix),
        columns=[(each[0], each) for each in families.values()],
        groups=fault_groups(gathered, matrix),
        signs=shown_signs(matrix),
        has_blanks=len(cells) < len(matrix.keys) * len(matrix.frameworks),
        differs=any(cell.alike < cell.times for cell in cells),
        rows=f"{len(matrix.keys)} {'row' if len(matrix.keys) == 1 else 'rows'}",
        choices=choices(matrix.frameworks),
        changes=[
            (entry(gathered, each.variant), each.gained, each.lost, each.cells, each.adjusted_p, is_apart(each))
            for each in matrix.changes
        ],
        limits=_limits(gathered, matrix),
        enduring=_enduring(gathered, matrix),
        seen={
            fault: [_told(gathered, matrix, cell, ended_with(cell)) for cell in seen]
            for fault, seen in shown_to_the_user(matrix).items()
        },
        asides=[Aside(entry(gathered, name), why, told) for (name, why), told in why_not_rated(matrix).items()],
    )


def _told(gathered: Gathered, matrix: Matrix, cell: Cell, words: str, *figures: int | None) -> Told:
    shown = shown_cell(gathered, cell, matrix)
    return Told(
        entry(gathered, cell.framework), shown, gathered.task_title(cell.task), words, figures, cell.row.total_ms / 1000
    )


def _limits(gathered: Gathered, matrix: Matrix) -> list[Told]:
    return [
        _told(gathered, matrix, cell, limit_words(cell, gathered.cards), cell.row.requests, tokens_of(cell) or None)
        for cell in sorted(limits_in(matrix), key=lambda cell: by_family(cell.framework))
    ]


def _enduring(gathered: Gathered, matrix: Matrix) -> list[tuple[Entry, dict[str, Told | None]]]:
    """Of each framework that was tried with any lasting trouble: its cell of each."""
    return [
        (
            entry(gathered, name),
            {base: _told(gathered, matrix, cell, endured(cell)) if cell else None for base, cell in mine.items()},
        )
        for name, mine in endured_in(matrix).items()
    ]


def faults_csv(gathered: Gathered) -> str:
    """One line a cell; unknown is empty, reasons are joined by semicolons."""
    boards = faults_json(gathered.matrices, gathered.cards)
    lines = [
        {"model": each["model"], **cell, "reasons": "; ".join(cell["reasons"])}
        for each in boards
        for cell in each["cells"]
    ]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue()


def _json(gathered: Gathered) -> str:
    return json.dumps(faults_json(gathered.matrices, gathered.cards), indent=1) + "\n"
