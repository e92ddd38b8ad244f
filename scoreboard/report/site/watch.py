"""What is new in a home, asked about once a second while another program measures: cheap, and in nobody's way."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scoreboard.meter.faults.base import NONE
from scoreboard.results.database import explained, open_for_reading
from scoreboard.results.runlock import is_run_going
from scoreboard.results.store import database_path

PATIENCE_S = 2.0  # for a lock that another program holds
# Nothing is ever removed from these tables, so their last row tells whether there is anything new.
_MARK = "SELECT (SELECT max(rowid) FROM trials), (SELECT max(rowid) FROM retired), (SELECT max(rowid) FROM facts)"
_COUNT = "SELECT count(*) FROM current_trials"
_NEWEST = "SELECT framework, task, fault, verdict, started_at, total_ms FROM trials ORDER BY rowid DESC LIMIT 1"

Mark = tuple[int | None, ...]


@dataclass(frozen=True)
class Pulse:
    """The state of a store at one moment, as little of it as tells whether to look closer."""

    mark: Mark
    trials: int
    newest: str = ""  # "strands / dice passed"
    newest_at: str = ""  # when it ended, ISO 8601
    is_running: bool = False


def look(home: Path) -> Pulse:
    """The pulse of a store. StoreError where there is none, or where it cannot be read."""
    path = database_path(home)
    with explained(path), contextlib.closing(open_for_reading(path, PATIENCE_S)) as connection:
        connection.row_factory = sqlite3.Row
        mark: Mark = tuple(connection.execute(_MARK).fetchone())
        (trials,) = connection.execute(_COUNT).fetchone()
        newest = connection.execute(_NEWEST).fetchone()
        file = path.stat().st_ino  # another one, though its rows may be as many
    return Pulse((file, *mark), trials, *_told(newest), is_run_going(home))


def _told(newest: sqlite3.Row | None) -> tuple[str, str]:
    """The newest trial in words, and when it ended."""
    if newest is None:
        return "", ""
    under = "" if newest["fault"] == NONE else f" under {newest['fault']}"
    ended = datetime.fromisoformat(newest["started_at"]) + timedelta(milliseconds=newest["total_ms"])
    return f"{newest['framework']} / {newest['task']}{under} {newest['verdict']}", ended.isoformat()
