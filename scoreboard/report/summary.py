"""What the commands print: the board after a run or by itself, and one trial."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from scoreboard.bake import Tally
from scoreboard.errors import UsageError
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.chosen import choose_faults
from scoreboard.report.board import Board, board_json, show
from scoreboard.report.conversation import conversation, raw
from scoreboard.report.fault_board import By, faults_json, show_faults
from scoreboard.report.untrusted import printable
from scoreboard.results.comparison import RulerProblem, middle, newest, ruler_problems
from scoreboard.results.factbook import Factbook, MadeOf
from scoreboard.results.facts import Facts
from scoreboard.results.matrix import cells_of, matrices
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import (
    CONTROLS,
    Card,
    by_family,
    choose,
    choose_frameworks,
    framework_cards,
    load_task,
    task_files,
    task_names,
)


@dataclass(frozen=True)
class Selection:
    """What of the scoreboard is asked for, as it was typed."""

    frameworks: str | None = None
    tasks: str | None = None
    model: str | None = None
    variants: bool = False
    faults: str | None = None

    def of(self, stored: Sequence[Row]) -> list[Row]:
        """The rows asked for; whatever is stored has a name, though its adapter or task may stand outside the tree."""
        cards = framework_cards()
        known = sorted({*cards, *(row.framework for row in stored)}, key=by_family)
        frameworks = choose_frameworks(self.frameworks, known, variants=self.variants)
        tasks = choose("task", self.tasks, dict.fromkeys([*task_names(), *(row.task for row in stored)]))
        models = sorted({row.model for row in stored})
        model = self.model
        wanted = [
            name for name in models if model is None or name == model or re.match(rf"{re.escape(model)}[@+]", name)
        ]
        if stored and not wanted:
            raise UsageError(f"Nothing is measured with the model {model!r}. Measured: {', '.join(models)}.")
        named = {*frameworks, *CONTROLS}  # the controls have no row of their own: they speak for the others'
        faults = {NONE, *choose_faults(self.faults)}
        return [
            row
            for row in stored
            if row.framework in named and row.task in tasks and row.model in wanted and row.fault in faults
        ]


def conclude(
    home: Path,
    tally: Tally,
    cards: Mapping[str, Card],
    tasks: Mapping[str, Path],
    by: By = "fault",
    *,
    under_faults: bool = False,
) -> int:
    """Shows the board of what was planned, says what could not be measured, and gives the exit status."""
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        rows, stored = store.rows(tally.ids), store.frameworks()
    found = matrices(newest(rows))
    board = Board.of(rows, stored, _known_facts(home))
    if found:
        show_faults(found, cards, by)
        _tell_bent_ruler(board.ruler)
    elif rows and not under_faults:
        show(board, cards, task_titles(tasks))
    for line in _words(tally, rows):
        click.echo(printable(line), err=True)
    if tally.interrupted:
        return 130
    return 1 if tally.failures or board.ruler or any(row.verdict == "void" for row in rows) else 0


def _words(tally: Tally, rows: Sequence[Row]) -> Iterable[str]:
    if tally.stored:
        yield (
            f"{tally.stored} {'trial' if tally.stored == 1 else 'trials'} measured in {tally.seconds:.1f} s; "
            f"workers were busy for {tally.busy_seconds:.1f} s."
        )
    void = [row for row in rows if row.verdict == "void"]
    if void:
        yield (
            f"{len(void)} of {len(rows)} trials void, for no fault of a framework; the same command tries them again. "
            f"The last: {void[-1].reasons[0]}"
        )
    for error in tally.failures:
        yield f"bakeoff: {error}"
    if tally.interrupted:
        yield "Interrupted; everything measured so far is kept. The same command continues where it stopped."


def show_board(home: Path, selection: Selection, *, as_json: bool, by: By = "fault") -> int:
    """Shows what is stored of a selection, and gives the exit status: 1 where the ruler is bent."""
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        stored = store.rows()
    facts = _known_facts(home)
    rows = selection.of(stored)
    if not rows:
        raise UsageError("Nothing is measured of these yet; `bakeoff run` with the same names measures it.")
    if selection.faults:
        return _show_matrices(rows, as_json=as_json, by=by)
    board = Board.of(rows, {row.framework for row in stored}, facts)
    if as_json:
        click.echo(board_json(board))
    else:
        show(board, framework_cards(), task_titles(task_files()))
    if not as_json and any(row.fault != NONE for row in stored):
        click.echo("Faults were tried too: bakeoff show --faults all")
    return 1 if board.ruler else 0


def _show_matrices(rows: Sequence[Row], *, as_json: bool, by: By) -> int:
    found = matrices(newest(rows))
    if not found:
        raise UsageError("None of these faults was tried yet; `bakeoff run --faults` with the same names tries them.")
    if as_json:
        click.echo(json.dumps(faults_json(found, framework_cards()), indent=2))
    else:
        show_faults(found, framework_cards(), by)
    ruler = ruler_problems(newest(row for row in rows if row.fault == NONE))
    _tell_bent_ruler(ruler)
    return 1 if ruler else 0


def _tell_bent_ruler(ruler: Iterable[RulerProblem]) -> None:
    for problem in ruler:
        click.echo(printable(f"THE RULER IS BENT: {problem.words}"), err=True)


def _known_facts(home: Path) -> dict[MadeOf, Facts]:
    with contextlib.closing(Factbook.open(home, read_only=True)) as book:
        return book.newest()


def show_trial(home: Path, prefix: str, *, as_sent: bool) -> None:
    """Shows the one trial whose id begins so: what came of it and why, then everything that was said."""
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        row = _middle(store.rows(), prefix) if ":" in prefix else _only(store.find(prefix), prefix)
        evidence = store.evidence(row.id)
    told = raw(evidence.calls) if as_sent else conversation(evidence.outcome, evidence.calls)
    for line in told if as_sent else [*_head(evidence.row), "", *told]:
        click.echo(printable(line))


def _only(found: Sequence[Row], prefix: str) -> Row:
    if not found:
        raise UsageError(
            f"No trial begins with {prefix!r}. Name a framework and a task (baseline:dice) to see one of theirs; "
            "`bakeoff export` lists all."
        )
    if len(found) > 1:
        raise UsageError(f"{len(found)} trials begin with {prefix!r}, for example {found[0].id} and {found[1].id}.")
    return found[0]


def _middle(stored: Sequence[Row], named: str) -> Row:
    """Of the trials shown of a framework, a task and a fault: the one in the cell, or a passed one of middle length."""
    framework, task, fault = [*named.split(":"), NONE][:3]
    (framework,) = choose("framework", framework, sorted({*framework_cards(), *(row.framework for row in stored)}))
    (task,) = choose("task", task, sorted({*task_names(), *(row.task for row in stored)}))
    fault = fault if fault == NONE else choose_faults(fault)[0]
    rows = [row for row in newest(stored) if (row.framework, row.task, row.fault) == (framework, task, fault)]
    if not rows:
        under = "" if fault == NONE else f" under {fault}"
        raise UsageError(
            f"Nothing is measured of {task} in {framework}{under} yet; `bakeoff run` with these names measures it."
        )
    if fault != NONE:
        return cells_of(rows)[0].row
    return middle(rows)


def _head(row: Row) -> Iterable[str]:
    card = framework_cards().get(row.framework)
    package = card.package if card else row.framework
    under = "" if row.fault == NONE else f" under the fault {row.fault}"
    yield (
        f"trial {row.id}: {row.framework} bakes {row.task} with {row.model}{under}, repeat {row.repeat}, "
        f"seed {row.seed}"
    )
    yield f"{row.verdict}{f' ({row.coping})' if row.coping else ''}: {'; '.join(row.reasons)}"
    yield (
        f"{row.total_ms:.1f} ms = model and tools {row.total_ms - row.framework_ms:.1f} "
        f"(model {row.model_ms:.1f}, tools {row.tools_ms:.1f}) + framework {row.framework_ms:.1f}"
    )
    yield f"{package} {row.framework_version}, Python {row.python_version}, {row.machine}, {row.started_at}"
    yield (
        f"made from adapter {row.adapter_digest}, task {row.task_digest}, lock {row.lock_digest}, "
        f"harness {row.harness_digest}, Bakeoff {row.bakeoff_version}; take {row.take}"
    )


def task_titles(files: Mapping[str, Path]) -> dict[str, str]:
    """What each of these tasks is called."""
    return {name: load_task(name, path).title for name, path in files.items()}
