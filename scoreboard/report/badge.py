"""`bakeoff badge`: one figure of one framework as a small picture for a README; no composite, and no grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import click

from scoreboard.errors import BakeoffError, UsageError
from scoreboard.meter.faults.base import NONE
from scoreboard.report.badge_picture import Badge, Tone, svg
from scoreboard.report.remarks import sittings
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.summary import Selection
from scoreboard.results.comparison import Comparison, Entry, Figures
from scoreboard.results.matrix import recoverable
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import BASELINE, choose

Kind = Literal["passed", "tokens", "calls", "overhead", "faults", "lines"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Ratio:
    """A figure that is shown as a multiple of the baseline's."""

    of: Callable[[Figures], float | None]
    short: str
    words: str
    unit: str = ""


RATIOS: dict[Kind, Ratio] = {
    "tokens": Ratio(
        lambda figures: _sum(figures.input_tokens, figures.output_tokens),
        "tokens",
        "tokens in and out of a passed trial, medians",
    ),
    "calls": Ratio(lambda figures: figures.calls, "calls", "calls to the model of a passed trial, median"),
    "overhead": Ratio(
        lambda figures: figures.framework_ms, "own time", "own time of the framework in a passed trial, median", " ms"
    ),
    "lines": Ratio(lambda figures: figures.lines_of_code, "lines of code", "lines of code to write for it"),
}


def write_badge(
    home: Path, framework: str, kind: Kind, task: str | None, model: str | None, output: Path | None
) -> int:
    """Writes the badge to a file, or to stdout."""
    gathered = gather(home, Selection(model=model, variants=True, faults="all"))
    picture = svg(badge_of(gathered, framework, kind, task))
    if output is None:
        click.echo(picture, nl=False)
        return 0
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise BakeoffError(f"{output} cannot be written ({error.strerror}). Choose another --output.") from error
    return 0


def badge_of(gathered: Gathered, framework: str, kind: Kind, task: str | None = None) -> Badge:
    """The badge of a framework, or of one of its variants. UsageError where there is no such figure."""
    (name,) = choose("framework", framework, dict.fromkeys([*gathered.frameworks, *_contestants(gathered)]))
    if task is not None:
        (task,) = choose("task", task, dict.fromkeys([*gathered.tasks, *(row.task for row in gathered.rows)]))
    _refuse_bent_ruler(gathered)
    _refuse_many_models(gathered)
    if kind == "passed":
        return _passed(gathered, name, task)
    return _faults(gathered, name, task) if kind == "faults" else _relative(gathered, name, kind, task)


def _contestants(gathered: Gathered) -> list[str]:
    return [name for name, card in gathered.cards.items() if not card.is_control]


def _refuse_bent_ruler(gathered: Gathered) -> None:
    for problem in gathered.board.ruler:
        raise BakeoffError(f"The ruler is bent, so no badge is written: {problem.words}")


def _refuse_many_models(gathered: Gathered) -> None:
    models = sorted({row.model for row in gathered.rows})
    if len(models) > 1:
        raise UsageError(f"This was measured with several models ({', '.join(models)}); choose one with --model.")


def _passed(gathered: Gathered, name: str, task: str | None) -> Badge:
    """How many of the trials passed, of one task or of all; those that are void or unsupported do not count."""
    entries = [entry for comparison, entry in _entries(gathered, name) if task in (None, comparison.task)]
    passed, rated = sum(entry.passed for entry in entries), sum(entry.rated for entry in entries)
    if not rated:
        raise _nothing(gathered, name, task)
    rows = [row for row in gathered.healthy if row.framework == name and task in (None, row.task)]
    tone: Tone = "good" if passed == rated else "warn" if passed else "bad"
    where = f"of the task {task}" if task else f"of all tasks ({', '.join(sorted({row.task for row in rows}))})"
    told = f"{passed} of {rated} trials {where} passed"
    if task:
        return Badge(_label(name, task), f"passed {passed}/{rated}", tone, _told(gathered, name, told, rows))
    versions = ", ".join(sorted({row.framework_version for row in rows if row.framework_version}))
    return Badge(
        _label(f"{name} {versions}".strip()), f"passed {passed}/{rated}", tone, _told(gathered, name, told, rows)
    )


def _relative(gathered: Gathered, name: str, kind: Kind, task: str | None) -> Badge:
    """A median figure divided by the baseline's in the same task."""
    task = task or _plainest(gathered)
    ratio = RATIOS[kind]
    found = {entry.framework: entry for comparison in _of_task(gathered, task) for entry in comparison.entries}
    own, base = (ratio.of(found[each].medians) if each in found else None for each in (name, BASELINE))
    if own is None or not base:
        raise _nothing(gathered, name, task)
    rows = [row for row in gathered.healthy if row.framework == name and row.task == task]
    if kind == "overhead" and len(sittings(_of_both(gathered, name, task))) > 1:
        raise UsageError(
            f"{name} and {BASELINE} were measured at different times, so their times are not to be compared. Measure "
            f"both in one go: bakeoff run --fresh --frameworks {BASELINE},{name} --tasks {task}"
        )
    told = f"{ratio.words}, divided by the baseline's: {_figure(own)}{ratio.unit} / {_figure(base)}{ratio.unit}"
    return Badge(
        _label(name, task), f"{own / base:.1f}x the baseline's {ratio.short}", "calm", _told(gathered, name, told, rows)
    )


def _of_both(gathered: Gathered, name: str, task: str) -> list[Row]:
    return [row for row in gathered.healthy if row.framework in (BASELINE, name) and row.task == task]


def _faults(gathered: Gathered, name: str, task: str | None) -> Badge:
    """How many of the faults that can be got over were, each in each task that it was tried in."""
    cells = [
        cell
        for matrix in gathered.matrices
        for cell in recoverable(matrix.cells.values())
        if cell.framework == name and task in (None, cell.task)
    ]
    if not cells:
        raise _nothing(gathered, name, task, " --faults all")
    good = sum(cell.got_over for cell in cells)
    tasks = sorted({cell.task for cell in cells})
    told = f"{good} of {len(cells)} faults that can be got over were got over ({', '.join(tasks)})"
    label = _label(name, tasks[0] if len(tasks) == 1 else "")
    told = _told(gathered, name, told, [cell.row for cell in cells])
    return Badge(label, f"got over {good}/{len(cells)} faults", "calm", told)


def _label(name: str, task: str = "") -> str:
    """Of whom, and of which task where it is about one."""
    return f"bakeoff: {name}, {task}" if task else f"bakeoff: {name}"


def _entries(gathered: Gathered, name: str) -> list[tuple[Comparison, Entry]]:
    return [
        (comparison, entry)
        for comparison in gathered.board.comparisons
        if comparison.fault == NONE
        for entry in comparison.entries
        if entry.framework == name
    ]


def _of_task(gathered: Gathered, task: str) -> list[Comparison]:
    return [each for each in gathered.board.comparisons if each.fault == NONE and each.task == task]


def _plainest(gathered: Gathered) -> str:
    """The task of a figure for which none is named: the one for one agent with the fewest tools."""
    kinds = {name: kind(0) for name, kind in gathered.tasks.items()}
    if not kinds:
        raise UsageError("Name the task with --task.")
    return min(kinds, key=lambda name: (kinds[name].shape != "agent", len(kinds[name].tools), name))


def _told(gathered: Gathered, name: str, finding: str, rows: Sequence[Row]) -> str:
    """The finding, what was measured, and when."""
    days = sorted(row.started_at[:10] for row in rows)
    since = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    versions = ", ".join(sorted({row.framework_version for row in rows if row.framework_version}))
    titled = f"{gathered.title(name)} {versions}".strip()
    return f"{titled}: {finding}. Measured by Bakeoff with the model {rows[0].model}, {since}."


def _nothing(gathered: Gathered, name: str, task: str | None, more: str = "") -> UsageError:
    """Why there is no such figure, and what would measure it."""
    names = f"--frameworks {','.join(dict.fromkeys([BASELINE, name]))}{f' --tasks {task}' if task else ''}{more}"
    rows = [row for row in gathered.rows if row.framework == name and task in (None, row.task)]
    if rows and all(row.verdict == "unsupported" for row in rows):
        return UsageError(f"{name} has no way to do {task or 'any of the tasks'}, so there is no such figure of it.")
    return UsageError(
        f"There is no such figure of {name}{f' in {task}' if task else ''}: nothing is measured of it, or none of it "
        f"passed. See `bakeoff show`, or measure it: bakeoff run {names}"
    )


def _sum(*values: float | None) -> float | None:
    """Unknown is never taken for 0."""
    return sum(value for value in values if value is not None) if None not in values else None


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
