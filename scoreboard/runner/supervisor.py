"""The supervisor of one worker: starts it, gives it trials, and tells how each ended, whatever the guest does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scoreboard.errors import WorkerError
from scoreboard.runner.catalogue import family_of
from scoreboard.runner.guests import stage
from scoreboard.runner.outcome import GuestError, Outcome
from scoreboard.runner.process import GuestProcess, spawn
from scoreboard.runner.record import GRACE_S, Death, Record
from scoreboard.runner.scratch import guest_environment, make_scratch, one_certificate
from tasks.base import Model

PATIENCE_S = 1.0  # after that the worker should have ended itself, saying where it hung
START_LIMIT_S = 180.0
START_ATTEMPTS = 2  # an import that fails is the framework's word; a death while starting may be bad luck once


@dataclass(frozen=True)
class Post:
    """Where a worker works."""

    framework: str
    python: Path  # of the framework's environment
    staged: Path  # the guests' folder
    home: Path
    meter_port: int
    certificate: Path | None = None


@dataclass(frozen=True)
class Order:
    """One trial, as a worker needs to know it."""

    trial: str
    task: str
    seed: int
    model: Model
    timeout_s: float
    fault: str = "none"
    inside_loop: bool = False  # called from inside a running event loop, as an async program does


def make_posts(
    home: Path,
    pythons: Mapping[str, Path],
    meter_port: int,
    extra_adapters: Iterable[Path] = (),
    extra_tasks: Iterable[Path] = (),
) -> dict[str, Post]:
    """A post for each framework, given the Python of its environment; the guests' folder is staged on the way."""
    try:
        staged, certificate = stage(home, extra_adapters, extra_tasks), one_certificate(home)
    except OSError as error:
        raise _cannot_write(home, error) from error
    return {name: Post(name, python, staged.path, home, meter_port, certificate) for name, python in pythons.items()}


class Worker:
    """One warm worker process. It serves one trial at a time; after a death it is only good for `stop`."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.served = 0
        self._introduction: dict[str, Any] = {}
        self._refusal: GuestError | None = None
        self._record: Record | None = None
        self._turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._scratch = make_scratch(post.home, post.framework)
        except OSError as error:
            raise _cannot_write(post.home, error) from error
        python = post.python.absolute()  # not resolved: an environment's Python is a link that knows where it is
        environment = guest_environment(python, post.staged, self._scratch, post.certificate)
        arguments = ("--framework", post.framework, "--meter-port", str(post.meter_port))
        try:
            popen, ends = spawn(python, arguments, self._scratch.work, environment)
        except OSError as error:
            self._scratch.remove()
            raise WorkerError(
                f"The worker of {post.framework} could not be started: {error}. {_advice(post)}"
            ) from error
        self._process = GuestProcess(popen, ends, self._heard, self._died)

    @classmethod
    async def start(cls, post: Post, limit_s: float = START_LIMIT_S) -> Worker:
        """A worker that has imported its framework."""
        for attempt in range(1, START_ATTEMPTS + 1):
            worker = cls(post)
            try:
                await worker._my_turn(limit_s, f"its import took longer than {limit_s:g} s")
                if worker._introduction:
                    return worker
            except BaseException:
                await worker.stop()
                raise
            await worker.stop()
            if worker._refusal or attempt == START_ATTEMPTS:
                break
        raise WorkerError(worker._why_not_started())

    @property
    def alive(self) -> bool:
        return self._process.death is None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def import_s(self) -> float:
        return float(self._introduction["import_s"])

    async def serve(self, order: Order) -> Outcome:
        """One trial. A WorkerError means that it never began, through no fault of this trial's."""
        self._process.turn_page()
        self._turn = asyncio.get_running_loop().create_future()
        self._record = record = Record(order.trial, order.timeout_s, time.monotonic_ns())
        if self.alive:
            limit_s = order.timeout_s + GRACE_S
            self._process.send({**asdict(order), "limit_s": limit_s})
            await self._my_turn(limit_s + PATIENCE_S, "it hung past the time limit and was killed")
        self._process.drain()
        self._record = None
        if not (record.started or record.is_done):
            raise WorkerError(f"The worker of {self.post.framework} died before its trial began: {self._last_words()}")
        self.served += 1
        stderr = self._process.stderr.text()
        outcome = record.outcome(time.monotonic_ns(), self._process.death, stderr)
        return replace(
            outcome,
            stdout=self._process.stdout.text(),
            stderr=stderr,
            framework_version=self._introduction["framework_version"],
            python_version=self._introduction["python_version"],
            stamps={
                **outcome.stamps,
                "worker_trial": str(self.served),
                "import_s": f"{self.import_s:.3f}",
                "imported": self._introduction["imported"],
            },
        )

    async def stop(self) -> None:
        """Ends the worker and all it started, at once: it has told everything, and a guest's farewells (telemetry, exit
        handlers that wait for the network) belong to no trial.
        """
        self._process.kill()
        await self._process.gone()
        self._scratch.remove()

    async def _my_turn(self, limit_s: float, reason: str) -> None:
        """Waits until the worker has come to the end of what it was told, or to its own."""
        timer = asyncio.get_running_loop().call_later(limit_s, self._process.kill, reason)
        try:
            await self._turn
        finally:
            timer.cancel()

    def _heard(self, line: dict[str, Any]) -> None:
        if line["event"] == "ready":
            self._introduction = line
            self._end_turn()
        elif line["event"] == "failed":
            self._refusal = GuestError(**line["error"])
            self._end_turn()
        elif self._record and self._record.take(line):
            self._end_turn()

    def _died(self, _death: Death) -> None:
        self._end_turn()

    def _end_turn(self) -> None:
        if not self._turn.done():
            self._turn.set_result(None)

    def _last_words(self) -> str:
        assert self._process.death
        return self._process.death.words

    def _why_not_started(self) -> str:
        name, refusal = self.post.framework, self._refusal
        if refusal:
            where = "\n".join(refusal.traceback.splitlines()[-8:])
            return f"The adapter of {name} cannot be imported. {_advice(self.post)}\n{where}"
        said = self._process.stderr.text().strip()[-2_000:]
        told = f" It said:\n{said}" if said else ""
        return f"The worker of {name} died while importing it, twice: {self._last_words()}. {_advice(self.post)}{told}"


def _cannot_write(home: Path, error: OSError) -> WorkerError:
    return WorkerError(
        f"The folders of the workers under {home} cannot be written: {error}. "
        "Make room there, or give another place with --home."
    )


def _advice(post: Post) -> str:
    return (
        f"Look at adapters/{family_of(post.framework)}.py, or remove {post.python.parent.parent} and run again: "
        "the environment is then built anew."
    )
