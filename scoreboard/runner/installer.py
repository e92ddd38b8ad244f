"""Runs uv and understands what it says: how far it is, and why it failed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Callable, Sequence

from uv import find_uv_bin

Hear = Callable[[str], None]

# What would lead uv to another Python than the one asked for.
LEFT_BEHIND = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "UV_PYTHON")


class InstallError(Exception):
    """uv failed; the message is what it said."""


async def uv(arguments: Sequence[str], hear: Hear) -> None:
    """Runs uv; every line it says is heard as it comes. Cancelled, it takes all its children along."""
    try:
        process = await asyncio.create_subprocess_exec(
            find_uv_bin(),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if k not in LEFT_BEHIND} | {"UV_PYTHON_DOWNLOADS": "never"},
            start_new_session=True,  # Ctrl-C in the terminal is for the host alone
        )
    except OSError as error:
        raise InstallError(f"uv could not be started: {error}") from error
    said: list[str] = []
    try:
        assert process.stderr
        async for line in process.stderr:
            said.append(line.decode(errors="replace").rstrip())
            hear(said[-1])
        status = await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if status:
        raise InstallError("\n".join(said))


NO_NETWORK = re.compile(
    r"Failed to fetch|error sending request|dns error|tcp connect|Connection refused|timed out", re.I
)
UNSATISFIABLE = re.compile(
    r"No solution found|no wheels? with a matching|No matching distribution|doesn't have a source distribution or wheel"
    r"|requires-python|not supported|Failed to build|requires Python",
    re.I,
)


def explanation(group: str, python: str, said: str) -> str:
    """One message for people out of what uv said."""
    keep = "Environments that are already built still run."
    package = _package(said)
    what = f"The environment of {group} could not be built: "
    if re.search(r"No space left|os error 28", said):
        return f"{what}the disk is full. Free some space and run the same command again. {keep}"
    if re.search(r"Read-only file system|Permission denied|Not a directory|File exists|os error (13|20|30)", said):
        return f"{what}its folder cannot be written. Allow writing there or choose another place with --home. {keep}"
    if re.search(r"Hash mismatch", said, re.I):
        return (
            f"{what}{package or 'a package'} is not the file that its lock names (its hash differs), so nothing was "
            f"installed. If you trust the new file: python -m scoreboard.runner.locks {group}"
        )
    if NO_NETWORK.search(said):
        return (
            f"{what}{package or 'a package'} could not be fetched. Is the network there? "
            f"Connect and run the same command again; it continues where it stopped. {keep}"
        )
    if UNSATISFIABLE.search(said):
        return (
            f"{what}{package or 'a package'} in its lock cannot be installed on Python {python} on this machine. "
            f"Run Bakeoff with another Python, or leave {group} out with --frameworks.\n{_last_lines(said)}"
        )
    return f"{what}uv failed.\n{_last_lines(said)}"


def _package(said: str) -> str | None:
    """The package that uv complains of, wherever it names it."""
    for pattern in (
        r"/simple/([\w.-]+)/",
        r"(?:download|build|fetch|read|install)(?: and build)?:? `([\w.-]+?)(?:==[^`]*)?`",
        r"Hash mismatch for `([\w.-]+)",
        r"/([A-Za-z0-9_.]+?)-\d[^/\s`]*\.(?:whl|tar\.gz)",
        r"([\w.-]+)==[\w.]+ ",
    ):
        if found := re.search(pattern, said):
            return found[1].replace("_", "-")
    return None


def _last_lines(said: str) -> str:
    return "\n".join(f"  uv: {line.strip()}" for line in said.splitlines()[-4:] if line.strip())
