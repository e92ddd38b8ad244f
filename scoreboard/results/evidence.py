"""One trial as it was measured, put together from what the store keeps of it; or why that cannot be read."""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scoreboard.errors import StoreError
from scoreboard.meter.call import Call
from scoreboard.results import raw
from scoreboard.results.database import explained
from scoreboard.results.row import Row
from scoreboard.runner.outcome import Outcome

AT_ONCE = 100  # trials whose raw events are read together
RAW_TABLES = {"guests": "take", "tool_runs": "number", "connection_attempts": "number", "calls": "ordinal"}  # in order

RawEvents = Mapping[str, Sequence[raw.Columns]]  # what each of these tables has of one trial


@dataclass(frozen=True)
class Evidence:
    """One trial as it was measured: enough to judge it again."""

    row: Row
    outcome: Outcome
    calls: list[Call]


@dataclass(frozen=True)
class Unreadable:
    """A trial whose raw events are damaged: its figures are all there is."""

    row: Row
    why: str


def evidences(connection: sqlite3.Connection, path: Path, rows: Sequence[Row]) -> Iterator[Evidence | Unreadable]:
    """The raw events of trials, in their order. Those that cannot be read together are read one by one."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        try:
            kept = {table: _of(connection, path, some, table) for table in RAW_TABLES}
        except (StoreError, sqlite3.Error) as error:
            if not is_damage(error):
                raise
            if len(some) == 1:
                yield Unreadable(some[0], str(error.__cause__ or error))
            else:
                for row in some:
                    yield from evidences(connection, path, [row])
        else:
            for row in some:
                yield evidence_of(row, {table: found[row.id, row.take] for table, found in kept.items()})


def evidence_of(row: Row, kept: RawEvents) -> Evidence | Unreadable:
    """What is damaged is told, not raised: one bad disk block does not take all other trials with it."""
    try:
        return _evidence(row, kept)
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        return Unreadable(row, f"{type(error).__name__}: {error}")


def is_damage(error: Exception) -> bool:
    """Whether SQLite found bytes that make no sense to it, rather than a file that it may not read now."""
    cause = error.__cause__ or error
    code = getattr(cause, "sqlite_errorcode", None)  # none where a text is not UTF-8
    return isinstance(cause, sqlite3.Error) and (code is None or code & 0xFF == sqlite3.SQLITE_CORRUPT)


def _of(
    connection: sqlite3.Connection, path: Path, rows: Sequence[Row], table: str
) -> Mapping[tuple[str, int], list[raw.Columns]]:
    """What a table has of these trials, by id and take."""
    places = ", ".join("?" * len(rows))
    statement = f"SELECT * FROM {table} WHERE trial IN ({places}) ORDER BY {RAW_TABLES[table]}"  # noqa: S608
    found = defaultdict[tuple[str, int], list[raw.Columns]](list)
    with explained(path):
        for columns in connection.execute(statement, [row.id for row in rows]):
            found[columns["trial"], columns["take"]].append(dict(columns))
    return found


def _evidence(row: Row, kept: RawEvents) -> Evidence:
    (guest,) = kept["guests"]
    zero_ns: int = guest["started_ns"]
    outcome = replace(
        raw.outcome_from(
            guest,
            [raw.run_from(each, zero_ns) for each in kept["tool_runs"]],
            [raw.attempt_from(each) for each in kept["connection_attempts"]],
        ),
        framework_version=row.framework_version,
        python_version=row.python_version,
    )
    return Evidence(row, outcome, [raw.call_from(each, zero_ns) for each in kept["calls"]])
