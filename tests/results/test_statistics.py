"""Every statistic agrees with SciPy, which is too heavy to ship but a fine oracle."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from scoreboard.results.statistics import median, wilson


@given(st.data(), st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_scipys(data: Any, trials: int, confidence: float) -> None:
    successes = data.draw(st.integers(0, trials))
    expected = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert wilson(successes, trials, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_ten_of_ten_is_not_proof_of_certainty() -> None:
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_no_trial_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_more_successes_than_trials_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="3 successes in 2 trials"):
        wilson(3, 2)


def test_median() -> None:
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == 2.5
    assert median([]) is None
