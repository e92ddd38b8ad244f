"""What happens when trouble never ends: requests for one turn, time to give up, what the user sees, and limits."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.report.fitted import Column, fitted
from scoreboard.report.marks import SIGNS
from scoreboard.results.matrix import Cell, Matrix
from scoreboard.runner.catalogue import BASELINE, Card

LONGEST_MESSAGE = 160
ENDURED = ("http_429", "http_429_retry_after", "http_500", "connection_refused", "slow_first_byte")
SHOWN_TO_THE_USER = ("http_429", "http_500", "connection_refused", "slow_first_byte")
ADDRESS = re.compile(r"\b(0x)?(?=[0-9a-f]*[0-9])[0-9a-f]{9,16}\b")  # where a thing lay in memory, which tells nobody


def enduring_tables(matrix: Matrix, width: int) -> Iterable[Table]:
    """Requests for the one turn that fails, and seconds until the end."""
    found = endured_in(matrix)
    columns = [
        Column(Text(f"{base}\n{ALWAYS}"), [Text(endured(cells[base])) for cells in found.values()])
        for base in ENDURED
        if any(base in cells for cells in found.values())
    ]
    return fitted([_name(name) for name in found], columns, width) if columns else []


def endured_in(matrix: Matrix) -> dict[str, dict[str, Cell | None]]:
    """Of each framework that was tried with any: its cell of each lasting trouble that somebody was tried with."""
    bases = [base for base in ENDURED if any(fault == base + ALWAYS for _, fault in matrix.keys)]
    cells = {name: {base: _cell(matrix, name, base) for base in bases} for name in matrix.frameworks}
    return {name: mine for name, mine in cells.items() if any(mine.values())}


def _cell(matrix: Matrix, framework: str, base: str) -> Cell | None:
    """The fault that never ends."""
    found = [
        cell
        for (name, (_, fault)), cell in matrix.cells.items()
        if name == framework and cell.is_rated and fault == base + ALWAYS
    ]
    return found[0] if found else None


def endured(cell: Cell | None) -> str:
    """ "! 9 = 3 x 3, 4.1 s": how it ended, requests that failed = by the framework x by its client, until the end."""
    if cell is None:
        return ""
    row, failed = cell.row, cell.row.delivered
    by_client = row.client_retries or 0
    by_framework = failed - by_client
    split = ""
    if by_client and by_framework > 0:
        even = failed % by_framework == 0
        split = f" = {by_framework} x {failed // by_framework}" if even else f" = {by_framework} + {by_client}"
    least = ">=" if cell.mark in ("timeout", "runaway") else ""
    return f"{SIGNS[cell.mark].character} {least}{failed}{split}, {row.total_ms / 1000:.1f} s"


def seen_by_the_user(matrix: Matrix) -> Iterable[str]:
    """The exception that ends it, or what comes instead, one line for each framework and lasting trouble."""
    for fault, cells in shown_to_the_user(matrix).items():
        yield f"What the user sees of {fault}:"
        yield from (f"  {cell.framework}: {ended_with(cell)}" for cell in cells)


def shown_to_the_user(matrix: Matrix) -> dict[str, list[Cell]]:
    """The cells of each lasting trouble that a user gets to see."""
    found = {
        base + ALWAYS: [cell for name in matrix.frameworks if (cell := _cell(matrix, name, base))]
        for base in SHOWN_TO_THE_USER
    }
    return {fault: cells for fault, cells in found.items() if cells}


def ended_with(cell: Cell) -> str:
    """How a trial ended, as its user saw it."""
    row = cell.row
    if row.verdict == "unsupported":
        return row.reasons[0]
    if row.verdict == "raised":
        message = ADDRESS.sub("...", " ".join((row.error_message or "").split()))
        return textwrap.shorten(f"{row.error_type}: {message}", LONGEST_MESSAGE, placeholder=" ...")
    return textwrap.shorten(f"{cell.mark}: {row.reasons[0]}", LONGEST_MESSAGE, placeholder=" ...")


def default_of(cell: Cell, cards: Mapping[str, Card]) -> str:
    """Which default of the framework makes it so, and how to change it, in the adapter's words."""
    card = cards.get(cell.framework)
    names = (cell.fault.name, cell.fault.base, cell.fault.group)
    return next((card.defaults[name] for name in names if name in card.defaults), "") if card else ""


def limits_tables(matrix: Matrix, cards: Mapping[str, Card], width: int) -> Iterable[Table]:
    """Where a model that never finishes is stopped: by the framework's own limit, or by nobody."""
    cells = limits_in(matrix)
    rows = [cell.row for cell in cells]
    tokens = [tokens_of(cell) for cell in cells]
    several = len({cell.task for cell in cells}) > 1
    names = [_name(cell.framework, f" ({cell.task})" if several else "") for cell in cells]
    columns = [
        Column(Text("calls"), [Text(str(row.requests)) for row in rows]),
        Column(Text("seconds"), [Text(f"{row.total_ms / 1000:.1f}") for row in rows]),
        Column(Text("tokens"), [Text(f"{count:,}" if count else "") for count in tokens]),
        Column(
            Text("ends with; which default makes it so"),
            [Text(limit_words(cell, cards)) for cell in cells],
            wraps=True,
        ),
    ]
    return fitted(names, columns, width) if cells else []


def limits_in(matrix: Matrix) -> list[Cell]:
    """The cells of the model that never finishes."""
    return [cell for (_, (_, fault)), cell in matrix.cells.items() if fault == "never_finishes"]


def tokens_of(cell: Cell) -> int:
    """All tokens that a trial took, as far as they are known."""
    return (cell.row.input_tokens or 0) + (cell.row.output_tokens or 0)


def limit_words(cell: Cell, cards: Mapping[str, Card]) -> str:
    """How it ended; and which default makes it so."""
    return "; ".join(filter(None, (ended_with(cell), default_of(cell, cards))))


def _name(framework: str, more: str = "") -> Text:
    return Text(f"{framework}{more}", style="bold" if framework == BASELINE else "")
