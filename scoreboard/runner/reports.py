"""The worker's private line to its host: one JSON object a line, written whole, by the worker's own process only."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from typing import Any

LINE_LOST = 70  # the exit status of a worker whose guest closed or replaced the private line
ABOVE = 100  # private descriptors live above the numbers that a program gets by opening files


def private(fd: int) -> int:
    """A copy of a descriptor out of the guest's way, which no program that the guest starts inherits."""
    copy = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, ABOVE)
    if fd > 2:
        os.close(fd)
    return copy


class Reports:
    """Writes lines at once, so that what was reported survives whatever the guest does next.

    A guest may fork, and its child must not be heard here; it may close file descriptors, and what it opens next may
    get this one's number. Both are looked at before every line.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pid = os.getpid()
        self._pipe = _identity(fd)
        self._lock = threading.RLock()  # a signal handler of the guest may run a tool in the middle of a line

    def in_own_process(self) -> bool:
        return os.getpid() == self._pid

    def send(self, event: str, **fields: Any) -> None:
        if not self.in_own_process():
            return
        text = json.dumps({"event": event, **fields}, ensure_ascii=False, allow_nan=False)
        rest = memoryview(text.encode("utf-8", "replace") + b"\n")
        with self._lock:
            try:
                while rest:
                    if _identity(self._fd) != self._pipe:
                        os._exit(LINE_LOST)
                    rest = rest[os.write(self._fd, rest) :]
            except OSError:
                os._exit(LINE_LOST)


def _identity(fd: int) -> tuple[int, int]:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
