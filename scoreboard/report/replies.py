"""What a model said, read back from the recorded bytes of a response, so that people can read it too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scoreboard.meter.call import Call

Json = dict[str, Any]


def reply_lines(call: Call) -> list[str]:
    """The reply as people read it: its text, its tool calls, or its error; the bytes themselves where none is found."""
    payloads = list(_events(call.response_body)) if call.streamed else [_payload(call.response_body)]
    lines = [line for payload in payloads if payload for line in _error(payload)]
    lines += _chat(payloads) + _responses(payloads)
    return lines or [call.response_body.decode(errors="replace")[:2000] or "(nothing)"]


def _payload(data: bytes) -> Json | None:
    try:
        payload = json.loads(data)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _events(stream: bytes) -> Iterator[Json | None]:
    for line in stream.splitlines():
        if line.startswith(b"data:"):
            yield _payload(line[len(b"data:") :])


def _error(payload: Json) -> list[str]:
    error = payload.get("error")
    if not error:
        return []
    return [f"error: {error.get('message') if isinstance(error, dict) else error}"]


def _chat(payloads: list[Json | None]) -> list[str]:
    """Chat Completions: one message, or the deltas of a stream put together."""
    text, calls = "", dict[int, list[str]]()
    for payload in payloads:
        for choice in (payload or {}).get("choices") or []:
            said = choice.get("message") or choice.get("delta") or {}
            text += said.get("content") or said.get("refusal") or ""
            for position, call in enumerate(said.get("tool_calls") or []):
                name_and_arguments = calls.setdefault(call.get("index", position), ["", ""])
                function = call.get("function") or {}
                name_and_arguments[0] += function.get("name") or ""
                name_and_arguments[1] += function.get("arguments") or ""
    return [text] * bool(text) + [f"calls {name}({arguments})" for name, arguments in calls.values()]


def _responses(payloads: list[Json | None]) -> list[str]:
    """Responses: the output items of the body, or of the event that ends a stream."""
    bodies = [(payload or {}).get("response") or payload or {} for payload in payloads]
    items: list[Json] = next((body["output"] for body in reversed(bodies) if body.get("output")), [])
    lines = []
    for item in items:
        if item.get("type") == "function_call":
            lines.append(f"calls {item.get('name')}({item.get('arguments')})")
        lines += [part["text"] for part in item.get("content") or [] if part.get("text")]
    return lines
