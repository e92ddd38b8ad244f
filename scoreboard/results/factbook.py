"""The factbook: facts in the scoreboard's database, written once and never changed; what is newer comes on top."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from scoreboard.meter.call import Call
from scoreboard.results import raw
from scoreboard.results.database import explained, open_for_reading, open_for_writing, transaction
from scoreboard.results.facts import Facts
from scoreboard.results.store import PATIENCE_S, database_path
from scoreboard.runner.plan import Origin

_MADE_OF = ("framework", "adapter_digest", "task_digest", "lock_digest", "harness_digest", "python")
_LATEST = "SELECT facts FROM facts AS f WHERE {} ORDER BY measured_at DESC, take DESC LIMIT 1"
_FACTS = TypeAdapter(Facts)

MadeOf = tuple[str, str, str]  # the framework, the digest of its adapter, the digest of its lock


class Factbook:
    """One connection, for one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, home: Path, *, read_only: bool = False) -> Factbook:
        """To write: made where there is none. Read only: StoreError where nothing has been measured."""
        path = database_path(home)
        return cls((open_for_reading if read_only else open_for_writing)(path, PATIENCE_S), path)

    def close(self) -> None:
        self._connection.close()

    def add(self, facts: Facts, origin: Origin, calls: Sequence[Call]) -> None:
        """Stores facts with the requests they were read off, on top of what is known of the same framework."""
        requests = json.dumps([call.request_body.decode("utf-8", "backslashreplace") for call in calls])
        columns = dict(zip(_MADE_OF, _made_of(facts.framework, origin), strict=True)) | {
            "measured_at": facts.stamp.measured_at,
            "framework_version": facts.footprint.version,
            "facts": json.dumps(asdict(facts)),
            "requests": raw.packed_text(requests),
        }
        names, values = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"INSERT INTO facts (take, {names}) VALUES (?, {values})"  # noqa: S608
        with explained(self.path), transaction(self._connection):
            take = 1 + self._takes(facts.framework, origin)
            self._connection.execute(statement, (take, *columns.values()))

    def find(self, framework: str, origin: Origin) -> Facts | None:
        """The newest facts on a framework that are made of exactly this."""
        where = " AND ".join(f"{name} = ?" for name in _MADE_OF)
        return self._one(_LATEST.format(where), _made_of(framework, origin))

    def newest(self) -> dict[MadeOf, Facts]:
        """The newest facts on every framework, adapter and lock there are any of."""
        columns = "framework, adapter_digest, lock_digest, facts"
        with explained(self.path):
            found = self._connection.execute(f"SELECT {columns} FROM facts ORDER BY measured_at, take").fetchall()  # noqa: S608
        latest = {(framework, adapter, lock): text for framework, adapter, lock, text in found}
        return {made_of: _FACTS.validate_python(json.loads(text)) for made_of, text in latest.items()}

    def _one(self, statement: str, values: tuple[Any, ...]) -> Facts | None:
        with explained(self.path):
            found = self._connection.execute(statement, values).fetchone()
        return _FACTS.validate_python(json.loads(found[0])) if found else None

    def _takes(self, framework: str, origin: Origin) -> int:
        where = " AND ".join(f"{name} = ?" for name in _MADE_OF)
        statement = f"SELECT coalesce(max(take), 0) FROM facts WHERE {where}"  # noqa: S608
        return int(self._connection.execute(statement, _made_of(framework, origin)).fetchone()[0])


def _made_of(framework: str, origin: Origin) -> tuple[str, ...]:
    return (framework, origin.adapter, origin.task, origin.lock, origin.harness, origin.python)
