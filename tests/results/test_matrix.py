"""The matrix: what a cell is, what is rated, and what the rates come to."""

from __future__ import annotations

from typing import Any

import pytest

from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.results.judge import Verdict
from scoreboard.results.matrix import (
    Mark,
    by_group,
    cells_of,
    clustered,
    mark_of,
    matrices,
    matrix,
    recoverable,
)
from scoreboard.results.row import Row
from tests.results.samples import row


def under(fault: str, verdict: Verdict = "passed", coping: str = "", framework: str = "baseline", **more: Any) -> Row:
    return row(verdict, framework, **{"fault": fault, "coping": coping, "requests": 3, "delivered": 1, **more})


def clean(framework: str = "baseline", **more: Any) -> Row:
    return row(framework=framework, **{"requests": 2, **more})


@pytest.mark.parametrize(
    ("verdict", "coping", "mark"),
    [
        ("passed", "unaffected", "unaffected"),
        ("passed", "absorbed", "absorbed"),
        ("passed", "recovered", "recovered"),
        ("passed", "dirty", "dirty"),
        ("raised", "", "raised"),
        ("wrong", "", "wrong"),
        ("runaway", "", "runaway"),
        ("timeout", "", "timeout"),
        ("crashed", "", "crashed"),
        ("unsupported", "", "unsupported"),
        ("void", "", "void"),
    ],
)
def test_each_way_to_end_has_a_mark_of_its_own(verdict: Verdict, coping: str, mark: Mark) -> None:
    assert mark_of(under("http_500", verdict, coping), clean()) == mark


def test_who_needed_no_more_requests_than_without_the_fault_was_not_affected() -> None:
    assert mark_of(under("extra_field", "passed", "recovered", requests=2), clean()) == "unaffected"
    assert mark_of(under("extra_field", "passed", "recovered", requests=3), clean()) == "recovered"


def test_what_fails_without_any_fault_is_void_with_one() -> None:
    failing = clean(verdict="wrong")
    assert mark_of(under("http_500", "wrong"), failing) == "void"
    assert mark_of(under("http_500", "raised"), failing) == "void"


def test_repeats_show_the_worst_and_how_many_ended_so() -> None:
    rows = [clean(), under("http_500", "passed", "absorbed"), under("http_500", "wrong"), under("http_500", "wrong")]
    (cell,) = cells_of(rows)
    assert (cell.mark, cell.alike, cell.times) == ("wrong", 2, 3)
    assert cell.row.verdict == "wrong"


def test_void_and_unsupported_are_counted_and_in_no_rate() -> None:
    rows = [
        clean(),
        under("http_500", "passed", "absorbed"),
        under("http_503", "raised"),
        under("http_429", "void"),
        under("arguments_as_object", "unsupported"),
    ]
    (standing,) = matrix("sim", rows).standings
    assert (standing.got_over.hits, standing.got_over.cells) == (1, 2)
    assert (standing.ended_well.hits, standing.ended_well.cells) == (2, 2)
    assert standing.marks == {"absorbed": 1, "raised": 1, "unsupported": 1, "void": 1}


def test_dirt_is_not_got_over_and_no_good_end() -> None:
    (standing,) = matrix("sim", [clean(), under("wrong_type_argument", "passed", "dirty")]).standings
    assert (standing.got_over.hits, standing.ended_well.hits) == (0, 0)


def test_what_never_ends_is_asked_only_for_a_good_end() -> None:
    rows = [clean(), under("http_500/always", "raised"), under("http_401", "raised"), under("http_500", "raised")]
    (standing,) = matrix("sim", rows).standings
    assert (standing.got_over.hits, standing.got_over.cells) == (0, 1)
    assert (standing.ended_well.hits, standing.ended_well.cells) == (3, 3)


def test_groups_add_up_to_the_whole() -> None:
    rows = [clean(), *(under(name, "passed", "recovered") for name in FAULTS)]
    cells = cells_of(rows)
    assert len(cells) == len(FAULTS)
    groups = by_group(cells)
    assert sum(tried for _, tried in groups.values()) == len(recoverable(cells))
    assert all(good == tried for good, tried in groups.values())


def test_a_matrix_for_each_model_without_the_controls() -> None:
    rows = [
        under("http_500", "raised", model="sim"),
        under("http_500", "raised", model="sim+stubborn3"),
        under("http_500", "raised", framework="oracle"),
        clean("langgraph"),
    ]
    assert [(each.model, each.frameworks) for each in matrices(rows)] == [
        ("sim", ("baseline",)),
        ("sim+stubborn3", ("baseline",)),
    ]


def test_frameworks_are_told_apart_by_the_cells_both_have() -> None:
    names = [name for name, fault in FAULTS.items() if fault.can_be_recovered][:20]
    rows = [under(name, "passed", "recovered", framework="one") for name in names]
    rows += [under(name, "wrong", framework="two") for name in names]
    rows += [under(name, "passed", "recovered", framework="two/hardened") for name in names]
    rows += [under(name, "void", framework="three") for name in names]
    found = matrix("sim", rows)
    assert found.got_over.groups == (("one",), ("two",))
    (change,) = found.changes
    assert (change.variant, change.cells, change.gained, change.lost) == ("two/hardened", 20, 20, 0)
    assert change.adjusted_p < 0.001
    assert [pair.apart for pair in found.got_over.pairs] == [True]


def test_once_and_always_of_a_fault_are_one_in_a_paired_test_and_in_the_bootstrap() -> None:
    rows = [clean(), under("http_500", "passed", "absorbed"), under("http_500/always", "wrong")]
    cells = cells_of(rows)
    assert clustered(cells, "ended_well") == {"dice/http_500": False}
    assert {cell.cluster for cell in cells} == {"dice/http_500"}
    (standing,) = matrix("sim", rows).standings
    assert standing.ended_well.clustered == (0.5, 0.5), "one cluster has no spread"


def test_a_result_that_had_to_be_shortened_was_got_over_in_as_many_requests() -> None:
    assert mark_of(under("tool_returns_huge", "passed", "recovered", requests=2), clean()) == "recovered"


def test_the_control_is_in_no_rate() -> None:
    (standing,) = matrix("sim", [clean(), under("slow_but_fine", "passed", "unaffected")]).standings
    assert (standing.got_over.cells, standing.ended_well.cells) == (0, 0)
