"""What each fault of the provider and of the line to it promises in its `wire` sentence, checked in the bytes."""

from __future__ import annotations

from scoreboard.meter.faults.provider import HTML
from tests.meter.bytewise import Heard
from tests.meter.delivered import Delivered, Promise
from tests.meter.forms import Form

DELAY_S = 0.1  # instead of the two seconds of the fault that is only slow


def _error(status: int, kind: str, code: str | None, **headers: str) -> Promise:
    def promise(told: Delivered) -> None:
        assert (told.heard.status, told.heard.is_whole) == (status, True)
        error = told.heard.json["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert (error["type"], error["code"], error["param"]) == (kind, code, None)
        assert error["message"]
        assert told.heard.headers["content-type"].startswith("application/json")
        assert told.heard.headers.get("retry-after") == headers.get("retry_after")

    return promise


def _page(status: int) -> Promise:
    def promise(told: Delivered) -> None:
        assert (told.heard.status, told.heard.body, told.heard.is_whole) == (status, HTML, True)
        assert told.heard.headers["content-type"] == "text/html"

    return promise


def _reset(told: Delivered) -> None:
    assert (told.heard.received, told.heard.ended) == (b"", "reset")


def _silence(told: Delivered) -> None:
    assert (told.heard.received, told.heard.ended) == (b"", "open")


def half_of(form: Form, perfect: Heard) -> bytes:
    """Half of the events, or of the body where nothing is streamed."""
    if not form.streamed:
        return perfect.body[: len(perfect.body) // 2]
    events = perfect.body.split(b"\n\n")[:-1]
    return b"".join(event + b"\n\n" for event in events[: len(events) // 2])


def _half(ended: str) -> Promise:
    def promise(told: Delivered) -> None:
        assert told.heard.ended == ended
        assert (told.heard.status, told.heard.is_whole) == (200, False)
        assert told.heard.body == half_of(told.form, told.perfect)
        length = None if told.form.streamed else str(len(told.perfect.body))
        assert told.heard.headers.get("content-length") == length, "its head promises the whole"

    return promise


def _garbled(told: Delivered) -> None:
    assert (told.heard.status, told.heard.is_whole, told.heard.ended) == (200, True, "closed")
    if not told.form.streamed:
        assert told.heard.body == half_of(told.form, told.perfect)
        return
    events = told.perfect.body.split(b"\n\n")
    middle = (len(events) - 1) // 2
    whole = events[middle] + b"\n\n"
    events[middle] = whole[: len(whole) // 2]
    assert told.heard.body == b"\n\n".join(events)


def _slow(told: Delivered) -> None:
    assert told.heard.body == told.perfect.body
    assert told.heard.first_byte_s >= DELAY_S


LINES: dict[str, Promise] = {
    "http_429": _error(429, "requests", "rate_limit_exceeded"),
    "http_429_retry_after": _error(429, "requests", "rate_limit_exceeded", retry_after="1"),
    "http_500": _error(500, "server_error", None),
    "http_503": _error(503, "service_unavailable", None),
    "http_400": _error(400, "invalid_request_error", "context_length_exceeded"),
    "http_401": _error(401, "invalid_request_error", "invalid_api_key"),
    "connection_reset": _reset,
    "slow_first_byte": _silence,
    "stalled_stream": _half("open"),
    "stream_cut": _half("closed"),
    "stream_garbage": _garbled,
    "html_error_page_200": _page(200),
    "html_error_page_502": _page(502),
    "slow_but_fine": _slow,
}
