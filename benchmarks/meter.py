"""What the meter adds to a call, against answering the same bytes from a bare server in the same run."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.process import Meter
from scoreboard.runner.plan import Budget, Origin, Trial

ROOT = Path(__file__).parent.parent
CLIENTS = 8
ALONE = 2000
TOGETHER = 8000

FUNCTION = {
    "name": "roll_dice",
    "description": "Roll a dice with the given number of sides.",
    "parameters": {"type": "object", "properties": {"sides": {"type": "integer"}}, "required": ["sides"]},
}
SYSTEM = "You roll dice. Use the roll_dice tool for every roll and report the number it gives."
TURNS = [
    {"role": "user", "content": "Roll a 20-sided dice for me"},
    {"role": "user", "content": "Roll #1: 17 on a 20-sided dice."},
]
CHAT = {
    "model": "sim",
    "messages": [{"role": "system", "content": SYSTEM}, *TURNS],
    "tools": [{"type": "function", "function": FUNCTION}],
}
RESPONSES = {"model": "sim", "instructions": SYSTEM, "input": TURNS, "tools": [{"type": "function", **FUNCTION}]}


@dataclass(frozen=True)
class Scene:
    """One kind of call."""

    title: str
    path: str
    body: str


SCENES = (
    Scene("Chat Completions", "chat/completions", json.dumps(CHAT)),
    Scene("Chat Completions, stream", "chat/completions", json.dumps({**CHAT, "stream": True})),
    Scene("Responses", "responses", json.dumps(RESPONSES)),
    Scene("Responses, stream", "responses", json.dumps({**RESPONSES, "stream": True})),
)


async def measure() -> list[str]:
    """The table, line by line."""
    lines = [f"{'one client, median ms':26} {'bare':>7} {'meter':>7} {'added':>7}   (aim: added at most 1.00)"]
    rates = [f"{f'{CLIENTS} clients, calls/s':26} {'bare':>7} {'meter':>7} {'ratio':>7}   (aim: meter at least 1,000)"]
    async with await Meter.start(ModelSpec("sim", "sim")) as meter:
        for scene in SCENES:
            async with _bare(await _chunks(meter, scene)) as port:
                bare_ms, meter_ms = await _hammer(meter, scene, port, {"do": "alternate", "calls": ALONE})
                order = {"do": "together", "calls": TOGETHER, "clients": CLIENTS}
                bare_rate, meter_rate = await _hammer(meter, scene, port, order)
            lines.append(f"{scene.title:26} {bare_ms:7.2f} {meter_ms:7.2f} {meter_ms - bare_ms:7.2f}")
            rates.append(f"{scene.title:26} {bare_rate:7.0f} {meter_rate:7.0f} {meter_rate / bare_rate:7.2f}")
    return [*lines, *rates]


def meter_cost() -> list[str]:
    """What the meter adds to a call, and how many it can take, everything recorded."""
    return asyncio.run(measure())


def _trial() -> Trial:
    origin = Origin(adapter="", task="", lock="", harness="", python="")
    budget = Budget(max_calls=10**9, max_tokens=10**12, timeout_s=10**6)
    return Trial("bench", "dice", "sim", "none", repeat=0, seed=1, budget=budget, origin=origin)


async def _chunks(meter: Meter, scene: Scene) -> list[bytes]:
    """What the meter really answers, in the pieces it leaves in."""
    url = await meter.open(_trial())
    request = urllib.request.Request(f"{url}/{scene.path}", scene.body.encode())  # noqa: S310
    await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())  # noqa: S310
    (call,) = await meter.close(url)
    return _cut(call) if call.streamed else [call.response_body]


def _cut(call: Call) -> list[bytes]:
    chunks, start = [], 0
    for _, size in call.chunks:
        chunks.append(call.response_body[start : start + size])
        start += size
    return chunks


@asynccontextmanager
async def _bare(chunks: list[bytes]) -> AsyncIterator[int]:
    process = await _python("benchmarks.bare")
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"/": [base64.b64encode(chunk).decode() for chunk in chunks]}).encode() + b"\n")
    yield int(await process.stdout.readline())
    process.stdin.close()
    await process.wait()


async def _hammer(meter: Meter, scene: Scene, bare_port: int, order: dict[str, Any]) -> tuple[float, float]:
    url = await meter.open(_trial())
    path = url.partition(str(meter.port))[2]
    servers = [
        {"port": bare_port, "path": "/", "body": scene.body},
        {"port": meter.port, "path": f"{path}/{scene.path}", "body": scene.body},
    ]
    process = await _python("benchmarks.hammer")
    told, _ = await process.communicate(json.dumps({**order, "servers": servers}).encode())
    calls = await meter.close(url)
    recorded = len({call.ordinal for call in calls if call.complete and call.response_body and call.request_body})
    if process.returncode or recorded < order["calls"]:
        raise SystemExit(f"{scene.title}: {order['calls']} calls made, {recorded} recorded")
    bare, metered = json.loads(told)
    return bare, metered


async def _python(module: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe, cwd=ROOT)


if __name__ == "__main__":
    sys.stdout.write("\n".join(meter_cost()) + "\n")
