"""`bakeoff prompts`: what was really sent to the model, by one framework, or by two side by side."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

import click

from scoreboard.bake import Order, bake
from scoreboard.errors import BakeoffError, UsageError
from scoreboard.meter.model import ModelSpec
from scoreboard.report.progress import progress
from scoreboard.report.screen import screen_width
from scoreboard.report.sent import Sent, lines_of, sent
from scoreboard.report.side_by_side import COLUMNS_FROM, in_columns, in_one, pairs
from scoreboard.report.untrusted import printable
from scoreboard.results.row import Row
from scoreboard.results.store import Evidence, Store, database_path
from scoreboard.runner.catalogue import Card, load_task, task_files
from scoreboard.runner.plan import Budget, Trial, Wish, plan

SPEC = ModelSpec("sim", "sim")
LEGEND = {True: "| put otherwise, < only left, > only right", False: "- only the first, + only the second"}


@dataclass(frozen=True)
class Prompts:
    """One framework's trial and what it sent."""

    row: Row
    package: str
    requests: tuple[Sent, ...]


def show_prompts(home: Path, cards: Sequence[Card], task: str, *, as_json: bool) -> int:
    """Shows what one or two frameworks sent in their newest passed trial, baking one where there is none."""
    known = {card.name: card for card in cards}
    trials = _trials(known, task)
    lacking = [trial for trial in trials if not newest_passed(home, trial)]
    if lacking and not _bake(home, known, lacking):
        return 130
    found = [_prompts(home, known[trial.framework], trial) for trial in trials]
    for line in [as_program(found)] if as_json else as_people(found, screen_width()):
        click.echo(line if as_json else printable(line))
    return 0


def as_program(found: Sequence[Prompts]) -> str:
    """The same as JSON, every part as it was sent."""
    return json.dumps([{**_origin(each.row), "calls": list(map(asdict, each.requests))} for each in found], indent=2)


def as_people(found: Sequence[Prompts], width: int) -> Iterator[str]:
    """One framework in plain lines; two in columns where they fit, else one below the other."""
    wide = width >= COLUMNS_FROM
    for where, each in zip(("left: ", "right: ") if wide else ("first: ", "second: "), found, strict=False):
        yield (where if len(found) == 2 else "") + _heading(each)
    if len(found) == 2:
        yield LEGEND[wide]
    blocks = [list(_blocks(each.requests)) for each in found]
    for block in zip_longest(*blocks, fillvalue=()):
        yield ""
        if len(block) == 1:
            yield from block[0]
        else:
            yield from (in_columns if wide else in_one)(list(pairs(*map(_lines, block))), width)


def _blocks(requests: Sequence[Sent]) -> Iterator[list[str]]:
    """The lines of each request, compared with the one before it."""
    for before, request in zip([None, *requests], requests, strict=False):
        yield list(lines_of(request, before))


def _lines(block: Sequence[str]) -> list[str]:
    return [printable(line) for line in block]


def _heading(each: Prompts) -> str:
    row = each.row
    tokens = "" if row.input_tokens is None else f", {row.input_tokens} tokens in"
    version = f"{each.package} {row.framework_version}"
    return f"{row.framework} ({version}), {row.task}, {row.calls} calls{tokens}, trial {row.id}"


def _origin(row: Row) -> dict[str, str]:
    names = ("framework", "framework_version", "task", "started_at")
    return {name: getattr(row, name) for name in names} | {"trial": row.id}


def _trials(cards: Mapping[str, Card], task: str) -> list[Trial]:
    wish, files = Wish(tuple(cards), (task,), SPEC.label, repeats=1, seed=0, budget=Budget()), task_files()
    found = {trial.framework: trial for trial in plan(wish, cards, files)}
    for name in cards:
        if name not in found:
            own = [other for other, file in files.items() if load_task(other, file).shape in cards[name].shapes]
            raise UsageError(f"{name} has no way of its own to bake {task}; it bakes {', '.join(own)} (--task).")
    return [found[name] for name in cards]


def newest_passed(home: Path, trial: Trial) -> Row | None:
    """The last passed trial of the adapter, the task and the versions there are now, whichever harness measured it."""
    if not database_path(home).exists():
        return None
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        rows = store.rows()
    wanted = _likeness(trial)
    passed = [row for row in rows if row.verdict == "passed" and _likeness(row.trial) == wanted]
    return max(passed, key=lambda row: (row.started_at, row.id), default=None)


def _likeness(trial: Trial) -> tuple[object, ...]:
    made_from = replace(trial.origin, harness="", python="")
    return trial.framework, trial.task, trial.model, trial.fault, trial.seed, made_from


def _bake(home: Path, cards: Mapping[str, Card], trials: Sequence[Trial]) -> bool:
    """Bakes what is lacking. False where that was interrupted."""
    names, task = tuple(trial.framework for trial in trials), trials[0].task
    wish = Wish(names, (task,), SPEC.label, repeats=1, seed=0, budget=Budget())
    with progress() as display:
        display.say(f"No passed trial of {task} by {' and '.join(names)} as it is now: baking one.")
        tally = bake(Order(home, wish, cards, task_files(), SPEC, jobs=len(names), fresh=False), display)
    if tally.failures:
        raise tally.failures[0]
    return not tally.interrupted


def _prompts(home: Path, card: Card, trial: Trial) -> Prompts:
    row = newest_passed(home, trial)
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        evidence: Evidence = store.evidence(row.id if row else trial.id, row.take if row else None)
    if not row:
        row = evidence.row
        raise BakeoffError(
            f"{row.framework} did not pass {row.task}: {row.verdict}: {'; '.join(row.reasons)}. "
            f"What it sent all the same: bakeoff trial {row.id}"
        )
    return Prompts(row, card.package, tuple(map(sent, evidence.calls)))
