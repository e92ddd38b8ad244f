"""What holds for every dialect: a conversation means the same in each, and a reply comes back as it was said."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.meter.dialects.base import BadRequest, Dialect, Turn, Usage, usage_in_body, usage_in_stream
from scoreboard.meter.dialects.known import DIALECTS, dialect_at
from scoreboard.meter.dialects.openai_chat import OpenAIChat
from scoreboard.meter.dialects.openai_responses import OpenAIResponses
from scoreboard.meter.phrase import with_ids
from tasks.base import Ask, Message, Reply, ToolCall
from tests.meter.callers import FUNCTION

CHAT, RESPONSES = OpenAIChat(), OpenAIResponses()
BOTH = list(DIALECTS.values())
USAGE = Usage(11, 7)

WORDS = """
role content type text function name arguments tool_calls id call_id output user assistant system tool message
function_call function_call_output json_schema json_object schema format parameters required input_text
"""
KEYS = ("messages", "input", "instructions", "tools", "tool_choice", "response_format", "text", "model")

words = st.sampled_from(WORDS.split())
junk = st.recursive(
    st.sampled_from([None, True, 0, 1.5, ""]) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=12,
)
replies = st.builds(
    Reply,
    text=st.none() | st.text(min_size=1),
    tool_calls=st.lists(
        st.builds(ToolCall, id=st.just(""), name=st.text(min_size=1), arguments=st.text(min_size=1)), max_size=3
    ).map(tuple),
)
asked = Ask(system="", messages=(Message("user", "hello"),))


def said(reply: Reply) -> Reply:
    return with_ids(asked, reply)


@pytest.mark.parametrize("dialect", BOTH, ids=lambda d: d.name)
@given(given_junk=st.dictionaries(st.sampled_from(KEYS), junk, min_size=1, max_size=2))
def test_whatever_json_arrives_is_read_or_refused(dialect: Dialect, given_junk: dict[str, Any]) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "input": "Hello", **given_junk}
    with contextlib.suppress(BadRequest):
        turn = Turn(body, dialect.read(body), said(Reply("Hello")), USAGE)
        assert dialect.write(turn)
        assert dialect.stream(turn)


@given(reply=replies)
def test_a_chat_reply_comes_back_as_it_was_said(reply: Reply) -> None:
    reply = said(reply)
    message = CHAT.write(Turn({}, asked, reply, USAGE))["choices"][0]["message"]
    read = CHAT.read({"messages": [{"role": "user", "content": "hello"}, json.loads(json.dumps(message))]})
    assert read.messages[1:] == (Message("assistant", reply.text or "", reply.tool_calls),)


@given(reply=replies)
def test_a_responses_reply_comes_back_as_it_was_said(reply: Reply) -> None:
    reply = said(reply)
    output = json.loads(json.dumps(RESPONSES.write(Turn({}, asked, reply, USAGE))))["output"]
    read = RESPONSES.read({"input": [{"role": "user", "content": "hello"}, *output]})
    assert read.messages[1:] == (Message("assistant", reply.text or "", reply.tool_calls),)


def payloads(events: list[bytes]) -> list[dict[str, Any]]:
    lines = [event.decode().splitlines() for event in events]
    assert all(event.endswith(b"\n\n") for event in events)
    return [json.loads(line[6:]) for event in lines for line in event if line.startswith("data: {")]


@given(reply=replies)
def test_a_chat_stream_says_what_the_whole_reply_says(reply: Reply) -> None:
    turn = Turn({}, asked, said(reply), USAGE)
    message: dict[str, Any] = {"content": None, "tool_calls": []}
    for chunk in payloads(CHAT.stream(turn)):
        delta = chunk["choices"][0]["delta"]
        if delta.get("content") is not None:
            message["content"] = (message["content"] or "") + delta["content"]
        for call in delta.get("tool_calls", []):
            if "id" in call:
                message["tool_calls"].append({k: call[k] for k in ("id", "type", "function")})
            else:
                message["tool_calls"][call["index"]]["function"]["arguments"] += call["function"]["arguments"]
    whole = CHAT.write(turn)["choices"][0]
    assert message["content"] == whole["message"]["content"]
    assert message["tool_calls"] == whole["message"].get("tool_calls", [])
    assert payloads(CHAT.stream(turn))[-1]["choices"][0]["finish_reason"] == whole["finish_reason"]
    assert CHAT.stream(turn)[-1] == b"data: [DONE]\n\n"


@given(reply=replies)
def test_a_responses_stream_says_what_the_whole_reply_says(reply: Reply) -> None:
    turn = Turn({}, asked, said(reply), USAGE)
    events = payloads(RESPONSES.stream(turn))
    deltas: dict[int, str] = {}
    for event in events:
        if event["type"].endswith(".delta"):
            deltas[event["output_index"]] = deltas.get(event["output_index"], "") + event["delta"]
    whole = RESPONSES.write(turn)
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert done == whole["output"] == events[-1]["response"]["output"]
    texts = [part["text"] for item in done for part in item.get("content", [])]
    assert texts + [item["arguments"] for item in done if "arguments" in item] == list(deltas.values())
    assert events[-1] == {"type": "response.completed", "sequence_number": len(events) - 1, "response": whole}
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


@pytest.mark.parametrize("dialect", BOTH, ids=lambda d: d.name)
def test_the_same_turn_is_written_byte_for_byte_the_same(dialect: Dialect) -> None:
    turn = Turn({"model": "sim"}, asked, said(Reply("Hello", (ToolCall("", "f", "{}"),))), USAGE)
    assert json.dumps(dialect.write(turn)) == json.dumps(dialect.write(turn))
    assert dialect.stream(turn) == dialect.stream(turn)


def test_no_two_calls_of_a_conversation_share_an_id() -> None:
    twice = Reply(tool_calls=(ToolCall("", "f", "{}"), ToolCall("", "f", "{}")))
    first = with_ids(asked, twice)
    later = Ask("", (*asked.messages, Message("assistant", "", first.tool_calls), *asked.messages))
    ids = [call.id for reply in (first, with_ids(later, twice)) for call in reply.tool_calls]
    assert len(set(ids)) == 4
    assert with_ids(asked, twice) == first


def test_a_given_id_is_kept() -> None:
    given = Reply(tool_calls=(ToolCall("mine", "f", "{}"),))
    assert with_ids(asked, given) == given


def test_a_conversation_means_the_same_in_both_apis() -> None:
    call = {"name": "roll_dice", "arguments": '{"sides":20}'}
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    chat_body = {
        "messages": [
            {"role": "system", "content": "You roll dice."},
            {"role": "user", "content": [{"type": "text", "text": "Roll"}]},
            {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": call}] * 2},
            {"role": "tool", "tool_call_id": "c1", "content": "7"},
            {"role": "developer", "content": "Be brief."},
        ],
        "tools": [{"type": "function", "function": FUNCTION}],
        "tool_choice": {"type": "function", "function": {"name": "roll_dice"}},
        "parallel_tool_calls": False,
        "response_format": {"type": "json_schema", "json_schema": {"name": "Roll", "schema": schema}},
    }
    responses_body = {
        "instructions": "You roll dice.",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Roll"}]},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "function_call", "id": "fc_1", "call_id": "c1", **call},
            {"type": "function_call", "id": "fc_2", "call_id": "c1", **call},
            {"type": "function_call_output", "call_id": "c1", "output": "7"},
            {"role": "developer", "content": "Be brief."},
        ],
        "tools": [{"type": "function", **FUNCTION}, {"type": "web_search"}],
        "tool_choice": {"type": "function", "name": "roll_dice"},
        "parallel_tool_calls": False,
        "text": {"format": {"type": "json_schema", "name": "Roll", "schema": schema}},
    }
    ask = CHAT.read(chat_body)
    assert ask == RESPONSES.read(responses_body)
    assert ask.system == "You roll dice.\n\nBe brief."
    assert [message.role for message in ask.messages] == ["user", "assistant", "tool"]
    assert (ask.tool_choice, ask.forced_tool, ask.parallel_tool_calls) == ("required", "roll_dice", False)
    assert (ask.answer_schema, ask.answer_schema_name) == (schema, "Roll")
    assert ask.tools[0].parameters == FUNCTION["parameters"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("chat/completions", "openai-chat"), ("/responses/", "openai-responses"), ("responses?x=1", "openai-responses")],
)
def test_a_dialect_is_known_by_its_path(path: str, name: str) -> None:
    found = dialect_at(path)
    assert found is not None
    assert found.name == name


def test_other_paths_have_no_dialect() -> None:
    assert dialect_at("embeddings") is None
    assert dialect_at("responses/resp_1") is None


@pytest.mark.parametrize("dialect", BOTH, ids=lambda d: d.name)
def test_usage_is_read_back_from_what_is_written(dialect: Dialect) -> None:
    turn = Turn({"stream_options": {"include_usage": True}}, asked, Reply("Hello"), USAGE)
    assert usage_in_body(dialect, json.dumps(dialect.write(turn)).encode()) == USAGE
    assert usage_in_stream(dialect, b"".join(dialect.stream(turn))) == USAGE
    assert usage_in_stream(dialect, b"".join(dialect.stream(turn)).replace(b"\n", b"\r\n")) == USAGE


@pytest.mark.parametrize("dialect", BOTH, ids=lambda d: d.name)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"usage":null}', b'{"usage":{}}', b'{"usage":[1]}'])
def test_usage_that_nobody_tells_is_unknown(dialect: Dialect, body: bytes) -> None:
    assert usage_in_body(dialect, body) == Usage(None, None)
    assert usage_in_stream(dialect, b"data: " + body + b"\n\ndata: [DONE]\n\n") == Usage(None, None)


def test_usage_that_is_no_number_is_unknown_and_a_zero_is_a_zero() -> None:
    body = b'{"usage":{"prompt_tokens":"many","completion_tokens":0}}'
    assert usage_in_body(CHAT, body) == Usage(None, 0)
