"""What a framework costs: medians of what is known, blank where anything is not, never a zero that nobody measured."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.results import costs
from scoreboard.results.costs import Asked
from scoreboard.results.judge import Verdict
from scoreboard.results.matrix import Cell, cells_of
from scoreboard.results.store import Store
from tests.results.samples import PASSED, STAMPS, call, played, row, trial


def test_the_prompt_is_no_cost_of_the_framework() -> None:
    trials = [Asked((120, 150), 20), Asked((140, 170), 20), Asked((130, 160), 10)]
    assert costs.tokens_before_your_first_word(trials) == 120
    assert costs.tokens_of_the_first_request(trials) == 130


@pytest.mark.parametrize("unknown", [Asked((None, 150), 20), Asked((120, 150), None)])
def test_one_unknown_count_makes_the_figure_unknown(unknown: Asked) -> None:
    assert costs.tokens_before_your_first_word([Asked((120, 150), 20), unknown]) is None


def test_a_turn_adds_what_the_next_request_is_larger_by() -> None:
    assert costs.tokens_a_turn_adds([Asked((100, 130, 170)), Asked((100, 120))]) == 30
    assert costs.tokens_a_turn_adds([Asked((100, 64))]) == -36


@pytest.mark.parametrize("trials", [[], [Asked((100,))], [Asked((100, None))]])
def test_what_a_turn_adds_is_unknown_where_there_is_none_or_one_that_nobody_counted(trials: list[Asked]) -> None:
    assert costs.tokens_a_turn_adds(trials) is None


def test_own_time_is_shared_among_the_calls_of_trials_that_passed() -> None:
    rows = [
        row(framework_ms=10.0, calls=2),
        row(framework_ms=30.0, calls=3),
        row(framework_ms=900.0, calls=1, verdict="wrong"),
    ]
    assert costs.own_ms_per_call(rows) == 7.5


def _endless(verdict: Verdict) -> Cell:
    (cell,) = cells_of([row(verdict, fault="http_500/always", delivered=9)])
    return cell


def test_requests_for_one_turn_are_those_that_the_fault_reached() -> None:
    assert costs.requests_for_one_turn(_endless("raised")) == 9
    assert costs.requests_for_one_turn(_endless("unsupported")) is None


def test_who_was_stopped_would_have_gone_on() -> None:
    assert costs.was_stopped(_endless("timeout"))
    assert costs.was_stopped(_endless("runaway"))
    assert not costs.was_stopped(_endless("raised"))


@pytest.mark.parametrize(("value", "baseline"), [(None, 2.0), (2.0, None), (2.0, 0.0), (2.0, -1.0)])
def test_there_is_no_multiple_of_what_is_unknown_or_nothing(value: float | None, baseline: float | None) -> None:
    assert costs.ratio(value, baseline) is None


def test_the_store_tells_the_tokens_of_answered_requests_in_order(tmp_path: Path) -> None:
    outcome, _ = played()
    calls = [
        call(1, 2, "a", input_tokens=70),
        call(2, 4, "a", input_tokens=71, status=500),
        call(3, 6, "a", input_tokens=None),
        call(4, 8, "a", input_tokens=90),
    ]
    with contextlib.closing(Store.open(tmp_path)) as store:
        store.add(trial(), outcome, calls, PASSED, STAMPS)
        assert store.input_tokens(store.rows()) == {trial().id: (70, None, 90)}
        other = replace(store.rows()[0], id="there is none")
        assert store.input_tokens([other]) == {"there is none": ()}
