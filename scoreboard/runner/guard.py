"""The guard: refuses and notes whatever the guest wants to reach that is not the meter.

It sees what goes through Python's own socket module. The refusal is immediate, because a dropped packet would cost some
frameworks twenty seconds of waiting for their telemetry.
"""

from __future__ import annotations

import errno
import functools
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scoreboard.runner.mishaps import Mishap
from scoreboard.runner.outcome import ConnectionAttempt

HOME = "127.0.0.1"
NAMES_OF_HOME = frozenset({HOME, "localhost"})
MOST_TARGETS = 100  # per trial; a guest may try thousands, and what is beyond is counted together
BEYOND = "(other targets)"


class Attempts:
    """The attempts of one trial, each kept once with a count. Those made while none runs wait for the next trial."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._seen: dict[tuple[str, str, str], ConnectionAttempt] = {}
        self._during = "import"
        self._tell: Callable[[ConnectionAttempt], None] | None = None

    def note(self, kind: str, target: str) -> None:
        with self._lock:
            if len(self._seen) >= MOST_TARGETS and (kind, target, self._during) not in self._seen:
                target = BEYOND
            key = (kind, target, self._during)
            if key in self._seen:
                self._seen[key] = replace(self._seen[key], count=self._seen[key].count + 1)
                return
            self._seen[key] = ConnectionAttempt(target, "lookup" if kind == "lookup" else "connect", self._during)
            if self._tell:
                self._tell(self._seen[key])

    def begin(self, tell: Callable[[ConnectionAttempt], None]) -> None:
        """From now on each new attempt is told at once, beginning with those that waited."""
        with self._lock:
            self._during, self._tell = "trial", tell
            for attempt in self._seen.values():
                tell(attempt)

    def end(self) -> list[ConnectionAttempt]:
        """All of the trial's attempts, with their final counts."""
        with self._lock:
            attempts, self._seen, self._tell = list(self._seen.values()), {}, None
            return attempts


class Guard:
    """An audit hook on sockets: it cannot be taken off again, and it also holds in forked children."""

    def __init__(self, meter_port: int) -> None:
        self.attempts = Attempts()
        self.mishap = Mishap()  # the running trial's: it may be that the meter itself cannot be reached
        self._meter = (HOME, meter_port)
        self._checks: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "socket.connect": self._check_address,
            "socket.sendto": self._check_address,
            "socket.sendmsg": self._check_address,
            "socket.getaddrinfo": self._check_name,
            "socket.gethostbyname": self._check_name,
            "socket.gethostbyaddr": self._check_number,
            "socket.getnameinfo": self._check_number,
        }

    def install(self) -> None:
        checks = self._checks

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            check = checks.get(event)
            if check is not None:
                check(arguments)

        sys.addaudithook(hook)
        self._check_names_early()

    def _check_names_early(self) -> None:
        """A name given to `connect` or `sendto` is looked up before the interpreter audits the call, which is late."""
        connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto

        @functools.wraps(connect)
        def checked_connect(sock: socket.socket, address: Any, /) -> None:
            self._check_name_of(sock, address)
            connect(sock, address)

        @functools.wraps(connect_ex)
        def checked_connect_ex(sock: socket.socket, address: Any, /) -> int:
            try:
                self._check_name_of(sock, address)
                return connect_ex(sock, address)
            except ConnectionRefusedError:
                return errno.ECONNREFUSED

        @functools.wraps(sendto)
        def checked_sendto(sock: socket.socket, /, *arguments: Any) -> int:
            self._check_name_of(sock, arguments[-1] if arguments else None)
            return sendto(sock, *arguments)

        methods = {"connect": checked_connect, "connect_ex": checked_connect_ex, "sendto": checked_sendto}
        for name, method in methods.items():
            setattr(socket.socket, name, method)

    def _check_name_of(self, sock: socket.socket, address: object) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple) and address:
            self._check_name(address)

    def _check_address(self, arguments: tuple[Any, ...]) -> None:
        sock, address = arguments[:2]
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or address is None:
            return
        if not isinstance(address, tuple):
            return  # what is no address at all is the socket's to refuse
        if tuple(address[:2]) == self._meter:
            if self.mishap.refuses_connection():
                raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
            return
        target = f"[{address[0]}]" if ":" in str(address[0]) else _text(address[0])
        self.attempts.note("connect", f"{target}:{address[1]}" if len(address) > 1 else target)
        raise ConnectionRefusedError(errno.ECONNREFUSED, f"Bakeoff's guard: {target} is not the meter")

    def _check_name(self, arguments: tuple[Any, ...]) -> None:
        name = _text(arguments[0])
        if name and name not in NAMES_OF_HOME and not _is_number(name):
            self._refuse_lookup(name)

    def _check_number(self, arguments: tuple[Any, ...]) -> None:
        """The name of an address in figures is asked for like any other."""
        address = arguments[0][0] if isinstance(arguments[0], tuple) and arguments[0] else arguments[0]
        if _text(address) not in NAMES_OF_HOME:
            self._refuse_lookup(_text(address))

    def _refuse_lookup(self, name: str) -> None:
        self.attempts.note("lookup", name)
        raise socket.gaierror(socket.EAI_NONAME, f"Bakeoff's guard: {name} is not the meter")


def _text(name: object) -> str:
    if isinstance(name, (bytes, bytearray)):
        return name.decode("ascii", "replace")
    return "" if name is None else str(name)[:255]


def _is_number(name: str) -> bool:
    """An address in figures is looked up without asking anybody."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name.partition("%")[0])
        except (OSError, ValueError):
            continue
        return True
    return False
