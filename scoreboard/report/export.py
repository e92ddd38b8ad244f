"""`bakeoff export`: every trial on the scoreboard as a flat row, for whatever people analyse with."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Literal, TextIO

from scoreboard.errors import UsageError
from scoreboard.results.row import Row
from scoreboard.results.store import Store


def export_trials(home: Path, form: Literal["csv", "json"], output: Path | None) -> int:
    """Writes the current trials to a file or to stdout."""
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        rows = store.rows()
    with _opened(output) as stream:
        (write_csv if form == "csv" else write_json)(rows, stream)
    return 0


def write_csv(rows: Sequence[Row], stream: TextIO) -> None:
    """One line a trial under a line of names; unknown is empty, reasons are joined by semicolons."""
    writer = csv.DictWriter(stream, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**asdict(row), "reasons": "; ".join(row.reasons)} for row in rows)


def write_json(rows: Sequence[Row], stream: TextIO) -> None:
    """A list of objects, one a line; unknown is null."""
    lines = ",\n".join(json.dumps(asdict(row)) for row in rows)
    stream.write(f"[\n{lines}\n]\n" if rows else "[]\n")


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror}). Choose another --output.") from error
