"""The scoreboard on a terminal: one table a task, the baseline first, everything else relative to it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table
from rich.text import Text

from scoreboard.meter.faults.base import NONE
from scoreboard.report.claims import TITLE as CLAIMS
from scoreboard.report.claims import anything_claimed, claims_tables, shown_name
from scoreboard.report.facts import facts_tables
from scoreboard.report.remarks import remarks
from scoreboard.report.screen import console
from scoreboard.report.untrusted import printable
from scoreboard.results.comparison import Comparison, Entry, RulerProblem, comparisons, newest, ruler_problems
from scoreboard.results.factbook import MadeOf
from scoreboard.results.facts import Facts
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import BASELINE, Card, family_of

GAP = 2  # blanks between columns

Cell = Callable[[Entry], str]


@dataclass(frozen=True)
class Column:
    """A name, and what an entry shows there."""

    name: str
    cell: Cell


@dataclass(frozen=True)
class Board:
    """What the scoreboard says of some rows."""

    rows: Sequence[Row]
    comparisons: Sequence[Comparison]
    ruler: Sequence[RulerProblem]  # what speaks against the ruler; empty when it is straight
    set_aside: int  # trials made of other things than the newest, which are not compared
    folded: Sequence[str]  # variants that are measured and not shown
    facts: Sequence[Facts]  # on the very adapters and locks that were baked

    @classmethod
    def of(cls, rows: Sequence[Row], stored: Iterable[str] = (), facts: Mapping[MadeOf, Facts] | None = None) -> Board:
        """The board of some rows; `stored` are the names of all frameworks there are rows of."""
        healthy = [row for row in rows if row.fault == NONE]
        kept = newest(healthy)
        shown = {row.framework for row in kept}
        families = {family_of(name) for name in shown}
        folded = sorted(name for name in set(stored) - shown if family_of(name) in families)
        baked = {(row.framework, row.adapter_digest, row.lock_digest) for row in kept}
        known = [each for made_of, each in (facts or {}).items() if made_of in baked]
        return cls(
            kept,
            comparisons(kept),
            ruler_problems(kept),
            len(healthy) - len(kept),
            folded,
            known,
        )


def board_json(board: Board) -> str:
    """The same figures for programs."""
    shown = [
        {**asdict(comparison), "entries": [asdict(e) for e in comparison.entries]} for comparison in board.comparisons
    ]
    more = {
        "ruler_problems": [each.words for each in board.ruler],
        "set_aside": board.set_aside,
        "folded": board.folded,
        "facts": [asdict(each) for each in board.facts],
    }
    return json.dumps({"comparisons": shown, **more}, indent=2)


def show(board: Board, cards: Mapping[str, Card], titles: Mapping[str, str]) -> None:
    """Prints the board on stdout, as wide as the terminal allows."""
    screen = console()
    for comparison in board.comparisons:
        screen.print(_heading(comparison, titles), style="bold")
        for table in _tables(comparison, screen.width):
            screen.print(table)
        screen.print()
    if any(anything_claimed(comparison.entries) for comparison in board.comparisons):
        screen.print(CLAIMS, style="bold")
        for table in claims_tables(board.comparisons, screen.width, GAP):
            screen.print(table)
        screen.print()
    for table in facts_tables(board.facts, screen.width, brief=True):
        screen.print(table)
        screen.print()
    for line in remarks(board, cards):
        print(textwrap.fill(printable(line), screen.width, break_on_hyphens=False))  # noqa: T201


def _heading(comparison: Comparison, titles: Mapping[str, str]) -> str:
    fault = "" if comparison.fault == "none" else f", fault {comparison.fault}"
    return f"{comparison.task}: {titles.get(comparison.task, '')} (model {comparison.model}{fault})"


def _tables(comparison: Comparison, width: int) -> Iterable[Table]:
    """As many tables as it takes for every column to fit, each with the frameworks' names in front."""
    names = max(len(_name(entry, comparison)) for entry in comparison.entries)
    columns, used = list[Column](), names
    for column in [*_outcome_columns(comparison), *_TIME, *_WIRE]:
        needed = GAP + max(len(column.name), *(len(column.cell(entry)) for entry in comparison.entries))
        if columns and used + needed > width:
            yield _table(comparison, columns)
            columns, used = [], names
        columns.append(column)
        used += needed
    yield _table(comparison, columns)


def _table(comparison: Comparison, columns: Sequence[Column]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(column.name, justify="right", no_wrap=True)
    for entry in comparison.entries:
        style = "bold" if entry.framework == BASELINE else ""
        table.add_row(Text(_name(entry, comparison), style=style), *(Text(column.cell(entry)) for column in columns))
    return table


def _name(entry: Entry, comparison: Comparison) -> str:
    return shown_name(entry.framework, [other.framework for other in comparison.entries])


def _outcome_columns(comparison: Comparison) -> list[Column]:
    """The interval only where there is chance, how else trials ended only where some did."""
    columns = [Column("trials", lambda entry: str(entry.trials)), Column("passed", _passed)]
    optional = [Column("95 %", _interval), Column("otherwise", _otherwise)]
    return columns + [each for each in optional if any(each.cell(entry) for entry in comparison.entries)]


def _passed(entry: Entry) -> str:
    if entry.pass_rate is None:
        return "unsupported" if entry.unsupported else ""
    return f"{entry.pass_rate:.0%}".replace("%", " %")


def _interval(entry: Entry) -> str:
    return f"{entry.interval[0]:.0%}-{entry.interval[1]:.0%}" if entry.interval else ""


def _otherwise(entry: Entry) -> str:
    """How the trials ended that did not pass."""
    ended = [f"{n} {verdict}" for verdict, n in entry.verdicts.items() if verdict not in ("passed", "unsupported")]
    return ", ".join(ended)


def _figure(name: str, digits: int) -> Cell:
    """A median, and how many times the baseline's it is."""

    def cell(entry: Entry) -> str:
        value, times = getattr(entry.medians, name), getattr(entry.relative, name)
        if value is None:
            return ""
        return f"{value:.{digits}f}" + (f" {times:.1f}x" if times is not None else "     ")

    return cell


_TIME = [
    Column("total ms", _figure("total_ms", 1)),
    Column("model", _figure("model_ms", 1)),
    Column("tools", _figure("tools_ms", 1)),
    Column("framework", _figure("framework_ms", 1)),
]
_WIRE = [
    Column("calls", _figure("calls", 0)),
    Column("input tok", _figure("input_tokens", 0)),
    Column("output tok", _figure("output_tokens", 0)),
    Column("lines", _figure("lines_of_code", 0)),
]
