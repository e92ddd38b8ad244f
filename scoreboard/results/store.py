"""The store: every trial with its raw events, written once in one transaction and never changed afterwards.

A trial that is measured anew gets another take; the old one is retired, not removed. At most one take is current.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from scoreboard.errors import StoreError
from scoreboard.meter.call import Call
from scoreboard.results import raw
from scoreboard.results.database import explained, open_for_reading, open_for_writing, transaction
from scoreboard.results.evidence import Evidence, Unreadable, evidences, is_damage
from scoreboard.results.judge import Judgement
from scoreboard.results.row import Row, Stamps, row_of
from scoreboard.results.runlock import RunLock
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.plan import Trial

__all__ = ["Evidence", "RunLock", "Store", "Unreadable", "database_path"]

Why = Literal["fresh", "void"]

PATIENCE_S = 10.0  # for a lock that another program holds
_ROW = ", ".join(field.name for field in fields(Row))


def database_path(home: Path) -> Path:
    return home / "scoreboard.db"


class Store:
    """One connection, for one thread. Several programs may read while one writes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._connection.row_factory = sqlite3.Row

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False, patience_s: float = PATIENCE_S) -> Store:
        """For a run: made where there is none. Read only: StoreError where nothing has been measured."""
        path = database_path(home)
        return cls((open_for_reading if read_only else open_for_writing)(path, patience_s), path)

    def close(self) -> None:
        self._connection.close()

    def done(self, ids: Iterable[str]) -> set[str]:
        """Which of these trials need not be run again: they are current, and not void."""
        with explained(self.path):
            found = self._connection.execute("SELECT id FROM current_trials WHERE verdict != 'void'")
            return set(ids) & {row["id"] for row in found}

    def add(
        self,
        trial: Trial,
        outcome: Outcome,
        calls: Sequence[Call],
        judgement: Judgement,
        stamps: Stamps,
        replacing: Why | None = None,
    ) -> bool:
        """Stores a trial, whole or not at all. False, and nothing is stored, where it has a current take already.

        `replacing` retires that take in the same moment: any take for "fresh", one that is void for "void".
        """
        calls = [raw.credible(call) for call in calls]
        row = row_of(trial, outcome, calls, judgement, stamps)
        with explained(self.path), transaction(self._connection):
            if replacing:
                self._retire([row.id], replacing)
            takes = self._connection.execute("SELECT coalesce(max(take), 0) FROM trials WHERE id = ?", (row.id,))
            row = replace(row, take=takes.fetchone()[0] + 1)
            if not self._insert("trials", _row_columns(row)):
                return False
            key = {"trial": row.id, "take": row.take}
            for table, columns in _raw_columns(outcome, calls):
                self._insert(table, {**key, **columns})
        return True

    def retire(self, ids: Iterable[str], why: Why) -> int:
        """Takes the current takes of these trials off the scoreboard, all or none. How many there were."""
        with explained(self.path), transaction(self._connection):
            return self._retire(ids, why)

    def _retire(self, ids: Iterable[str], why: Why) -> int:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        statement = (
            "INSERT INTO retired (trial, take, at, why) SELECT id, take, ?1, ?2 FROM current_trials "
            "WHERE id = ?3 AND (?2 = 'fresh' OR verdict = 'void')"
        )
        return max(0, self._connection.executemany(statement, [(at, why, each) for each in ids]).rowcount)

    def rows(self, ids: Iterable[str] | None = None) -> list[Row]:
        """The current trials (of these ids), in an order that never varies."""
        wanted = None if ids is None else set(ids)
        order = "model, task, fault, framework, repeat, seed, id"
        with explained(self.path):
            found = self._connection.execute(f"SELECT {_ROW} FROM current_trials ORDER BY {order}")  # noqa: S608
            return [_row(columns) for columns in found if wanted is None or columns["id"] in wanted]

    def frameworks(self) -> set[str]:
        """The names of all frameworks there are current trials of."""
        with explained(self.path):
            return {name for (name,) in self._connection.execute("SELECT DISTINCT framework FROM current_trials")}

    def streaming(self) -> set[str]:
        """The ids of all current trials in which the model was asked for a stream."""
        statement = (
            "SELECT DISTINCT current_trials.id FROM current_trials JOIN calls ON trial = current_trials.id "
            "AND calls.take = current_trials.take WHERE streamed"
        )
        with explained(self.path):
            return {each for (each,) in self._connection.execute(statement)}

    def find(self, prefix: str) -> list[Row]:
        """The trials whose id begins so, each in its last take."""
        statement = (
            f"SELECT {_ROW} FROM trials WHERE id >= :low AND id < :high "  # noqa: S608
            "AND take = (SELECT max(take) FROM trials AS all_takes WHERE all_takes.id = trials.id) ORDER BY id"
        )
        with explained(self.path):
            found = self._connection.execute(statement, {"low": prefix, "high": f"{prefix}\U0010ffff"})
            return [_row(columns) for columns in found]

    def evidence(self, trial_id: str, take: int | None = None) -> Evidence:
        """A trial's raw events, of its last take or of the one asked for."""
        statement = (
            f"SELECT {_ROW} FROM trials WHERE id = ? AND take = coalesce(?, "  # noqa: S608
            "(SELECT max(take) FROM trials AS all_takes WHERE all_takes.id = trials.id))"
        )
        with explained(self.path):
            columns = self._connection.execute(statement, (trial_id, take)).fetchone()
        if columns is None:
            raise StoreError(f"There is no trial {trial_id} in {self.path}; `bakeoff export` lists all of them.")
        (found,) = self.evidences([_row(columns)])
        if isinstance(found, Unreadable):
            raise StoreError(f"What was said in trial {trial_id} is damaged in {self.path} ({found.why}).")
        return found

    def evidences(self, rows: Sequence[Row]) -> Iterator[Evidence | Unreadable]:
        """The raw events of many trials, in their order and in few reads. What is damaged is told, and stops nothing.

        A trial is written whole and never changed, so that the reads need not be of one moment.
        """
        return evidences(self._connection, self.path, rows)

    def input_tokens(self, rows: Iterable[Row]) -> dict[str, tuple[int | None, ...]]:
        """Of each trial the input tokens of every request that the model answered, in order; None where unknown.

        A damaged trial is left out.
        """
        statement = (
            "SELECT input_tokens FROM calls WHERE trial = ? AND take = ? AND dialect IS NOT NULL "
            "AND status BETWEEN 200 AND 299 ORDER BY ordinal"
        )
        found = {}
        for row in rows:
            try:
                with explained(self.path):
                    calls = self._connection.execute(statement, (row.id, row.take)).fetchall()
                found[row.id] = tuple(tokens for (tokens,) in calls)
            except (StoreError, sqlite3.Error) as error:
                if not is_damage(error):
                    raise
        return found

    def _insert(self, table: str, columns: Mapping[str, Any]) -> bool:
        names, values = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608
        return self._connection.execute(statement, tuple(columns.values())).rowcount == 1


def _raw_columns(outcome: Outcome, calls: Sequence[Call]) -> Iterator[tuple[str, raw.Columns]]:
    zero_ns = outcome.started_ns
    yield "guests", raw.guest_columns(outcome)
    for call in calls:
        yield "calls", raw.call_columns(call, zero_ns)
    for number, run in enumerate(outcome.tool_log, start=1):
        yield "tool_runs", raw.run_columns(number, run, zero_ns)
    for number, attempt in enumerate(outcome.connections, start=1):
        yield "connection_attempts", raw.attempt_columns(number, attempt)


def _row_columns(row: Row) -> raw.Columns:
    columns = {name: raw.text(value) if isinstance(value, str) else value for name, value in asdict(row).items()}
    return {**columns, "reasons": json.dumps(row.reasons)}


def _row(columns: sqlite3.Row) -> Row:
    return Row(**{**dict(columns), "reasons": tuple(json.loads(columns["reasons"]))})
