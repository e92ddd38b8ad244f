"""What a framework adds to a conversation, read off the requests of one trial by pure functions.

Tokens are counted as the simulated model counts them (`scoreboard/meter/tokens.py`). A request is compared with the
bare one: the task's own instructions as system text and its prompt as the one user message, nothing else.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from scoreboard.meter.call import Call
from scoreboard.meter.tokens import Count, ask_texts
from scoreboard.results.wire import is_answered, plain, read_ask
from tasks.base import Ask, Message, Task

Json = dict[str, Any]
CONVERSATION = ("model", "messages", "input", "instructions", "tools")  # what a request is about; all else is a setting


@dataclass(frozen=True)
class Overhead:
    """One trial's requests in figures."""

    calls: int
    dialect: str
    streams: bool
    request_bytes: int  # of the first request
    prompt_tokens: int
    tool_tokens: int
    further_tools: tuple[str, ...]
    tool_schema: tuple[str, ...]
    settings: Json
    growth_bytes: int | None  # None where there is no second request
    growth_tokens: int | None


def overhead(calls: Sequence[Call], task: Task, count: Count) -> Overhead | None:
    """The overhead of a task with tools for one agent; None where the model answered no request that can be read."""
    read = [(call, ask) for call in calls if is_answered(call) and (ask := read_ask(call))]
    if not read:
        return None
    (call, ask), second = read[0], read[1] if len(read) > 1 else None
    body = json.loads(call.request_body)
    return Overhead(
        calls=len(calls),
        dialect=call.dialect or "",
        streams=body.get("stream") is True,
        request_bytes=len(call.request_body),
        prompt_tokens=prompt_tokens(ask, task, count),
        tool_tokens=tool_tokens(ask, count),
        further_tools=further_tools(ask, task),
        tool_schema=tool_schema(body, task),
        settings=settings(body),
        growth_bytes=len(second[0].request_body) - len(call.request_body) if second else None,
        growth_tokens=tokens(second[1], count) - tokens(ask, count) if second else None,
    )


def tokens(ask: Ask, count: Count) -> int:
    """The input tokens of a request, as the meter counts them."""
    constant, texts = ask_texts(ask)
    return constant + sum(map(count, texts))


def prompt_tokens(ask: Ask, task: Task, count: Count) -> int:
    """Tokens of all text in the first request, tools and answer schema left out, minus those of the bare request."""
    bare = Ask(task.instructions, (Message("user", task.prompt),))
    return tokens(_without_tools(ask), count) - tokens(bare, count)


def tool_tokens(ask: Ask, count: Count) -> int:
    """Tokens of the tools on offer (and of an answer schema) in the first request: names, descriptions, schemas."""
    return tokens(ask, count) - tokens(_without_tools(ask), count)


def further_tools(ask: Ask, task: Task) -> tuple[str, ...]:
    """The tools on offer in the first request that are none of the task's."""
    own = {tool.__name__ for tool in task.tools}
    return tuple(offer.name for offer in ask.tools if offer.name not in own)


def settings(body: Mapping[str, Any]) -> Json:
    """What stands at the top level of the first request beside the model's name and the conversation itself."""
    return {name: value for name, value in body.items() if name not in CONVERSATION}


def tool_schema(body: Mapping[str, Any], task: Task) -> tuple[str, ...]:
    """How the task's tools as sent differ from the bare ones: "+" added, "~" put otherwise, "-" left out.

    A bare tool is its name, its docstring, and the schema that Pydantic makes of its signature. White space is not
    compared.
    """
    offered = {offer.get("name"): offer for offer in map(described, body.get("tools") or [])}
    found: dict[str, None] = {}
    for tool in task.tools:
        if tool.__name__ in offered:
            found.update(dict.fromkeys(differences(offered[tool.__name__], bare_tool(tool))))
    return tuple(sorted(found))


def described(tool: Any) -> Json:
    """A tool as a request describes it, whether the dialect wraps the description or not."""
    if not isinstance(tool, dict):
        return {}
    inner = tool.get("function")
    outer = {name: value for name, value in tool.items() if name not in ("type", "function")}
    return {**outer, **inner} if isinstance(inner, dict) else outer


def bare_tool(tool: Any) -> Json:
    """A function as anybody would describe it who adds nothing."""
    return {
        "name": tool.__name__,
        "description": inspect.getdoc(tool),
        "parameters": TypeAdapter(tool).json_schema(),
    }


def differences(sent: Mapping[str, Any], bare: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What was added, put otherwise or left out, key by key, each with its path."""
    for name in dict.fromkeys([*sent, *bare]):
        where = f"{path}{name}"
        if name not in bare:
            yield f"+{where}: {json.dumps(sent[name])}"
        elif name not in sent:
            yield f"-{where}"
        elif isinstance(sent[name], dict) and isinstance(bare[name], dict):
            yield from differences(sent[name], bare[name], f"{where}.")
        elif _plain(sent[name]) != _plain(bare[name]):
            yield f"~{where}"


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def _without_tools(ask: Ask) -> Ask:
    return replace(ask, tools=(), answer_schema=None)
