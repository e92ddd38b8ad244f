"""The matrix: what each framework did under each fault, and what may be concluded from it. All pure functions of rows.

A cell is one framework, task and fault. `void` and `unsupported` cells are shown and counted, and are in no rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoreboard.meter.faults.base import NONE, Fault, Group
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.results.row import Row
from scoreboard.results.statistics import cluster_bootstrap, holm, mcnemar, paired, wilson
from scoreboard.results.tiers import Tiers, tiers
from scoreboard.runner.catalogue import CONTROLS, by_family, family_of

Mark = Literal[
    "unaffected",
    "absorbed",
    "recovered",
    "dirty",
    "raised",
    "wrong",
    "runaway",
    "timeout",
    "crashed",
    "unsupported",
    "void",
]
Key = tuple[str, str]  # task and fault
FROM_BEST_TO_WORST: tuple[Mark, ...] = (
    "unaffected",
    "absorbed",
    "recovered",
    "raised",
    "dirty",
    "wrong",
    "runaway",
    "timeout",
    "crashed",
)
GOT_OVER = frozenset({"unaffected", "absorbed", "recovered"})
ENDED_WELL = GOT_OVER | {"raised"}
NOT_RATED = frozenset({"unsupported", "void"})


@dataclass(frozen=True)
class Cell:
    """One framework under one fault in one task; where repeats differ, the worst of them."""

    framework: str
    task: str
    fault: Fault
    mark: Mark
    row: Row
    times: int = 1  # how many trials there are
    alike: int = 1  # how many of them ended so

    @property
    def key(self) -> Key:
        return self.task, self.fault.name

    @property
    def cluster(self) -> str:
        """Once and always, in one task, are not independent of one another."""
        return f"{self.task}/{self.fault.base}"

    @property
    def is_rated(self) -> bool:
        return self.mark not in NOT_RATED

    @property
    def got_over(self) -> bool:
        """Whether the answer was right and nothing was done that nobody asked for."""
        return self.mark in GOT_OVER

    @property
    def ended_well(self) -> bool:
        """Whether it was got over, or ended with an exception: whoever uses the framework knows where they are."""
        return self.mark in ENDED_WELL


@dataclass(frozen=True)
class Rate:
    """A share of cells, with Wilson's interval and that of a bootstrap over clusters (task and fault)."""

    hits: int
    cells: int
    interval: tuple[float, float] | None
    clustered: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        return self.hits / self.cells if self.cells else None


@dataclass(frozen=True)
class Standing:
    """What all cells of one framework come to."""

    framework: str
    got_over: Rate  # of the faults that can be got over
    ended_well: Rate  # of all
    marks: dict[Mark, int]


@dataclass(frozen=True)
class Change:
    """What a variant changes, in the cells that both it and its framework by default have."""

    variant: str
    cells: int
    gained: int  # that it gets over and the default does not
    lost: int
    adjusted_p: float


@dataclass(frozen=True)
class Matrix:
    """All cells with one model, and the conclusions from them."""

    model: str
    frameworks: tuple[str, ...]
    keys: tuple[Key, ...]
    cells: Mapping[tuple[str, Key], Cell]
    standings: tuple[Standing, ...]
    got_over: Tiers  # of the frameworks by default; of all, where only variants are there
    ended_well: Tiers
    changes: tuple[Change, ...]


def matrices(rows: Iterable[Row]) -> list[Matrix]:
    """One matrix for each model."""
    rows = [row for row in rows if row.framework not in CONTROLS]
    models = sorted({row.model for row in rows if row.fault != NONE})
    return [matrix(model, [row for row in rows if row.model == model]) for model in models]


def matrix(model: str, rows: Sequence[Row]) -> Matrix:
    """The matrix of one model's rows; those without a fault tell what a framework does when nothing goes wrong."""
    cells = {(cell.framework, cell.key): cell for cell in cells_of(rows)}
    frameworks = tuple(sorted({name for name, _ in cells}, key=by_family))
    order = {name: place for place, name in enumerate(FAULTS)}
    keys = sorted({key for _, key in cells}, key=lambda key: (order[key[1]], key[0]))
    mine = {name: [cell for cell in cells.values() if cell.framework == name] for name in frameworks}
    return Matrix(
        model=model,
        frameworks=frameworks,
        keys=tuple(keys),
        cells=cells,
        standings=tuple(standing(name, mine[name]) for name in frameworks),
        got_over=_tiers({name: clustered(recoverable(mine[name]), "got_over") for name in frameworks}),
        ended_well=_tiers({name: clustered(rated(mine[name]), "ended_well") for name in frameworks}),
        changes=changes({name: clustered(recoverable(mine[name]), "got_over") for name in frameworks}),
    )


def clustered(cells: Iterable[Cell], what: Literal["got_over", "ended_well"]) -> dict[str, bool]:
    """One answer for each fault and task, once and always together: well only if all of it went well.

    Cells of one fault are not independent, and a paired test that took them so would promise too much.
    """
    found: dict[str, bool] = {}
    for cell in cells:
        found[cell.cluster] = found.get(cell.cluster, True) and bool(getattr(cell, what))
    return found


def _tiers(results: Mapping[str, Mapping[str, bool]]) -> Tiers:
    """Variants stay out, so that they do not dilute the comparison of what frameworks do by default."""
    tried = {name: cells for name, cells in results.items() if cells}
    return tiers({name: cells for name, cells in tried.items() if name == family_of(name)} or tried)


def changes(results: Mapping[str, Mapping[str, bool]]) -> tuple[Change, ...]:
    """Each variant against its framework by default: McNemar's exact test, corrected by Holm over all of them."""
    variants = [name for name in results if name != family_of(name) and family_of(name) in results]
    counts = {name: paired(results[name], results[family_of(name)]) for name in variants}
    counts = {name: count for name, count in counts.items() if count[0]}
    p_values = holm([mcnemar(gained, lost) for _, gained, lost in counts.values()])
    return tuple(Change(name, *count, p) for (name, count), p in zip(counts.items(), p_values, strict=True))


def cells_of(rows: Sequence[Row]) -> list[Cell]:
    """The cells of one model's rows."""
    clean = {(row.framework, row.task, row.repeat): row for row in rows if row.fault == NONE}
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.fault in FAULTS:
            grouped.setdefault((row.framework, row.task, row.fault), []).append(row)
    return [_cell(FAULTS[fault], group, clean) for (_, _, fault), group in grouped.items()]


def _cell(fault: Fault, rows: Sequence[Row], clean: Mapping[tuple[str, str, int], Row]) -> Cell:
    marked = [(mark_of(row, clean.get((row.framework, row.task, row.repeat))), row) for row in rows]
    mark, row = max(marked, key=lambda pair: _badness(pair[0]))
    alike = sum(1 for other, _ in marked if other == mark)
    return Cell(row.framework, row.task, fault, mark, row, len(rows), alike)


def mark_of(row: Row, clean: Row | None) -> Mark:
    """How a trial under a fault ended; `clean` is the same framework and task with nothing going wrong.

    Void where it fails without any fault. Unaffected where it needed no more requests than without, but for a request
    that had to be kept short.
    """
    if row.verdict != "passed":
        return row.verdict if clean is None or clean.verdict in ("passed", "unsupported") else "void"
    no_more = clean is not None and clean.requests is not None and (row.requests or 0) <= clean.requests
    if row.coping == "recovered" and no_more and not FAULTS[row.fault].context_tokens:
        return "unaffected"
    return row.coping or "unaffected"


def _badness(mark: Mark) -> int:
    """Worse is more; what is not rated is no worse than anything that is."""
    return FROM_BEST_TO_WORST.index(mark) if mark in FROM_BEST_TO_WORST else -1


def rated(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that a rate is about: all but `void` and `unsupported`, and the control, which is no fault."""
    return [cell for cell in cells if cell.is_rated and cell.fault.group != "control"]


def recoverable(cells: Iterable[Cell]) -> list[Cell]:
    """The rated cells of faults that somebody could get over: none that never stops, no wrong key, no lost result."""
    return [cell for cell in rated(cells) if cell.fault.can_be_recovered]


def standing(framework: str, cells: Sequence[Cell]) -> Standing:
    """What a framework's cells come to."""
    marks = Counter(cell.mark for cell in cells)
    return Standing(
        framework,
        got_over=rate([(cell.cluster, cell.got_over) for cell in recoverable(cells)]),
        ended_well=rate([(cell.cluster, cell.ended_well) for cell in rated(cells)]),
        marks={mark: marks[mark] for mark in (*FROM_BEST_TO_WORST, "unsupported", "void") if marks[mark]},
    )


def rate(hits: Sequence[tuple[str, bool]]) -> Rate:
    """The share of hits among cells, each with its cluster."""
    clusters: dict[str, list[bool]] = {}
    for cluster, hit in hits:
        clusters.setdefault(cluster, []).append(hit)
    good = sum(hit for _, hit in hits)
    return Rate(good, len(hits), wilson(good, len(hits)), cluster_bootstrap(clusters))


def by_group(cells: Iterable[Cell]) -> dict[Group, tuple[int, int]]:
    """Of each group of faults: how many cells were got over, and how many could have been."""
    found: dict[Group, tuple[int, int]] = {}
    for cell in recoverable(cells):
        good, all_cells = found.get(cell.fault.group, (0, 0))
        found[cell.fault.group] = (good + cell.got_over, all_cells + 1)
    return found
