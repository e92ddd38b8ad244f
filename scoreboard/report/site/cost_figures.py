"""What each framework costs, figure by figure, in its own unit and as a ratio to the baseline's."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.meter.tokens import TokenCounter
from scoreboard.report.site.gathered import Gathered
from scoreboard.results import costs
from scoreboard.results.comparison import is_deterministic
from scoreboard.results.costs import Asked
from scoreboard.results.matrix import Cell, Matrix
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import BASELINE, family_of

SINGLE = "agent"  # the shape in which one agent holds one conversation
FAILING = ("http_429", "http_500", "connection_refused")  # told apart only where somebody takes them differently


@dataclass(frozen=True)
class Figure:
    """What one framework costs. None where unknown."""

    framework: str
    value: float | None
    ratio: float | None = None
    at_least: bool = False  # it was stopped, and would have cost more


@dataclass(frozen=True)
class Kind:
    """One thing that costs: how it is called, in which unit, and the function whose docstring defines it."""

    name: str
    title: str
    unit: str
    figure: Callable[[Any], float | None]
    digits: int = 0

    @property
    def definition(self) -> str:
        """In one paragraph."""
        return " ".join((inspect.getdoc(self.figure) or "").split())


@dataclass(frozen=True)
class Cost:
    """One kind of cost in all frameworks, under one condition; a condition is empty where it makes no difference."""

    kind: Kind
    figures: tuple[Figure, ...]
    model: str = ""
    task: str = ""
    faults: tuple[str, ...] = ()  # which all came to the same

    @property
    def is_relative(self) -> bool:
        """Whether the baseline's figure is there to divide by."""
        return any(figure.ratio is not None for figure in self.figures)


BEFORE = Kind("first_word", "Tokens before your first word", "tokens", costs.tokens_before_your_first_word)
FIRST = Kind("first_request", "Tokens of the first request", "tokens", costs.tokens_of_the_first_request)
GROWTH = Kind("turn", "Tokens that each turn adds", "tokens", costs.tokens_a_turn_adds)
CALLS = Kind("calls", "Requests for one task", "requests", costs.calls_per_task)
REQUESTS = Kind("requests", "Requests for one turn that always fails", "requests", costs.requests_for_one_turn)
OWN_TIME = Kind("own_ms", "Own time for each call", "ms", costs.own_ms_per_call, digits=1)
AT_REST = (
    Kind("memory", "Memory", "MB", costs.peak_memory_mb),
    Kind("size", "Size on disk", "MB", costs.install_size_mb),
    Kind("import", "Time to import", "s", costs.import_s, digits=2),
)
KINDS = (BEFORE, FIRST, GROWTH, CALLS, REQUESTS, OWN_TIME, *AT_REST)  # in the order shown


def shown_frameworks(names: Sequence[str]) -> list[str]:
    """Each framework as it is by default; a variant only where its framework's default way was not baked."""
    return [name for name in names if name == family_of(name) or family_of(name) not in names]


def all_costs(gathered: Gathered) -> list[Cost]:
    """Those of which anything is known, in the order shown."""
    found = [*_of_tasks(gathered), *_of_failing(gathered), *_at_rest(gathered)]
    known = [cost for cost in found if any(figure.value is not None for figure in cost.figures)]
    return sorted(known, key=lambda cost: KINDS.index(cost.kind))


def tasks_in_order(gathered: Gathered) -> list[str]:
    """Those of a single agent first."""
    names = {row.task for row in gathered.healthy}
    return sorted(names, key=lambda name: (_shape(gathered, name) != SINGLE, name))


def compared(values: Mapping[str, float | None], stopped: Iterable[str] = ()) -> tuple[Figure, ...]:
    """Each figure beside its ratio to the baseline's."""
    baseline, stopped = values.get(BASELINE), {*stopped}
    return tuple(
        Figure(name, value, None if BASELINE in stopped else costs.ratio(value, baseline), name in stopped)
        for name, value in values.items()
    )


def _of_tasks(gathered: Gathered) -> Iterator[Cost]:
    """What depends on the task and on the model."""
    names = shown_frameworks(gathered.frameworks)
    passed = [row for row in gathered.healthy if row.framework in names and row.verdict == "passed"]
    asked = _asked(gathered, passed)
    tried_to_fail = {matrix.model for matrix in gathered.matrices if _failing(matrix)}
    for model in sorted({row.model for row in passed}):
        for task in tasks_in_order(gathered):
            mine = [row for row in passed if (row.model, row.task) == (model, task)]
            rows = {name: [row for row in mine if row.framework == name] for name in names}
            trials = {name: [asked[row.id] for row in its if row.id in asked] for name, its in rows.items()}
            seen: dict[Kind, Mapping[str, Any]] = {BEFORE if is_deterministic(model) else FIRST: trials, OWN_TIME: rows}
            seen |= {GROWTH: trials} if _shape(gathered, task) == SINGLE else {}
            seen |= {} if model in tried_to_fail else {CALLS: rows}
            for kind, its in seen.items():
                yield Cost(kind, compared({name: kind.figure(its[name]) for name in names}), model, task)


def _asked(gathered: Gathered, rows: Sequence[Row]) -> dict[str, Asked]:
    """The requests of each trial, and the prompt's own tokens where they can be counted."""
    with contextlib.closing(Store.open(gathered.home, read_only=True)) as store:
        tokens = store.input_tokens(rows)
    known = [row for row in rows if is_deterministic(row.model) and row.task in gathered.tasks]
    prompts = {row.id: gathered.tasks[row.task](row.seed).prompt for row in known}
    counts = _counted({*prompts.values()})
    own = {row: counts[prompt] for row, prompt in prompts.items()}
    return {row: Asked(inputs, own.get(row)) for row, inputs in tokens.items()}


def _counted(texts: Iterable[str]) -> dict[str, int]:
    """The tokens of each text as the simulated model counts them."""
    counter = TokenCounter()
    try:
        with ThreadPoolExecutor(1) as thread:  # a loop of its own, as whoever asks may run in one
            count = thread.submit(lambda: asyncio.run(counter.ready())).result()
        return {text: count(text) for text in texts}
    finally:
        counter.close()


def _of_failing(gathered: Gathered) -> Iterator[Cost]:
    """Faults that came to the same for everybody share one cost."""
    names = shown_frameworks(gathered.frameworks)
    for matrix in gathered.matrices:
        alike: dict[tuple[Figure, ...], list[str]] = {}
        for fault in _failing(matrix):
            cells = {name: _cell(matrix, name, fault) for name in names}
            values = {name: costs.requests_for_one_turn(cell) if cell else None for name, cell in cells.items()}
            stopped = [name for name, cell in cells.items() if cell and costs.was_stopped(cell)]
            alike.setdefault(compared(values, stopped), []).append(fault)
        for figures, faults in alike.items():
            yield Cost(REQUESTS, figures, matrix.model, faults=tuple(faults))


def _failing(matrix: Matrix) -> list[str]:
    tried = {fault for _, fault in matrix.keys}
    return [name + ALWAYS for name in FAILING if name + ALWAYS in tried]


def _cell(matrix: Matrix, framework: str, fault: str) -> Cell | None:
    """In the first of the tasks it was tried with."""
    keys = [key for key in matrix.keys if key[1] == fault]
    return next((matrix.cells[framework, key] for key in keys if (framework, key) in matrix.cells), None)


def _at_rest(gathered: Gathered) -> Iterator[Cost]:
    names = shown_frameworks(gathered.frameworks)
    known = gathered.facts
    for kind in AT_REST:
        yield Cost(kind, compared({name: kind.figure(known[name]) if name in known else None for name in names}))


def _shape(gathered: Gathered, task: str) -> str:
    return gathered.tasks[task].shape if task in gathered.tasks else ""
