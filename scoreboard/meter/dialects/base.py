"""What a wire dialect is, and how usage is read out of what a provider sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Literal, Protocol

from tasks.base import Ask, Reply

CREATED = 1_700_000_000  # replies are a pure function of the request, so their time stands still

Json = dict[str, Any]


class BadRequest(Exception):
    """The request is not what the API takes. Answered with HTTP 400, as the real one would."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. None where nobody said: unknown is blank, never 0."""

    input_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def known(self) -> tuple[int, int] | None:
        """Both numbers, where there are both."""
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens, self.output_tokens


@dataclass(frozen=True)
class Quirks:
    """Where a written reply departs from what its API promises. Every default is the API's own way.

    The `ending` is that of a cut reply ("length", "content_filter"), or one that the content contradicts ("mismatch").
    """

    ending: Literal["", "length", "content_filter", "mismatch"] = ""
    empty: bool = False  # no choice, no output item
    refusal: bool = False  # the text is told as a refusal
    no_usage: bool = False
    null_call_ids: bool = False
    object_arguments: bool = False  # arguments that are no JSON object stay text


@dataclass(frozen=True)
class Turn:
    """One request, read, and what the model says to it."""

    body: Json
    ask: Ask
    reply: Reply
    usage: Usage = Usage()
    quirks: Quirks = Quirks()

    @property
    def model(self) -> str:
        return str(self.body.get("model") or "sim")

    def id_for(self, part: str) -> str:
        """The same request and reply get the same ids; another turn of the same conversation gets others."""
        last = self.ask.messages[-1] if self.ask.messages else None
        seed = repr((part, len(self.ask.messages), self.ask.system, last, self.reply))
        return sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Dialect(Protocol):
    """One wire format. `path` is where it lives below the base URL."""

    name: ClassVar[str]
    path: ClassVar[str]

    def read(self, body: Json) -> Ask:
        """The request in neutral form; BadRequest where the API would refuse it."""

    def write(self, turn: Turn) -> Json:
        """The whole reply, as the API sends it without streaming."""

    def stream(self, turn: Turn) -> list[bytes]:
        """The same reply as server-sent events, one item per event."""

    def usage_of(self, payload: Json) -> Usage | None:
        """The usage told in one JSON payload: a whole body, or one event of a stream. None where it tells none."""


def usage_in_body(dialect: Dialect, body: bytes) -> Usage:
    """The provider's own usage in a whole response."""
    return _usage(dialect, body) or Usage()


def usage_in_stream(dialect: Dialect, stream: bytes) -> Usage:
    """The provider's own usage in a stream: the last event that tells it."""
    return next((usage for data in _events(stream) if (usage := _usage(dialect, data))), Usage())


def _events(stream: bytes) -> Iterator[bytes]:
    """The data lines that may tell usage, last first: every API sends the totals at the end."""
    for line in reversed(stream.splitlines()):
        if line.startswith(b"data:") and b'"usage"' in line:
            yield line[len(b"data:") :]


def _usage(dialect: Dialect, data: bytes) -> Usage | None:
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return dialect.usage_of(payload) if isinstance(payload, dict) else None


def usage_from(told: object, input_key: str, output_key: str) -> Usage | None:
    """Usage out of a provider's usage object; whatever is no whole number is unknown."""
    if not isinstance(told, dict):
        return None
    return Usage(_count(told.get(input_key)), _count(told.get(output_key)))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def compact(value: object) -> str:
    """JSON without spaces, as it travels and as it is counted."""
    return json.dumps(value, separators=(",", ":"))
