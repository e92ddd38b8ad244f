"""What the meter's tests share: trials, a gateway in this process, and a guest that calls it over real HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from scoreboard.meter.call import Call
from scoreboard.meter.ledger import Admission
from scoreboard.meter.server import Answerer, Gateway
from scoreboard.meter.sim import SimulatedModel
from scoreboard.meter.tokens import TokenCounter
from scoreboard.runner.catalogue import load_task
from scoreboard.runner.plan import Budget, Origin, Trial
from tasks.base import Task

FUNCTION = {
    "name": "roll_dice",
    "description": "Roll a dice.",
    "parameters": {"type": "object", "properties": {"sides": {"type": "integer"}}, "required": ["sides"]},
}
PROMPT = "Roll a 20-sided dice for me"
ROLLED = "Roll #1: 17 on a 20-sided dice."
AMPLE = Budget()


def chat(**changes: Any) -> dict[str, Any]:
    """The first request of `dice`."""
    tools = [{"type": "function", "function": FUNCTION}]
    return {"model": "sim", "messages": [{"role": "user", "content": PROMPT}], "tools": tools, **changes}


def responses(**changes: Any) -> dict[str, Any]:
    """The first request of `dice`."""
    return {"model": "sim", "input": PROMPT, "tools": [{"type": "function", **FUNCTION}], **changes}


def trial(task: str = "dice", budget: Budget = AMPLE, seed: int = 1) -> Trial:
    origin = Origin(adapter="a", task="t", lock="l", harness="h", python="3.11")
    return Trial("baseline", task, "sim", "none", repeat=0, seed=seed, budget=budget, origin=origin)


@dataclass(frozen=True)
class Got:
    """What came back from one request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON of a stream's events."""
        lines = self.body.decode().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


class Guest:
    """One trial's client."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self.session, self.base_url = session, base_url

    async def post(self, path: str, body: object, **headers: str) -> Got:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"authorization": "Bearer guest", "content-type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.base_url}/{path}"
        async with self.session.post(url, data=io.BytesIO(data), headers=named, allow_redirects=False) as response:
            return Got(response.status, {k.lower(): v for k, v in response.headers.items()}, await response.read())

    async def get(self, path: str) -> Got:
        async with self.session.get(f"{self.base_url}/{path}") as response:
            return Got(response.status, {k.lower(): v for k, v in response.headers.items()}, await response.read())


class Kitchen:
    """A gateway with its guests."""

    def __init__(self, gateway: Gateway, session: aiohttp.ClientSession) -> None:
        self.gateway, self.session = gateway, session
        self._tokens: dict[str, str] = {}

    async def admit(self, task: str = "dice", budget: Budget = AMPLE, seed: int = 1, fault: str = "none") -> Guest:
        admission = Admission(trial("dice", budget, seed).id, task, seed, budget, fault)
        token = await self.gateway.open(admission)
        guest = Guest(self.session, f"http://127.0.0.1:{self.gateway.port}/t/{token}/v1")
        self._tokens[guest.base_url] = token
        return guest

    async def calls(self, guest: Guest) -> list[Call]:
        return await self.gateway.close(self._tokens[guest.base_url])


@asynccontextmanager
async def kitchen(
    answerer: Answerer | None = None, load: Callable[[str], type[Task]] = load_task, mistakes: int = 1
) -> AsyncIterator[Kitchen]:
    """A gateway that listens; the simulated model answers if nobody else does."""
    gateway = Gateway(answerer or SimulatedModel(TokenCounter()), "sim", load, mistakes)
    await gateway.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Kitchen(gateway, session)
    finally:
        await gateway.stop()
