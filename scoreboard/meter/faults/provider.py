"""Faults of the provider and of the network to it, and the control that is none."""

from __future__ import annotations

import json
from typing import Any

from scoreboard.meter.faults.base import Fault, Line, Mishap, Page, Stretch

REPEATED = "the request is made again, the tool does not run again, and the answer is right"
HONEST = "repeating the same request cannot help; an exception after one request is all there is to hope for"
BACKING_OFF = Stretch(seconds=3)  # a back-off that doubles takes minutes
HTML = b"""<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>
"""


def _error(status: int, message: str, kind: str, code: str | None, **headers: str) -> Page:
    """An error in the shape every OpenAI client knows."""
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return Page(status, json.dumps(body).encode(), {"content-type": "application/json", **headers})


def _fault(name: str, words: str, wire: str, act: Page | Line | Mishap, **more: Any) -> Fault:
    recovered = more.pop("recovered", REPEATED)
    settings: dict[str, Any] = {"step": "answer", "waits": True, "stretch": BACKING_OFF, **more}
    return Fault(name, "provider", words, wire, recovered, act=act, **settings)


def _hung(name: str, words: str, wire: str, trouble: Line, *, lasting: bool) -> Fault:
    """Twice the usual time: the shortest limit that a framework sets by itself is a minute."""
    return _fault(name, words, wire, trouble, stretch=Stretch(seconds=2), lasting=lasting)


_BUSY = ("Rate limit reached for requests.", "requests", "rate_limit_exceeded")

PROVIDER = (
    _fault(
        "http_429",
        "The provider says: too many requests.",
        "HTTP 429 with an OpenAI error body, without retry-after",
        _error(429, *_BUSY),
    ),
    _fault(
        "http_429_retry_after",
        "The provider says: too many requests, come back in a second.",
        "HTTP 429 with an OpenAI error body and `retry-after: 1`",
        _error(429, *_BUSY, **{"retry-after": "1"}),
    ),
    _fault(
        "http_500",
        "The provider fails.",
        "HTTP 500 with an OpenAI error body",
        _error(500, "The server had an error while processing your request.", "server_error", None),
    ),
    _fault(
        "http_503",
        "The provider is overloaded.",
        "HTTP 503 with an OpenAI error body",
        _error(503, "The server is overloaded or not ready yet.", "service_unavailable", None),
    ),
    _fault(
        "http_400",
        "The provider says: the context is too long.",
        "HTTP 400 with an OpenAI error body, code context_length_exceeded, to whatever holds the whole conversation",
        _error(
            400,
            "This model's maximum context length was exceeded. Please reduce the length of the messages.",
            "invalid_request_error",
            "context_length_exceeded",
        ),
        recovered="the conversation is shortened, and the answer is right; repeating the same request is no help",
        until_shorter=True,
    ),
    _fault(
        "http_401",
        "The provider does not know the key.",
        "HTTP 401 with an OpenAI error body, code invalid_api_key",
        _error(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
        recovered=HONEST,
        can_be_recovered=False,
    ),
    _fault(
        "connection_refused",
        "The provider cannot be reached.",
        "the first connection opened after the tool has run is refused (ECONNREFUSED); connections are not kept alive",
        Mishap(),
        step="connection",
    ),
    _fault(
        "connection_reset",
        "The connection is reset before a byte of the response.",
        "the whole request is read, then the connection is reset (RST)",
        Line("reset"),
    ),
    _hung(
        "slow_first_byte",
        "The first byte of the response never comes.",
        "the whole request is read, and nothing is sent while the connection lives",
        Line("silent"),
        lasting=True,
    ),
    _hung(
        "stalled_stream",
        "The response stops in the middle, and the connection stays open.",
        "half of the events, or of the body where nothing is streamed, then nothing while the connection lives",
        Line("stall"),
        lasting=False,
    ),
    _fault(
        "stream_cut",
        "The connection closes in the middle of the response.",
        "half of the events, or of the body where nothing is streamed, then the connection is closed",
        Line("cut"),
    ),
    _fault(
        "stream_garbage",
        "The response is garbled in the middle.",
        "the middle event, or the body where nothing is streamed, is cut in half; the rest comes as it should",
        Line("garble"),
    ),
    _fault(
        "html_error_page_200",
        "A proxy's page comes instead of the response, as if all were well.",
        "HTTP 200 with a page of HTML",
        Page(200, HTML, {"content-type": "text/html"}),
    ),
    _fault(
        "html_error_page_502",
        "A proxy's page comes instead of the response.",
        "HTTP 502 with a page of HTML",
        Page(502, HTML, {"content-type": "text/html"}),
    ),
)

CONTROL = (
    Fault(
        "slow_but_fine",
        "control",
        "The response is slow, and right.",
        "the first byte after 2 s, then the model's own response",
        "the answer is right, and no request is made again: whoever repeats it takes patience for a fault",
        "answer",
        Line("delay", 2.0),
        lasting=False,
        waits=True,
    ),
)
