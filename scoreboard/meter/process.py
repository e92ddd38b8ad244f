"""The host's handle on the meter's process. Imports nothing heavy: the server lives over there."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scoreboard.errors import MeterError
from scoreboard.meter.call import Call
from scoreboard.meter.model import ModelSpec
from scoreboard.meter.wire import LONGEST_LINE_BYTES, line, unpack
from scoreboard.runner.plan import Trial

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 5.0


class Meter:
    """A running meter. Several tasks may use it at once."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket, port: int) -> None:
        self.port = port
        self._process = process
        self._control = control
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last_words: deque[str] = deque(maxlen=12)
        self._listening: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter | None = None

    @classmethod
    async def start(cls, spec: ModelSpec, tasks: Mapping[str, Path] | None = None) -> Self:
        """Starts the process and waits until it serves."""
        meter = await cls.spawn(spec, tasks)
        try:
            await meter.ready()
        except BaseException:
            await meter.stop()
            raise
        return meter

    @classmethod
    async def spawn(cls, spec: ModelSpec, tasks: Mapping[str, Path] | None = None) -> Self:
        """Starts the process without waiting: its port is known already, so that workers can start meanwhile.

        `tasks` are the files of those that do not stand in `tasks/`.
        """
        ours, theirs = socket.socketpair()
        listener = socket.create_server(("127.0.0.1", 0))
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "scoreboard.meter"),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": _search_path()},
                start_new_session=True,  # Ctrl-C in the terminal is for the host alone
                pass_fds=(listener.fileno(),),
            )
            meter = cls(process, ours, listener.getsockname()[1])
            await meter._greet(spec, listener.fileno(), tasks or {})
        except OSError as error:
            ours.close()
            raise MeterError(f"The meter's process could not be started: {error}.") from error
        finally:
            theirs.close()
            listener.close()
        return meter

    async def ready(self) -> None:
        """Returns once the process serves; MeterError where it could not."""
        await asyncio.shield(self._greeted)

    async def _greet(self, spec: ModelSpec, listener_fd: int, tasks: Mapping[str, Path]) -> None:
        reader, writer = await asyncio.open_connection(sock=self._control, limit=LONGEST_LINE_BYTES)
        self._writer = writer
        assert self._process.stderr is not None
        self._listening.append(asyncio.create_task(self._keep_last_words(self._process.stderr)))
        files = {name: str(path) for name, path in tasks.items()}
        writer.write(line({"listener_fd": listener_fd, "spec": asdict(spec), "tasks": files}))
        self._listening.append(asyncio.create_task(self._listen(reader, writer)))

    @property
    def pid(self) -> int:
        """For those who watch its memory."""
        return self._process.pid

    async def open(self, trial: Trial) -> str:
        """Admits a trial; its seconds run from now. Returns the base URL for exactly this attempt."""
        sent = {name: getattr(trial, name) for name in ("task", "seed", "fault")}
        sent |= {"trial_id": trial.id, "budget": asdict(trial.budget)}
        token = (await self._ask({"do": "open", "trial": sent}))["token"]
        return f"http://127.0.0.1:{self.port}/t/{token}/v1"

    async def close(self, base_url: str) -> list[Call]:
        """Ends a trial, by its base URL or token, and returns all it called."""
        _, _, below = base_url.partition("/t/")
        token = below.partition("/")[0] or base_url
        return unpack((await self._ask({"do": "close", "token": token}))["calls"])

    async def stop(self) -> None:
        """Ends the process: it dies when its control socket closes, and is killed if it does not."""
        if self._writer:
            self._writer.close()
        else:
            self._control.close()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.gather(*self._listening)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        await self.ready()
        if self._writer is None or self._writer.is_closing():
            raise await self._obituary("died")
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(line({"id": number, **command}))
            done = await answer
        finally:
            del self._waiting[number]
        if "error" in done:
            raise MeterError(f"The meter could not {command['do']} a trial: {done['error']}.")
        return done

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await _line_from(reader):
            self._greeted.set_exception(await self._obituary("did not start"))
            self._greeted.exception()  # seen: whoever asks for the meter hears of it, and nobody else need
            return
        self._greeted.set_result(None)
        while answer := await _line_from(reader):
            done = json.loads(answer)
            waiting = self._waiting.get(done["id"])
            if waiting and not waiting.done():
                waiting.set_result(done)
        writer.close()
        if self._waiting:
            error = await self._obituary("died")
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(error)

    async def _keep_last_words(self, stderr: asyncio.StreamReader) -> None:
        while words := await _line_from(stderr):
            self._last_words.append(words.decode(errors="replace").rstrip())

    async def _obituary(self, what: str) -> MeterError:
        """The process has closed its end of the socket, so it is ending: wait for its status and last words."""
        status = await self._process.wait()
        await self._listening[0]
        words = "\n".join(self._last_words)
        return MeterError(f"The meter {what} (exit status {status}). {words or 'It left no message.'}")


async def _line_from(reader: asyncio.StreamReader) -> bytes:
    """The next line; nothing once the other side is gone, however it went."""
    try:
        return await reader.readline()
    except (ConnectionError, ValueError):
        return b""


def _search_path() -> str:
    inherited = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_ROOT), inherited] if inherited else [str(_ROOT)])
