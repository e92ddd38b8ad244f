"""How wide the screen is: what the terminal or COLUMNS says, and where neither does, wide enough for a board."""

from __future__ import annotations

import os
import shutil
import sys

from rich.console import Console

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
