"""The screen: as wide as the terminal or COLUMNS says, else wide enough for a board; tables and words upon it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoreboard.report.untrusted import printable

PIPE_WIDTH = 130  # where stdout is no terminal


def console() -> Console:
    """Stdout, for tables."""
    return Console(
        file=sys.stdout, width=None if _is_told() else PIPE_WIDTH, highlight=False, emoji=False, markup=False
    )


def screen_width() -> int:
    """Stdout, for lines."""
    return shutil.get_terminal_size().columns if _is_told() else PIPE_WIDTH


def _is_told() -> bool:
    columns = os.environ.get("COLUMNS", "")
    return sys.stdout.isatty() or (columns.isdecimal() and int(columns) > 0)


def titled(screen: Console, title: str, tables: Iterable[Table]) -> None:
    """Tables under one title; no title where there is no table."""
    tables = list(tables)
    if tables:
        screen.print(title, style="bold")
    for table in tables:
        screen.print(table)
        screen.print()


def say_lines(screen: Console, lines: Iterable[str], indent: int = 4) -> None:
    """Words as wide as the screen, what is folded being indented."""
    lines = list(lines)
    for line in lines:
        told = textwrap.fill(printable(line), screen.width, subsequent_indent=" " * indent, break_on_hyphens=False)
        screen.print(Text(told))
    if lines:
        screen.print()
