"""The figures of the scoreboard, each by hand."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from scoreboard.results import comparison
from scoreboard.results.comparison import ALL, Entry, Figures, comparisons, middle, newest, ruler_problems, together
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.results.statistics import wilson
from scoreboard.runner.plan import Budget
from tests.results.samples import ORIGIN, row

REAL = "openai:gpt@https://api.example/v1"


def entries(rows: list[Row]) -> dict[str, Entry]:
    (only,) = comparisons(rows)
    return {entry.framework: entry for entry in only.entries}


def entry(rows: list[Row]) -> Entry:
    (only,) = entries(rows).values()
    return only


def rows_of(*verdicts: Verdict, framework: str = "zebra", **fields: Any) -> list[Row]:
    return [row(verdict, framework, repeat=number, **fields) for number, verdict in enumerate(verdicts)]


def test_baseline_first_then_by_name_and_never_the_controls() -> None:
    rows = [row(framework=name) for name in ("zebra", "nop", "ant", "oracle", "baseline")]
    assert list(entries(rows)) == ["baseline", "ant", "zebra"]


def test_one_comparison_per_model_task_and_fault_in_stable_order() -> None:
    rows = [
        row(task=task, model=model, fault=fault)
        for task in ("structured_output", "dice")
        for model in ("sim", REAL)
        for fault in ("stall", "none")
    ]
    found = [(each.model, each.task, each.fault) for each in comparisons(rows)]
    assert found == sorted(found)
    assert len(found) == 8
    assert comparisons(reversed(rows)) == comparisons(rows)


def test_void_is_excluded_from_the_rate_and_counted() -> None:
    found = entry(rows_of("passed", "void", "wrong", "void", "passed", "passed"))
    assert (found.trials, found.voids, found.rated, found.passed, found.pass_rate) == (6, 2, 4, 3, 0.75)
    assert found.verdicts == {"passed": 3, "wrong": 1, "void": 2}
    assert list(found.verdicts) == ["passed", "wrong", "void"]


def test_unsupported_is_no_failure() -> None:
    found = entry(rows_of("unsupported", "unsupported"))
    assert found.unsupported
    assert (found.rated, found.pass_rate, found.interval) == (0, None, None)
    assert not entry(rows_of("raised")).unsupported


def test_an_interval_only_where_the_model_is_not_deterministic() -> None:
    verdicts: tuple[Verdict, ...] = ("passed", "passed", "wrong", "void")
    assert entry(rows_of(*verdicts, model=REAL)).interval == wilson(2, 3)
    assert entry(rows_of(*verdicts, model="sim")).interval is None
    assert entry(rows_of(*verdicts, model="sim+20ms")).interval is None
    assert entry(rows_of("void", model=REAL)).interval is None


def test_medians_are_those_of_passed_trials_only() -> None:
    passed = [row(framework="zebra", repeat=n, total_ms=ms, calls=n) for n, ms in enumerate((10.0, 30.0, 20.0), 1)]
    quick_but_wrong = row("wrong", "zebra", repeat=9, total_ms=1.0, calls=0)
    found = entry([*passed, quick_but_wrong]).medians
    assert (found.total_ms, found.calls) == (20.0, 2)


def test_where_nothing_passed_only_the_lines_are_known() -> None:
    assert entry(rows_of("wrong", "raised")).medians == Figures(lines_of_code=20)


@pytest.mark.parametrize("unknown", ["input_tokens", "output_tokens"])
def test_unknown_tokens_stay_unknown(unknown: str) -> None:
    unknowing: dict[str, Any] = {unknown: None}
    rows = [*rows_of("passed", "passed"), row(framework="zebra", repeat=2, **unknowing)]
    found = entry(rows).medians
    assert getattr(found, unknown) is None
    assert found.calls == 2


def test_every_figure_is_relative_to_the_baselines() -> None:
    names = [field.name for field in fields(Figures)]
    four: dict[str, Any] = dict.fromkeys(names, 4)
    ten: dict[str, Any] = dict.fromkeys(names, 10)
    found = entries([row(framework="baseline", **four), row(framework="zebra", **ten)])
    assert found["baseline"].relative == Figures(**dict.fromkeys(names, 1.0))
    assert found["zebra"].relative == Figures(**dict.fromkeys(names, 2.5))


def test_relative_to_what_is_unknown_is_unknown() -> None:
    rows = [row(framework="baseline", tools_ms=0.0, input_tokens=None), row(framework="zebra", output_tokens=None)]
    found = entries(rows)["zebra"].relative
    assert (found.tools_ms, found.input_tokens, found.output_tokens, found.calls) == (None, None, None, 1.0)
    assert entry([row(framework="zebra")]).relative == Figures()
    assert entries([row("wrong"), row(framework="zebra")])["zebra"].relative == Figures(lines_of_code=1.0)


def test_claims_are_the_median_of_the_trials_own_ratios() -> None:
    claims = [(1, 2), (3, 2), (None, 2), (4, 2)]
    rows = [
        row(framework="zebra", repeat=number, claimed_calls=claimed, calls=real, claimed_input_tokens=None)
        for number, (claimed, real) in enumerate(claims)
    ]
    rows.append(row("wrong", "zebra", repeat=9, claimed_calls=100, calls=1))
    found = entry(rows).claims
    assert (found.calls, found.input_tokens, found.output_tokens) == (1.5, None, None)


def test_only_trials_made_of_the_same_things_are_mixed() -> None:
    changed = replace(ORIGIN, adapter="adapter2")
    old = [row(framework="zebra", repeat=n, started_at="2026-01-01T00:00:00+00:00") for n in range(3)]
    new = [row(framework="zebra", repeat=n, origin=changed, started_at="2026-01-02T00:00:00+00:00") for n in range(2)]
    other = row(framework="ant", started_at="2026-01-01T00:00:00+00:00")
    assert newest([*old, *new, other]) == [other, *new]
    tighter = [replace(each, max_calls=Budget().max_calls - 1, started_at="2026-01-03") for each in new]
    assert newest([*old, *new, *tighter]) == tighter


@pytest.mark.parametrize("changed", ["task", "harness", "python"])
def test_frameworks_that_faced_something_else_are_not_compared(changed: str) -> None:
    before = row(framework="ant", started_at="2026-01-01T00:00:00+00:00")
    origin = replace(ORIGIN, **{changed: "another"})
    after = row(framework="zebra", origin=origin, started_at="2026-01-02T00:00:00+00:00")
    assert newest([before, after]) == [after]


def test_one_trial_under_other_conditions_does_not_hide_the_whole_board() -> None:
    many = [row(framework=name, started_at="2026-01-01T00:00:00+00:00") for name in ("ant", "zebra")]
    lone = replace(row(framework="ant", started_at="2026-01-02T00:00:00+00:00"), max_calls=1)
    assert newest([*many, lone]) == many


def test_a_true_ruler_has_no_problems() -> None:
    assert ruler_problems([row(framework="oracle"), row("wrong", "nop"), row("void", "oracle"), row("wrong")]) == []


def test_a_bent_ruler_is_told_in_words() -> None:
    failing, passing = row("wrong", "oracle", task="multi_agent"), row("passed", "nop")
    (first, second) = ruler_problems([failing, passing])
    assert first.words == f"nop should pass nothing, but dice with sim (trial {passing.id}) passed: because"
    assert (first.task, second.task) == ("dice", "multi_agent")
    where = f"multi_agent with sim (trial {failing.id})"
    assert second.words == f"oracle should pass every task, but {where} is wrong: because"


def whole(rows: list[Row]) -> dict[str, Entry]:
    """All tasks as one."""
    (only,) = together(rows)
    assert only.task == ALL
    return {entry.framework: entry for entry in only.entries}


def test_all_tasks_as_one_are_the_sum_of_each_tasks_median() -> None:
    quick = [row(repeat=n, total_ms=ms, calls=n) for n, ms in enumerate((1.0, 2.0, 90.0), 1)]
    slow = [row(task="multi_agent", repeat=n, total_ms=ms, calls=10) for n, ms in enumerate((30.0, 50.0), 1)]
    failed = row("wrong", task="multi_agent", repeat=3, total_ms=0.1, calls=1)
    found = whole([*quick, *slow, failed])["baseline"]
    assert (found.medians.total_ms, found.medians.calls) == (2.0 + 40.0, 2 + 10)
    assert (found.passed, found.rated, found.pass_rate) == (5, 6, 5 / 6)
    assert found.relative.total_ms == 1.0


@pytest.mark.parametrize("verdict", ["wrong", "unsupported"])
def test_a_sum_is_unknown_where_one_tasks_part_is(verdict: Verdict) -> None:
    rows = [row(), row(task="multi_agent", input_tokens=None), row(framework="zebra")]
    found = whole([*rows, row(verdict, "zebra", task="multi_agent")])
    assert (found["baseline"].medians.input_tokens, found["baseline"].medians.calls) == (None, 4)
    assert found["zebra"].medians == found["zebra"].relative == Figures()
    assert found["zebra"].unsupported is (verdict == "unsupported")


def test_as_one_every_figure_is_relative_to_the_baselines_sum() -> None:
    rows = [row(calls=2), row(task="multi_agent", calls=6)]
    others = [row(framework="zebra", calls=8), row(framework="zebra", task="multi_agent", calls=2)]
    assert whole([*rows, *others])["zebra"].relative.calls == 10 / 8
    assert whole(others)["zebra"].relative == Figures()


def test_lines_are_left_out_of_a_sum_for_tasks_share_some() -> None:
    assert whole([row(), row(task="multi_agent")])["baseline"].medians.lines_of_code is None


def test_who_was_not_tried_in_every_task_is_in_no_sum() -> None:
    rows = [row(framework=name, task=task) for task in ("dice", "multi_agent") for name in ("zebra", "baseline", "ant")]
    rows += [row(framework="ant/odd", task="multi_agent"), row(framework="nop", task="structured_output")]
    assert list(whole(rows)) == ["baseline", "ant", "zebra"]
    without_base = whole([each for each in rows if (each.framework, each.task) != ("baseline", "dice")])
    assert list(without_base) == ["ant", "zebra"]
    assert without_base["ant"].relative == Figures(), "half a baseline is none"


def test_each_model_and_fault_is_one_by_itself() -> None:
    rows = [row(model=model, fault=fault) for model in ("sim", REAL) for fault in ("stall", "none")]
    rows.append(row(model=REAL, fault="stall", task="multi_agent", framework="zebra"))
    found = [(each.model, each.fault, len(each.entries)) for each in together(rows)]
    assert found == [(REAL, "none", 1), (REAL, "stall", 0), ("sim", "none", 1), ("sim", "stall", 1)]
    assert together([row(framework="oracle")]) == []


def test_the_interval_of_all_tasks_is_that_of_all_trials() -> None:
    rows = [*rows_of("passed", "wrong", "void", model=REAL), *rows_of("passed", task="multi_agent", model=REAL)]
    assert whole(rows)["zebra"].interval == wilson(2, 3)


@pytest.mark.parametrize(("count", "expected"), [(1, 0.0), (2, 0.0), (3, 1.0), (7, 3.0), (8, 3.0)])
def test_a_trial_of_middle_length(count: int, expected: float) -> None:
    failed = [row("wrong", repeat=number, total_ms=0.1) for number in range(10, 20)]
    for shift in range(count):  # whichever of them it is, and whatever its id
        rows = [row(repeat=number, total_ms=float((number + shift) % count)) for number in range(count)]
        found = middle([*failed, *rows])
        assert (found.total_ms, found.verdict) == (expected, "passed")


def test_where_none_passed_the_one_of_middle_length_is_any() -> None:
    rows = [row("wrong", repeat=number, total_ms=ms) for number, ms in enumerate((30.0, 10.0, 20.0))]
    assert middle(rows).total_ms == 20.0


def test_of_trials_that_took_alike_the_same_one_is_taken_always() -> None:
    rows = [row(repeat=number, total_ms=7.0) for number in range(6)]
    assert middle(rows) == middle(rows[::-1]) == sorted(rows, key=lambda row: row.id)[2]


def test_every_figure_has_a_public_definition() -> None:
    figures = ("pass_rate", "interval", "rated", "median_of", "lines_of_code", "relative", "claimed_ratio", "medians")
    for name in figures:
        assert getattr(comparison, name).__doc__, name
