"""What a site is made from, read once: store, factbook, adapters, tasks, and the stars that are kept."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from scoreboard.errors import UsageError
from scoreboard.meter.faults.base import NONE
from scoreboard.report.board import Board
from scoreboard.report.summary import Selection
from scoreboard.results.comparison import newest
from scoreboard.results.factbook import Factbook
from scoreboard.results.facts import Facts
from scoreboard.results.matrix import Matrix, matrices
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import BASELINE, CONTROLS, Card, by_family, family_of, framework_cards, load_task
from scoreboard.runner.catalogue import task_files as files_of_tasks
from star_history.history import Collection
from tasks.base import Task


@dataclass(frozen=True, eq=False)  # one state is only equal to itself: what is made from it is kept with it
class Gathered:
    """One state of one home. Everything the pages show is a pure function of it."""

    home: Path
    rows: Sequence[Row]  # that may be compared, the controls' among them
    board: Board
    matrices: Sequence[Matrix]
    cards: Mapping[str, Card]
    tasks: Mapping[str, type[Task]]  # those there are rows of and files for
    streaming: frozenset[str] = frozenset()  # the ids of trials in which the model was asked for a stream
    stars: Collection | None = None  # None: nothing is kept

    @cached_property
    def frameworks(self) -> list[str]:
        """What was baked, variants included, the baseline first; not the controls."""
        return sorted({row.framework for row in self.rows} - {*CONTROLS}, key=by_family)

    @cached_property
    def families(self) -> list[str]:
        """The frameworks that have a page of their own."""
        return list(dict.fromkeys(family_of(name) for name in self.frameworks))

    @cached_property
    def facts(self) -> Mapping[str, Facts]:
        """What each costs before it does anything, of the very adapters and locks that were baked."""
        return {each.framework: each for each in sorted(self.board.facts, key=lambda f: f.stamp.measured_at)}

    @cached_property
    def healthy(self) -> Sequence[Row]:
        """The rows without a fault, without the controls."""
        return [row for row in self.rows if row.fault == NONE and row.framework not in CONTROLS]

    @cached_property
    def has_baseline(self) -> bool:
        return BASELINE in self.frameworks

    def title(self, framework: str) -> str:
        """How people call it; a variant by its framework's title and its own name."""
        family, _, variant = framework.partition("/")
        title = self.cards[family].title if family in self.cards else family
        return f"{title} / {variant.replace('_', ' ')}" if variant else title

    def spoken(self, framework: str) -> str:
        """Its title within a sentence, where "no framework" would say the contrary of what is meant."""
        return "plain code without a framework" if framework == BASELINE else self.title(framework)

    def task_title(self, task: str) -> str:
        return self.tasks[task].title if task in self.tasks else task


def gather(home: Path, selection: Selection, stars: Collection | None = None) -> Gathered:
    """Everything there is of a selection. UsageError where nothing of it is measured."""
    with contextlib.closing(Store.open(home, read_only=True)) as store:
        stored, streaming = store.rows(), store.streaming()
    with contextlib.closing(Factbook.open(home, read_only=True)) as book:
        facts = book.newest()
    asked = selection.of(stored)
    chosen = newest(asked)
    if not any(row.framework not in CONTROLS for row in chosen):
        raise UsageError("Nothing is measured of these yet; `bakeoff run` with the same names measures it.")
    files = files_of_tasks()
    return Gathered(
        home=home,
        rows=chosen,
        board=replace(Board.of(chosen, {row.framework for row in stored}, facts), set_aside=len(asked) - len(chosen)),
        matrices=matrices(chosen),
        cards=framework_cards(),
        tasks={name: load_task(name, files[name]) for name in sorted({row.task for row in chosen}) if name in files},
        streaming=frozenset(streaming),
        stars=stars,
    )
