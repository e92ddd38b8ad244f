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

# What would lead uv to another Python than the one asked for, to other packages than the lock's, or to other words.
LEFT_BEHIND = (
    *("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "UV_PYTHON"),
    *("UV_CONSTRAINT", "UV_OVERRIDE", "UV_EXCLUDE", "UV_EXCLUDE_NEWER", "UV_RESOLUTION", "UV_PRERELEASE"),
    *("UV_NO_PROGRESS", "UV_QUIET", "UV_LOG_CONTEXT", "RUST_LOG"),
)


class InstallError(Exception):
    """uv failed; the message is what it said."""


async def uv(arguments: Sequence[str], hear: Hear, lock: int) -> None:
    """Runs uv; every line it says is heard as it comes. Cancelled, it takes all its children along.

    uv shares the lock (a file descriptor): when the host is killed, the lock is free only once uv has gone too, so that
    the next run cannot build where the orphan still writes.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            find_uv_bin(),
            *("--color", "never"),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if _may_see(k)} | {"UV_PYTHON_DOWNLOADS": "never"},
            start_new_session=True,  # Ctrl-C in the terminal is for the host alone
            pass_fds=(lock,),
        )
    except OSError as error:
        first = str(error).partition("\n")[0].rstrip(":")
        raise InstallError(f"{NOT_STARTED}: {first}") from error
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


def _may_see(variable: str) -> bool:
    """What uv, and any package it builds, may see: no key but those that are meant for uv."""
    secret = re.search(r"KEY|TOKEN|SECRET|PASSWORD", variable) and not variable.startswith("UV_")
    return variable not in LEFT_BEHIND and not secret


NOT_STARTED = "uv could not be started"
NOT_ALLOWED = re.compile(r"lack of valid authentication credentials|\b40[13] (?:Unauthorized|Forbidden)")
NOT_OFFERED = re.compile(
    r"there is no version of|not found in the package registry|not found in the provided package locations"
)
NO_NETWORK = re.compile(
    r"Failed to fetch|network was disabled|error sending request|dns error|tcp connect|Connection refused|timed out",
    re.I,
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
    if said.startswith(NOT_STARTED):
        return f"{what}{said}. Set Bakeoff up again (it brings uv along) and run the same command again. {keep}"
    if re.search(r"No space left|os error 28", said):
        return f"{what}the disk is full. Free some space and run the same command again. {keep}"
    if re.search(r"Read-only file system|Permission denied|Not a directory|File exists|os error (13|20|30)", said):
        return f"{what}its folder cannot be written. Allow writing there or choose another place with --home. {keep}"
    if re.search(r"Hash mismatch", said, re.I):
        return (
            f"{what}{package or 'a package'} is not the file that its lock names (its hash differs), so nothing was "
            f"installed. If you trust the new file: python -m scoreboard.runner.locks {group}"
        )
    if NOT_ALLOWED.search(said):
        return f"{what}the package index refused access. Check the credentials that uv is given.\n{_last_lines(said)}"
    if NO_NETWORK.search(said):
        return (
            f"{what}{package or 'a package'} could not be fetched. Is the network there? "
            f"Connect and run the same command again; it continues where it stopped. {keep}"
        )
    if NOT_OFFERED.search(said):
        return (
            f"{what}the package index does not offer {package or 'a package'} as it is locked. If it is a mirror, "
            f"wait or choose another; to lock what it offers: python -m scoreboard.runner.locks {group}\n"
            f"{_last_lines(said)}"
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
        r"Because ([\w.-]+) was not found",
        r"([\w.-]+)==[\w.]+ ",
    ):
        if found := re.search(pattern, said):
            return found[1].replace("_", "-")
    return None


def _last_lines(said: str) -> str:
    told = [line for line in said.splitlines() if line.strip() and not line.startswith("Using Python")]
    return "\n".join(f"  uv: {line.strip()}" for line in told[-4:])
