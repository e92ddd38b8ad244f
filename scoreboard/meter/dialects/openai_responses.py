"""OpenAI Responses: how a request is read and a whole response is written. Streams are in `openai_responses_stream`."""

from __future__ import annotations

from typing import Any, ClassVar

from scoreboard.meter.dialects.base import CREATED, BadRequest, Json, Turn, Usage, usage_from
from scoreboard.meter.dialects.openai_parts import (
    arguments_of,
    choice_of,
    dicts,
    fields,
    joined,
    offer,
    text_of,
    word,
)
from scoreboard.meter.dialects.openai_responses_stream import Frame, events
from tasks.base import Ask, Message, ToolCall, ToolOffer

_CALLS = ("function_call", "custom_tool_call")
_RESULTS = ("function_call_output", "custom_tool_call_output")


class OpenAIResponses:
    """Instructions and input items in, output items out.

    Every request must carry its whole conversation: the simulated model keeps no state, so a `previous_response_id` is
    answered like one that the API no longer knows.
    """

    name: ClassVar[str] = "openai-responses"
    path: ClassVar[str] = "responses"

    def read(self, body: Json) -> Ask:
        if body.get("previous_response_id") is not None or body.get("conversation") is not None:
            message = "Previous response not found: this model keeps no state, send the whole conversation as input."
            raise BadRequest(message, "previous_response_id", "previous_response_not_found")
        items = _items(body.get("input"))
        choice, forced = choice_of(body.get("tool_choice"))
        schema, schema_name = _answer_schema(body)
        instructions = text_of(body.get("instructions"), "instructions")
        return Ask(
            system=joined([instructions, *(text_of(i.get("content"), "input") for i in items if _is_system(i))]),
            messages=_messages([item for item in items if not _is_system(item)]),
            tools=tuple(_offers(body)),
            tool_choice=choice,
            forced_tool=forced,
            parallel_tool_calls=body.get("parallel_tool_calls") is not False,
            answer_schema=schema,
            answer_schema_name=schema_name,
        )

    def write(self, turn: Turn) -> Json:
        return _frame(turn).ended()

    def stream(self, turn: Turn) -> list[bytes]:
        return events(_frame(turn))

    def usage_of(self, payload: Json) -> Usage | None:
        response = payload.get("response")
        told = response.get("usage") if isinstance(response, dict) else payload.get("usage")
        return usage_from(told, "input_tokens", "output_tokens")


def _items(given: object) -> list[Json]:
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    items = dicts(given, "input")
    if not items:
        raise BadRequest("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    return items


def _kind(item: Json) -> str:
    return str(item.get("type") or "message")


def _is_system(item: Json) -> bool:
    return _kind(item) == "message" and item.get("role") in ("system", "developer")


def _messages(items: list[Json]) -> tuple[Message, ...]:
    """Items become turns: the calls that follow an assistant's text, or one another, are one turn of the assistant.

    Reasoning and the items of tools that only OpenAI hosts are not part of the neutral conversation.
    """
    messages: list[Message] = []
    for index, item in enumerate(items):
        param = f"input[{index}]"
        kind = _kind(item)
        if kind == "message":
            messages.append(_message(item, param))
        elif kind in _CALLS:
            before = messages.pop() if messages and messages[-1].role == "assistant" else Message("assistant")
            messages.append(Message("assistant", before.text, (*before.tool_calls, _call(item, param))))
        elif kind in _RESULTS:
            answered = _call_id(item, param)
            messages.append(Message("tool", text_of(item.get("output"), f"{param}.output"), tool_call_id=answered))
    return tuple(messages)


def _message(item: Json, param: str) -> Message:
    text = text_of(item.get("content"), f"{param}.content")
    if item.get("role") == "user":
        return Message("user", text)
    if item.get("role") == "assistant":
        return Message("assistant", text)
    raise BadRequest(f"Invalid value for '{param}.role'.", f"{param}.role", "invalid_value")


def _call(item: Json, param: str) -> ToolCall:
    return ToolCall(
        id=_call_id(item, param),
        name=word(item.get("name"), f"{param}.name"),
        arguments=arguments_of(item.get("arguments", item.get("input"))),
    )


def _call_id(item: Json, param: str) -> str:
    """A provider that gives calls no id takes them back without one; it must not be left out altogether."""
    return "" if "call_id" in item and item["call_id"] is None else word(item.get("call_id"), f"{param}.call_id")


def _offers(body: Json) -> list[ToolOffer]:
    """Functions only: the simulated model has no use for tools that OpenAI hosts."""
    return [offer(tool, "tools") for tool in dicts(body.get("tools"), "tools") if tool.get("type") == "function"]


def _answer_schema(body: Json) -> tuple[Json | None, str]:
    """`json_object` wants JSON of any shape: the empty schema."""
    wanted = fields(fields(body.get("text"), "text").get("format"), "text.format")
    if wanted.get("type") == "json_object":
        return {}, "answer"
    if wanted.get("type") != "json_schema":
        return None, "answer"
    return fields(wanted.get("schema"), "text.format.schema"), word(wanted.get("name"), "text.format.name")


def _frame(turn: Turn) -> Frame:
    """The response without its output: what the API echoes of the request, with its defaults filled in."""
    body = turn.body
    head = {
        "id": f"resp_{turn.id_for('response')}",
        "object": "response",
        "created_at": CREATED,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "model": turn.model,
        "parallel_tool_calls": turn.ask.parallel_tool_calls,
        "previous_response_id": None,
        "prompt_cache_key": body.get("prompt_cache_key"),
        "reasoning": body.get("reasoning") or {"effort": None, "summary": None},
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": "default",
        "store": body.get("store") is not False,
        "temperature": _or(body.get("temperature"), 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium", **fields(body.get("text"), "text")},
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "top_logprobs": body.get("top_logprobs") or 0,
        "top_p": _or(body.get("top_p"), 1.0),
        "truncation": body.get("truncation") or "disabled",
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }
    return Frame.of(turn, head, None if turn.quirks.no_usage else _usage(turn.usage))


def _or(given: Any, default: float) -> Any:
    return default if given is None else given


def _usage(usage: Usage) -> Json | None:
    if not usage.known:
        return None
    given, made = usage.known
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": given + made,
    }
