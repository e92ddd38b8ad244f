"""One request being answered, and its record as it grows. The one place that touches the response on the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import Dialect, Json, Usage

NOT_KEPT = "[not kept]"
_SECRET = frozenset(
    {"authorization", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "set-cookie"}
)
_JSON = {"content-type": "application/json"}
NO_RETRY = {**_JSON, "x-should-retry": "false"}


def json_body(value: Json) -> bytes:
    """JSON as bytes; text that cannot be UTF-8 stays escaped."""
    return json.dumps(value, separators=(",", ":")).encode()


def error_body(message: str, kind: str, code: str | None = None, param: str | None = None) -> bytes:
    """An error in the shape every OpenAI client knows."""
    return json_body({"error": {"message": message, "type": kind, "param": param, "code": code}})


@dataclass(frozen=True)
class Response:
    """A response of the model, ready to be sent: one piece, or the events of a stream."""

    headers: Mapping[str, str]
    pieces: tuple[bytes, ...]
    is_stream: bool = False


class Exchange:
    """What comes in, what goes out, and when."""

    def __init__(self, request: web.BaseRequest, ordinal: int, path: str, dialect: Dialect | None) -> None:
        self.request = request
        self.ordinal = ordinal
        self.path = path
        self.dialect = dialect
        self.body = b""
        self.usage = Usage()
        self.refused: str | None = None
        self.provider_failure: str | None = None
        self.step: str | None = None
        self.attempt = 1
        self.fault: str | None = None
        self.inapplicable: str | None = None
        self.is_silent = False  # nothing more will be sent, though the connection stays
        self.keeps_connection = True
        self.response: web.StreamResponse | None = None
        self.complete = False
        self._sent: list[bytes] = []
        self._chunks: list[tuple[int, int]] = []
        self._streamed = False
        self._started_ns = time.monotonic_ns()
        self._first_byte_ns = 0
        self._finished_ns = 0

    @property
    def begun(self) -> bool:
        """Whether the framework has seen the beginning of a response."""
        return self.response is not None

    async def read(self) -> bytes:
        """The whole request body, kept as it came."""
        self.body = await self.request.read()
        return self.body

    async def send(self, status: int, body: bytes, headers: Mapping[str, str] = _JSON) -> None:
        """A whole response."""
        response = web.Response(status=status, body=body, headers=_named(headers))
        self.response = response
        self._let_go(response)
        self._sent.append(body)
        self._first_byte_ns = time.monotonic_ns()
        await response.prepare(self.request)
        await response.write_eof()
        self._finish()

    async def send_response(self, response: Response) -> None:
        """A response of the model, whole or as a stream."""
        if not response.is_stream:
            await self.send(200, response.pieces[0], response.headers)
            return
        await self.send_part(response, response.pieces)
        await self.end()

    async def send_part(self, response: Response, pieces: Sequence[bytes]) -> None:
        """The head of a response and the first of what it holds; what is not streamed tells its whole length."""
        await self.begin(200, response.headers, None if response.is_stream else len(response.pieces[0]))
        for piece in pieces:
            await self.write(piece)

    async def begin(self, status: int, headers: Mapping[str, str], length: int | None = None) -> None:
        """The head of a stream, or of a body of so many bytes."""
        self.response = response = web.StreamResponse(status=status, headers=_named(headers))
        response.content_length = length
        self._let_go(response)
        self._streamed = length is None
        self._first_byte_ns = time.monotonic_ns()
        await response.prepare(self.request)

    async def write(self, chunk: bytes) -> None:
        """The next piece of a stream, sent at once."""
        assert self.response is not None
        if chunk:
            self._sent.append(chunk)
            self._chunks.append((time.monotonic_ns(), len(chunk)))
            await self.response.write(chunk)

    async def end(self) -> None:
        """The end of a stream."""
        assert self.response is not None
        await self.response.write_eof()
        self._finish()

    def cut(self) -> None:
        """Closes the connection in the middle of a stream, as a provider did that broke off."""
        if self.request.transport is not None:
            self.request.transport.close()

    def reset(self) -> None:
        """Resets the connection before a byte, as a network does that lost it."""
        if self.request.transport is None:
            return
        connection: socket.socket = self.request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.transport.abort()

    async def silence(self) -> None:
        """Says nothing more until the other side hangs up, or the trial is over."""
        await asyncio.Event().wait()

    def _let_go(self, response: web.StreamResponse) -> None:
        """Where the next request is to open a connection of its own."""
        if not self.keeps_connection:
            response.force_close()

    def _finish(self) -> None:
        self._finished_ns = time.monotonic_ns()
        self.complete = True

    @property
    def sent(self) -> bytes:
        """The response body so far."""
        return b"".join(self._sent)

    def call(self) -> Call:
        """The record. Status 0 where the framework hung up before any answer."""
        finished_ns = self._finished_ns or time.monotonic_ns()
        return Call(
            ordinal=self.ordinal,
            method=self.request.method,
            path=self.path,
            dialect=self.dialect.name if self.dialect else None,
            request_headers=_kept(self.request.headers),
            request_body=self.body,
            status=self.response.status if self.response is not None else 0,
            response_headers=_kept(self.response.headers) if self.response is not None else {},
            response_body=self.sent,
            started_ns=self._started_ns,
            first_byte_ns=self._first_byte_ns or finished_ns,
            finished_ns=finished_ns,
            streamed=self._streamed,
            chunks=tuple(self._chunks),
            retry_count=_retry_count(self.request.headers.get("x-stainless-retry-count")),
            input_tokens=self.usage.input_tokens,
            output_tokens=self.usage.output_tokens,
            refused=self.refused,
            provider_failure=self.provider_failure,
            complete=self.complete,
            step=self.step,
            attempt=self.attempt,
            fault=self.fault,
            inapplicable=self.inapplicable,
        )


def _named(headers: Mapping[str, str]) -> CIMultiDict[str]:
    return CIMultiDict({"server": "bakeoff", **headers})


def _kept(headers: CIMultiDict[str] | CIMultiDictProxy[str]) -> dict[str, str]:
    """Headers for the record: nothing that opens a door, and repeated ones joined."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        if name.lower() in _SECRET:
            kept[name] = NOT_KEPT
        else:
            kept[name] = f"{kept[name]}, {value}" if name in kept else value
    return kept


def _retry_count(value: str | None) -> int:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 10 else 0
