"""OpenAI Chat Completions: how a request is read and a whole reply is written. Streams are in `openai_chat_stream`."""

from __future__ import annotations

from typing import Any, ClassVar

from scoreboard.meter.dialects.base import CREATED, BadRequest, Json, Turn, Usage, usage_from
from scoreboard.meter.dialects.openai_chat_stream import events, finish_reason, message
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
from tasks.base import Ask, Message, ToolCall, ToolOffer


class OpenAIChat:
    """Messages in, one choice out."""

    name: ClassVar[str] = "openai-chat"
    path: ClassVar[str] = "chat/completions"

    def read(self, body: Json) -> Ask:
        messages = dicts(body.get("messages"), "messages")
        if not messages:
            raise BadRequest("Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
        choice, forced = choice_of(body.get("tool_choice"))
        schema, schema_name = _answer_schema(body)
        return Ask(
            system=joined(text_of(m.get("content"), "messages") for m in messages if _is_system(m)),
            messages=tuple(_message(m, f"messages[{i}]") for i, m in enumerate(messages) if not _is_system(m)),
            tools=tuple(_offers(body)),
            tool_choice=choice,
            forced_tool=forced,
            parallel_tool_calls=body.get("parallel_tool_calls") is not False,
            answer_schema=schema,
            answer_schema_name=schema_name,
        )

    def write(self, turn: Turn) -> Json:
        choice = {"index": 0, "message": message(turn), "logprobs": None, "finish_reason": finish_reason(turn)}
        whole = {**_head(turn, "chat.completion"), "choices": [] if turn.quirks.empty else [choice]}
        return whole if turn.quirks.no_usage else {**whole, "usage": _usage(turn.usage)}

    def stream(self, turn: Turn) -> list[bytes]:
        head = _head(turn, "chat.completion.chunk")
        asked = fields(turn.body.get("stream_options"), "stream_options").get("include_usage") is True
        if not asked or turn.quirks.no_usage:
            return events(turn, head, None)
        return events(turn, {**head, "usage": None}, {"usage": _usage(turn.usage)})

    def usage_of(self, payload: Json) -> Usage | None:
        return usage_from(payload.get("usage"), "prompt_tokens", "completion_tokens")


def _is_system(message: Json) -> bool:
    return message.get("role") in ("system", "developer")


def _message(message: Json, param: str) -> Message:
    role, text = message.get("role"), text_of(message.get("content"), f"{param}.content")
    if role == "user":
        return Message("user", text)
    if role == "assistant":
        calls = dicts(message.get("tool_calls"), f"{param}.tool_calls")
        text = text or text_of(message.get("refusal"), f"{param}.refusal")
        return Message("assistant", text, tuple(_call(call, f"{param}.tool_calls") for call in calls))
    if role in ("tool", "function"):
        answered = message.get("tool_call_id")
        return Message("tool", text, tool_call_id=answered if isinstance(answered, str) else None)
    raise BadRequest(f"Invalid value for '{param}.role'.", f"{param}.role", "invalid_value")


def _call(call: Json, param: str) -> ToolCall:
    function = fields(call.get("function") or call.get("custom"), param)
    arguments = function.get("arguments", function.get("input"))
    given_id = call.get("id")
    return ToolCall(
        id=given_id if isinstance(given_id, str) else "",
        name=word(function.get("name"), f"{param}.function.name"),
        arguments=arguments_of(arguments),
    )


def _offers(body: Json) -> list[ToolOffer]:
    tools = dicts(body.get("tools"), "tools")
    return [offer(fields(t.get("function"), "tools.function"), "tools.function") for t in tools if _is_function(t)]


def _is_function(tool: Json) -> bool:
    return bool(tool.get("type", "function") == "function")


def _answer_schema(body: Json) -> tuple[Json | None, str]:
    """`json_object` wants JSON of any shape: the empty schema."""
    wanted = fields(body.get("response_format"), "response_format")
    if wanted.get("type") == "json_object":
        return {}, "answer"
    if wanted.get("type") != "json_schema":
        return None, "answer"
    given = fields(wanted.get("json_schema"), "response_format.json_schema")
    schema = fields(given.get("schema"), "response_format.json_schema.schema")
    return schema, word(given.get("name"), "response_format.json_schema.name")


def _head(turn: Turn, kind: str) -> Json:
    return {
        "id": f"chatcmpl-{turn.id_for('response')}",
        "object": kind,
        "created": CREATED,
        "model": turn.model,
        "service_tier": "default",
        "system_fingerprint": "fp_bakeoff",
    }


def _usage(usage: Usage) -> dict[str, Any] | None:
    if not usage.known:
        return None
    prompt, completion = usage.known
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
