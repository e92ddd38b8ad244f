"""Every statistic agrees with SciPy, which is too heavy to ship but a fine oracle, or with its own plain definition."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from scoreboard.results.statistics import (
    cluster_bootstrap,
    holm,
    mcnemar,
    median,
    paired,
    wilson,
)

P_VALUES = st.lists(st.floats(0, 1), max_size=12)


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


def ratio(passed: Any, tried: Any, axis: int = -1) -> Any:
    return passed.sum(axis=axis) / tried.sum(axis=axis)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("dealt", [1, 2, 3])
def test_cluster_bootstrap_is_scipys(dealt: int, confidence: float) -> None:
    deal = random.Random(dealt)
    skills = [deal.random() for _ in range(25)]
    clusters = {str(at): [deal.random() < s for _ in range(deal.randint(1, 12))] for at, s in enumerate(skills)}
    counts = [np.array([size(c) for c in clusters.values()]) for size in (sum, len)]
    options = {"paired": True, "vectorized": True, "method": "percentile", "n_resamples": 20_000}
    oracle = stats.bootstrap(counts, ratio, confidence_level=confidence, rng=np.random.default_rng(1), **options)
    expected = (oracle.confidence_interval.low, oracle.confidence_interval.high)
    assert cluster_bootstrap(clusters, confidence, resamples=20_000) == pytest.approx(expected, abs=0.006)


def test_the_same_seed_gives_the_same_interval_in_any_order() -> None:
    clusters = {str(at): [True] * at + [False] * (at % 3 + 1) for at in range(7)}
    backwards = dict(reversed(clusters.items()))
    assert cluster_bootstrap(clusters) == cluster_bootstrap(backwards)
    assert cluster_bootstrap(clusters, seed=1) == cluster_bootstrap(backwards, seed=1)
    assert cluster_bootstrap(clusters, resamples=50) != cluster_bootstrap(clusters, resamples=50, seed=1)


def test_cells_that_only_repeat_each_other_are_no_news() -> None:
    once = {str(at): [at % 2 == 0] for at in range(20)}
    repeated = {key: outcome * 50 for key, outcome in once.items()}
    assert cluster_bootstrap(repeated) == cluster_bootstrap(once)


def test_no_cell_has_no_interval() -> None:
    assert cluster_bootstrap({}) is None
    assert cluster_bootstrap({"a": []}) is None
    assert cluster_bootstrap({"a": [], "b": [True, False]}) == (0.5, 0.5)


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_scipys_binomial_test(first_only: int, second_only: int) -> None:
    discordant = first_only + second_only
    expected = stats.binomtest(first_only, discordant).pvalue if discordant else 1.0
    assert mcnemar(first_only, second_only) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_by_hand() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 0) == mcnemar(0, 5) == 2 / 32
    assert mcnemar(6, 0) == 2 / 64
    assert mcnemar(3, 3) == 1


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.02, 0.5]) == pytest.approx([1, 0.06, 1])
    assert holm([0.03]) == [0.03]
    assert holm([]) == []


@given(P_VALUES)
def test_holm_keeps_the_order_of_p_values_and_lies_between_them_and_bonferronis(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for raw, corrected in zip(p_values, adjusted, strict=True):
        assert raw <= corrected <= min(1, raw * len(p_values))
    assert [corrected for _, corrected in sorted(zip(p_values, adjusted, strict=True))] == sorted(adjusted)


@given(P_VALUES, st.randoms())
def test_holm_does_not_care_who_comes_first(p_values: list[float], draw: random.Random) -> None:
    order = draw.sample(range(len(p_values)), len(p_values))
    adjusted = holm(p_values)
    assert holm([p_values[at] for at in order]) == [adjusted[at] for at in order]


def test_only_cells_that_both_have_are_paired() -> None:
    first = {"a": True, "b": True, "c": False, "d": True, "mine": True}
    second = {"a": True, "b": False, "c": True, "d": False, "yours": True}
    assert paired(first, second) == (4, 2, 1)


def test_scipy_stays_an_oracle() -> None:
    code = "import sys, scoreboard.results.tiers; print({'scipy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
