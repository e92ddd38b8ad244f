"""Chat Completions, as frameworks really send it and as their clients want it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scoreboard.meter.dialects.base import BadRequest, Turn, Usage
from scoreboard.meter.dialects.openai_chat import OpenAIChat
from tasks.base import Ask, Message, Reply, ToolCall

CHAT = OpenAIChat()
HELLO = {"role": "user", "content": "Hello"}
ASK = Ask("", (Message("user", "Hello"),))


def read(**body: Any) -> Ask:
    return CHAT.read({"model": "m", "messages": [HELLO], **body})


def message(**fields: Any) -> Message:
    return read(messages=[fields]).messages[0]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Hi", "Hi"),
        (None, ""),
        ("", ""),
        ([], ""),
        ([{"type": "text", "text": "Hi"}], "Hi"),
        ([{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}], "Hi\nthere"),
        ([{"type": "image_url", "image_url": {"url": "data:"}}, {"type": "text", "text": "Hi"}], "Hi"),
    ],
)
def test_content_in_every_form(content: Any, text: str) -> None:
    assert message(role="user", content=content, name="roller") == Message("user", text)


def test_content_may_be_missing() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert message(role="assistant", tool_calls=[call]) == Message("assistant", "", (ToolCall("c", "f", "{}"),))


def test_arguments_that_are_an_object_and_ids_that_are_null_are_understood() -> None:
    call = {"id": None, "function": {"name": "f", "arguments": {"a": 1}}}
    assert message(role="assistant", content=None, tool_calls=[call]).tool_calls == (ToolCall("", "f", '{"a":1}'),)


def test_system_text_is_gathered_wherever_it_stands() -> None:
    texts = [("system", "One"), ("user", "Hello"), ("developer", ""), ("system", [{"type": "text", "text": "Two"}])]
    ask = read(messages=[{"role": role, "content": content} for role, content in texts])
    assert ask.system == "One\n\nTwo"
    assert ask.messages == (Message("user", "Hello"),)


@pytest.mark.parametrize("nothing", [{"tools": None}, {"tools": []}, {}])
def test_no_tools_in_every_form(nothing: dict[str, Any]) -> None:
    ask = read(**nothing, tool_choice=None, response_format=None, parallel_tool_calls=None, unheard_of={"x": 1})
    assert ask == ASK


@pytest.mark.parametrize(
    ("sent", "choice", "forced"),
    [
        ("auto", "auto", None),
        ("none", "none", None),
        ("required", "required", None),
        ({"type": "function", "function": {"name": "f"}}, "required", "f"),
        ({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}, "required", None),
    ],
)
def test_tool_choice_in_every_form(sent: Any, choice: str, forced: str | None) -> None:
    ask = read(tool_choice=sent)
    assert (ask.tool_choice, ask.forced_tool) == (choice, forced)


def test_any_json_is_wanted_by_the_empty_schema() -> None:
    assert read(response_format={"type": "json_object"}).answer_schema == {}
    assert read(response_format={"type": "text"}).answer_schema is None


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": [1]}, "messages[0]"),
        ({"messages": [{"role": "king", "content": "Hello"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content"),
        ({"tool_choice": "perhaps"}, "tool_choice"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools.function.name"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.name"),
    ],
)
def test_what_the_api_refuses_is_refused_by_name(body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        read(**body)
    assert refusal.value.param == param


def streamed(reply: Reply, **body: Any) -> list[Any]:
    events = CHAT.stream(Turn(body, ASK, reply, Usage(5, 3)))
    return [json.loads(event[6:]) for event in events[:-1]]


def test_a_stream_tells_usage_only_when_asked() -> None:
    assert all("usage" not in chunk for chunk in streamed(Reply("Hello there")))
    asked = streamed(Reply("Hello there"), stream_options={"include_usage": True})
    assert [chunk["usage"] for chunk in asked[:-1]] == [None] * (len(asked) - 1)
    assert asked[-1]["choices"] == []
    assert asked[-1]["usage"]["total_tokens"] == 8


def test_text_and_arguments_come_in_several_deltas() -> None:
    chunks = streamed(Reply("Hello there", (ToolCall("c", "f", '{"sides": 20}'),)))
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert len([delta for delta in deltas if delta.get("content")]) > 1
    arguments = [delta["tool_calls"][0]["function"]["arguments"] for delta in deltas if "tool_calls" in delta]
    assert arguments[0] == ""
    assert len(arguments) > 2


def test_parallel_calls_are_told_apart_by_index() -> None:
    calls = tuple(ToolCall(f"c{n}", "f", f'{{"n": {n}}}') for n in range(3))
    chunks = streamed(Reply(None, calls))
    told = [chunk["choices"][0]["delta"].get("tool_calls") for chunk in chunks]
    assert [(call[0]["index"], call[0]["id"]) for call in told if call and "id" in call[0]] == [
        (0, "c0"),
        (1, "c1"),
        (2, "c2"),
    ]


def test_unknown_usage_is_null() -> None:
    assert CHAT.write(Turn({}, ASK, Reply("Hello")))["usage"] is None
