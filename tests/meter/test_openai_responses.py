"""Responses, as frameworks really send it and as their clients want it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scoreboard.meter.dialects.base import BadRequest, Turn, Usage
from scoreboard.meter.dialects.openai_responses import OpenAIResponses
from tasks.base import Ask, Message, Reply, ToolCall

RESPONSES = OpenAIResponses()
ASK = Ask("", (Message("user", "Hello"),))


def read(**body: Any) -> Ask:
    return RESPONSES.read({"model": "m", "input": "Hello", **body})


@pytest.mark.parametrize(
    "sent",
    [
        "Hello",
        [{"role": "user", "content": "Hello"}],
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
        [{"type": "reasoning", "summary": []}, {"role": "user", "content": "Hello"}, {"type": "item_reference"}],
    ],
)
def test_input_in_every_form(sent: Any) -> None:
    assert read(input=sent, instructions=None, tools=None, text=None, unheard_of=1, include=[]) == ASK


def test_an_assistants_text_and_the_calls_after_it_are_one_turn() -> None:
    call = {"type": "function_call", "id": "fc_1", "name": "f", "arguments": "{}", "status": "completed"}
    text = {"role": "assistant", "content": [{"type": "output_text", "text": "I roll.", "annotations": []}]}
    ask = read(input=[text, {**call, "call_id": "a"}, {**call, "call_id": "b"}])
    assert ask.messages == (Message("assistant", "I roll.", (ToolCall("a", "f", "{}"), ToolCall("b", "f", "{}"))),)


def test_a_call_after_a_result_is_another_turn() -> None:
    call = {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": "a", "output": [{"type": "input_text", "text": "7"}]}
    roles = [message.role for message in read(input=[call, result, {**call, "call_id": "b"}]).messages]
    assert roles == ["assistant", "tool", "assistant"]


def test_instructions_come_before_system_messages() -> None:
    ask = read(instructions="One", input=[{"role": "user", "content": "Hello"}, {"role": "system", "content": "Two"}])
    assert ask.system == "One\n\nTwo"
    assert ask.messages == ASK.messages


def test_a_conversation_kept_by_the_server_is_refused_like_one_it_forgot() -> None:
    with pytest.raises(BadRequest) as refusal:
        read(previous_response_id="resp_1")
    assert refusal.value.code == "previous_response_not_found"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"role": "king", "content": "Hello"}]}, "input[0].role"),
        ({"input": [{"type": "function_call", "name": "f"}]}, "input[0].call_id"),
        ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "text.format.name"),
    ],
)
def test_what_the_api_refuses_is_refused_by_name(body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read(**body)
    assert refusal.value.param == param


def test_a_stream_is_the_canonical_sequence() -> None:
    reply = Reply("Hello there", (ToolCall("c", "f", '{"a": 1}'),))
    events = RESPONSES.stream(Turn({}, ASK, reply, Usage(5, 3)))
    told = [json.loads(event.split(b"data: ")[1]) for event in events]
    assert [f"event: {payload['type']}".encode() for payload in told] == [event.split(b"\n")[0] for event in events]
    kinds = list(dict.fromkeys((payload["type"], payload.get("output_index")) for payload in told))
    assert kinds == [
        ("response.created", None),
        ("response.in_progress", None),
        ("response.output_item.added", 0),
        ("response.content_part.added", 0),
        ("response.output_text.delta", 0),
        ("response.output_text.done", 0),
        ("response.content_part.done", 0),
        ("response.output_item.done", 0),
        ("response.output_item.added", 1),
        ("response.function_call_arguments.delta", 1),
        ("response.function_call_arguments.done", 1),
        ("response.output_item.done", 1),
        ("response.completed", None),
    ]
    assert told[0]["response"]["status"] == "in_progress"
    assert told[0]["response"]["usage"] is None
    assert told[-1]["response"]["usage"]["total_tokens"] == 8
    assert len([payload for payload in told if payload["type"] == "response.output_text.delta"]) > 1


def test_a_response_echoes_the_request() -> None:
    body = {"model": "m", "tools": [{"type": "function", "name": "f"}], "metadata": {"a": "b"}, "temperature": 0}
    whole = RESPONSES.write(Turn(body, ASK, Reply("Hello"), Usage(5, 3)))
    assert {key: whole[key] for key in body} == body
    assert whole["status"] == "completed"
