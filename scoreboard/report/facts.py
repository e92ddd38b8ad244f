"""`bakeoff facts` on a terminal: what a framework costs before it does anything, each column with its definition."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Literal

import click
from rich.table import Table
from rich.text import Text

from scoreboard.report.fact_columns import Column, brief_columns, columns_for
from scoreboard.report.screen import PIPE_WIDTH, console
from scoreboard.report.untrusted import printable
from scoreboard.results.facts import Facts
from scoreboard.runner.catalogue import BASELINE, by_family
from scoreboard.weigh import Weighed

GAP = 2  # blanks between columns
BRIEF_TITLE = "what each costs before it does anything (bakeoff facts says more, and what each column means)"
NARROWEST_TEXT = 22  # what a column of words can be squeezed to


def conclude_facts(weighed: Weighed, *, as_json: bool) -> int:
    """Shows what is known, says what could not be measured, and gives the exit status."""
    if as_json:
        click.echo(facts_json(weighed))
    elif weighed.facts:
        show_facts(in_order(weighed.facts.values()))
    for name, why in weighed.failures.items():
        click.echo(printable(f"bakeoff: {name} cannot be measured: {why}"), err=True)
    if weighed.interrupted:
        click.echo("Interrupted; what was measured is kept. The same command continues where it stopped.", err=True)
        return 130
    return 1 if weighed.failures else 0


def facts_json(weighed: Weighed) -> str:
    """The same for programs, with every sample."""
    facts = [asdict(facts) for facts in in_order(weighed.facts.values())]
    return json.dumps({"facts": facts, "failures": weighed.failures}, indent=2)


def show_facts(facts: Sequence[Facts]) -> None:
    """Prints the tables on stdout, as wide as the terminal allows, and below each what its columns mean."""
    screen = console()
    for title, columns in columns_for(facts).items():
        for table in _tables(title, columns, in_order(facts), screen.width):
            screen.print(table)
            screen.print()
        for line in definitions(columns):
            print(textwrap.fill(line, screen.width, subsequent_indent="  "))  # noqa: T201
        print()  # noqa: T201
    for line in _words(facts):
        print(textwrap.fill(line, screen.width))  # noqa: T201


def facts_tables(facts: Sequence[Facts], width: int = PIPE_WIDTH, *, brief: bool = False) -> list[Table]:
    """What it weighs, what it leaves behind, what it sends: a row for each framework, the baseline first.

    `brief` is what the scoreboard shows of it.
    """
    groups = {BRIEF_TITLE: brief_columns()} if brief else columns_for(facts)
    tables = (_tables(title, columns, in_order(facts), width) for title, columns in groups.items())
    return [table for each in tables for table in each] if facts else []


def definitions(columns: Sequence[Column]) -> list[str]:
    """One line for each column."""
    return [f"{column.name}: {column.definition}" for column in columns]


def in_order(facts: Iterable[Facts]) -> list[Facts]:
    return sorted(facts, key=lambda each: by_family(each.framework))


def _tables(title: str, columns: Sequence[Column], facts: Sequence[Facts], width: int) -> Iterator[Table]:
    """As many tables as it takes for every column to fit, each with the frameworks' names in front."""
    names = max(len(each.framework) for each in facts)
    fitting, used = list[Column](), names
    for column in columns:
        widest = max(len(line) for each in facts for line in [*column.cell(each).split("\n"), column.name])
        needed = GAP + (min(widest, NARROWEST_TEXT) if column.is_text else widest)
        if fitting and used + needed > width:
            yield _table(title, fitting, facts)
            title, fitting, used = "", [], names
        fitting.append(column)
        used += needed
    yield _table(title, fitting, facts)


def _table(title: str, columns: Sequence[Column], facts: Sequence[Facts]) -> Table:
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
        padding=(0, GAP, 0, 0),
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    for column in columns:
        justify: Literal["left", "right"] = "left" if column.is_text else "right"
        table.add_column(column.name, justify=justify, no_wrap=not column.is_text, overflow="fold")
    for each in facts:
        style = "bold" if each.framework == BASELINE else ""
        cells = (Text(printable(column.cell(each))) for column in columns)
        table.add_row(Text(each.framework, style=style), *cells)
    return table


def _words(facts: Sequence[Facts]) -> Iterable[str]:
    if not facts:
        return
    stamps = [each.stamp for each in facts]
    repeats = sorted({len(each.samples) for each in facts})
    pythons, machines = sorted({s.python_version for s in stamps}), sorted({s.machine for s in stamps})
    yield (
        f"Medians of {' or '.join(map(str, repeats))} fresh workers after one to warm up, on the task {facts[0].task} "
        f"with the simulated model; Python {', '.join(pythons)}; {'; '.join(machines)}."
    )
    cores = os.cpu_count() or 1
    if busy := [each.framework for each in facts if each.stamp.load > cores / 2]:
        which = "all" if len(busy) == len(facts) else ", ".join(busy)
        yield f"Measured on a busy machine, so that its times are unsteady: {which}."
