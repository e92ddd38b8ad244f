"""The probe, through real workers and a real meter: what it sees of a tidy guest, an untidy one, and one that dies."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.runner.plan import Budget, Origin, Trial
from scoreboard.runner.probe import Sighting, bare, sight
from scoreboard.runner.remains import cpu_s, remains
from scoreboard.runner.supervisor import Post
from tests.runner.conftest import GUESTS

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop

NOBODY = 2**22 + 1  # above every process id there can be


def seen(
    workshop: Workshop, framework: str, task: str = "dice", model: str = "sim", linger_s: float = 0.0, **how: bool
) -> Sighting:
    """One sighting of a guest of the workshop's own."""
    surroundings: Callable[[Post], Post] = bare if how.get("bare") else lambda post: post

    async def run() -> Sighting:
        async with await Meter.start(ModelSpec("sim", "sim"), {"tiny": GUESTS / "tiny.py"}) as meter:
            post = surroundings(workshop.post(framework, meter.port))
            trial = Trial(framework, task, "sim", "none", 0, 1, Budget(), Origin("a", "t", "l", "h", "p"))
            return await sight(post, meter, trial, model, linger_s)

    return asyncio.run(run())


def test_a_tidy_guest_leaves_nothing(workshop: Workshop) -> None:
    sighting = seen(workshop, "steady")
    assert sighting.left
    assert sighting.second
    assert (len(sighting.left.threads), sighting.left.processes, sighting.files) == (1, (), ())
    for served in (sighting.first, sighting.second):
        assert served.outcome.ending == "answered"
        assert len(served.calls) == 1
    assert sighting.second.outcome.stamps["worker_trial"] == "2", "the second trial is in the same process"
    assert sighting.import_s > 0
    assert not list((workshop.home / "scratch").glob("probe-*"))


def test_an_untidy_guest_is_told_of(workshop: Workshop) -> None:
    sighting = seen(workshop, "untidy", linger_s=2.0)
    for served in (sighting.first, sighting.second):
        assert served
        os.kill(int(served.outcome.stdout), signal.SIGKILL)
    assert sighting.left
    assert sighting.second
    assert len(sighting.left.threads) == 2, "the main thread and the one that stays"
    assert sighting.left.processes == ("sleep", "sleep"), "its own session or another, it is still there"
    assert {(file.name, file.size_bytes) for file in sighting.files} == {
        ("~/.config/untidy.json", 13),
        ("./notes.txt", 100),
        ("$TMPDIR/untidy.lock", 0),
    }
    assert not sighting.first.outcome.connections
    assert [attempt.target for attempt in sighting.second.outcome.connections] == ["telemetry.example"]


def test_memory_and_cpu_are_the_guests_own(workshop: Workshop) -> None:
    """The host's memory is in `ru_maxrss` of whatever it forks, so that would blame every guest for it."""
    ballast = bytearray(os.urandom(1) * 300_000_000)
    untidy, without = seen(workshop, "untidy"), seen(workshop, "untidy", bare=True)
    del ballast
    for served in (untidy.first, untidy.second):
        assert served
        os.kill(int(served.outcome.stdout), signal.SIGKILL)
    assert untidy.left
    assert without.left
    assert without.left.peak_bytes < 100_000_000 < untidy.left.peak_bytes < 200_000_000
    assert without.ready_cpu_s
    assert 0 < without.ready_cpu_s < 60
    assert not without.first.calls


def test_a_guest_that_dies_is_seen_once(workshop: Workshop) -> None:
    sighting = seen(workshop, "hostile", "tiny", "exit_at_once")
    assert sighting.first.outcome.ending == "crashed"
    assert (sighting.second, sighting.left) == (None, None)


@pytest.mark.parametrize("ask", [cpu_s, remains])
def test_of_a_process_that_is_not_there_nothing_is_known(ask: Callable[[int], object]) -> None:
    assert ask(NOBODY) is None
