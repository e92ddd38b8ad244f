"""What stands on top: what is compared, what came out, and how far to trust it, in a few sentences each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scoreboard.meter.faults.base import NONE
from scoreboard.report.remarks import sittings
from scoreboard.report.site.board import Board, Line, boards_of
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.comparison import NOP, ORACLE, is_deterministic
from scoreboard.results.matrix import Matrix
from scoreboard.runner.catalogue import BASELINE, family_of


@dataclass(frozen=True)
class Summary:
    """Three short lists."""

    headline: str
    compared: list[str]
    came_out: list[str]
    trust: list[str]


def summary(gathered: Gathered) -> Summary:
    first = {
        board.model: board for board in reversed(boards_of(gathered))
    }  # all tasks together, where there are several
    boards = [first[model] for model in sorted(first)]
    models = {row.model for row in gathered.rows}
    return Summary(
        headline=_headline(gathered),
        compared=list(_compared(gathered)),
        came_out=[
            *(_under(models, board.model, words) for board in boards for words in _came_out(gathered, board)),
            *(_under(models, each.model, words) for each in gathered.matrices for words in _faults(gathered, each)),
        ],
        trust=list(_trust(gathered, boards)),
    )


def _under(models: Collection[str], model: str, words: str) -> str:
    """Says with which model, where there are several."""
    return f"With {model}: {words[:1].lower()}{words[1:]}" if len(models) > 1 else words


def _headline(gathered: Gathered) -> str:
    contestants = [name for name in gathered.families if name != BASELINE]
    number = len(contestants)
    tasks = len({row.task for row in gathered.healthy})
    recipe = "The same task" if tasks == 1 else f"The same {tasks} tasks"
    frameworks = "one agent framework" if number == 1 else f"{number} agent frameworks"
    return f"{recipe} in {frameworks}" + (", and without one" if gathered.has_baseline else "")


def _compared(gathered: Gathered) -> Iterator[str]:
    names = [gathered.title(name) for name in gathered.families if name != BASELINE]
    plain = ", beside the baseline: a plain client loop with no framework" if gathered.has_baseline else ""
    yield f"{_listed(names)}{plain}."
    tasks = sorted({row.task for row in gathered.healthy})
    yield f"Tasks: {_listed([f'{gathered.task_title(task)} ({task})' for task in tasks])}."
    faults = {row.fault for row in gathered.rows} - {NONE}
    more = (
        f" In {sum(r.fault != NONE for r in gathered.rows):,} of them something goes wrong on purpose."
        if faults
        else ""
    )
    models = _listed(sorted({row.model for row in gathered.rows}))
    yield f"{len(gathered.rows):,} trials with {models} as the model.{more}"


def _came_out(gathered: Gathered, board: Board) -> Iterator[str]:
    """Who passed, and the extremes of what it takes; extremes are facts of this table, not a ranking."""
    lines = [line for line in board.lines if line.framework == line.family]
    tried = [line for line in lines if line.entry.rated]
    failing = [line for line in tried if line.entry.passed < line.entry.rated]
    if not tried:
        return
    if not failing:
        yield f"All {len(tried)} passed every trial." if len(tried) > 1 else "It passed every trial."
    else:
        told = [f"{gathered.spoken(line.framework)} {line.entry.passed} of {line.entry.rated}" for line in failing]
        yield f"{len(tried) - len(failing)} of {len(tried)} passed every trial; {_listed(told)}."
    yield from _extremes("Input tokens", "input_tokens", lines)
    yield from _extremes("Time of its own", "framework_ms", lines)
    yield from _extremes("Lines of code to write", "lines_of_code", lines)


def _extremes(words: str, figure: str, lines: Sequence[Line]) -> Iterator[str]:
    """The least and the most of a figure, as times the baseline's."""
    relative = [(getattr(line.entry.relative, figure), line.title) for line in lines if line.family != BASELINE]
    known = [(value, title) for value, title in relative if value is not None]
    if len(known) > 1:
        (least, first), (most, last) = min(known), max(known)
        yield f"{words}: {first} {least:.1f}x to {last} {most:.1f}x the baseline's."


def _faults(gathered: Gathered, matrix: Matrix) -> Iterator[str]:
    by_default = [each for each in matrix.standings if each.framework == family_of(each.framework)]
    shares = sorted(
        (s.got_over.share, gathered.spoken(s.framework)) for s in by_default if s.got_over.share is not None
    )
    if len(shares) > 1:
        (least, last), (most, first) = shares[0], shares[-1]
        apart = sum(pair.apart for pair in matrix.got_over.pairs)
        yield (
            f"When something goes wrong: from {last}, which got over {least:.0%} of what can be got over, to {first} "
            f"with {most:.0%}; {apart} of {len(matrix.got_over.pairs)} pairs can be told apart."
        )


def _trust(gathered: Gathered, boards: Sequence[Board]) -> Iterator[str]:
    if gathered.board.ruler:
        yield "THE RULER IS BENT: a control did what it should not, so no figure here can be trusted."
    else:
        yield _controls(gathered)
    models = sorted({row.model for row in gathered.rows})
    if all(is_deterministic(model) for model in models):
        yield (
            "The model is simulated and plays perfectly: this shows what a framework does with a model's answers, and "
            "says nothing of how good a real model's answers are."
        )
    elif any(is_deterministic(model) for model in models):
        yield "With the simulated model, which plays perfectly, nothing is said of how good a real model's answers are."
    if boards and not any(board.has_tiers for board in boards):
        yield "By pass rate nobody can be told from anybody (exact paired tests)."
    moments, machines = sittings(gathered.healthy), {row.machine for row in gathered.healthy}
    where = "one machine" if len(machines) == 1 else f"{len(machines)} machines"
    often = f", in {len(moments)} sittings" if len(moments) > 1 else ""
    yield f"Times are of {where}{often}, and vary; calls, tokens and lines do not."


def _controls(gathered: Gathered) -> str:
    told = []
    for name, should in ((ORACLE, "plain code, has to pass"), (NOP, "does nothing, has to fail")):
        verdicts = [row.verdict for row in gathered.rows if row.framework == name and row.verdict != "void"]
        told.append(f"{name} ({should}) passed {verdicts.count('passed')} of {len(verdicts)}")
        if not verdicts:
            return "The ruler was not checked: bake the controls too (bakeoff run does by default)."
    return f"The ruler is straight: {_listed(told)}."


def _listed(names: Sequence[str]) -> str:
    """In words: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"
