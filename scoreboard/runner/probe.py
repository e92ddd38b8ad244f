"""The probe: one fresh worker, two trials in it, and what it looks like after the first.

It goes through the real worker, so that the surroundings are those of any trial.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from scoreboard.meter.call import Call
from scoreboard.runner.catalogue import CONTROLS
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.plan import Trial
from scoreboard.runner.pool import API_KEY, OpenMeter
from scoreboard.runner.remains import LeftFile, Remains, cpu_s, files_left, remains
from scoreboard.runner.supervisor import Order, Post, Worker
from tasks.base import Model

IDLE = CONTROLS[-1]  # the adapter that does nothing
TO_REST_S = 0.5  # what threads and processes may take to end by themselves after a trial
LINGER_S = 7.0  # telemetry goes out in batches, every five seconds where nobody says otherwise
POLL_S = 0.02


@dataclass(frozen=True)
class Served:
    """One trial as it came out of the worker."""

    outcome: Outcome
    calls: Sequence[Call]


@dataclass(frozen=True)
class Sighting:
    """What one fresh worker showed."""

    import_s: float
    ready_cpu_s: float | None  # CPU time until it could serve
    first: Served
    second: Served | None  # in the same process; None where it did not outlive the first
    left: Remains | None  # after the first
    files: tuple[LeftFile, ...]


def bare(post: Post) -> Post:
    """The same surroundings without the framework: what a worker costs by itself."""
    return replace(post, framework=IDLE)


async def sight(post: Post, meter: OpenMeter, trial: Trial, model: str, linger_s: float = 0.0) -> Sighting:
    """Starts a worker, has it serve a trial twice, and ends it. WorkerError where it cannot be started.

    Between the trials it lingers where something was left behind: what that tries to reach is told with the second.
    """
    scratch = post.home.absolute() / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="probe-", dir=scratch, ignore_cleanup_errors=True) as own:
        worker = await Worker.start(replace(post, home=Path(own)))
        try:
            ready_cpu_s = cpu_s(worker.pid)
            first = await _serve(worker, meter, trial, model)
            left = await _at_rest(worker.pid) if worker.alive else None
            files = tuple(file for folder in (Path(own) / "scratch").iterdir() for file in files_left(folder))
            if left and not _is_quiet(left):
                await asyncio.sleep(linger_s)
            second = await _serve(worker, meter, trial, model) if worker.alive else None
        finally:
            await worker.stop()
    return Sighting(worker.import_s, ready_cpu_s, first, second, left, files)


async def _serve(worker: Worker, meter: OpenMeter, trial: Trial, model: str) -> Served:
    base_url = await meter.open(trial)
    order = Order(trial.id, trial.task, trial.seed, Model(model, base_url, API_KEY), trial.budget.timeout_s)
    outcome = await worker.serve(order)
    return Served(outcome, await meter.close(base_url))


async def _at_rest(pid: int) -> Remains | None:
    """What is still there, once all that was about to end has ended."""
    left = remains(pid)
    for _ in range(round(TO_REST_S / POLL_S)):
        if left is None or _is_quiet(left):
            break
        await asyncio.sleep(POLL_S)
        left = remains(pid)
    return left


def _is_quiet(left: Remains) -> bool:
    return len(left.threads) == 1 and not left.processes
