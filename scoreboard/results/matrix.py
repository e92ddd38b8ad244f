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
class Matrix:
    """All cells with one model, and the conclusions from them."""

    model: str
    frameworks: tuple[str, ...]
    keys: tuple[Key, ...]
    cells: Mapping[tuple[str, Key], Cell]
    standings: tuple[Standing, ...]
    got_over: Tiers  # of the frameworks by default; of all, where only variants are there
    ended_well: Tiers
    from_default: Mapping[str, float]  # of each variant: Holm's adjusted p that it gets over as much as its default


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
        got_over=_tiers({name: {c.key: c.got_over for c in recoverable(mine[name])} for name in frameworks}),
        ended_well=_tiers({name: {c.key: c.ended_well for c in rated(mine[name])} for name in frameworks}),
        from_default=from_default({name: {c.key: c.got_over for c in recoverable(mine[name])} for name in frameworks}),
    )


def _tiers(results: Mapping[str, Mapping[Key, bool]]) -> Tiers:
    """Variants stay out, so that they do not dilute the comparison of what frameworks do by default."""
    tried = {name: cells for name, cells in results.items() if cells}
    return tiers({name: cells for name, cells in tried.items() if name == family_of(name)} or tried)


def from_default(results: Mapping[str, Mapping[Key, bool]]) -> dict[str, float]:
    """Each variant against its framework by default: McNemar's exact test, corrected by Holm over all of them."""
    variants = [name for name in results if name != family_of(name) and family_of(name) in results]
    p_values = [mcnemar(*paired(results[name], results[family_of(name)])[1:]) for name in variants]
    return dict(zip(variants, holm(p_values), strict=True))


def cells_of(rows: Sequence[Row]) -> list[Cell]:
    """The cells of one model's rows."""
    clean = {(row.framework, row.task): row for row in rows if row.fault == NONE}
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.fault in FAULTS:
            grouped.setdefault((row.framework, row.task, row.fault), []).append(row)
    return [_cell(FAULTS[fault], group, clean.get((name, task))) for (name, task, fault), group in grouped.items()]


def _cell(fault: Fault, rows: Sequence[Row], clean: Row | None) -> Cell:
    marked = [(mark_of(row, clean), row) for row in rows]
    mark, row = max(marked, key=lambda pair: _badness(pair[0]))
    alike = sum(1 for other, _ in marked if other == mark)
    return Cell(row.framework, row.task, fault, mark, row, len(rows), alike)


def mark_of(row: Row, clean: Row | None) -> Mark:
    """How a trial under a fault ended; `clean` is the same framework and task with nothing going wrong.

    Void where it fails without any fault. Unaffected where it needed no more requests than without.
    """
    if row.verdict != "passed":
        return row.verdict if clean is None or clean.verdict in ("passed", "unsupported") else "void"
    if row.coping == "recovered" and clean and clean.requests and (row.requests or 0) <= clean.requests:
        return "unaffected"
    return row.coping or "unaffected"


def _badness(mark: Mark) -> int:
    """Worse is more; what is not rated is no worse than anything that is."""
    return FROM_BEST_TO_WORST.index(mark) if mark in FROM_BEST_TO_WORST else -1


def rated(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that a rate is about: all but `void` and `unsupported`."""
    return [cell for cell in cells if cell.is_rated]


def recoverable(cells: Iterable[Cell]) -> list[Cell]:
    """The rated cells of faults that somebody could get over: not those that never stop."""
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
