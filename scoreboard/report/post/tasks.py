"""What was asked, and what came of it: for every task its recipe and its board."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scoreboard.report.post.figures import span, with_times
from scoreboard.report.post.markdown import Markdown, bullets, code, table, text
from scoreboard.report.site.board_lines import Board, Line
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.words import listed
from scoreboard.results.comparison import ALL
from scoreboard.results.row import Row
from tasks.base import Task

FIGURES = (
    ("calls", "calls", 0),
    ("input tokens", "input_tokens", 0),
    ("output tokens", "output_tokens", 0),
    ("ms in all", "total_ms", 1),
    ("ms of its own", "framework_ms", 1),
    ("lines of code", "lines_of_code", 0),
)


@dataclass(frozen=True)
class Asked:
    """One task with one model."""

    title: str
    condition: str  # its name; with the model where there are several
    prompt: str
    recipe: Markdown
    board: Markdown
    tiers: str
    failures: Markdown | None


def asked_of(gathered: Gathered, boards: Sequence[Board]) -> list[Asked]:
    """The boards of single tasks, in their order; of a task from elsewhere nobody knows the recipe here."""
    return [_asked(gathered, board) for board in boards if board.task != ALL]


def board_table(gathered: Gathered, board: Board) -> Markdown:
    """One line for each framework as it is by default. The columns of which nothing is known are left out."""
    lines = shown_lines(gathered, board)
    wanted: list[tuple[str, Callable[[Line], str]]] = [
        ("passed", _passed),
        ("95 %", lambda line: span(line.entry.interval)),
        ("otherwise", lambda line: line.otherwise),
        ("tier", lambda line: line.tiers if board.has_tiers else ""),
    ]
    for head, name, digits in FIGURES:
        wanted.append((head, lambda line, name=name, digits=digits: _figure(line, name, digits)))  # type: ignore[misc]
    columns = [(head, told) for head, cell in wanted if any(told := [cell(line) for line in lines])]
    heads = ["framework", *(head for head, _ in columns)]
    return table(heads, zip([line.title for line in lines], *(told for _, told in columns), strict=True))


def shown_lines(gathered: Gathered, board: Board) -> list[Line]:
    """The lines of what the article shows of each framework."""
    shown = {*shown_frameworks(gathered.frameworks)}
    return [line for line in board.lines if line.framework in shown]


def _passed(line: Line) -> str:
    entry = line.entry
    return f"{entry.passed} of {entry.rated}" if entry.rated else "no way to do it" if entry.unsupported else ""


def _figure(line: Line, name: str, digits: int) -> str:
    return with_times(getattr(line.entry.medians, name), getattr(line.entry.relative, name), digits)


def _asked(gathered: Gathered, board: Board) -> Asked:
    rows = [row for row in gathered.healthy if (row.task, row.model) == (board.task, board.model)]
    task = gathered.tasks[board.task](rows[0].seed) if board.task in gathered.tasks else None
    several = len({row.model for row in gathered.healthy}) > 1
    return Asked(
        title=board.title,
        condition=f"{board.task}, {board.model}" if several else board.task,
        prompt=task.prompt if task else "",
        recipe=bullets(_recipe(task) if task else ()),
        board=board_table(gathered, board),
        tiers=_tiers(gathered, board),
        failures=_failures(gathered, board, rows),
    )


def _recipe(task: Task) -> Iterator[Markdown]:
    """What a framework is given besides the prompt."""
    if task.instructions:
        yield Markdown(f"Instructions: {text(task.instructions)}")
    if task.tools:
        yield Markdown(f"Tools: {listed([code(tool.__name__) for tool in task.tools])}")
    for role in task.team:
        tools = f" Tools: {listed([code(tool.__name__) for tool in role.tools])}." if role.tools else ""
        yield Markdown(f"{text(role.name)} of the team: {text(role.instructions)}{tools}")
    if task.answer_type:
        fields = listed([code(name) for name in task.answer_type.model_fields])
        yield Markdown(f"Typed answer: {code(task.answer_type.__name__)} with {fields}")


def _tiers(gathered: Gathered, board: Board) -> str:
    """What may be concluded from the pass rates."""
    if len(shown_lines(gathered, board)) < 2 or not board.pairs:
        return ""
    if board.has_tiers:
        return "Whoever shares a tier letter cannot be told apart by pass rate (exact paired tests, corrected)."
    return "By pass rate nobody can be told from anybody (exact paired tests, corrected)."


def _failures(gathered: Gathered, board: Board, rows: Sequence[Row]) -> Markdown | None:
    """One line for each way in which a framework did not pass, with the reason of one such trial."""
    found: dict[tuple[str, str], Row] = {}
    for line in shown_lines(gathered, board):
        for row in rows:
            if row.framework == line.framework and row.verdict != "passed":
                found.setdefault((line.title, row.verdict), row)
    lines = [
        (title, verdict, "; ".join(row.reasons), code(f"bakeoff trial {row.id}"))
        for (title, verdict), row in found.items()
    ]
    return table(["framework", "how it ended", "why", "all of it"], lines, names=4) if lines else None
