"""A check, from the environments to the checklists. Nothing of it is stored."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from scoreboard.conformance.checklist import Checklist, Evidence, Seen
from scoreboard.conformance.course import MODEL, Step, main_shape, recipe_files, trials
from scoreboard.conformance.lines import lines_of
from scoreboard.errors import BakeoffError, BuildError
from scoreboard.meter.call import Call
from scoreboard.meter.process import Meter
from scoreboard.report.progress import Progress
from scoreboard.results.judge import judge
from scoreboard.results.runlock import RunLock
from scoreboard.runner.catalogue import Card, load_task
from scoreboard.runner.environments import Environment, Environments
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.plan import Trial
from scoreboard.runner.pool import Pool
from scoreboard.runner.scratch import sweep
from scoreboard.runner.supervisor import make_posts


def check(cards: Sequence[Card], home: Path, progress: Progress, *, jobs: int, timeout_s: float) -> list[Checklist]:
    """One checklist for each framework, in the order given."""
    with RunLock(home):
        sweep(home)
        return asyncio.run(_Check(cards, home, progress).run(jobs, timeout_s))


class _Check:
    """The state of one check while it lasts."""

    def __init__(self, cards: Sequence[Card], home: Path, progress: Progress) -> None:
        self.cards, self.home, self.progress = cards, home, progress
        self.files = recipe_files()
        self.recipes = {name: load_task(name, path) for name, path in self.files.items()}
        self.steps: dict[Trial, Step] = {}
        self.evidence: dict[str, dict[str, Evidence]] = {card.name: {} for card in cards}
        self.problems: dict[str, BakeoffError] = {}

    async def run(self, jobs: int, timeout_s: float) -> list[Checklist]:
        locks = {card.group: card.lock for card in self.cards}
        with contextlib.closing(Environments(self.home, locks=locks)) as environments:
            pythons = await self._ready(environments)
            self.steps = trials([card for card in self.cards if card.name in pythons], timeout_s)
            if self.steps:
                await self._serve(pythons, jobs)
        return [self._checklist(card) for card in self.cards]

    async def _ready(self, environments: Environments) -> dict[str, Path]:
        """The Python of each framework whose environment there is."""
        built = await environments.ensure(sorted({card.group for card in self.cards}), self.progress.installing)
        found = {card.name: built[card.group] for card in self.cards}
        self.problems |= {name: result for name, result in found.items() if isinstance(result, BuildError)}
        return {name: result.python for name, result in found.items() if isinstance(result, Environment)}

    async def _serve(self, pythons: Mapping[str, Path], jobs: int) -> None:
        self.progress.baking(trial.framework for trial in self.steps)
        adapters = {card.path for card in self.cards if card.name in pythons}
        inside_loop = {trial.id for trial, step in self.steps.items() if step.inside_loop}
        async with await Meter.spawn(MODEL, self.files) as meter:
            posts = make_posts(self.home, pythons, meter.port, adapters, self.files.values())
            pool = Pool(jobs, posts, meter, MODEL.name, self._keep, self.problems.__setitem__, inside_loop)
            await pool.run(self.steps)

    async def _keep(self, trial: Trial, outcome: Outcome, calls: Sequence[Call]) -> None:
        task, step = self.recipes[trial.task](trial.seed), self.steps[trial]
        found = Evidence(step, task, outcome, calls, judge(task, outcome, calls))
        self.evidence[trial.framework][step.name] = found
        self.progress.trial(trial.framework)

    def _checklist(self, card: Card) -> Checklist:
        evidence = self.evidence[card.name]
        version = next((each.outcome.framework_version for each in evidence.values()), "")
        if problem := self.problems.get(card.name):
            return Checklist(card.name, version, (), str(problem))
        return Checklist(card.name, version, lines_of(Seen(card, main_shape(card), evidence)))
