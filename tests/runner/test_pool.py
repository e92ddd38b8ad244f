"""The pool shares real trials out to real workers, through a real meter."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scoreboard.errors import MeterError, StoreError, WorkerError
from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.plan import Budget, Origin, Trial
from scoreboard.runner.pool import Pace, Pool, choose
from scoreboard.runner.supervisor import Worker

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop

OnTrial = Callable[["Bench", Trial], None]


def trials(framework: str, number: int, tasks: Sequence[str] = ("dice",), timeout_s: float = 60) -> list[Trial]:
    return [
        Trial(
            framework, task, "sim", "none", repeat, repeat, Budget(timeout_s=timeout_s), Origin("a", "t", "l", "h", "p")
        )
        for repeat in range(number)
        for task in tasks
    ]


class Bench:
    """One run of a pool and what it told."""

    def __init__(self, workshop: Workshop, jobs: int, on_trial: OnTrial | None = None) -> None:
        self.workshop, self.jobs, self.on_trial = workshop, jobs, on_trial
        self.results: list[tuple[Trial, Outcome, Sequence[Call]]] = []
        self.failures: list[tuple[str, WorkerError]] = []

    async def bake(self, plan: Sequence[Trial], beside: Callable[[], Awaitable[None]] | None = None) -> None:
        async with await Meter.start(ModelSpec("sim", "sim")) as self.meter:
            frameworks = {trial.framework for trial in plan}
            posts = {name: self.workshop.post(name, self.meter.port) for name in frameworks}
            self.pool = Pool(self.jobs, posts, self.meter, "sim", self.take, self.fail)
            self.running = asyncio.create_task(self.pool.run(plan))
            if beside:
                await beside()
            await self.running

    async def take(self, trial: Trial, outcome: Outcome, calls: Sequence[Call]) -> None:
        self.results.append((trial, outcome, calls))
        if self.on_trial:
            self.on_trial(self, trial)

    def fail(self, framework: str, error: WorkerError) -> None:
        self.failures.append((framework, error))

    def endings(self) -> list[str]:
        return [outcome.ending for _, outcome, _ in self.results]


def worker_pids(meter: Meter) -> set[int]:
    """The children of this process, without the meter."""
    tasks = Path("/proc/self/task").iterdir()
    children = {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    return children - {meter._process.pid}


def test_every_trial_comes_back_once_with_its_calls(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=2)
    plan = trials("steady", 3, ("dice", "multi_agent", "structured_output")) + trials("nop", 3)
    asyncio.run(bench.bake(plan))
    assert Counter(trial for trial, _, _ in bench.results) == Counter(plan)
    assert set(bench.endings()) == {"answered"}
    for trial, outcome, calls in bench.results:
        assert bool(calls) == (trial.framework == "steady")
        assert len(outcome.tool_log) == (
            0 if trial.framework == "nop" else 3 if trial.task == "structured_output" else 1
        )
        for call in calls:
            assert outcome.started_ns <= call.started_ns <= outcome.finished_ns
    assert bench.pool.busy_seconds > 0
    assert not any((workshop.home / "scratch").iterdir())


def test_workers_are_warm(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=1)
    asyncio.run(bench.bake(trials("steady", 10)))
    assert [outcome.stamps["worker_trial"] for _, outcome, _ in bench.results] == [str(n) for n in range(1, 11)]


def test_a_crash_costs_its_trial_alone(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=1)
    asyncio.run(bench.bake(trials("moody", 7)))
    assert bench.endings() == ["answered", "answered", "crashed"] * 2 + ["answered"]


def test_a_framework_that_cannot_start_is_told_once_and_the_others_go_on(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=2)
    asyncio.run(bench.bake(trials("cannot_import", 5) + trials("steady", 3) + trials("dies_while_importing", 2)))
    assert sorted(name for name, _ in bench.failures) == ["cannot_import", "dies_while_importing"]
    assert [trial.framework for trial, _, _ in bench.results] == ["steady"] * 3


def test_stopping_soon_lets_the_running_trials_finish(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=1, on_trial=lambda bench, _: bench.pool.stop_soon())
    asyncio.run(bench.bake(trials("steady", 10)))
    assert bench.endings() == ["answered"] * 2  # the first is handed over while the second runs


@pytest.mark.parametrize("how", ["abort", "cancel"])
def test_aborting_leaves_nobody_running(workshop: Workshop, how: str) -> None:
    bench = Bench(workshop, jobs=2)

    async def run() -> None:
        rung = asyncio.Semaphore(0)

        def ring(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            rung.release()
            writer.close()

        bell = await asyncio.start_unix_server(ring, workshop.home / "bell")

        async def beside() -> None:
            await rung.acquire()
            assert worker_pids(bench.meter)
            bench.pool.abort() if how == "abort" else bench.running.cancel()
            await asyncio.wait([bench.running])
            assert not worker_pids(bench.meter)
            assert not any((workshop.home / "scratch").iterdir())

        async with bell:
            await bench.bake(trials("hanging", 3), beside)

    if how == "abort":
        asyncio.run(run())
    else:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(run())
    assert not bench.results


def test_a_failing_store_ends_the_run(workshop: Workshop) -> None:
    def fill_disk(bench: Bench, trial: Trial) -> None:
        raise StoreError("the disk is full")

    bench = Bench(workshop, jobs=2, on_trial=fill_disk)
    with pytest.raises(StoreError, match="the disk is full"):
        asyncio.run(bench.bake(trials("steady", 5) + trials("nop", 5)))
    assert not any((workshop.home / "scratch").iterdir())


def test_a_meter_that_died_ends_the_run(workshop: Workshop) -> None:
    def kill_meter(bench: Bench, trial: Trial) -> None:
        if len(bench.results) == 2:
            bench.meter._process.kill()

    bench = Bench(workshop, jobs=1, on_trial=kill_meter)
    with pytest.raises(MeterError, match="died"):
        asyncio.run(bench.bake(trials("steady", 50)))
    assert bench.endings() == ["answered", "answered", "lost", "lost"]


def test_a_worker_that_died_between_trials_costs_none(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    admit, admitted = Meter.open, set[str]()

    async def admit_and_kill(meter: Meter, trial: Trial) -> str:
        base_url = await admit(meter, trial)
        if trial.id not in admitted:
            admitted.add(trial.id)
            for pid in worker_pids(meter):
                os.kill(pid, signal.SIGKILL)
        return base_url

    monkeypatch.setattr(Meter, "open", admit_and_kill)
    bench = Bench(workshop, jobs=1)
    asyncio.run(bench.bake(trials("steady", 4)))
    assert bench.endings() == ["answered"] * 4


def test_a_dead_worker_says_that_the_trial_never_began(workshop: Workshop) -> None:
    async def run() -> None:
        worker = await Worker.start(workshop.post())
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match="died before its trial began: killed by signal SIGKILL"):
            await worker.serve(workshop.order("good"))
        assert not worker.alive
        await worker.stop()

    asyncio.run(run())


def test_a_hanging_guest_is_ended_by_the_clock_and_its_calls_are_kept(workshop: Workshop) -> None:
    bench = Bench(workshop, jobs=1)

    async def run() -> None:
        async with await asyncio.start_unix_server(lambda _, writer: writer.close(), workshop.home / "bell"):
            await bench.bake(trials("hanging", 1, timeout_s=0.5) + trials("steady", 1))

    asyncio.run(run())
    assert sorted(bench.endings()) == ["answered", "timeout"]


@pytest.mark.parametrize(
    ("queues", "crews", "left_s", "choice"),
    [
        ({"a": 1, "b": 2}, {}, {}, "b"),
        ({"a": 1, "b": 2}, {"b": 1}, {}, "a"),
        ({"a": 0, "b": 9}, {"b": 1}, {"b": 10.0}, "b"),
        ({"a": 0, "b": 9}, {"b": 1}, {"b": 0.5}, None),
        ({"a": 0, "b": 9}, {"b": 4}, {"b": 3.9}, None),
        ({"a": 9, "b": 9}, {"a": 1, "b": 1}, {"a": 5.0, "b": 7.0}, "b"),
        ({"a": 9}, {"a": 1}, {}, None),
        ({"a": 0}, {}, {}, None),
    ],
)
def test_a_free_slot_goes_where_it_pays(
    queues: dict[str, int], crews: dict[str, int], left_s: dict[str, float], choice: str | None
) -> None:
    """One import takes a second here."""
    paces = {name: Pace(1.0, left_s.get(name, 0.0), number if name in left_s else 0) for name, number in queues.items()}
    assert choose({name: range(number) for name, number in queues.items()}, crews, paces) == choice
