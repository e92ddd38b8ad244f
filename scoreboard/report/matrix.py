"""The matrix on a terminal: faults down, frameworks across, one sign a cell and how many requests it took."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from scoreboard.meter.faults.base import Group
from scoreboard.report.fitted import Column, fitted
from scoreboard.report.marks import SIGNS
from scoreboard.results.matrix import Cell, Key, Mark, Matrix, Rate, by_group
from scoreboard.runner.catalogue import BASELINE

GROUPS: dict[Group, str] = {
    "tool_call": "the model's tool calls",
    "answer": "the model's answer",
    "provider": "the provider and the network",
    "tool": "the tool at run time",
    "state": "the tool's state",
    "control": "control: nothing is wrong",
    "endless": "a model without end",
}
BAD_ENDS: dict[Mark, str] = {
    "dirty": "dirty",
    "wrong": "silently\nwrong",
    "runaway": "ran\naway",
    "timeout": "hung",
    "crashed": "crashed",
    "unsupported": "not ap-\nplicable",
    "void": "void",
}


def matrix_tables(matrix: Matrix, width: int) -> Iterable[Table]:
    """As many tables as it takes for every framework to fit, each with the faults' names in front."""
    rows = list(grouped_keys(matrix))
    names = [Text(GROUPS[row], style="bold") if isinstance(row, str) else Text(label(row, matrix)) for row in rows]
    columns = [
        Column(
            Text("\n".join(_heads(name)), style="bold" if name == BASELINE else ""),
            [Text("") if isinstance(row, str) else cell_text(matrix.cells.get((name, row))) for row in rows],
        )
        for name in matrix.frameworks
    ]
    return fitted(names, columns, width)


def grouped_keys(matrix: Matrix) -> Iterable[Group | Key]:
    """The faults, each group behind its own heading."""
    groups = {key: cell.fault.group for (_, key), cell in matrix.cells.items()}
    group: Group | None = None
    for key in matrix.keys:
        if groups[key] != group:
            group = groups[key]
            yield group
        yield key


def label(key: Key, matrix: Matrix) -> str:
    """The fault; with the task where it was tried in several."""
    task, fault = key
    return f"{fault} ({task})" if sum(name == fault for _, name in matrix.keys) > 1 else fault


def _heads(framework: str) -> list[str]:
    """A framework's name in lines: a column is as wide as a cell, not as a name."""
    return framework.replace("/", "_").split("_")


def cell_text(cell: Cell | None) -> Text:
    """The sign, and the number of requests; nothing where it was not tried."""
    return Text(cell_words(cell), style=SIGNS[cell.mark].style) if cell else Text("")


def cell_words(cell: Cell) -> str:
    """ "+3": the sign and the number of requests; "?1/2" behind it where repeats ended differently."""
    requests = str(cell.row.requests) if cell.is_rated else ""
    differs = f"?{cell.alike}/{cell.times}" if cell.alike < cell.times else ""
    return f"{SIGNS[cell.mark].character}{requests}{differs}"


def legend(matrix: Matrix) -> Iterable[str]:
    """What the signs mean that occur, one line each."""
    cells = list(matrix.cells.values())
    yield "The number behind a sign: the requests it took."
    yield from (f"{SIGNS[mark].character} {words}" for mark, words in signs_in(matrix))
    if any(cell.alike < cell.times for cell in cells):
        yield "?n/m behind it: repeats ended differently; n of m ended so, the worst way"
    if len(cells) < len(matrix.keys) * len(matrix.frameworks):
        yield "Blank: not tried. Figures of frameworks that were tried with different faults do not compare."


def signs_in(matrix: Matrix) -> Iterable[tuple[Mark, str]]:
    """The marks that occur and what they mean, with the limits that were met."""
    cells = list(matrix.cells.values())
    for mark, sign in SIGNS.items():
        rows = [cell.row for cell in cells if cell.mark == mark]
        limit = {"runaway": [f"{row.max_calls:,}" for row in rows], "timeout": [f"{row.timeout_s:g}" for row in rows]}
        told = sorted(set(limit.get(mark, [])), key=lambda word: float(word.replace(",", "")))
        unit = "requests" if mark == "runaway" else "s"
        if rows:
            yield mark, sign.words + (f" ({' or '.join(told)} {unit})" if told else "")


def totals_tables(matrix: Matrix, width: int) -> Iterable[Table]:
    """Of each framework: how much of each group of faults it got over, and how the rest ended."""
    names = [Text(name, style="bold" if name == BASELINE else "") for name in matrix.frameworks]
    cells = {name: [c for (each, _), c in matrix.cells.items() if each == name] for name in matrix.frameworks}
    found = {name: by_group(mine) for name, mine in cells.items()}
    standings = matrix.standings

    def column(head: str, words: Iterable[str]) -> Column:
        return Column(Text(head), [Text(word) for word in words])

    columns = [column("got\nover", (_share(each.got_over) for each in standings))]
    columns.append(column("95 %", (_interval(each.got_over) for each in standings)))
    for group in GROUPS:
        if any(group in each for each in found.values()):
            parts = ("{}/{}".format(*found[name][group]) if group in found[name] else "" for name in matrix.frameworks)
            columns.append(column(group.replace("_", "\n"), parts))
    columns.append(column("ended\nwell", (_share(each.ended_well) for each in standings)))
    columns.append(column("95 %", (_interval(each.ended_well) for each in standings)))
    for mark, head in BAD_ENDS.items():
        if any(mark in each.marks for each in standings):
            columns.append(column(head, (str(each.marks.get(mark, "")) for each in standings)))
    return fitted(names, columns, width)


def _share(rate: Rate) -> str:
    return f"{rate.hits}/{rate.cells}" if rate.cells else ""


def _interval(rate: Rate) -> str:
    found = wider_interval(rate)
    return f"{found[0]:.0%}-{found[1]:.0%}" if found else ""


def wider_interval(rate: Rate) -> tuple[float, float] | None:
    """The wider of the two intervals: cells of one fault are not news of their own."""
    if not rate.interval or not rate.clustered:
        return None
    return min(rate.interval[0], rate.clustered[0]), max(rate.interval[1], rate.clustered[1])
