"""The statistics of the scoreboard: small, exact where that is possible, and checked in the tests against SciPy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from statistics import median as median_of


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


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value that two frameworks differ, from the pairs of trials that only one of them passed."""
    pairs = only_first + only_second
    if pairs == 0:
        return 1.0
    tail = sum(math.comb(pairs, k) for k in range(min(only_first, only_second) + 1))
    return float(min(1.0, 2 * tail / 2**pairs))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction: p-values adjusted for how many were asked at once, in the order given."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted
