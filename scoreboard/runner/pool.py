"""The pool: warm workers that share out the trials, one framework's at a time to each."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Protocol

from scoreboard.errors import BakeoffError, MeterError, WorkerError
from scoreboard.meter.call import Call
from scoreboard.runner.outcome import GuestError, Outcome
from scoreboard.runner.plan import Trial
from scoreboard.runner.supervisor import Order, Post, Worker
from tasks.base import Model

API_KEY = "bakeoff"  # the URL names the trial, so the key opens nothing; clients insist on having one
MOST_METER_FAILURES = 3  # in a row: one may be about its trial, three are about the meter
ATTEMPTS = 2  # a worker may die between two trials, of what an earlier one left behind


class OpenMeter(Protocol):
    """What the pool needs of the meter."""

    async def open(self, trial: Trial) -> str: ...
    async def close(self, base_url: str) -> Sequence[Call]: ...


@dataclass
class Pace:
    """How fast a framework is going, to tell whether one more worker would pay for its import."""

    start_s: float = 0.0
    serving_s: float = 0.0
    trials: int = 0
    guess_s: float = 0.0

    def left_s(self, trials: int) -> float:
        return trials * (self.serving_s / self.trials if self.trials else self.guess_s)


@dataclass(frozen=True)
class Baked:
    """A trial as it came out of its worker, not yet handed over."""

    trial: Trial
    started_ns: int
    base_url: str | None  # None where the meter could not admit it
    outcome: Outcome | BakeoffError


OnResult = Callable[[Trial, Outcome, Sequence[Call]], Awaitable[None]]
OnFailure = Callable[[str, WorkerError], None]


class Pool:
    """Serves trials with `jobs` workers at once.

    `posts` says where each framework's workers work. A framework whose worker cannot be started is told to `on_failure`
    once, and its trials are left out; every other trial comes to `on_result` exactly once, in the order of its ending.
    The adapter is called as a plain program calls it; for the trials whose ids are in `inside_loop`, as an async one.
    `guess_s` is how long a trial takes, as far as anybody knows before the first has ended.
    """

    def __init__(
        self,
        jobs: int,
        posts: Mapping[str, Post],
        meter: OpenMeter,
        model_name: str,
        on_result: OnResult,
        on_failure: OnFailure,
        inside_loop: Container[str] = frozenset(),
        guess_s: float = 0.0,
    ) -> None:
        self.busy_seconds = 0.0  # that workers spent importing and serving
        self._jobs, self._posts, self._meter, self._model_name = jobs, posts, meter, model_name
        self._on_result, self._on_failure, self._inside_loop = on_result, on_failure, inside_loop
        self._guess_s = guess_s
        self._queues: dict[str, deque[Trial]] = {}
        self._crews: Counter[str] = Counter()
        self._paces: dict[str, Pace] = {}
        self._slots: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._failed: set[str] = set()
        self._meter_failures = 0
        self._stopping = False

    async def run(self, trials: Iterable[Trial]) -> None:
        """Ends when all trials are served, or after `stop_soon` or `abort`. Cancelling it kills all workers."""
        for trial in trials:
            self._queues.setdefault(trial.framework, deque()).append(trial)
        self._paces = {framework: Pace(guess_s=self._guess_s) for framework in self._queues}
        jobs = min(self._jobs, sum(map(len, self._queues.values())))
        self._slots = [asyncio.create_task(self._slot(), name=f"slot-{number}") for number in range(jobs)]
        try:
            if self._slots:
                done, _ = await asyncio.wait(self._slots, return_when=asyncio.FIRST_EXCEPTION)
                for slot in done:
                    if not slot.cancelled():
                        slot.result()
        finally:
            self.abort()
            await asyncio.gather(*self._slots, return_exceptions=True)

    def stop_soon(self) -> None:
        """Begins no new trial; those that run may finish."""
        self._stopping = True
        self._tell()

    def abort(self) -> None:
        """Kills all workers now; what they were at is not told."""
        self._stopping = True
        for slot in self._slots:
            slot.cancel()

    async def _slot(self) -> None:
        while framework := await self._next_framework():
            self._crews[framework] += 1
            try:
                await self._work_on(framework)
            finally:
                self._crews[framework] -= 1
                self._tell()

    async def _next_framework(self) -> str | None:
        while not self._stopping and any(self._queues.values()):
            choice = choose(self._queues, self._crews, self._paces)
            if choice:
                return choice
            await self._news.wait()
        return None

    async def _work_on(self, framework: str) -> None:
        """One slot's spell with one framework: one worker, replaced whenever it died."""
        worker: Worker | None = None
        settling: asyncio.Task[None] | None = None
        queue = self._queues[framework]
        try:
            while queue and not self._stopping:
                trial = queue.popleft()
                for attempt in range(1, ATTEMPTS + 1):
                    worker = await self._fit(worker, framework)
                    if not worker or self._stopping:
                        return
                    baked = await self._bake(worker, trial)
                    if attempt == ATTEMPTS or not isinstance(baked.outcome, WorkerError):
                        break
                    if baked.base_url:
                        with contextlib.suppress(MeterError):  # whether there still is a meter, the next attempt tells
                            await self._meter.close(baked.base_url)
                if settling:
                    await asyncio.shield(settling)
                settling = asyncio.create_task(self._settle(baked))
                self._tell()
        finally:
            try:
                if settling:
                    await settling
            finally:
                if worker:
                    await worker.stop()

    async def _fit(self, worker: Worker | None, framework: str) -> Worker | None:
        """The worker itself while it lives, else another in its place; None when there can be none."""
        if worker and worker.alive:
            return worker
        if worker:
            await worker.stop()
        started = time.monotonic()
        try:
            worker = await Worker.start(self._posts[framework])
        except WorkerError as error:
            self._give_up(framework, error)
            return None
        finally:
            self.busy_seconds += time.monotonic() - started
        self._paces[framework].start_s = time.monotonic() - started
        return worker

    def _give_up(self, framework: str, error: WorkerError) -> None:
        self._queues[framework].clear()
        if framework not in self._failed:
            self._failed.add(framework)
            self._on_failure(framework, error)

    async def _bake(self, worker: Worker, trial: Trial) -> Baked:
        """One trial in a worker, from the opening of its URL to its ending."""
        started_ns = time.monotonic_ns()
        try:
            base_url = await self._meter.open(trial)
        except MeterError as error:
            return Baked(trial, started_ns, None, error)
        outcome = await self._serve(worker, trial, base_url)
        return Baked(trial, started_ns, base_url, outcome)

    async def _settle(self, baked: Baked) -> None:
        """Collects the calls of a trial and hands all of it over, while its worker is at the next one."""
        calls: Sequence[Call] = ()
        outcome = baked.outcome
        if baked.base_url:
            try:
                calls = await self._meter.close(baked.base_url)
            except MeterError as error:
                outcome = error
        self._count_meter_failures(outcome)
        if isinstance(outcome, BakeoffError):
            what = GuestError(type(outcome).__name__, str(outcome))
            outcome, calls = Outcome("lost", baked.started_ns, time.monotonic_ns(), error=what), ()
        await self._on_result(baked.trial, outcome, calls)

    def _count_meter_failures(self, outcome: Outcome | BakeoffError) -> None:
        """One failure may be bad luck; with several in a row there is no meter, and no run."""
        if not isinstance(outcome, MeterError):
            self._meter_failures = 0
            return
        self._meter_failures += 1
        if self._meter_failures == MOST_METER_FAILURES:
            raise outcome

    async def _serve(self, worker: Worker, trial: Trial, base_url: str) -> Outcome | WorkerError:
        """What the worker makes of it, timed."""
        model = Model(self._model_name, base_url, API_KEY)
        inside_loop = trial.id in self._inside_loop
        order = Order(trial.id, trial.task, trial.seed, model, trial.budget.timeout_s, trial.fault, inside_loop)
        started = time.monotonic()
        try:
            return await worker.serve(order)
        except WorkerError as error:
            return error
        finally:
            spent_s = time.monotonic() - started
            self.busy_seconds += spent_s
            pace = self._paces[trial.framework]
            pace.serving_s, pace.trials = pace.serving_s + spent_s, pace.trials + 1

    def _tell(self) -> None:
        """Wakes the slots that found nothing to do: what is left may look different now."""
        self._news.set()
        self._news = asyncio.Event()


def choose(queues: Mapping[str, Sized], crews: Mapping[str, int], paces: Mapping[str, Pace]) -> str | None:
    """The framework a free slot should take up: one that nobody works on, with most trials left.

    Failing that, the one with most work left, if that is more than the seconds one more import would take.
    """
    waiting = [name for name, queue in queues.items() if queue]
    alone = [name for name in waiting if not crews.get(name)]
    if alone:
        return max(alone, key=lambda name: len(queues[name]))
    left_s = {name: paces[name].left_s(len(queues[name])) / crews[name] for name in waiting}
    worth = [name for name in waiting if left_s[name] > paces[name].start_s]
    return max(worth, key=lambda name: left_s[name], default=None)
