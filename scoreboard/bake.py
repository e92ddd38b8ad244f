"""One run from plan to scoreboard: the rooms in the order in which a trial walks through them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import scoreboard
from scoreboard.errors import BakeoffError, BuildError, UsageError
from scoreboard.meter.call import Call
from scoreboard.meter.faults.catalogue import fault_named
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.report.progress import Progress
from scoreboard.results.judge import Judgement, judge
from scoreboard.results.lines import lines_of_code
from scoreboard.results.row import Stamps
from scoreboard.results.runlock import RunLock
from scoreboard.results.store import Store
from scoreboard.results.under_fault import judge_under_fault
from scoreboard.runner.catalogue import Card, load_task
from scoreboard.runner.environments import Environment, Environments
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.plan import Trial, Wish, machine, plan
from scoreboard.runner.pool import Pool
from scoreboard.runner.scratch import sweep
from scoreboard.runner.supervisor import make_posts

LANES, MOST_LANES = 8, 16  # how many trials that mostly wait run side by side for each that works, and in all
WAITING_S = 20.0  # what such a trial takes, as a first guess


@dataclass(frozen=True)
class Order:
    """What to bake, with which model, where to keep it, and how."""

    home: Path
    wish: Wish
    cards: Mapping[str, Card]
    tasks: Mapping[str, Path]  # every task's file
    spec: ModelSpec
    jobs: int
    fresh: bool


@dataclass
class Tally:
    """What came of a run."""

    ids: list[str]
    stored: int = 0
    seconds: float = 0.0
    busy_seconds: float = 0.0
    failures: list[BakeoffError] = field(default_factory=list)
    interrupted: bool = False


def bake(order: Order, progress: Progress) -> Tally:
    """Measures what a plan still lacks. Whatever happens, what was stored stays stored."""
    trials = plan(order.wish, order.cards, order.tasks)
    if not trials:
        raise UsageError(_nothing_to_bake(order))
    with RunLock(order.home), contextlib.closing(Store.open(order.home)) as store:
        sweep(order.home)
        left = _left(store, trials, fresh=order.fresh)
        for words in untried_faults(order, trials):
            progress.say(words)
        if len(left) < len(trials):
            progress.say(f"{len(trials) - len(left)} of {len(trials)} trials are already on the scoreboard.")
        run = _Run(order, store, progress, Tally([trial.id for trial in trials]))
        if left:
            _warn_if_busy(progress)
            asyncio.run(run.bake(left))
        return run.tally


def _nothing_to_bake(order: Order) -> str:
    """Variants are asked for what they write themselves, faults are tried where they make sense, controls by none."""
    names = order.wish.frameworks
    if untried := untried_faults(order, []):
        return f"{untried[0]} Choose another task, or another fault."
    writes = [f"{name} differs in {', '.join(sorted(order.cards[name].shapes))}" for name in names]
    return (
        f"{'; '.join(writes)}; none of it is in {', '.join(order.wish.tasks)}. Choose another task, or the framework."
    )


def untried_faults(order: Order, trials: Sequence[Trial]) -> list[str]:
    """The faults that were asked for and that no trial is about, in words."""
    tried = {trial.fault for trial in trials}
    shapes = {load_task(name, order.tasks[name]).shape for name in order.wish.tasks}
    why: dict[str, list[str]] = {}
    for name in order.wish.faults:
        fault = fault_named(name)
        if fault and name not in tried and not shapes & set(fault.shapes):
            why.setdefault(" or ".join(fault.shapes), []).append(name)
    return [f"{', '.join(names)}: tried in {kinds} tasks only, and none was asked for." for kinds, names in why.items()]


def _left(store: Store, trials: Sequence[Trial], *, fresh: bool) -> list[Trial]:
    """The trials to measure: those not yet on the scoreboard, and those that were void.

    What is measured anew stays on the scoreboard until its successor is stored.
    """
    done = set() if fresh else store.done(trial.id for trial in trials)
    return [trial for trial in trials if trial.id not in done]


def parted(trials: Sequence[Trial]) -> tuple[list[Trial], list[Trial]]:
    """Those that keep a core busy, and those that mostly wait, of which many run side by side; the longest first."""
    waiting = [trial for trial in trials if (fault := fault_named(trial.fault)) and fault.waits]
    ids = {trial.id for trial in waiting}
    return [trial for trial in trials if trial.id not in ids], sorted(waiting, key=lambda trial: -_wait_s(trial))


def _wait_s(trial: Trial) -> float:
    """How long a trial may have to wait: what is answered at last takes less than what never is."""
    fault = fault_named(trial.fault)
    return trial.budget.timeout_s if fault and (fault.always or not fault.lasting) else 0.0


def _source(card: Card) -> str:
    return card.path.read_text(encoding="utf-8")


def _wall_clock(monotonic_ns: int) -> datetime:
    """What the clock on the wall showed then."""
    return datetime.now(UTC) - timedelta(microseconds=(time.monotonic_ns() - monotonic_ns) / 1000)


def _warn_if_busy(progress: Progress) -> None:
    """Times measured on a busy machine mislead; verdicts, calls and tokens do not."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores / 2:
        progress.say(
            f"This machine is busy (load {load:.1f} on {cores} cores): times and their ratios will be unsteady. "
            "Verdicts, calls and tokens are not affected."
        )


class _Run:
    """The state of one run while it lasts."""

    def __init__(self, order: Order, store: Store, progress: Progress, tally: Tally) -> None:
        self.order, self.store, self.progress, self.tally = order, store, progress, tally
        self.machine = machine()
        self.tasks = {name: load_task(name, order.tasks[name]) for name in order.wish.tasks}
        self.lines: dict[tuple[str, str], int | None] = {}
        self.pools: list[Pool] = []

    async def bake(self, left: Sequence[Trial]) -> None:
        locks = {card.group: card.lock for card in self.order.cards.values()}
        with self._interruptible(), contextlib.closing(Environments(self.order.home, locks=locks)) as environments:
            try:
                ready = await self._ready(environments, {trial.framework for trial in left})
                trials = [trial for trial in left if trial.framework in ready]
                if trials and not self.tally.interrupted:
                    await self._serve(trials, ready)
            except asyncio.CancelledError:
                self.tally.interrupted = True

    async def _ready(self, environments: Environments, frameworks: set[str]) -> dict[str, Path]:
        """The Python of each framework whose environment there is; those that cannot be built are told and left out."""
        cards = [card for card in self.order.cards.values() if card.name in frameworks]
        built = await environments.ensure(sorted({card.group for card in cards}), self.progress.installing)
        self.tally.failures += [result for result in built.values() if isinstance(result, BuildError)]
        found = {card.name: built[card.group] for card in cards}
        return {name: result.python for name, result in found.items() if isinstance(result, Environment)}

    async def _serve(self, trials: Sequence[Trial], pythons: Mapping[str, Path]) -> None:
        self.progress.baking(trial.framework for trial in trials)
        started = time.monotonic()
        async with await Meter.spawn(self.order.spec, self.order.tasks) as meter:
            adapters = {self.order.cards[name].path for name in pythons}
            posts = make_posts(self.order.home, pythons, meter.port, adapters, self.order.tasks.values())
            working, waiting = parted(trials)
            lanes = min(self.order.jobs * LANES, MOST_LANES)
            model = self.order.spec.name
            self.pools = [
                Pool(self.order.jobs, posts, meter, model, self._keep, self._fail),
                Pool(lanes, posts, meter, model, self._keep, self._fail, guess_s=WAITING_S),
            ]
            try:
                async with asyncio.TaskGroup() as group:
                    for pool, its_trials in zip(self.pools, (working, waiting), strict=True):
                        group.create_task(pool.run(its_trials))
            except* Exception as failed:  # noqa: BLE001 - one is told; whoever sees it does not care in which pool it was
                raise failed.exceptions[0] from None
            finally:
                self.tally.busy_seconds = sum(pool.busy_seconds for pool in self.pools)
                self.tally.seconds = time.monotonic() - started

    async def _keep(self, trial: Trial, outcome: Outcome, calls: Sequence[Call]) -> None:
        """Judges and stores a trial at once, so that nothing measured can be lost."""
        stamps = Stamps(
            started_at=_wall_clock(outcome.started_ns).isoformat(timespec="milliseconds"),
            bakeoff_version=scoreboard.__version__,
            machine=self.machine,
            lines_of_code=self._lines(trial),
        )
        self.store.add(
            trial,
            outcome,
            calls,
            self._judgement(trial, outcome, calls),
            stamps,
            replacing="fresh" if self.order.fresh else "void",
        )
        self.tally.stored += 1
        self.progress.trial(trial.framework)

    def _judgement(self, trial: Trial, outcome: Outcome, calls: Sequence[Call]) -> Judgement:
        try:
            task, fault = self.tasks[trial.task](trial.seed), fault_named(trial.fault)
            return judge_under_fault(task, fault, outcome, calls) if fault else judge(task, outcome, calls)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise UsageError(
                f"The task {trial.task} failed when a trial was to be judged: {what}. Mend its file, "
                f"{self.order.tasks[trial.task]} (--debug shows where), and run the same command again; "
                "what was measured before is kept."
            ) from error

    def _lines(self, trial: Trial) -> int | None:
        """Counted once a run for each framework and task, and only while workers keep the cores busy anyway."""
        key = (trial.framework, trial.task)
        if key not in self.lines:
            card = self.order.cards[trial.framework]
            self.lines[key] = lines_of_code(_source(card), self.tasks[trial.task].shape, card.variant)
        return self.lines[key]

    def _fail(self, framework: str, error: BakeoffError) -> None:
        if str(error) in map(str, self.tally.failures):
            return  # both pools start its workers
        self.tally.failures.append(error)
        self.progress.say(f"{framework} is left out: its worker could not be started.")

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first Ctrl-C lets the running trials finish, the second drops them."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task

        def interrupt() -> None:
            first, self.tally.interrupted = not self.tally.interrupted, True
            if first and self.pools:
                working, waiting = self.pools
                working.stop_soon()
                waiting.abort()  # they may wait for minutes; the same command tries them again
                self.progress.say("Letting the running trials finish; press Ctrl-C again to drop them.")
            else:
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupt)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
