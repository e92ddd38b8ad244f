"""What one trial may spend, what it has spent, and the record of all its calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.drill import Drill
from scoreboard.runner.plan import Budget


@dataclass(frozen=True)
class Admission:
    """What the meter needs to know of a trial."""

    trial_id: str
    task: str
    seed: int
    budget: Budget
    fault: str = NONE

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> Admission:
        return cls(sent["trial_id"], sent["task"], sent["seed"], Budget(**sent["budget"]), sent["fault"])


@dataclass
class Ledger:
    """The account of one trial. It runs from the moment it is opened, and every request counts, refused ones too."""

    drill: Drill
    budget: Budget
    opened_ns: int = field(default_factory=time.monotonic_ns)
    calls: list[Call] = field(default_factory=list)
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    requests: int = 0
    tokens: int = 0

    @property
    def deadline_s(self) -> float:
        """When the seconds are spent, on the event loop's clock."""
        return self.opened_ns / 1e9 + self.budget.timeout_s

    def next_ordinal(self) -> int:
        self.requests += 1
        return self.requests

    def spent(self, ordinal: int) -> str | None:
        """The budget that leaves nothing for this request, if any does."""
        if ordinal > self.budget.max_calls:
            return "calls"
        if self.tokens >= self.budget.max_tokens:
            return "tokens"
        if time.monotonic() >= self.deadline_s:
            return "seconds"
        return None

    def limit(self, budget: str) -> str:
        """A budget in words."""
        amount = {"calls": self.budget.max_calls, "tokens": self.budget.max_tokens, "seconds": self.budget.timeout_s}
        return f"{amount[budget]:g} {budget}"

    def record(self, call: Call) -> None:
        self.calls.append(call)
        self.tokens += (call.input_tokens or 0) + (call.output_tokens or 0)

    async def settle(self, grace_s: float = 0.5) -> list[Call]:
        """All calls in order. Those still running get a moment to write their last byte, then they are cut."""
        if self.running:
            await asyncio.wait(set(self.running), timeout=grace_s)
        for task in self.running:
            task.cancel()
        if self.running:
            await asyncio.wait(set(self.running))
        return sorted(self.calls, key=lambda call: call.ordinal)
