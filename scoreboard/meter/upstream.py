"""A real model behind an OpenAI-compatible endpoint: the same dialect, passed through as it is.

The provider's key lives in this process alone. It replaces the guest's own, and is scrubbed from whatever comes back.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import aiohttp
from multidict import CIMultiDict

from scoreboard.meter.dialects.base import Dialect, Json, usage_in_body, usage_in_stream
from scoreboard.meter.exchange import Exchange, error_body
from scoreboard.meter.faults.drill import Drill
from scoreboard.meter.model import OPENAI_URL, ModelSpec
from scoreboard.meter.scrub import Scrubber

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
_NOT_FORWARDED = _HOP_BY_HOP | {"accept-encoding", "api-key", "authorization", "content-encoding", "content-length"}
_NOT_FORWARDED |= {"cookie", "expect", "host", "x-api-key"}
_NOT_RETURNED = _HOP_BY_HOP | {"content-encoding", "content-length", "date", "server", "set-cookie"}

_FAILURES = {
    401: "did not accept the key in OPENAI_API_KEY",
    402: "wants to be paid",
    403: "refused access",
    404: "knows no such model, or no such API",
    407: "is behind a proxy that wants a password",
    408: "gave up waiting",
    429: "is limiting the rate, or its quota is spent",
}
_LARGE_BYTES = 2**20
_SHORTEST_SECRET = 12  # an endpoint without keys is given any word, and that word may stand in any answer


class Upstream:
    """Forwards every call to the provider, streaming as it comes, and reads the provider's own usage for the record."""

    is_provider = True

    def __init__(self, spec: ModelSpec, key: str) -> None:
        self._base_url = (spec.base_url or OPENAI_URL).rstrip("/")
        self._key = key
        self._secret = key if len(key) >= _SHORTEST_SECRET else ""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=30),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,
            read_bufsize=2**18,
        )

    async def ready(self) -> None:
        """A connection is made when it is needed."""

    async def close(self) -> None:
        await self._session.close()

    def clean(self, text: str) -> str:
        return Scrubber(self._secret).clean(text)

    async def answer(self, exchange: Exchange, dialect: Dialect, drill: Drill, body: Json) -> None:  # noqa: ARG002
        request = exchange.request
        try:
            async with self._session.post(
                f"{self._base_url}/{exchange.path.lstrip('/')}",
                data=_sendable(exchange.body),
                headers=self._headers_for(request.headers),
                skip_auto_headers=("user-agent", "accept", "content-type"),
                allow_redirects=False,
            ) as response:
                exchange.provider_failure = self._failure_of(response)
                if response.content_type == "text/event-stream":
                    await self._pass_stream(exchange, dialect, response)
                else:
                    await self._pass_whole(exchange, dialect, response)
        except (aiohttp.ClientError, OSError) as error:
            if request.transport is None or request.transport.is_closing():
                raise  # it is the framework that hung up
            await self._fail(exchange, error)

    async def _pass_whole(self, exchange: Exchange, dialect: Dialect, response: aiohttp.ClientResponse) -> None:
        scrubber = Scrubber(self._secret)
        body = scrubber.feed(await response.read()) + scrubber.flush()
        exchange.usage = usage_in_body(dialect, body)
        await exchange.send(response.status, body, self._headers_from(response))

    async def _pass_stream(self, exchange: Exchange, dialect: Dialect, response: aiohttp.ClientResponse) -> None:
        scrubber = Scrubber(self._secret)
        await exchange.begin(response.status, self._headers_from(response))
        try:
            async for chunk in response.content.iter_any():
                await exchange.write(scrubber.feed(chunk))
            await exchange.write(scrubber.flush())
        finally:
            exchange.usage = usage_in_stream(dialect, exchange.sent)
        await exchange.end()

    async def _fail(self, exchange: Exchange, error: Exception) -> None:
        """Trouble with the connection: a 502 where no answer has begun, else the same cut that the provider made."""
        reason = self.clean(f"{type(error).__name__}: {error}")
        if exchange.begun:
            exchange.provider_failure = f"{self._base_url} broke off in the middle of its answer ({reason})."
            exchange.cut()
            return
        exchange.provider_failure = f"{self._base_url} cannot be reached, or did not answer properly ({reason})."
        await exchange.send(502, error_body(exchange.provider_failure, "server_error", "provider_unreachable"))

    def _failure_of(self, response: aiohttp.ClientResponse) -> str | None:
        """A refusal that no framework is to blame for, in words."""
        status = response.status
        if 300 <= status < 400:
            return f"{self._base_url} answered {status}: it has moved, give its new address as the base URL."
        if status in _FAILURES:
            return f"{self._base_url} answered {status}: it {_FAILURES[status]}."
        return f"{self._base_url} answered {status}: it is in trouble." if status >= 500 else None

    def _headers_for(self, headers: Mapping[str, str]) -> CIMultiDict[str]:
        """The framework's headers, with the provider's key in place of its own."""
        passed = _without(headers.items(), _NOT_FORWARDED | _named_by(headers.get("connection", "")))
        passed["Accept-Encoding"] = "identity"
        if self._key:
            passed["Authorization"] = f"Bearer {self._key}"
        return passed

    def _headers_from(self, response: aiohttp.ClientResponse) -> CIMultiDict[str]:
        gone = _NOT_RETURNED | _named_by(response.headers.get("connection", ""))
        return _without(((name, self.clean(value)) for name, value in response.headers.items()), gone)


def _sendable(body: bytes) -> bytes | io.BytesIO:
    """Large bodies are sent piece by piece, so that other calls do not wait for them."""
    return body if len(body) <= _LARGE_BYTES else io.BytesIO(body)


def _without(headers: Iterable[tuple[str, str]], gone: frozenset[str]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers if name.lower() not in gone)


def _named_by(connection: str) -> frozenset[str]:
    """What a Connection header names is for this hop only."""
    return frozenset(name.strip().lower() for name in connection.split(",") if name.strip())
