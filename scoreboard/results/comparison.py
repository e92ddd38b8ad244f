"""The comparison: what the stored trials say, side by side, per model, task and fault.

Every figure is a pure function of rows, and its docstring is its public definition. `void` is excluded from every rate
and counted; `unsupported` is never a failure. What a trial took is asked only of trials that passed: a quick wrong
answer is no bargain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args

from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.results.statistics import median, wilson
from scoreboard.runner.catalogue import BASELINE, CONTROLS, by_family
from scoreboard.runner.plan import Budget

ORACLE, NOP = CONTROLS
ALL = "all"  # stands for the task where all of them are taken together
CONDITIONS = ("task_digest", "harness_digest", "python", *(field.name for field in fields(Budget)))


@dataclass(frozen=True)
class Figures:
    """What a passed trial takes: medians, or ratios of medians to the baseline's. None where unknown."""

    total_ms: float | None = None
    model_ms: float | None = None
    tools_ms: float | None = None
    framework_ms: float | None = None
    calls: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    lines_of_code: float | None = None


@dataclass(frozen=True)
class Claims:
    """What a framework claims to have used, divided by what the wire saw: 1.0 is the truth. None: nothing claimed."""

    calls: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None


@dataclass(frozen=True)
class Entry:
    """One framework in one comparison."""

    framework: str
    trials: int
    voids: int
    unsupported: bool
    verdicts: dict[Verdict, int]  # those that occurred, in the order of the verdicts' table
    passed: int
    rated: int
    pass_rate: float | None
    interval: tuple[float, float] | None
    medians: Figures
    relative: Figures
    claims: Claims


@dataclass(frozen=True)
class Comparison:
    """All frameworks that tried one task with one model under one fault: the baseline first, then by name."""

    model: str
    task: str
    fault: str
    entries: tuple[Entry, ...]


def comparisons(rows: Iterable[Row]) -> list[Comparison]:
    """The whole scoreboard, without the controls, in an order that never varies."""
    contestants = [row for row in rows if row.framework not in CONTROLS]
    return [
        Comparison(model, task, fault, tuple(_entries(group)))
        for (model, task, fault), group in _grouped(contestants, "model", "task", "fault").items()
    ]


def together(rows: Iterable[Row]) -> list[Comparison]:
    """All tasks of a model as one, for the frameworks that were tried in each of them: what one of every task takes.

    Trials are counted together; a figure is the sum of the tasks' medians, and unknown where one of them is. Lines that
    several tasks share count once: they are counted from the adapter's file, and left out here.
    """
    contestants = [row for row in rows if row.framework not in CONTROLS]
    found = []
    for (model, fault), group in _grouped(contestants, "model", "fault").items():
        by_name = {name: mine for (name,), mine in _grouped(group, "framework").items()}
        tasks = {row.task for row in group}
        whole = {name: mine for name, mine in by_name.items() if {row.task for row in mine} == tasks}
        sums = {name: _sum(mine) for name, mine in whole.items()}
        names = sorted(whole, key=by_family)
        entries = [_entry(name, whole[name], sums[name], sums.get(BASELINE)) for name in names]
        found.append(Comparison(model, ALL, fault, tuple(entries)))
    return found


def _sum(rows: Sequence[Row]) -> Figures:
    parts = [medians(group) for group in _grouped(rows, "task").values()]
    names = [field.name for field in fields(Figures) if field.name != "lines_of_code"]
    known = {name: [getattr(part, name) for part in parts] for name in names}
    return Figures(**{name: None if None in values else sum(values) for name, values in known.items()})


def newest(rows: Iterable[Row]) -> list[Row]:
    """The trials that may be compared: of each task, model and fault, those measured under the same conditions.

    Conditions are the task, the harness, the Python and the budget. Those under which most frameworks were measured are
    taken, the latest among equals; what was measured under others is left out. Of one framework, a changed adapter or
    lock makes another contestant, never mixed with the old one.
    """
    kept: list[Row] = []
    for group in _grouped(rows, "model", "task", "fault").values():
        by_conditions = _grouped(group, *CONDITIONS).values()
        comparable = max(by_conditions, key=lambda rows: (len({r.framework for r in rows}), _age(_last(rows))))
        for contestants in _grouped(comparable, "framework").values():
            last = _last(contestants)
            kept += [row for row in contestants if row.origin == last.origin]
    return kept


@dataclass(frozen=True)
class RulerProblem:
    """What a control did that it should not, and in which task."""

    task: str
    words: str


def ruler_problems(rows: Iterable[Row]) -> list[RulerProblem]:
    """What speaks against the ruler itself: the oracle must pass every task, and nop none."""
    problems = []
    for row in sorted(rows, key=lambda row: (row.model, row.task, row.framework, row.repeat, row.id)):
        where = f"{row.task} with {row.model} (trial {row.id})"
        if row.framework == ORACLE and row.verdict not in ("passed", "void"):
            words = f"{ORACLE} should pass every task, but {where} is {row.verdict}: {'; '.join(row.reasons)}"
            problems.append(RulerProblem(row.task, words))
        if row.framework == NOP and row.verdict == "passed":
            words = f"{NOP} should pass nothing, but {where} passed: {'; '.join(row.reasons)}"
            problems.append(RulerProblem(row.task, words))
    return problems


def is_deterministic(model: str) -> bool:
    """Whether the same trial always ends the same way: so with the simulated one, whose rates need no interval."""
    return model.partition("+")[0] == "sim"


def rated(rows: Sequence[Row]) -> list[Row]:
    """The trials that a rate is about: all but `void` and `unsupported`."""
    return [row for row in rows if row.verdict not in ("void", "unsupported")]


def pass_rate(rows: Sequence[Row]) -> float | None:
    """Passed trials divided by rated trials; None where none is rated."""
    tried = rated(rows)
    return len(_passed(rows)) / len(tried) if tried else None


def interval(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Wilson's 95 % interval of the pass rate; None with a deterministic model, and where no trial is rated."""
    if not rows or is_deterministic(rows[0].model):
        return None
    return wilson(len(_passed(rows)), len(rated(rows)))


def is_unsupported(rows: Sequence[Row]) -> bool:
    """Whether the adapter says that the framework has no way to do the task."""
    return any(row.verdict == "unsupported" for row in rows)


def median_of(rows: Sequence[Row], figure: str) -> float | None:
    """The median of a figure over the passed trials; None where none passed, or where one of them does not know it."""
    values = [getattr(row, figure) for row in _passed(rows)]
    return None if None in values else median(values)


def lines_of_code(rows: Sequence[Row]) -> int | None:
    """The lines of the adapter for this shape of task, in the trial measured last; passed or not, they were written.

    None where the adapter says that there is no way to do the task: what it takes to say so is no measure.
    """
    return _last(rows).lines_of_code if rows and not is_unsupported(rows) else None


def medians(rows: Sequence[Row]) -> Figures:
    """What a passed trial of a framework takes."""
    names = [field.name for field in fields(Figures) if field.name != "lines_of_code"]
    return Figures(**{name: median_of(rows, name) for name in names}, lines_of_code=lines_of_code(rows))


def relative(figures: Figures, baseline: Figures | None) -> Figures:
    """Each figure divided by the baseline's; None where either is unknown, or the baseline's is 0."""
    if baseline is None:
        return Figures()
    names = [field.name for field in fields(Figures)]
    return Figures(**{name: _ratio(getattr(figures, name), getattr(baseline, name)) for name in names})


def claimed_ratio(rows: Sequence[Row], figure: str) -> float | None:
    """The median, over the passed trials that claim and know it, of the claimed figure divided by the wire's."""
    ratios = [_ratio(getattr(row, f"claimed_{figure}"), getattr(row, figure)) for row in _passed(rows)]
    return median([ratio for ratio in ratios if ratio is not None])


def middle(rows: Sequence[Row]) -> Row:
    """A trial to show of some: a passed one of middle length; any of middle length where none passed."""
    passed = _passed(rows) or rows
    return sorted(passed, key=lambda row: (row.total_ms, row.id))[(len(passed) - 1) // 2]


def _entries(rows: Sequence[Row]) -> Iterable[Entry]:
    by_name = {name: group for (name,), group in _grouped(rows, "framework").items()}
    baseline = medians(by_name[BASELINE]) if BASELINE in by_name else None
    for name in sorted(by_name, key=by_family):
        yield _entry(name, by_name[name], medians(by_name[name]), baseline)


def _entry(framework: str, rows: Sequence[Row], figures: Figures, baseline: Figures | None) -> Entry:
    ended = Counter(row.verdict for row in rows)
    return Entry(
        framework=framework,
        trials=len(rows),
        voids=ended["void"],
        unsupported=is_unsupported(rows),
        verdicts={verdict: ended[verdict] for verdict in get_args(Verdict) if ended[verdict]},
        passed=ended["passed"],
        rated=len(rated(rows)),
        pass_rate=pass_rate(rows),
        interval=interval(rows),
        medians=figures,
        relative=relative(figures, baseline),
        claims=Claims(**{field.name: claimed_ratio(rows, field.name) for field in fields(Claims)}),
    )


def _passed(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.verdict == "passed"]


def _last(rows: Sequence[Row]) -> Row:
    return max(rows, key=_age)


def _age(row: Row) -> tuple[str, str]:
    return (row.started_at, row.id)


def _ratio(value: float | None, whole: float | None) -> float | None:
    return value / whole if value is not None and whole else None


def _grouped(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    """The rows by the values of some fields, sorted by those values."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    return dict(sorted(groups.items()))
