"""What a model said, read back from the recorded bytes of a response, so that people can read it too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scoreboard.meter.call import Call

Json = dict[str, Any]


def reply_lines(call: Call) -> list[str]:
    """The reply as people read it: its text, its tool calls, or its error; the bytes themselves where none is found.

    A provider may send anything, and a fault does: what has not the type that it should have is shown as JSON.
    """
    payloads = list(_events(call.response_body)) if call.streamed else [_payload(call.response_body)]
    lines = [line for payload in payloads for line in _error(payload)]
    lines += _chat(payloads) + _responses(payloads)
    return lines or [call.response_body.decode(errors="replace")[:2000] or "(nothing)"]


def _payload(data: bytes) -> Json:
    try:
        return _object(json.loads(data))
    except (ValueError, RecursionError):
        return {}


def _events(stream: bytes) -> Iterator[Json]:
    for line in stream.splitlines():
        if line.startswith(b"data:"):
            yield _payload(line[len(b"data:") :])


def _error(payload: Json) -> list[str]:
    error = payload.get("error")
    if not error:
        return []
    return [f"error: {error.get('message') if isinstance(error, dict) else error}"]


def _chat(payloads: list[Json]) -> list[str]:
    """Chat Completions: one message, or the deltas of a stream put together."""
    text, calls = "", dict[str, list[str]]()
    for payload in payloads:
        for choice in _objects(payload.get("choices")):
            said = _object(choice.get("message") or choice.get("delta"))
            text += _text(said.get("content") or said.get("refusal"))
            for position, call in enumerate(_objects(said.get("tool_calls"))):
                name_and_arguments = calls.setdefault(_text(call.get("index", position)), ["", ""])
                function = _object(call.get("function"))
                name_and_arguments[0] += _text(function.get("name"))
                name_and_arguments[1] += _text(function.get("arguments"))
    return [text] * bool(text) + [f"calls {name}({arguments})" for name, arguments in calls.values()]


def _responses(payloads: list[Json]) -> list[str]:
    """Responses: the output items of the body, or of the event that ends a stream."""
    outputs = [_objects((_object(payload.get("response")) or payload).get("output")) for payload in payloads]
    lines = []
    for item in next((output for output in reversed(outputs) if output), []):
        if item.get("type") == "function_call":
            lines.append(f"calls {_text(item.get('name'))}({_text(item.get('arguments'))})")
        lines += [_text(part["text"]) for part in _objects(item.get("content")) if part.get("text")]
    return lines


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value)
