"""Who can be told from whom: names compared cell by cell, corrected for the number of pairs, and no ranking."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, count
from statistics import fmean
from string import ascii_uppercase
from typing import TypeVar

from scoreboard.results.statistics import holm, mcnemar, paired

MOST_MORE_CELLS = 10_000  # whoever would need more should call the two alike

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Pair:
    """Two names compared over the cells both have; `first` is the one earlier in the alphabet.

    `more_cells` is 0 where they are apart, and None where no affordable number of cells would set them apart.
    """

    first: str
    second: str
    cells: int
    first_only: int
    second_only: int
    p: float
    adjusted_p: float
    apart: bool
    more_cells: int | None


@dataclass(frozen=True)
class Tiers:
    """Who can be told from whom. A name may stand in several groups: what cannot be told apart is no ranking."""

    pairs: tuple[Pair, ...]
    groups: tuple[tuple[str, ...], ...]


def tiers(results: Mapping[str, Mapping[K, bool]], alpha: float = 0.05) -> Tiers:
    """Compares every two names by McNemar's test, corrected by Holm over all pairs, and groups those not apart.

    Groups are the maximal sets of names of which no two are apart, the best rate first, in them and among them. A name
    without cells can be told from nobody, so it stands in every group, ordered as if its rate were 0.
    """
    names = sorted(results)
    duos = list(combinations(names, 2))
    counts = [paired(results[first], results[second]) for first, second in duos]
    p_values = [mcnemar(first_only, second_only) for _, first_only, second_only in counts]
    pairs = tuple(
        Pair(*duo, *seen, p, adjusted, adjusted < alpha, 0 if adjusted < alpha else more_cells(*seen, len(duos), alpha))
        for duo, seen, p, adjusted in zip(duos, counts, p_values, holm(p_values), strict=True)
    )
    alike: dict[str, set[str]] = {name: set() for name in names}
    for pair in pairs:
        if not pair.apart:
            alike[pair.first].add(pair.second)
            alike[pair.second].add(pair.first)
    rates = {name: fmean(cells.values()) if cells else 0.0 for name, cells in results.items()}
    groups = [tuple(sorted(clique, key=lambda name: (-rates[name], name))) for clique in _cliques(alike, set(names))]
    return Tiers(pairs, tuple(sorted(groups, key=lambda group: (-fmean(rates[name] for name in group), group))))


def letters(found: Tiers) -> dict[str, str]:
    """A compact letter display: a letter for each group, so that names that share one cannot be told apart.

    Nothing where there are more groups than letters.
    """
    told: dict[str, str] = {}
    groups = found.groups if len(found.groups) <= len(ascii_uppercase) else ()
    for letter, group in zip(ascii_uppercase, groups, strict=False):
        for name in group:
            told[name] = told.get(name, "") + letter
    return told


def more_cells(cells: int, first_only: int, second_only: int, pairs: int, alpha: float = 0.05) -> int | None:
    """How many more cells would set two names apart, if discordant pairs kept coming in the proportion seen so far.

    Apart is an exact p-value that times the number of pairs (Bonferroni, Holm's hardest step) is below alpha. Scaled
    counts are rounded down. None where both counts are equal, and where it would take more than 10,000.
    """
    if first_only + second_only > cells:
        raise ValueError(f"{first_only} and {second_only} discordant pairs in {cells} cells")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}, and has to lie between 0 and 1")
    lead, lag = max(first_only, second_only), min(first_only, second_only)
    if lead == lag:
        return None
    total = cells
    for scaled_lag, needed_lead in enumerate(_needed_leads(pairs, alpha)):
        total = max(total, -(-needed_lead * cells // lead))  # no fewer will do, for the lag only grows
        if total > cells + MOST_MORE_CELLS:
            break
        if lag * total // cells == scaled_lag:
            return total - cells
    return None


def _needed_leads(pairs: int, alpha: float) -> Iterator[int]:
    """For a lag of 0, 1, 2, ... discordant pairs, the fewest on the other side that set two names apart."""
    discordant, ways, tail = 0, 1, 1
    for lag in count():
        while 2 * tail / (1 << discordant) * pairs >= alpha:
            discordant += 1
            tail = 2 * tail - ways
            ways = ways * discordant // (discordant - lag)
        yield discordant - lag
        ways = ways * (discordant - lag) // (lag + 1)
        tail += ways


def _cliques(
    alike: Mapping[str, AbstractSet[str]],
    candidates: AbstractSet[str],
    chosen: AbstractSet[str] = frozenset(),
    done: AbstractSet[str] = frozenset(),
) -> Iterator[AbstractSet[str]]:
    """Bron and Kerbosch's search for the maximal sets of names that are all alike, with a pivot to cut it short."""
    if not candidates and not done and chosen:
        yield chosen
    pivot = max(candidates | done, key=lambda name: len(alike[name] & candidates), default="")
    for name in candidates - alike.get(pivot, frozenset()):
        yield from _cliques(alike, candidates & alike[name], chosen | {name}, done & alike[name])
        candidates, done = candidates - {name}, done | {name}
