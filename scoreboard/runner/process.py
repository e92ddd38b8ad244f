"""A worker's process seen from the host: started out of the way, read all the time, killed with all its kin."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from scoreboard.runner.capture import Capture
from scoreboard.runner.record import Death

AT_ONCE = 256 * 1024
MOST_IN_A_PIPE = 1024 * 1024  # what a pipe can hold at most, so that draining one that is being filled comes to an end
LONGEST_LINE = 16 * 1024 * 1024
MEDDLING = "something other than the worker wrote into its private pipe"


@dataclass(frozen=True)
class HostEnds:
    """The host's ends of the five pipes. The lifeline is only held: when it closes, the worker's group dies."""

    commands: int
    lifeline: int
    results: int
    stdout: int
    stderr: int


class GuestProcess:
    """One process group with its pipes. What it printed since `turn_page` is in the two captures."""

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        ends: HostEnds,
        on_line: Callable[[dict[str, Any]], None],
        on_death: Callable[[Death], None],
    ) -> None:
        self.death: Death | None = None
        self.stdout, self.stderr = Capture(), Capture()
        self.pid = popen.pid
        self._popen, self._ends, self._on_line, self._on_death = popen, ends, on_line, on_death
        self._pending = bytearray()
        self._reason = ""
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._readers = {ends.results: self._take_lines, ends.stdout: self._take_stdout, ends.stderr: self._take_stderr}
        for fd in self._readers:
            os.set_blocking(fd, False)
            self._loop.add_reader(fd, self._read, fd)
        threading.Thread(target=self._wait, name=f"wait-{popen.pid}", daemon=True).start()

    def send(self, line: Mapping[str, Any]) -> None:
        """Writes one line; a worker that died meanwhile is told of by its death."""
        if self.death is None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._ends.commands, json.dumps(line).encode() + b"\n")

    def turn_page(self) -> None:
        """What is printed from now on belongs to somebody else."""
        self.drain()
        self.stdout, self.stderr = Capture(), Capture()

    def drain(self) -> None:
        """Reads what is already in the output pipes."""
        for fd in (self._ends.stdout, self._ends.stderr):
            if self.death is None:
                self._read(fd, MOST_IN_A_PIPE)

    def kill(self, reason: str = "") -> None:
        """Ends the whole group at once, for a reason that its death will name."""
        self._reason = self._reason or reason
        if self.death is None:
            self._kill_group()

    async def gone(self) -> None:
        await asyncio.shield(self._gone)

    def _read(self, fd: int, most: int = AT_ONCE) -> None:
        """A guest that prints without end gets no more than its share of the host's time."""
        taken = 0
        while taken < most:
            try:
                data = os.read(fd, AT_ONCE)
            except BlockingIOError:
                return
            if not data:
                self._loop.remove_reader(fd)
                return
            taken += len(data)
            self._readers[fd](data)

    def _take_stdout(self, data: bytes) -> None:
        self.stdout.take(data)

    def _take_stderr(self, data: bytes) -> None:
        self.stderr.take(data)

    def _take_lines(self, data: bytes) -> None:
        self._pending += data
        if b"\n" not in data and len(self._pending) < LONGEST_LINE:
            return
        *lines, self._pending = self._pending.split(b"\n")
        for line in lines:
            try:
                self._on_line(json.loads(line))
            except (ValueError, TypeError, KeyError):
                self.kill(MEDDLING)
        if len(self._pending) >= LONGEST_LINE:
            self._pending.clear()
            self.kill(MEDDLING)

    def _wait(self) -> None:
        """In a thread of its own: a guest's child may hold the pipes open, so only the process tells of its death."""
        status = self._popen.wait()
        self._kill_group()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(self._died, status)

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _died(self, status: int) -> None:
        for fd in self._readers:
            self._read(fd, MOST_IN_A_PIPE)
            self._loop.remove_reader(fd)
        self.death = Death(status, self._reason)
        for fd in astuple(self._ends):
            os.close(fd)
        self._gone.set_result(None)
        self._on_death(self.death)


def spawn(
    python: Path, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], HostEnds]:
    """Starts a worker in a session of its own: no terminal, no standard input, the protocol on private pipes.

    `-P` keeps its working directory, where the guest writes what it likes, from being imported.
    """
    commands_in, commands = os.pipe()
    lifeline_in, lifeline = os.pipe()
    results, results_out = os.pipe()
    stdout, stdout_in = os.pipe()
    stderr, stderr_in = os.pipe()
    theirs = (commands_in, lifeline_in, results_out)
    numbers = zip(("--commands-fd", "--lifeline-fd", "--results-fd"), map(str, theirs), strict=True)
    try:
        popen = subprocess.Popen(
            [
                str(python),
                "-P",
                "-m",
                "scoreboard.runner.worker",
                *arguments,
                *(word for pair in numbers for word in pair),
            ],
            stdin=subprocess.DEVNULL,
            stdout=stdout_in,
            stderr=stderr_in,
            pass_fds=theirs,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError:
        for fd in (commands, lifeline, results, stdout, stderr):
            os.close(fd)
        raise
    finally:
        for fd in (*theirs, stdout_in, stderr_in):
            os.close(fd)
    return popen, HostEnds(commands, lifeline, results, stdout, stderr)
