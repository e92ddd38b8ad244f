"""One request as a framework sent it, sorted into what people look for: system text, messages, tools, parameters.

Read from the request itself and not from its neutral form, which leaves out what a perfect model does not need.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import BadRequest
from scoreboard.meter.dialects.openai_parts import text_of
from scoreboard.results.overhead import described

Json = dict[str, Any]
SYSTEM = ("system", "developer")
SORTED = ("messages", "input", "instructions", "tools")  # what is not a parameter
TOLD = ("role", "name", "content", "tool_calls", "type", "arguments", "output")  # told in the heading or the text
IDS = ("id", "call_id", "tool_call_id")  # made up anew for every conversation; --json has them
LONGEST_LINE = 80  # of a value: what is longer is spread over lines


@dataclass(frozen=True)
class Sent:
    """One request. `unread` is the body where it is no JSON object."""

    ordinal: int
    method: str
    path: str
    input_tokens: int | None
    system: str = ""
    messages: tuple[Any, ...] = ()
    tools: tuple[Any, ...] = ()
    parameters: Json | None = None
    unread: str = ""


def sent(call: Call) -> Sent:
    """What a call sent. System text is what leads the conversation; later system messages stay where they stood."""
    head = (call.ordinal, call.method, call.path, call.input_tokens)
    try:
        body = json.loads(call.request_body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Sent(*head, unread=call.request_body.decode(errors="replace"))
    conversation = _listed(body.get("messages") or body.get("input"))
    leading = list(takewhile(lambda item: isinstance(item, dict) and item.get("role") in SYSTEM, conversation))
    texts = [body.get("instructions"), *(item.get("content") for item in leading)]
    return Sent(
        *head,
        system="\n\n".join(text for each in texts if (text := _text(each))),
        messages=tuple(conversation[len(leading) :]),
        tools=tuple(_listed(body.get("tools"))),
        parameters={name: value for name, value in body.items() if name not in SORTED},
    )


def lines_of(request: Sent, before: Sent | None) -> Iterator[str]:
    """A request in lines; what is as in the request before is only said to be so."""
    tokens = "" if request.input_tokens is None else f", {request.input_tokens} tokens in"
    yield f"call {request.ordinal}: {request.method} {request.path}{tokens}"
    if request.unread:
        yield from _indented(request.unread)
        return
    same = {name for name in ("system", "tools", "parameters") if _same(name, request, before)}
    yield from _part("system", system_lines(request), as_before="system" in same)
    seen = again(request, before) if before else 0
    if seen:
        yield f"({seen} {'message' if seen == 1 else 'messages'} as before)"
    for message in request.messages[seen:]:
        yield from message_lines(message)
    tools = [line for tool in request.tools for line in tool_lines(tool)]
    yield from _part("tools", tools, as_before="tools" in same)
    yield from _part("parameters", parameter_lines(request), as_before="parameters" in same)


def again(request: Sent, before: Sent) -> int:
    """With how many of the messages of another request it begins."""
    pairs = zip(request.messages, before.messages, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def system_lines(request: Sent) -> list[str]:
    return list(_indented(request.system))


def parameter_lines(request: Sent) -> list[str]:
    return [line for name, value in sorted((request.parameters or {}).items()) for line in _value(name, value)]


def _same(name: str, request: Sent, before: Sent | None) -> bool:
    return before is not None and getattr(before, name) == getattr(request, name)


def _part(heading: str, lines: list[str], *, as_before: bool) -> Iterator[str]:
    if lines and as_before:
        yield f"{heading} (as before)"
    elif lines:
        yield heading
        yield from lines


def message_lines(message: Any) -> Iterator[str]:
    """A message, its tool calls or their results, whichever dialect they are in, and whatever else stands in it."""
    if not isinstance(message, dict):
        yield from _value("message", message)
        return
    kind = message.get("type") or "message"
    if kind == "function_call":
        yield "assistant"
        yield from _call(message)
    elif kind == "function_call_output":
        yield "tool"
        yield from _indented(_text(message.get("output")))
    else:
        name = f" ({message['name']})" if message.get("name") else ""
        parts = " in parts" if isinstance(message.get("content"), list) else ""
        yield f"{message.get('role') or kind}{name}{parts}"
        yield from _indented(_text(message.get("content")))
    for call in _listed(message.get("tool_calls")):
        yield from _call(described(call))
    for name, value in sorted(message.items()):
        if name not in (*TOLD, *IDS):
            yield from _value(name, value)


def _call(function: Json) -> Iterator[str]:
    yield f"  calls {function.get('name')}"
    yield from _indented(_text(function.get("arguments")), 4)


def tool_lines(tool: Any) -> Iterator[str]:
    """A tool's name, its description, and everything else that is said of it."""
    function = described(tool)
    name = function.pop("name", None) or (tool.get("type") if isinstance(tool, dict) else tool)
    yield f"  {name}"
    yield from _indented(_text(function.pop("description", None)), 4)
    for key, value in sorted(function.items()):
        yield from _value(key, value, 4)


def _value(name: str, value: Any, indent: int = 2) -> Iterator[str]:
    """A name and its value as JSON, on one line where it fits."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST_LINE:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)
    yield from _indented(f"{name}: {text}", indent)


def _indented(text: str, indent: int = 2) -> Iterator[str]:
    return (" " * indent + line if line else "" for line in (text.split("\n") if text else []))


def _text(content: Any) -> str:
    """The text of a content; what is no content that a dialect knows, as JSON."""
    try:
        text = text_of(content, "content")
    except BadRequest:
        text = ""
    return text or ("" if content in (None, "", []) else json.dumps(content, ensure_ascii=False))


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [{"role": "user", "content": value}] if isinstance(value, str) else []
