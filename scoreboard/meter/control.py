"""The meter's own process: serves the gateway, obeys the host, and ends with it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

from scoreboard.meter.ledger import Admission
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.server import Answerer, Gateway
from scoreboard.meter.wire import LONGEST_LINE_BYTES, line, pack, weight
from scoreboard.runner.catalogue import load_task

_HEAVY_BYTES = 256 * 1024


def main() -> None:
    """Standard input is the control socket: nothing a guest could ever reach."""
    asyncio.run(_Control().serve())


def answerer_for(spec: ModelSpec) -> Answerer:
    """The model behind the meter. The real one is imported, and its key read, only where it is asked for."""
    if spec.kind == "sim":
        from scoreboard.meter.sim import SimulatedModel
        from scoreboard.meter.tokens import TokenCounter

        return SimulatedModel(TokenCounter(), spec.latency_ms)
    from scoreboard.meter.upstream import Upstream

    return Upstream(spec, os.environ.get("OPENAI_API_KEY", "").strip())


class _Control:
    """Reads commands, answers each under its id, in whatever order they get done."""

    def __init__(self) -> None:
        self._commands: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        own_socket = socket.socket(fileno=sys.stdin.fileno())
        reader, self._writer = await asyncio.open_connection(sock=own_socket, limit=LONGEST_LINE_BYTES)
        order = json.loads(await reader.readline())
        spec = ModelSpec(**order["spec"])
        files = {name: Path(path) for name, path in order["tasks"].items()}
        self._gateway = Gateway(
            answerer_for(spec), spec.name, lambda name: load_task(name, files.get(name)), spec.mistakes
        )
        await self._gateway.start(socket.socket(fileno=order["listener_fd"]))
        self._writer.write(line({"serves": True}))
        while command := await reader.readline():
            task = asyncio.create_task(self._obey(json.loads(command)))
            self._commands.add(task)
            task.add_done_callback(self._commands.discard)
        os._exit(0)  # the host is gone: whatever still runs has nobody left to tell

    async def _obey(self, command: dict[str, Any]) -> None:
        try:
            done = await self._do(command)
        except Exception as error:  # noqa: BLE001 - the host decides what a command that failed means
            done = {"error": f"{type(error).__name__}: {error}"}
        self._writer.write(line({"id": command["id"], **done}))
        await self._writer.drain()

    async def _do(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["do"] == "open":
            return {"token": await self._gateway.open(Admission.read(command["trial"]))}
        calls = await self._gateway.close(command["token"])
        packed = await asyncio.to_thread(pack, calls) if weight(calls) > _HEAVY_BYTES else pack(calls)
        return {"calls": packed}
