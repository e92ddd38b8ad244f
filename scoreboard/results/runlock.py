"""One run at a time in one home. The lock is the operating system's, which frees it however a run ends."""

from __future__ import annotations

import fcntl
import os
import re
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from scoreboard.errors import StoreError, UsageError


class RunLock:
    """Held while the `with` block lasts; who holds it is written in the file for whoever comes second."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._fd = -1

    def __enter__(self) -> Self:
        path = self._home / "run.lock"
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be written ({error.strerror}). Make its folder writable, or use --home."
            ) from error
        try:
            self._take()
        except BaseException:
            os.close(self._fd)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def _take(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._fd, 200, 0).decode(errors="replace").strip() or "it has just begun"
            raise UsageError(
                f"Another run ({holder}) is using {self._home}. Wait for it, or choose another place with --home."
            ) from None
        except OSError as error:
            raise StoreError(f"{self._home} cannot be locked ({error.strerror}). Use another --home.") from error
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"pid {os.getpid()}, since {since}\n".encode(), 0)
        except OSError as error:
            raise StoreError(f"{self._home} cannot be written ({error.strerror}). Make room there.") from error


def is_run_going(home: Path) -> bool:
    """Whether a run holds the lock, asked so that hardly ever a run is kept out by the question.

    The lock is tried, for a moment, only where the process that wrote itself down still lives; a run that begins writes
    itself down at once, so the next question finds it.
    """
    try:
        fd = os.open(home / "run.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not _lives(os.pread(fd, 200, 0).decode(errors="replace")):
            return False
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return False


def _lives(holder: str) -> bool:
    """Whether the process of "pid 123, since ..." is there."""
    found = re.match(r"pid (\d+),", holder)
    if not found:
        return False
    try:
        os.kill(int(found[1]), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
