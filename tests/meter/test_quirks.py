"""A reply that departs from its API's promises says so in the bytes, in both dialects, whole and streamed."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

import pytest

from scoreboard.meter.dialects.base import Dialect, Quirks, Turn, Usage, usage_in_body, usage_in_stream
from scoreboard.meter.dialects.known import DIALECTS
from tasks.base import Message, Reply, ToolCall
from tests.meter.told import (
    ASK,
    BODY,
    CHAT,
    RESPONSES,
    USAGE,
    call_deltas,
    chunks,
    events,
    expected_kinds,
    gathered,
    kinds,
    turn,
    whole,
)

BOTH = list(DIALECTS.values())

TEXT = Reply("Hello there")
CALLS = Reply(None, (ToolCall("c1", "f", '{"sides": 20}'), ToolCall("c2", "f", "not {JSON")))
EVERYTHING = Reply(TEXT.text, CALLS.tool_calls)
NULL_ANSWER = Reply()
REPLIES = [TEXT, CALLS, EVERYTHING, NULL_ANSWER]

CUT = [("length", "max_output_tokens"), ("content_filter", "content_filter")]
QUIRKS = [
    Quirks(),
    Quirks(ending="length"),
    Quirks(ending="content_filter"),
    Quirks(ending="mismatch"),
    Quirks(empty=True),
    Quirks(refusal=True),
    Quirks(no_usage=True),
    Quirks(null_call_ids=True),
    Quirks(object_arguments=True),
    Quirks("length", refusal=True, no_usage=True, null_call_ids=True, object_arguments=True),
]
every_quirk = pytest.mark.parametrize("quirks", QUIRKS, ids=repr)
every_reply = pytest.mark.parametrize("reply", REPLIES, ids=["text", "calls", "everything", "null answer"])


def digest(told: bytes) -> str:
    return sha256(re.sub(rb"[0-9a-f]{24}", b"ID", told)).hexdigest()[:16]


# Taken from the bytes before there were quirks, with the ids left out.
@pytest.mark.parametrize(
    ("dialect", "written", "streamed"),
    [(CHAT, "49bbc323ce4a122d", "7a28fe52d15b5d76"), (RESPONSES, "b08a345a3ee2fe3a", "21cbf7c6a94ff70f")],
    ids=lambda value: getattr(value, "name", ""),
)
def test_without_a_quirk_every_byte_stays_as_it_was(dialect: Dialect, written: str, streamed: str) -> None:
    calls = (ToolCall("call_1", "roll_dice", '{"sides": 20}'), ToolCall("call_2", "roll_dice", "no JSON"))
    said = Turn(BODY, ASK, Reply("Hello there", calls), USAGE)
    for told, digest in (
        (json.dumps(dialect.write(said)).encode(), written),
        (b"".join(dialect.stream(said)), streamed),
    ):
        assert sha256(re.sub(rb"[0-9a-f]{24}", b"ID", told)).hexdigest()[:16] == digest


@every_quirk
@every_reply
def test_a_chat_stream_says_what_the_whole_reply_says(reply: Reply, quirks: Quirks) -> None:
    told = chunks(reply, quirks)
    choices = whole(CHAT, reply, quirks)["choices"]
    if quirks.empty:
        assert choices == []
        assert all(chunk["choices"] == [] for chunk in told)
        return
    del choices[0]["message"]["role"], choices[0]["message"]["annotations"]
    assert gathered(told) == {key: choices[0][key] for key in ("message", "finish_reason")}
    assert told[0]["choices"][0]["delta"]["role"] == "assistant"


@every_quirk
@every_reply
def test_a_responses_stream_is_well_formed_and_says_what_the_whole_reply_says(reply: Reply, quirks: Quirks) -> None:
    told = events(reply, quirks)
    assert kinds(told) == expected_kinds(reply, quirks)
    assert told[-1]["response"] == whole(RESPONSES, reply, quirks)
    for begun in told[:2]:
        assert begun["response"]["status"] == "in_progress"
        assert begun["response"]["incomplete_details"] is None
    added = [payload["item"] for payload in told if payload["type"] == "response.output_item.added"]
    done = [payload["item"] for payload in told if payload["type"] == "response.output_item.done"]
    assert done == told[-1]["response"]["output"]
    assert [(item["id"], item["type"]) for item in added] == [(item["id"], item["type"]) for item in done]
    assert {item["status"] for item in added} <= {"in_progress"}


@pytest.mark.parametrize(("ending", "reason"), CUT)
@every_reply
def test_a_cut_reply_says_why(reply: Reply, ending: Any, reason: str) -> None:
    quirks = Quirks(ending=ending)
    assert whole(CHAT, reply, quirks)["choices"][0]["finish_reason"] == ending
    response = whole(RESPONSES, reply, quirks)
    assert (response["status"], response["incomplete_details"]) == ("incomplete", {"reason": reason})
    assert response["completed_at"] is None
    statuses = [item["status"] for item in response["output"]]
    assert statuses == [*["completed"] * (len(statuses) - 1), "incomplete"]
    assert events(reply, quirks)[-1]["type"] == "response.incomplete"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(TEXT, "tool_calls"), (CALLS, "stop"), (EVERYTHING, "stop"), (NULL_ANSWER, "tool_calls")],
    ids=["text", "calls", "everything", "null answer"],
)
def test_a_mismatch_ends_like_the_other_kind_of_reply(reply: Reply, reason: str) -> None:
    quirks = Quirks(ending="mismatch")
    assert whole(CHAT, reply, quirks)["choices"][0]["finish_reason"] == reason
    response = whole(RESPONSES, reply, quirks)
    assert (response["status"], response["incomplete_details"]) == ("completed", None)
    assert {item["status"] for item in response["output"]} == {"in_progress"}
    assert events(reply, quirks)[-1]["type"] == "response.completed"


@every_reply
def test_an_empty_reply_has_usage_and_nothing_else(reply: Reply) -> None:
    quirks = Quirks(empty=True)
    assert whole(CHAT, reply, quirks)["choices"] == []
    assert whole(CHAT, reply, quirks)["usage"]["total_tokens"] == 8
    assert [chunk["choices"] for chunk in chunks(reply, quirks)] == [[], []]
    assert [chunk["choices"] for chunk in chunks(reply, quirks, {})] == [[]]
    assert whole(RESPONSES, reply, quirks)["output"] == []
    assert kinds(events(reply, quirks)) == ["created", "in_progress", "completed"]


@pytest.mark.parametrize("reply", [TEXT, EVERYTHING], ids=["text", "everything"])
def test_a_refusal_takes_the_place_of_the_text(reply: Reply) -> None:
    quirks = Quirks(refusal=True)
    message = whole(CHAT, reply, quirks)["choices"][0]["message"]
    assert (message["content"], message["refusal"]) == (None, "Hello there")
    assert len(message.get("tool_calls", [])) == len(reply.tool_calls)
    deltas = [choice["delta"] for chunk in chunks(reply, quirks) for choice in chunk["choices"]]
    assert all(delta.get("content") is None for delta in deltas)
    assert len([delta for delta in deltas if delta.get("refusal")]) > 1
    item = whole(RESPONSES, reply, quirks)["output"][0]
    assert item["content"] == [{"type": "refusal", "refusal": "Hello there"}]
    told = events(reply, quirks)
    assert "".join(t["delta"] for t in told if t["type"] == "response.refusal.delta") == "Hello there"
    assert [t["refusal"] for t in told if t["type"] == "response.refusal.done"] == ["Hello there"]
    parts = [t["part"] for t in told if t["type"].startswith("response.content_part.")]
    assert parts == [{"type": "refusal", "refusal": ""}, {"type": "refusal", "refusal": "Hello there"}]


def test_a_refusal_that_is_sent_back_is_read_as_what_the_assistant_said() -> None:
    message = whole(CHAT, TEXT, Quirks(refusal=True))["choices"][0]["message"]
    output = whole(RESPONSES, TEXT, Quirks(refusal=True))["output"]
    hello = {"role": "user", "content": "Hello"}
    for ask in (CHAT.read({"messages": [hello, message]}), RESPONSES.read({"input": [hello, *output]})):
        assert ask.messages[1] == Message("assistant", "Hello there")


@pytest.mark.parametrize("dialect", BOTH, ids=lambda dialect: dialect.name)
@every_reply
def test_usage_that_is_left_out_is_unknown(dialect: Dialect, reply: Reply) -> None:
    said = turn(reply, Quirks(no_usage=True))
    assert usage_in_body(dialect, json.dumps(dialect.write(said)).encode()) == Usage(None, None)
    assert usage_in_stream(dialect, b"".join(dialect.stream(said))) == Usage(None, None)


def test_usage_is_left_out_the_way_of_each_api() -> None:
    quirks = Quirks(no_usage=True)
    assert "usage" not in whole(CHAT, TEXT, quirks)
    told = chunks(TEXT, quirks)
    assert all("usage" not in chunk and chunk["choices"] for chunk in told)
    assert told == chunks(TEXT, Quirks(), {"model": "m"}), "as if nobody had asked for usage"
    assert whole(RESPONSES, TEXT, quirks)["usage"] is None
    assert events(TEXT, quirks)[-1]["response"]["usage"] is None


def test_call_ids_are_null_and_still_there() -> None:
    quirks = Quirks(null_call_ids=True)
    assert [call["id"] for call in whole(CHAT, CALLS, quirks)["choices"][0]["message"]["tool_calls"]] == [None, None]
    heads = [call for call in call_deltas(CALLS, quirks) if "name" in call["function"]]
    assert [call["id"] for call in heads] == [None, None]
    output = whole(RESPONSES, CALLS, quirks)["output"]
    assert [item["call_id"] for item in output] == [None, None]
    assert all(item["id"].startswith("fc_") for item in output)
    items = [payload["item"] for payload in events(CALLS, quirks) if "item" in payload]
    assert [item["call_id"] for item in items] == [None] * 4


def test_arguments_come_as_an_object_and_in_one_delta() -> None:
    quirks = Quirks(object_arguments=True)
    calls = whole(CHAT, CALLS, quirks)["choices"][0]["message"]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == [{"sides": 20}, "not {JSON"]
    (first,) = [call for call in call_deltas(CALLS, quirks) if call["index"] == 0]
    assert first == {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": {"sides": 20}}}
    assert [item["arguments"] for item in whole(RESPONSES, CALLS, quirks)["output"]] == [{"sides": 20}, "not {JSON"]
    told = [payload for payload in events(CALLS, quirks) if payload.get("output_index") == 0]
    assert [payload["delta"] for payload in told if "delta" in payload] == [{"sides": 20}]
    assert [payload["arguments"] for payload in told if "arguments" in payload] == [{"sides": 20}]


NESTED = "[" * 100_000


@pytest.mark.parametrize("text", ["", "null", "[1]", '"{}"', '{"a": NaN}', '{"a": 1e999}', '{"a": ', '{"a":' + NESTED])
@pytest.mark.parametrize("dialect", BOTH, ids=lambda dialect: dialect.name)
def test_arguments_that_are_no_object_stay_text(dialect: Dialect, text: str) -> None:
    reply = Reply(None, (ToolCall("c", "f", text),))
    said, plain = turn(reply, Quirks(object_arguments=True)), turn(reply, Quirks())
    assert dialect.write(said) == dialect.write(plain)
    assert dialect.stream(said) == dialect.stream(plain)


@pytest.mark.parametrize("dialect", BOTH, ids=lambda dialect: dialect.name)
def test_an_object_without_fields_is_an_object(dialect: Dialect) -> None:
    reply = Reply(None, (ToolCall("c", "f", "{}"),))
    assert '"arguments": {}' in json.dumps(dialect.write(turn(reply, Quirks(object_arguments=True))))


def test_a_null_answer_is_a_message_that_says_nothing() -> None:
    assert whole(CHAT, NULL_ANSWER, Quirks())["choices"][0]["message"]["content"] is None
    (item,) = whole(RESPONSES, NULL_ANSWER, Quirks())["output"]
    assert (item["type"], item["status"], item["content"]) == ("message", "completed", [])
    told = events(NULL_ANSWER, Quirks())
    assert kinds(told) == ["created", "in_progress", "output_item.added", "output_item.done", "completed"]
