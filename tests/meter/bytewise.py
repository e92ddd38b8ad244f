"""A client that sees every byte: what came of a response, and how its connection ended."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import time
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from tests.meter.callers import Guest

LISTENING_S = 0.1  # to a line that has fallen silent
PATIENCE_S = 10.0  # with a line that should not be silent


class _Received:
    """Bytes in the place of a socket, as `http.client` wants to read them."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._received)


@dataclass(frozen=True)
class Heard:
    """All that one connection brought. It was `open` where the client hung up first."""

    received: bytes
    ended: Literal["closed", "reset", "open"]
    first_byte_s: float = 0.0

    @property
    def status(self) -> int:
        return self._parsed[0].status

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self._parsed[0].getheaders()}

    @property
    def body(self) -> bytes:
        return self._parsed[1]

    @property
    def is_whole(self) -> bool:
        """Whether the body came to the end that its head had promised."""
        return self._parsed[2]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def _parsed(self) -> tuple[http.client.HTTPResponse, bytes, bool]:
        response = http.client.HTTPResponse(cast(Any, _Received(self.received)))
        response.begin()
        try:
            return response, response.read(), True
        except http.client.IncompleteRead as cut:
            return response, cut.partial, False


async def listen(guest: Guest, path: str, body: object, until: bytes | None = None) -> Heard:
    """One request over a connection of its own, heard to its end.

    Where silence is to come, `until` tells the last bytes before it; then the client listens a moment longer, and hangs
    up.
    """
    url = urlsplit(f"{guest.base_url}/{path}")
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    data = json.dumps(body).encode()
    head = f"POST {url.path} HTTP/1.1\r\nhost: {url.netloc}\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode() + data)
    started_s, first_byte_s, received = time.monotonic(), 0.0, b""
    ended: Literal["closed", "reset", "open"] = "closed"
    try:
        while True:
            quiet = until is not None and received.endswith(until)
            async with asyncio.timeout(LISTENING_S if quiet else PATIENCE_S):
                more = await reader.read(65536)
            first_byte_s = first_byte_s or time.monotonic() - started_s
            if not more:
                break
            received += more
    except ConnectionResetError:
        ended = "reset"
    except TimeoutError:
        ended = "open"
    writer.close()
    return Heard(received, ended, first_byte_s)
