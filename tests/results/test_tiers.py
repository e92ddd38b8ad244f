"""Names share a group exactly if they cannot be told apart, and the way to tell them apart is the fewest cells."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.results.statistics import holm, mcnemar
from scoreboard.results.tiers import more_cells, tiers

CELLS = st.dictionaries(st.integers(0, 15), st.booleans())


def cells(passed: int, failed: int, start: int = 0) -> dict[int, bool]:
    return {start + at: at < passed for at in range(passed + failed)}


def test_alike_is_no_transitive_relation() -> None:
    result = tiers({"low": cells(4, 12), "middle": cells(10, 6), "high": cells(15, 1)})
    assert result.groups == (("high", "middle"), ("middle", "low"))
    high_low, high_middle, low_middle = result.pairs
    assert (high_low.first, high_low.second, high_low.cells) == ("high", "low", 16)
    assert (high_low.first_only, high_low.second_only, high_low.p) == (11, 0, 2 / 2048)
    assert (high_low.adjusted_p, high_low.apart, high_low.more_cells) == (6 / 2048, True, 0)
    assert (high_middle.p, high_middle.adjusted_p, high_middle.apart) == (2 / 32, 4 / 64, False)
    assert (high_middle.more_cells, low_middle.more_cells) == (more_cells(16, 5, 0, 3), more_cells(16, 6, 0, 3))


def test_a_pair_that_holm_sets_apart_needs_no_more_cells() -> None:
    result = tiers({"a": cells(0, 20), "b": cells(7, 13), "c": cells(20, 0)}, alpha=0.02)
    assert more_cells(20, 0, 7, pairs=3, alpha=0.02) == 6
    assert [(pair.apart, pair.more_cells) for pair in result.pairs] == [(True, 0)] * 3
    assert result.groups == (("c",), ("b",), ("a",))


def test_names_in_a_group_go_by_rate_then_by_name() -> None:
    same = tiers({"z": cells(3, 1), "b": cells(2, 2), "a": cells(2, 2)})
    assert same.groups == (("z", "a", "b"),)
    assert tiers({}).groups == ()
    assert tiers({"alone": cells(1, 0)}).groups == (("alone",),)


def test_what_shares_no_cell_cannot_be_told_apart() -> None:
    result = tiers({"a": cells(30, 0), "b": cells(0, 30, start=100), "untried": {}})
    assert result.groups == (("a", "b", "untried"),)
    assert [(pair.cells, pair.p, pair.more_cells) for pair in result.pairs] == [(0, 1, None)] * 3


@given(st.dictionaries(st.sampled_from("abcdefghij"), CELLS), st.sampled_from([0.05, 0.5, 0.95]))
def test_names_share_a_group_exactly_if_they_are_not_apart(results: dict[str, dict[int, bool]], alpha: float) -> None:
    result = tiers(results, alpha)
    apart = {frozenset((pair.first, pair.second)) for pair in result.pairs if pair.apart}
    together = {frozenset(duo) for group in result.groups for duo in combinations(group, 2)}
    assert together == {frozenset(duo) for duo in combinations(results, 2)} - apart
    assert {name for group in result.groups for name in group} == set(results)
    assert not any(set(one) <= set(other) for one in result.groups for other in result.groups if one is not other)
    assert [pair.adjusted_p for pair in result.pairs] == holm([pair.p for pair in result.pairs])
    assert result == tiers(dict(reversed(results.items())), alpha)


@given(st.sets(st.sampled_from(list(combinations("abcdefg", 2)))))
def test_groups_are_the_maximal_sets_whoever_is_apart_from_whom(apart: set[tuple[str, str]]) -> None:
    results: dict[str, dict[tuple[str, str, int], bool]] = {name: {} for name in "abcdefg"}
    for first, second in combinations("abcdefg", 2):  # cells that no third name has, so every pair stands for itself
        for at in range(20):
            results[first][first, second, at] = True
            results[second][first, second, at] = (first, second) not in apart
    alike = [set(s) for n in range(1, 8) for s in combinations("abcdefg", n) if apart.isdisjoint(combinations(s, 2))]
    expected = [names for names in alike if not any(names < others for others in alike)]
    groups = tiers(results).groups
    assert len(groups) == len(expected)
    assert all(set(group) in expected for group in groups)


@given(st.data(), st.integers(1, 40), st.sampled_from([1, 3, 45]), st.sampled_from([0.05, 0.2]))
def test_more_cells_are_the_fewest_that_set_apart(data: Any, seen: int, pairs: int, alpha: float) -> None:
    first_only = data.draw(st.integers(0, seen))
    second_only = data.draw(st.integers(0, seen - first_only))

    def apart(more: int) -> bool:
        scaled = [count * (seen + more) // seen for count in (first_only, second_only)]
        return mcnemar(*scaled) * pairs < alpha

    expected = next((more for more in range(600) if apart(more)), None)
    found = more_cells(seen, first_only, second_only, pairs, alpha)
    assert found == expected or (expected is None and found is not None and found >= 600 and apart(found))
    assert found == more_cells(seen, second_only, first_only, pairs, alpha)


def test_more_cells_by_hand() -> None:
    assert more_cells(10, 6, 0, pairs=1) == 0
    assert more_cells(10, 5, 0, pairs=1) == 2  # six of twelve
    assert more_cells(10, 0, 5, pairs=10) == 8  # nine of eighteen: 2 / 512 ten times is below 0.05
    assert more_cells(10, 3, 3, pairs=1) is None
    assert more_cells(0, 0, 0, pairs=1) is None
    assert more_cells(2_000, 1, 0, pairs=1) == 10_000
    assert more_cells(2_001, 1, 0, pairs=1) is None
    with pytest.raises(ValueError, match="3 and 2 discordant pairs in 4 cells"):
        more_cells(4, 3, 2, pairs=1)
    with pytest.raises(ValueError, match="alpha is 0"):
        more_cells(4, 3, 1, pairs=1, alpha=0)
