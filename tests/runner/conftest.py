"""A workshop for guests that misbehave: real worker processes of this very Python, with adapters of the tests' own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoreboard.runner.guests import stage
from scoreboard.runner.outcome import Outcome
from scoreboard.runner.supervisor import Order, Post, Worker
from tasks.base import Model

GUESTS = Path(__file__).parent / "guests"
NOWHERE = 1  # a port for workers that call no meter


@dataclass
class Workshop:
    """Serves trials of tests/runner/guests/hostile.py, named by its functions."""

    home: Path

    def post(self, framework: str = "hostile", meter_port: int = NOWHERE) -> Post:
        adapters = [path for path in GUESTS.glob("*.py") if path.name != "tiny.py"]
        staged = stage(self.home, extra_adapters=adapters, extra_tasks=[GUESTS / "tiny.py"])
        return Post(framework, Path(sys.executable), staged.path, self.home, meter_port)

    def order(
        self, manner: str, timeout_s: float = 30.0, seed: int = 1, port: int = NOWHERE, fault: str = "none"
    ) -> Order:
        model = Model(manner, f"http://127.0.0.1:{port}/v1", "key")
        return Order(f"trial-{manner}", "tiny", seed, model, timeout_s, fault)

    def serve(self, *orders: str | Order, meter_port: int = NOWHERE, framework: str = "hostile") -> list[Outcome]:
        """The trials one after the other, by one worker as long as it lives and by another when it died."""
        post = self.post(framework, meter_port)

        async def run() -> list[Outcome]:
            outcomes = []
            worker = await Worker.start(post)
            try:
                for order in orders:
                    if not worker.alive:
                        await worker.stop()
                        worker = await Worker.start(post)
                    outcomes.append(await worker.serve(order if isinstance(order, Order) else self.order(order)))
            finally:
                await worker.stop()
            return outcomes

        return asyncio.run(run())

    def serve_one(self, manner: str, timeout_s: float = 30.0) -> Outcome:
        return self.serve(self.order(manner, timeout_s))[0]

    async def until_gone(self, pids: Sequence[int]) -> None:
        """Waits for processes that are no children of ours; without an end if they live."""
        loop = asyncio.get_running_loop()
        for pid in pids:
            try:
                fd = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            gone = asyncio.Event()
            loop.add_reader(fd, gone.set)
            await gone.wait()
            loop.remove_reader(fd)
            os.close(fd)


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-host")
    return Workshop(tmp_path)
