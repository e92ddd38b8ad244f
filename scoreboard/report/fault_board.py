"""The board of faults: the matrix, what it comes to, and what happens when trouble never ends."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoreboard.report.enduring import default_of, ended_with, enduring_tables, limits_tables, seen_by_the_user
from scoreboard.report.marks import SIGNS
from scoreboard.report.matrix import cell_text, label, legend, matrix_tables, totals_tables
from scoreboard.report.remarks import versions
from scoreboard.report.screen import console, say_lines, titled
from scoreboard.report.tiers import conclusions
from scoreboard.report.untrusted import printable
from scoreboard.results.matrix import Cell, Matrix
from scoreboard.runner.catalogue import Card, family_of

By = Literal["fault", "framework"]
FEW = 3  # faults that are told of in detail
GOT_OVER = "What they got over, of what can be got over: not what never ends, nor a wrong key or a lost result"
LIMITS = "Limits by default: where a model that never finishes is stopped"
ENDURING = "Trouble that never ends: requests for one turn of the model (by the framework x by its client), and seconds"


def show_faults(matrices: Sequence[Matrix], cards: Mapping[str, Card], by: By) -> None:
    """Prints each matrix on stdout, as wide as the terminal allows."""
    screen = console()
    for matrix in matrices:
        screen.print(f"Faults (model {matrix.model})", style="bold")
        if by == "framework":
            _by_framework(screen, matrix, cards)
        else:
            _by_fault(screen, matrix, cards)


def _by_fault(screen: Console, matrix: Matrix, cards: Mapping[str, Card]) -> None:
    for table in matrix_tables(matrix, screen.width):
        screen.print(table)
        screen.print()
    say_lines(screen, legend(matrix))
    if len({fault for _, fault in matrix.keys}) <= FEW:
        _details(screen, matrix, cards)
        return
    titled(screen, GOT_OVER, totals_tables(matrix, screen.width))
    say_lines(screen, conclusions(matrix))
    say_lines(screen, set_aside(matrix))
    titled(screen, ENDURING, enduring_tables(matrix, screen.width))
    say_lines(screen, seen_by_the_user(matrix))
    titled(screen, LIMITS, limits_tables(matrix, cards, screen.width))
    say_lines(screen, _measured(matrix, cards))
    say_lines(screen, _hints(matrix))


def _by_framework(screen: Console, matrix: Matrix, cards: Mapping[str, Card]) -> None:
    """Each framework by itself, its variants beside it: how it ended, why, and which default does it."""
    for family in dict.fromkeys(family_of(name) for name in matrix.frameworks):
        names = [name for name in matrix.frameworks if family_of(name) == family]
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", title_justify="left")
        table.add_column(Text(family, style="bold"), no_wrap=True)
        for name in names:
            table.add_column(name.partition("/")[2] or "default", no_wrap=True)
        table.add_column(f"what came of it in {names[0]}, and which default makes it so")
        for key in matrix.keys:
            cells = [matrix.cells.get((name, key)) for name in names]
            if any(cells):
                first = next(cell for cell in cells if cell)
                table.add_row(Text(label(key, matrix)), *map(cell_text, cells), Text(printable(in_words(first, cards))))
        screen.print(table)
        screen.print()
    say_lines(screen, legend(matrix))


def _details(screen: Console, matrix: Matrix, cards: Mapping[str, Card]) -> None:
    """Every cell in words: what came of it, which default makes it so, and where to see all of it."""
    for key in matrix.keys:
        cells = [cell for name in matrix.frameworks if (cell := matrix.cells.get((name, key)))]
        fault = cells[0].fault
        told = f"{label(key, matrix)}: {fault.words} At the wire: {fault.wire}. Got over: {fault.recovered}."
        say_lines(screen, [told])
        for cell in cells:
            sign = SIGNS[cell.mark].character
            line = f"{sign} {cell.framework}: {in_words(cell, cards)} (bakeoff trial {cell.row.id})"
            screen.print(Text(textwrap.fill(printable(line), screen.width, subsequent_indent="    ")))
        screen.print()


def in_words(cell: Cell, cards: Mapping[str, Card]) -> str:
    """What came of it, and which default makes it so."""
    default = default_of(cell, cards)
    return f"{what_came_of(cell).rstrip('.')}{f'. By default: {default}' if default else ''}"


def what_came_of(cell: Cell) -> str:
    """How the trial ended, in a few words."""
    if cell.row.verdict == "passed" and cell.mark == "dirty":
        return f"dirty: {cell.row.reasons[0]}"
    if cell.row.verdict == "passed":
        return f"{cell.mark} in {cell.row.requests} requests"
    return ended_with(cell)


def set_aside(matrix: Matrix) -> Iterable[str]:
    """The cells that are in no rate, and why: one line for each framework and reason."""
    why = why_not_rated(matrix)
    if why:
        yield "In no rate:"
    for (framework, reason), labels in why.items():
        yield f"  {framework}: {reason} ({', '.join(labels)})"


def why_not_rated(matrix: Matrix) -> dict[tuple[str, str], list[str]]:
    """The faults that are in no rate, by framework and reason."""
    why: dict[tuple[str, str], list[str]] = {}
    for (framework, key), cell in matrix.cells.items():
        if not cell.is_rated:
            why.setdefault((framework, _why_not(cell)), []).append(label(key, matrix))
    return {pair: why[pair] for pair in sorted(why, key=lambda pair: (matrix.frameworks.index(pair[0]), pair[1]))}


def _why_not(cell: Cell) -> str:
    if cell.mark == "void" and cell.row.verdict != "void":
        return "void: it fails the task without any fault"
    return f"{'void: ' if cell.mark == 'void' else ''}{cell.row.reasons[0]}"


def _measured(matrix: Matrix, cards: Mapping[str, Card]) -> Iterable[str]:
    """What was baked, and a warning where it was not baked under the same terms."""
    rows = [cell.row for cell in matrix.cells.values()]
    yield from versions(rows, cards)[:1]
    yield from different_budgets(matrix)


def different_budgets(matrix: Matrix) -> Iterable[str]:
    """A warning where cells were not measured under the same terms."""
    usual = {
        (cell.row.timeout_s / cell.fault.stretch.seconds, cell.row.max_calls / cell.fault.stretch.calls)
        for cell in matrix.cells.values()
    }
    if len(usual) > 1:
        told = ", ".join(f"{seconds:g} s and {calls:g} calls" for seconds, calls in sorted(usual))
        yield f"These cells were measured with different budgets ({told}): do not compare one with another."


def _hints(matrix: Matrix) -> Iterable[str]:
    (framework, (task, fault)), _ = list(matrix.cells.items())[-1]
    yield f"Every cell in words: bakeoff show --faults {fault}, or all of one: --by framework --frameworks {framework}"
    yield f"The exact exchange in a cell: bakeoff trial {framework}:{task}:{fault}"


def faults_json(matrices: Sequence[Matrix], cards: Mapping[str, Card]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "model": matrix.model,
            "cells": [_cell_json(cell, cards) for cell in matrix.cells.values()],
            "standings": [asdict(standing) for standing in matrix.standings],
            "got_over": asdict(matrix.got_over),
            "ended_well": asdict(matrix.ended_well),
            "changes": [asdict(change) for change in matrix.changes],
        }
        for matrix in matrices
    ]


def _cell_json(cell: Cell, cards: Mapping[str, Card]) -> dict[str, Any]:
    row = cell.row
    figures = ("requests", "turns", "client_retries", "framework_retries", "delivered", "total_ms")
    return {
        "framework": cell.framework,
        "task": cell.task,
        "fault": cell.fault.name,
        "group": cell.fault.group,
        "mark": cell.mark,
        "verdict": row.verdict,
        "times": cell.times,
        "alike": cell.alike,
        **{name: getattr(row, name) for name in figures},
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "error_type": row.error_type,
        "error_message": row.error_message,
        "reasons": row.reasons,
        "trial": row.id,
        "default": default_of(cell, cards),
    }
