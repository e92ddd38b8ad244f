"""The statistics of the scoreboard: small, exact where that is possible, and checked in the tests against SciPy."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
