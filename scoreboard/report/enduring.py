"""What happens when trouble never ends: requests for one turn, time to give up, what the user sees, and limits."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.report.marks import SIGNS
from scoreboard.results.matrix import Cell, Matrix
from scoreboard.runner.catalogue import BASELINE

GAP = 2
LONGEST_MESSAGE = 160
ENDURED = ("http_429", "http_429_retry_after", "http_500", "connection_refused", "slow_first_byte")
SHOWN_TO_THE_USER = ("http_429", "http_500", "connection_refused")


def enduring_table(matrix: Matrix) -> Table | None:
    """Requests for the one turn that fails, and seconds until the end; None where no such fault was tried."""
    faults = [name for name in ENDURED if any(fault in (name, name + ALWAYS) for _, fault in matrix.keys)]
    if not faults:
        return None
    table = _table_with(*(f"{name}{'' if name == 'slow_first_byte' else ALWAYS}" for name in faults))
    for framework in matrix.frameworks:
        cells = [_cell(matrix, framework, name) for name in faults]
        if any(cells):
            table.add_row(_name(framework), *(Text(_endured(cell)) for cell in cells))
    return table


def _cell(matrix: Matrix, framework: str, base: str) -> Cell | None:
    """The fault that never ends, or the one that waits for ever by itself."""
    found = [
        cell
        for (name, (_, fault)), cell in matrix.cells.items()
        if name == framework and cell.is_rated and fault == base + ("" if base == "slow_first_byte" else ALWAYS)
    ]
    return found[0] if found else None


def _endured(cell: Cell | None) -> str:
    """ "! 9 = 3 x 3, 4.1 s": how it ended, requests that failed = by the framework x by its client, until the end."""
    if cell is None:
        return ""
    row, failed = cell.row, cell.row.delivered
    by_framework = failed - (row.client_retries or 0)
    split = f" = {by_framework} x {failed / by_framework:.3g}" if by_framework > 0 and row.client_retries else ""
    return f"{SIGNS[cell.mark].character} {failed}{split}, {row.total_ms / 1000:.1f} s"


def seen_by_the_user(matrix: Matrix) -> Iterable[str]:
    """The exception that ends it, or what comes instead, one line for each framework and lasting trouble."""
    for base in SHOWN_TO_THE_USER:
        cells = [(name, _cell(matrix, name, base)) for name in matrix.frameworks]
        told = [f"  {name}: {ended_with(cell)}" for name, cell in cells if cell]
        if told:
            yield f"{base}{ALWAYS}:"
            yield from told


def ended_with(cell: Cell) -> str:
    """How a trial ended, as its user saw it."""
    row = cell.row
    if row.verdict == "unsupported":
        return row.reasons[0]
    if row.verdict == "raised":
        message = " ".join((row.error_message or "").split())
        return textwrap.shorten(f"{row.error_type}: {message}", LONGEST_MESSAGE, placeholder=" ...")
    return textwrap.shorten(f"{cell.mark}: {row.reasons[0]}", LONGEST_MESSAGE, placeholder=" ...")


def limits_table(matrix: Matrix) -> Table | None:
    """Where a model that never finishes is stopped: by the framework's own limit, or by nobody."""
    cells = [cell for (_, (_, fault)), cell in matrix.cells.items() if fault == "never_finishes"]
    if not cells:
        return None
    table = _table_with("calls", "seconds", "tokens")
    table.add_column("ends with", justify="left")
    for cell in cells:
        row = cell.row
        tokens = (row.input_tokens or 0) + (row.output_tokens or 0)
        figures = (str(row.requests), f"{row.total_ms / 1000:.1f}", f"{tokens:,}" if row.input_tokens else "")
        table.add_row(_name(cell.framework), *figures, Text(ended_with(cell)))
    return table


def _table_with(*heads: str) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _name(framework: str) -> Text:
    return Text(framework, style="bold" if framework == BASELINE else "")
