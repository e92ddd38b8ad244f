"""The stand-in's bytes: how a reply is sent, and how everything that hangs ends when the server is closed."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.star_history.stand_in_faults import PAGE

EVERY_S = 0.05
ENDLESS = 10_000_000


@dataclass(frozen=True)
class Reply:
    """What is sent, and in what manner: "whole", or as the kind of fault says."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    manner: str = "whole"


Answering = Callable[[str, Mapping[str, str], Mapping[str, str]], Reply]


class Server(ThreadingHTTPServer):
    """Waits for nobody when it is stopped: connections that are still open are cut."""

    daemon_threads = False  # so that stopping waits for every handler to have ended

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answering = answering
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave in the middle are part of the play; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "bakeoff-stand-in"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answering(unquote(asked.path), dict(parse_qsl(asked.query)), headers)
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        body, length = reply.body, len(reply.body)
        self.close_connection = self.close_connection or reply.manner in ("drop", "silent", "slow", "truncated")
        if reply.manner == "silent":
            self.server.closing.wait()
        if reply.manner in ("drop", "silent"):
            return
        headers = dict(reply.headers)
        if reply.manner == "html":
            body, length, headers["content-type"] = PAGE, len(PAGE), "text/html; charset=utf-8"
        elif reply.manner == "cut_json":
            body, length = body[: length // 2], length // 2
        elif reply.manner == "truncated":
            body = body[: length // 2]
        elif reply.manner == "slow":
            length = ENDLESS
        self._head(reply.status, headers, length)
        if reply.manner == "slow":
            self._drip(body)
        else:
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _drip(self, body: bytes) -> None:
        sent = 0
        while not self.server.closing.wait(EVERY_S):
            self.wfile.write(body[sent : sent + 1] or b" ")
            sent += 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name http.server gives it
        """The requests are kept, not printed."""
