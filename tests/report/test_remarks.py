"""What stands below the scoreboard is about what stands on it."""

from __future__ import annotations

from dataclasses import replace

from scoreboard.report.board import Board
from scoreboard.report.remarks import sittings
from tests.results.samples import row
from tests.results.test_facts import made_up


def test_trials_measured_in_one_go_are_one_sitting() -> None:
    went = [row(started_at=f"2026-01-01T10:00:{second:02}.000+00:00") for second in (0, 30, 59)]
    later = row(started_at="2026-01-01T12:00:00.000+00:00")
    assert sittings([]) == []
    assert sittings(went) == [went[0].started_at]
    assert sittings([later, *went]) == [went[0].started_at, later.started_at]


def test_facts_on_another_adapter_or_lock_are_not_shown() -> None:
    baked = row(framework="apple")
    facts = replace(made_up(), framework="apple")
    key = (baked.framework, baked.adapter_digest, baked.lock_digest)
    assert Board.of([baked], facts={key: facts}).facts == [facts]
    assert Board.of([baked], facts={("apple", "another", baked.lock_digest): facts}).facts == []
    assert Board.of([baked], facts={("apple", baked.adapter_digest, "another"): facts}).facts == []


def test_measured_variants_that_are_not_shown_are_named() -> None:
    assert Board.of([row(framework="apple")], {"apple", "apple/pie", "plum/jam"}).folded == ["apple/pie"]
