"""One round of facts: what is known is read from the factbook, what is not is measured, one framework at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import scoreboard
from scoreboard.errors import BakeoffError, BuildError
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.meter.tokens import TokenCounter
from scoreboard.report.progress import Progress
from scoreboard.results.factbook import Factbook
from scoreboard.results.facts import Facts, Seen, Stamp, facts_of, origin_of
from scoreboard.results.judge import judge
from scoreboard.results.overhead import Overhead, overhead
from scoreboard.results.runlock import RunLock
from scoreboard.runner.catalogue import Card, load_task, task_files
from scoreboard.runner.environments import Environment, Environments
from scoreboard.runner.footprint import Footprint, footprint
from scoreboard.runner.plan import Budget, Trial, Wish, machine, plan
from scoreboard.runner.probe import LINGER_S, Sighting, bare, sight
from scoreboard.runner.scratch import sweep
from scoreboard.runner.supervisor import Post, make_posts

SPEC = ModelSpec("sim", "sim")
AT_ONCE = 2  # footprints read at a time; what is timed is measured alone


@dataclass(frozen=True)
class Order:
    """Which frameworks to weigh, how often each, and where it is kept."""

    home: Path
    cards: Mapping[str, Card]
    repeats: int
    fresh: bool


@dataclass
class Weighed:
    """What came of a round."""

    facts: dict[str, Facts] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False


class Unmeasured(BakeoffError):
    """A framework that gives no facts, and why."""


def weigh(order: Order, progress: Progress) -> Weighed:
    """Measures what is not known yet. Each framework is stored as soon as it is measured, and stays stored."""
    trials, weighed = _trials(order.cards), Weighed()
    for name in [name for name in order.cards if name not in trials]:
        weighed.failures[name] = "it has no way of its own to run a single agent with tools"
    with contextlib.closing(Factbook.open(order.home)) as book:
        left = [trial for trial in trials.values() if order.fresh or not _known(book, trial, order.repeats, weighed)]
        if not left:
            return weighed
        if weighed.facts:
            progress.say(f"{len(weighed.facts)} of {len(order.cards)} frameworks are measured already.")
        with RunLock(order.home):
            sweep(order.home)
            try:
                asyncio.run(_Round(order, book, progress, weighed).weigh(left))
            except KeyboardInterrupt:
                weighed.interrupted = True
    return weighed


def simplest_task() -> str:
    """The task that facts are read off: of those for one agent, the one with the fewest tools."""
    kinds = {name: load_task(name) for name in task_files()}
    return min((len(kind(0).tools), name) for name, kind in kinds.items() if kind.shape == "agent")[1]


def _trials(cards: Mapping[str, Card]) -> dict[str, Trial]:
    wish = Wish(tuple(cards), (simplest_task(),), SPEC.label, repeats=1, seed=0, budget=Budget())
    return {trial.framework: trial for trial in plan(wish, cards, task_files())}


def _known(book: Factbook, trial: Trial, repeats: int, weighed: Weighed) -> bool:
    """Whether these facts are in the book already, from as many repeats as are asked for."""
    facts = book.find(trial.framework, origin_of(trial))
    if facts and len(facts.samples) >= repeats:
        weighed.facts[trial.framework] = facts
        return True
    return False


class _Round:
    """The state of one round while it lasts."""

    def __init__(self, order: Order, book: Factbook, progress: Progress, weighed: Weighed) -> None:
        self.order, self.book, self.progress, self.weighed = order, book, progress, weighed
        self.counter = TokenCounter()
        self.load = os.getloadavg()[0]
        self.machine = machine()

    async def weigh(self, trials: Sequence[Trial]) -> None:
        locks = {card.group: card.lock for card in self.order.cards.values()}
        with contextlib.closing(Environments(self.order.home, locks=locks)) as environments:
            ready = await self._environments(environments, trials)
            prints = await self._footprints(ready)
            async with await Meter.start(SPEC) as meter:
                adapters = {self.order.cards[name].path for name in ready}
                pythons = {name: environment.python for name, environment in ready.items()}
                posts = make_posts(self.order.home, pythons, meter.port, adapters)
                for trial in trials:
                    if trial.framework in ready:
                        await self._weigh_one(trial, posts[trial.framework], meter, prints[trial.framework])

    async def _environments(self, environments: Environments, trials: Sequence[Trial]) -> dict[str, Environment]:
        cards = [self.order.cards[trial.framework] for trial in trials]
        built = await environments.ensure(sorted({card.group for card in cards}), self.progress.installing)
        for card in cards:
            if isinstance(failure := built[card.group], BuildError):
                self._fail(card.name, failure)
        return {card.name: found for card in cards if isinstance(found := built[card.group], Environment)}

    async def _footprints(self, ready: Mapping[str, Environment]) -> dict[str, Footprint]:
        """Read before anything is timed, because reading a whole environment keeps a disk busy."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def read(name: str, environment: Environment) -> tuple[str, Footprint]:
            async with slots:
                package, python = self.order.cards[name].package, platform.python_version()
                return name, await asyncio.to_thread(footprint, environment.path, package, python)

        return dict(await asyncio.gather(*(read(*each) for each in ready.items())))

    async def _weigh_one(self, trial: Trial, post: Post, meter: Meter, print_: Footprint) -> None:
        self.progress.say(f"measuring {trial.framework}: {self.order.repeats} fresh starts after one to warm up")
        try:
            warm_up, *sightings = await self._sightings(trial, post, meter)
            idle = [await sight(bare(post), meter, trial, SPEC.name) for _ in sightings]
            added = await self._overhead(trial, sightings)
            facts = facts_of(trial, Seen(print_, warm_up, sightings, idle), added, self._stamp())
        except BakeoffError as error:
            self._fail(trial.framework, error)
            return
        self.book.add(facts, origin_of(trial), sightings[-1].first.calls)
        self.weighed.facts[trial.framework] = facts

    async def _sightings(self, trial: Trial, post: Post, meter: Meter) -> list[Sighting]:
        """The first fills the caches, and is watched longer. A framework that fails the task gives no facts."""
        kept = []
        task = load_task(trial.task)
        for number in range(1 + self.order.repeats):
            sighting = await sight(post, meter, trial, SPEC.name, linger_s=0 if number else LINGER_S)
            for served in (sighting.first, sighting.second):
                judgement = judge(task(trial.seed), served.outcome, served.calls) if served else None
                if not judgement or judgement.verdict != "passed":
                    why = f"{judgement.verdict}: {judgement.reasons[0]}" if judgement else "its worker died"
                    raise Unmeasured(f"its trial of {trial.task} ended as {why}")
            kept.append(sighting)
        return kept

    async def _overhead(self, trial: Trial, sightings: Sequence[Sighting]) -> Overhead:
        task, calls = load_task(trial.task)(trial.seed), sightings[-1].first.calls
        added = overhead(calls, task, await self.counter.ready())
        if not added:
            raise Unmeasured("none of its requests can be read")
        return added

    def _stamp(self) -> Stamp:
        return Stamp(
            measured_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            bakeoff_version=scoreboard.__version__,
            machine=self.machine,
            load=self.load,
            python_version=platform.python_version(),
        )

    def _fail(self, name: str, error: BakeoffError) -> None:
        self.weighed.failures[name] = " ".join(str(error).split())
        self.progress.say(f"{name} is left out: it cannot be measured.")
