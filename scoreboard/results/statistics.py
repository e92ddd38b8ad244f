"""The statistics of the scoreboard: small, exact where that is possible, and checked in the tests against SciPy."""

from __future__ import annotations

import math
import random
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from statistics import NormalDist
from statistics import median as median_of
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def median(values: Iterable[float]) -> float | None:
    """The middle value, or the mean of the two middle values; None where there is no value."""
    known = list(values)
    return median_of(known) if known else None


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson's score interval of a rate; None where nothing was tried.

    It keeps its promised coverage for few trials and for rates of 0 and 1, where the textbook interval collapses.
    """
    if trials == 0:
        return None
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    centre = rate + z * z / (2 * trials)
    scale = 1 + z * z / trials
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return low, high


def cluster_bootstrap(
    clusters: Mapping[str, Sequence[bool]], confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float] | None:
    """The percentile interval of the rate over all cells, drawing whole clusters anew; None where there is no cell.

    Cells of one task and fault tend to pass or fail together, so an interval that counts each cell as news of its own
    is too narrow. Clusters that all agree, or a single one, show no spread and give an interval without width.
    """
    counted = [(sum(cells), len(cells)) for _, cells in sorted(clusters.items()) if cells]
    if not counted:
        return None
    return _bootstrapped(tuple(counted), confidence, resamples, seed)


@lru_cache(maxsize=256)
def _bootstrapped(
    counted: tuple[tuple[int, int], ...], confidence: float, resamples: int, seed: int
) -> tuple[float, float]:
    """Kept, because most of what a page shows is as it was when it was made last."""
    draw = random.Random(seed)  # noqa: S311 - to be repeatable is the point
    rates = []
    for _ in range(resamples):
        drawn = draw.choices(counted, k=len(counted))
        rates.append(sum(passed for passed, _ in drawn) / sum(cells for _, cells in drawn))
    rates.sort()
    return _quantile(rates, (1 - confidence) / 2), _quantile(rates, (1 + confidence) / 2)


def mcnemar(first_only: int, second_only: int) -> float:
    """The exact two-sided p-value of a paired comparison: could a fair coin have dealt the discordant pairs like this?

    Pairs that ended alike say nothing of a difference. Whole numbers up to the last division keep it exact.
    """
    discordant, lag = first_only + second_only, min(first_only, second_only)
    ways, tail = 1, 1
    for successes in range(1, lag + 1):
        ways = ways * (discordant - successes + 1) // successes
        tail += ways
    return min(1.0, 2 * tail / (1 << discordant))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: with many comparisons some look different by luck alone."""
    adjusted, highest = [1.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def paired(first: Mapping[K, bool], second: Mapping[K, bool]) -> tuple[int, int, int]:
    """Of the cells both have: how many there are, how many only the first passed, how many only the second."""
    both = first.keys() & second.keys()
    first_only = sum(first[cell] and not second[cell] for cell in both)
    second_only = sum(second[cell] and not first[cell] for cell in both)
    return len(both), first_only, second_only


def _quantile(ordered: Sequence[float], share: float) -> float:
    below, part = divmod(share * (len(ordered) - 1), 1)
    low, high = ordered[int(below)], ordered[math.ceil(below + part)]
    return low + part * (high - low)
