"""What no single section shows: every trial as a row, for whoever wants to compute with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from scoreboard.report.export import write_csv, write_json
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.untrusted import nameless

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would begin to compute with


def tables(gathered: Gathered) -> Mapping[str, Callable[[], str]]:
    """The files by name."""
    return {"trials.csv": lambda: _csv(gathered), "trials.json": lambda: _json(gathered)}


def _csv(gathered: Gathered) -> str:
    stream = io.StringIO()
    write_csv(gathered.rows, stream)
    return stream.getvalue()


def _json(gathered: Gathered) -> str:
    stream = io.StringIO()
    write_json(gathered.rows, stream)
    return stream.getvalue()


def published(name: str, text: Callable[[], str]) -> str:
    """A file as it may be published: without this machine's places, and nothing that a spreadsheet would run."""
    told = nameless(text())
    return harmless(told) if name.endswith(".csv") else told


def harmless(table: str) -> str:
    """A CSV in which a text that looks like a formula has a ' in front. The JSON beside it has it as it is."""
    csv.field_size_limit(max(csv.field_size_limit(), len(table)))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_quoted(cell) for cell in row] for row in csv.reader(io.StringIO(table)))
    return stream.getvalue()


def _quoted(cell: str) -> str:
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
