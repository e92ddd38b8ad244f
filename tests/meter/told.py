"""What a reply says once it is written: read back as a client would, and checked to be well formed on the way."""

from __future__ import annotations

import json
from typing import Any

from scoreboard.meter.dialects.base import Dialect, Quirks, Turn, Usage
from scoreboard.meter.dialects.openai_chat import OpenAIChat
from scoreboard.meter.dialects.openai_responses import OpenAIResponses
from tasks.base import Ask, Message, Reply

CHAT, RESPONSES = OpenAIChat(), OpenAIResponses()
BODY = {"model": "m", "stream_options": {"include_usage": True}}
ASK = Ask("", (Message("user", "Hello"),))
USAGE = Usage(5, 3)


def turn(reply: Reply, quirks: Quirks, body: dict[str, Any] = BODY) -> Turn:
    return Turn(body, ASK, reply, USAGE, quirks)


def whole(dialect: Dialect, reply: Reply, quirks: Quirks) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(dialect.write(turn(reply, quirks)), allow_nan=False))
    return told


def chunks(reply: Reply, quirks: Quirks, body: dict[str, Any] = BODY) -> list[dict[str, Any]]:
    """The chunks of a Chat stream, which all say of which reply they are, and after which nothing comes but the end."""
    events = CHAT.stream(turn(reply, quirks, body))
    assert events.pop() == b"data: [DONE]\n\n"
    assert all(event.startswith(b"data: {") and event.endswith(b"}\n\n") for event in events)
    told: list[dict[str, Any]] = [json.loads(event[6:]) for event in events]
    assert {(chunk["id"], chunk["object"]) for chunk in told} == {(told[0]["id"], "chat.completion.chunk")}
    return told


def gathered(told: list[dict[str, Any]]) -> dict[str, Any]:
    """The choice that a client puts together from the chunks of a Chat stream."""
    message: dict[str, Any] = {"content": None, "refusal": None}
    calls: dict[int, dict[str, Any]] = {}
    reason = None
    for choice in (choice for chunk in told for choice in chunk["choices"]):
        assert reason is None, "the end of a choice is its last chunk"
        reason, delta = choice["finish_reason"], choice["delta"]
        for key in ("content", "refusal"):
            if delta.get(key) is not None:
                message[key] = (message[key] or "") + delta[key]
        for call in delta.get("tool_calls", []):
            known = calls.setdefault(call["index"], {**call, "function": {**call["function"]}})
            if "id" not in call:
                known["function"]["arguments"] += call["function"]["arguments"]
    if calls:
        message["tool_calls"] = [{k: v for k, v in call.items() if k != "index"} for call in calls.values()]
    return {"message": message, "finish_reason": reason}


def call_deltas(reply: Reply, quirks: Quirks) -> list[dict[str, Any]]:
    """What the chunks of a Chat stream say of calls."""
    deltas = [choice["delta"] for chunk in chunks(reply, quirks) for choice in chunk["choices"]]
    return [call for delta in deltas for call in delta.get("tool_calls", [])]


def events(reply: Reply, quirks: Quirks) -> list[dict[str, Any]]:
    """The events of a Responses stream, which are numbered and named twice."""
    told = [event.decode().split("\n") for event in RESPONSES.stream(turn(reply, quirks))]
    payloads: list[dict[str, Any]] = [json.loads(lines[1].removeprefix("data: ")) for lines in told]
    assert [lines[0] for lines in told] == [f"event: {payload['type']}" for payload in payloads]
    assert [payload["sequence_number"] for payload in payloads] == list(range(len(payloads)))
    return payloads


def kinds(told: list[dict[str, Any]]) -> list[str]:
    """The kinds of events in their order, without `response.`, deltas of the same thing taken together."""
    found = [payload["type"].removeprefix("response.") for payload in told]
    return [kind for kind, before in zip(found, ["", *found], strict=False) if kind != before or kind[-5:] != "delta"]


def expected_kinds(reply: Reply, quirks: Quirks) -> list[str]:
    text, call, item = "refusal" if quirks.refusal else "output_text", "function_call_arguments", "output_item"
    of_text = ["content_part.added", f"{text}.delta", f"{text}.done", "content_part.done"]
    items = [] if reply.text is None else [of_text]
    items += [[f"{call}.delta", f"{call}.done"]] * len(reply.tool_calls)
    told = [kind for inner in items or [[]] for kind in (f"{item}.added", *inner, f"{item}.done")]
    end = "incomplete" if quirks.ending in ("length", "content_filter") else "completed"
    return ["created", "in_progress", *([] if quirks.empty else told), end]
