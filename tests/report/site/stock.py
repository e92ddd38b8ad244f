"""A real store with a few trials in it, and what a site is made of from there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.summary import Selection
from scoreboard.results.judge import Coping, Judgement, Verdict
from scoreboard.results.store import Store
from scoreboard.runner.outcome import ClaimedUsage, GuestError
from tests.results.samples import STAMPS, played, trial


@dataclass(frozen=True)
class Baked:
    """One trial: what is said of it, and nothing that matters less."""

    framework: str
    fault: str = "none"
    verdict: Verdict = "passed"
    coping: Coping = ""
    reason: str = "the answer is right"
    error: GuestError | None = None
    usage: ClaimedUsage | None = None
    task: str = "dice"
    model: str = "sim"
    repeat: int = 0


def stocked(home: Path, trials: Iterable[Baked]) -> Gathered:
    """Everything there is of these trials, read from a store that really has them."""
    home.mkdir(exist_ok=True)
    with contextlib.closing(Store.open(home)) as store:
        for each in trials:
            outcome, calls = played()
            outcome = replace(outcome, usage=each.usage, error=each.error)
            judgement = Judgement(each.verdict, (each.reason,), coping=each.coping, delivered=int(each.fault != "none"))
            planned = trial(each.framework, each.task, each.repeat, model=each.model, fault=each.fault)
            assert store.add(planned, outcome, calls, judgement, STAMPS)
    return gather(home, Selection(variants=True, faults="all"))
