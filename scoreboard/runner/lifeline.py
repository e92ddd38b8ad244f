"""When the host dies, however it dies, its workers and all they started die at once."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading


def tie(fd: int) -> None:
    """Ties this process group's life to a pipe that only the host holds open and nobody writes to.

    Linux can be asked to send SIGKILL to the whole group when such a pipe closes: that needs neither a thread in the
    guest's process nor the interpreter's lock, which a hanging guest may hold. Elsewhere a thread waits.
    """
    if sys.platform == "linux":
        fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    else:
        watch_in_thread(fd)
    if _hung_up(fd, timeout_ms=0):
        die()


def watch_in_thread(fd: int) -> None:
    """Waits for the pipe to close in a thread that lets go of the interpreter's lock meanwhile."""

    def wait() -> None:
        if _hung_up(fd, timeout_ms=None):
            die()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def die() -> None:
    """Kills the worker's whole group; a worker started by hand in somebody else's group only leaves."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _hung_up(fd: int, timeout_ms: int | None) -> bool:
    poll = select.poll()
    poll.register(fd, 0)
    return any(state & select.POLLHUP for _, state in poll.poll(timeout_ms))
