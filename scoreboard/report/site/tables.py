"""Files for whoever wants to compute with what is shown: every trial, the facts, and each table in both forms."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from functools import partial

from scoreboard.report.export import write_csv, write_json
from scoreboard.report.fact_columns import columns_for
from scoreboard.report.facts import in_order
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.untrusted import nameless

FIGURE = re.compile(r"-?\d{1,12}(\.\d+)?(e[+-]\d+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would begin to compute with


def tables(gathered: Gathered) -> Mapping[str, Callable[[], str]]:
    """The files by name."""
    told = {"trials.csv": lambda: _csv(gathered), "trials.json": lambda: _json(gathered)}
    return told | ({"facts.csv": lambda: facts_csv(gathered)} if gathered.board.facts else {})


def twins(files: Mapping[str, Callable[[], str]]) -> Mapping[str, Callable[[], str]]:
    """Every table that is there as CSV alone, as JSON too: a list of objects, one for each line; unknown is null."""
    alone = [name for name in files if name.endswith(".csv") and f"{name[:-4]}.json" not in files]
    return {f"{name[:-4]}.json": partial(_as_json, files[name]) for name in alone}


def _as_json(table: Callable[[], str]) -> str:
    rows = csv.DictReader(io.StringIO(table()))
    return json.dumps([{name: _read(cell) for name, cell in row.items()} for row in rows], indent=1)


def _read(cell: str) -> str | float | None:
    """A figure as a figure; a trial's id may look like one, but is longer."""
    if FIGURE.fullmatch(cell):
        return float(cell) if "." in cell or "e" in cell else int(cell)
    return cell or None


def facts_csv(gathered: Gathered) -> str:
    """One line for each framework, under the names that the columns of `bakeoff facts` have."""
    stream = io.StringIO()
    tables = columns_for(gathered.board.facts).items()
    columns = [(f"{title}: {column.name}", column) for title, its in tables for column in its]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["framework", *(name for name, _ in columns)])
    for facts in in_order(gathered.board.facts):
        writer.writerow([facts.framework, *(column.cell(facts) for _, column in columns)])
    return stream.getvalue()


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
