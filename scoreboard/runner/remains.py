"""What a process has used and what it left behind, seen from outside, so that nothing of ours has to run in it.

The kernel tells it on Linux. Elsewhere it is unknown, and what is unknown is blank.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PLACES = {"home": "~", "work": ".", "tmp": "$TMPDIR"}  # a guest's folders, and what people call them


@dataclass(frozen=True)
class Remains:
    """A process at rest."""

    peak_bytes: int  # resident memory; not ru_maxrss, which begins with what the host had when it forked
    threads: tuple[str, ...]  # by name, the main one among them
    processes: tuple[str, ...]  # by name: all that it started and that still live


@dataclass(frozen=True)
class LeftFile:
    """A file that a guest wrote into one of its folders."""

    name: str  # "~/.cache/x", "./x", "$TMPDIR/x"
    size_bytes: int


def cpu_s(pid: int) -> float | None:
    """The CPU time that a process has used so far, in all its threads."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # how Linux names the CPU clock of another process
    except OSError:
        return None


def remains(pid: int) -> Remains | None:
    """How a process stands now; None where the system does not tell."""
    proc = Path("/proc") / str(pid)
    try:
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
        threads = [_text(task / "comm") for task in sorted((proc / "task").iterdir())]
        return Remains(int(status["VmHWM"].split()[0]) * 1024, tuple(threads), tuple(sorted(_kin(pid))))
    except (OSError, KeyError, ValueError):
        return None


def files_left(scratch: Path) -> tuple[LeftFile, ...]:
    """The files in the folders of a worker, the largest first."""
    found = []
    for folder, name in PLACES.items():
        for path in (scratch / folder).rglob("*"):
            if path.is_symlink() or not path.is_dir():
                with contextlib.suppress(FileNotFoundError):  # whoever made it may remove it meanwhile
                    found.append(LeftFile(_shown(f"{name}/{path.relative_to(scratch / folder)}"), path.lstat().st_size))
    return tuple(sorted(found, key=lambda file: (-file.size_bytes, file.name)))


def _kin(pid: int) -> Iterator[str]:
    """The living processes of a session, and those descended from its leader, but not the leader itself."""
    known = {each.pid: each for each in _processes()}
    for each in known.values():
        line, ancestor = [each.pid], each
        while ancestor.parent in known and ancestor.parent not in line:
            ancestor = known[ancestor.parent]
            line.append(ancestor.pid)
        if each.pid != pid and each.state not in "ZX" and (each.session == pid or pid in line):
            yield each.name


@dataclass(frozen=True)
class _Process:
    pid: int
    name: str
    state: str
    parent: int
    session: int


def _processes() -> Iterator[_Process]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            head, _, rest = _text(Path(entry.path) / "stat").rpartition(")")
            if rest:
                state, parent, _group, session = rest.split()[:4]
                yield _Process(int(entry.name), head.partition("(")[2], state, int(parent), int(session))


def _text(path: Path) -> str:
    """What a file of the kernel says; nothing of a process that has just gone."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
