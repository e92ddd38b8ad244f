"""What stands on top: what is compared, what came out, and how far to trust it, in a few sentences each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from scoreboard.meter.faults.base import NONE
from scoreboard.report.remarks import sittings
from scoreboard.report.site.board import boards_of
from scoreboard.report.site.board_lines import Board, Line
from scoreboard.report.site.fault_totals import sentences
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.words import listed
from scoreboard.results.comparison import NOP, ORACLE, is_deterministic, rated
from scoreboard.results.matrix import Matrix
from scoreboard.runner.catalogue import BASELINE


@dataclass(frozen=True)
class Summary:
    """Three short lists."""

    headline: str
    compared: list[str]
    came_out: list[str]
    trust: list[str]


def summary(gathered: Gathered) -> Summary:
    first = {board.model: board for board in reversed(boards_of(gathered))}  # of each model: all tasks, if several
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
    recipe = "The same tasks" if not tasks else "The same task" if tasks == 1 else f"The same {tasks} tasks"
    frameworks = "one agent framework" if number == 1 else f"{number} agent frameworks"
    return f"{recipe} in {frameworks}" + (", and without one" if gathered.has_baseline else "")


def _compared(gathered: Gathered) -> Iterator[str]:
    names = [gathered.title(name) for name in gathered.families if name != BASELINE]
    plain = ["no framework: a plain client loop, the baseline of every comparison"] if gathered.has_baseline else []
    yield f"{'; beside '.join([listed(names), *plain] if names else plain)}."
    tasks = sorted({row.task for row in gathered.healthy})
    yield f"Tasks: {listed([f'{gathered.task_title(task)} ({task})' for task in tasks])}."
    faulty = sum(row.fault != NONE for row in gathered.rows)
    more = f", and {faulty:,} more in which something goes wrong on purpose" if faulty else ""
    yield f"{len(gathered.healthy):,} trials with {_models(gathered)}{more}."
    yield _when(gathered)


def _models(gathered: Gathered) -> str:
    names = sorted({row.model for row in gathered.rows})
    return listed([f"the built-in simulated model ({name})" if is_deterministic(name) else name for name in names])


def _when(gathered: Gathered) -> str:
    days = sorted({row.started_at[:10] for row in gathered.rows})
    since = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"Measured {since} on {listed(sorted({row.machine for row in gathered.rows}))}."


def _came_out(gathered: Gathered, board: Board) -> Iterator[str]:
    """Who passed, and the extremes of what it takes; extremes are facts of this table, not a ranking."""
    yield from _passes(gathered, board.model)
    lines = [line for line in board.lines if line.framework == line.family]
    yield from _extremes(("Fewest input tokens", "most"), "input_tokens", lines)
    yield from _extremes(("Fewest lines of code to write", "most"), "lines_of_code", lines)
    if board.is_of_one_sitting:
        yield from _extremes(("Least time of its own", "most"), "framework_ms", lines)


def _passes(gathered: Gathered, model: str) -> Iterator[str]:
    """Of every framework as it is by default, over all tasks that it was tried in."""
    names = [name for name in gathered.families if name in gathered.frameworks]
    mine = {name: [r for r in gathered.healthy if (r.framework, r.model) == (name, model)] for name in names}
    tried = {name: rows for name, its in mine.items() if (rows := rated(its))}
    passed = {name: sum(row.verdict == "passed" for row in rows) for name, rows in tried.items()}
    failing = [name for name, rows in tried.items() if passed[name] < len(rows)]
    if tried and not failing:
        yield f"All {len(tried)} passed every trial." if len(tried) > 1 else "It passed every trial."
    elif tried:
        told = [f"{gathered.spoken(name)} {passed[name]} of {len(tried[name])}" for name in failing]
        yield f"{len(tried) - len(failing)} of {len(tried)} passed every trial; {listed(told)}."


def _extremes(words: tuple[str, str], figure: str, lines: Sequence[Line]) -> Iterator[str]:
    """Who takes least and who most of a figure, as times the baseline's."""
    relative = [(getattr(line.entry.relative, figure), line.title) for line in lines if line.family != BASELINE]
    known = [(value, title) for value, title in relative if value is not None]
    if len(known) > 1:
        ((less, first), (more, last)), (least, most) = (min(known), max(known)), words
        yield f"{least}: {first}, {less:.1f}x the baseline's; {most}: {last}, {more:.1f}x."
    elif known:
        yield f"{words[0].split(' ', 1)[1].capitalize()}: {known[0][0]:.1f}x the baseline's."


def _faults(gathered: Gathered, matrix: Matrix) -> Iterator[str]:
    """What is proven of who gets over more; nothing else is quotable."""
    tried = len({cell.fault.base for cell in matrix.cells.values()})
    for told in sentences(matrix, gathered.spoken)[:1]:
        yield f"When something goes wrong ({tried} {'way' if tried == 1 else 'ways'}): {told}"


def _trust(gathered: Gathered, boards: Sequence[Board]) -> Iterator[str]:
    yield _controls(gathered)
    kinds = {is_deterministic(row.model) for row in gathered.rows}
    if True in kinds:
        which = "The model is simulated and plays" if kinds == {True} else "The simulated model plays"
        yield (
            f"{which} perfectly: this shows what a framework does with a model's answers, and says nothing of how good "
            "a real model's answers are."
        )
    if any(board.pairs for board in boards) and not any(board.has_tiers for board in boards):
        yield "By pass rate nobody can be told from anybody (exact paired tests)."
    moments = len(sittings(gathered.healthy))
    varies = "calls, tokens and lines do not" if kinds == {True} else "with a real model so do calls and tokens"
    machines = len({row.machine for row in gathered.healthy})
    if machines > 1 or moments > 1:
        where = f"on {machines} machines" if machines > 1 else f"in {moments} sittings"
        yield f"Measured {where}: do not compare times."
    else:
        yield f"Times vary with the machine; {varies}."


def _controls(gathered: Gathered) -> str:
    """Whether the two controls prove the ruler, and in every task."""
    if gathered.board.ruler:
        return "THE RULER IS BENT: a control did what it should not, so no figure here can be trusted."
    told, tasks = [], {row.task for row in gathered.healthy}
    for name, should in ((ORACLE, "plain code, has to pass"), (NOP, "does nothing, has to fail")):
        rows = [row for row in gathered.rows if row.framework == name and row.verdict != "void"]
        if tasks - {row.task for row in rows}:
            return f"The ruler was not checked in every task; `bakeoff run` bakes {ORACLE} and {NOP} by default."
        told.append(f"{name} ({should}) passed {sum(row.verdict == 'passed' for row in rows)} of {len(rows)}")
    return f"The two controls behaved: {listed(told)}."
