"""The matrix on a terminal: faults down, frameworks across, one sign a cell and how many requests it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from scoreboard.meter.faults.base import Group
from scoreboard.report.marks import SIGNS
from scoreboard.results.matrix import ENDED_WELL, Cell, Key, Matrix, Rate, Standing, by_group
from scoreboard.runner.catalogue import BASELINE

GAP = 2
GROUPS: dict[Group, str] = {
    "tool_call": "the model's tool calls",
    "answer": "the model's answer",
    "provider": "the provider and the network",
    "tool": "the tool at run time",
    "state": "the tool's state",
    "control": "control: nothing is wrong",
    "endless": "a model without end",
}


def matrix_tables(matrix: Matrix, width: int) -> Iterable[Table]:
    """As many tables as it takes for every framework to fit, each with the faults' names in front."""
    labels = {key: label(key, matrix) for key in matrix.keys}
    names = max(map(len, labels.values()))
    columns, used = list[str](), names
    for framework in matrix.frameworks:
        needed = GAP + _column_width(framework, matrix)
        if columns and used + needed > width:
            yield _table(matrix, columns, labels)
            columns, used = [], names
        columns.append(framework)
        used += needed
    yield _table(matrix, columns, labels)


def label(key: Key, matrix: Matrix) -> str:
    """The fault; with the task where it was tried in several."""
    task, fault = key
    tasks = Counter(name for _, name in matrix.keys)
    return f"{fault} ({task})" if tasks[fault] > 1 else fault


def _heads(framework: str) -> list[str]:
    """A framework's name in lines: a column is as wide as a cell, not as a name."""
    return framework.replace("/", "_").split("_")


def _column_width(framework: str, matrix: Matrix) -> int:
    cells = [cell for (name, _), cell in matrix.cells.items() if name == framework]
    return max(len(word) for word in [*_heads(framework), *(cell_text(cell).plain for cell in cells)])


def _table(matrix: Matrix, frameworks: Sequence[str], labels: dict[Key, str]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for framework in frameworks:
        style = "bold" if framework == BASELINE else ""
        table.add_column(Text("\n".join(_heads(framework)), style=style), justify="right", no_wrap=True)
    group: Group | None = None
    for key in matrix.keys:
        cells = [matrix.cells.get((framework, key)) for framework in frameworks]
        fault = next(cell.fault for (_, each), cell in matrix.cells.items() if each == key)
        if fault.group != group:
            group = fault.group
            table.add_row(Text(GROUPS[group], style="bold"))
        table.add_row(Text(labels[key]), *map(cell_text, cells))
    return table


def cell_text(cell: Cell | None) -> Text:
    """The sign, and the number of requests; nothing where it was not tried."""
    if cell is None:
        return Text("")
    sign = SIGNS[cell.mark]
    requests = str(cell.row.requests) if cell.is_rated else ""
    differs = f"?{cell.alike}/{cell.times}" if cell.alike < cell.times else ""
    return Text(f"{sign.character}{requests}{differs}", style=sign.style)


def legend(matrix: Matrix) -> list[str]:
    """What the signs mean that occur, one line each."""
    marks = {cell.mark for cell in matrix.cells.values()}
    signs = [f"{sign.character} {sign.words}" for mark, sign in SIGNS.items() if mark in marks]
    repeats = any(cell.alike < cell.times for cell in matrix.cells.values())
    more = ["?n/m behind it: repeats ended differently; n of m ended so, the worst way"] if repeats else []
    return ["The number behind a sign: the requests it took.", *signs, *more]


def totals_table(matrix: Matrix) -> Table:
    """Of each framework: how much of each group of faults it got over, and how the rest ended."""
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    cells = {name: [c for (each, _), c in matrix.cells.items() if each == name] for name in matrix.frameworks}
    found = {name: by_group(mine) for name, mine in cells.items()}
    groups = [group for group in GROUPS if any(group in each for each in found.values())]
    for head in ("got over", "95 %", *(group.replace("_", " ") for group in groups), "ended well", "otherwise"):
        table.add_column(head, justify="left" if head == "otherwise" else "right", no_wrap=head != "otherwise")
    for standing in matrix.standings:
        name = standing.framework
        parts = ["{}/{}".format(*found[name][group]) if group in found[name] else "" for group in groups]
        got_over = (_share(standing.got_over), _interval(standing.got_over))
        style = "bold" if name == BASELINE else ""
        table.add_row(Text(name, style=style), *got_over, *parts, _share(standing.ended_well), _otherwise(standing))
    return table


def _otherwise(standing: Standing) -> str:
    """How those ended that did not end well, and those that are in no rate."""
    return ", ".join(f"{count} {mark}" for mark, count in standing.marks.items() if mark not in ENDED_WELL)


def _share(rate: Rate) -> str:
    return f"{rate.hits}/{rate.cells}" if rate.cells else ""


def _interval(rate: Rate) -> str:
    """The wider of the two intervals: cells of one fault are not news of their own."""
    if not rate.interval or not rate.clustered:
        return ""
    low, high = min(rate.interval[0], rate.clustered[0]), max(rate.interval[1], rate.clustered[1])
    return f"{low:.0%}-{high:.0%}"
