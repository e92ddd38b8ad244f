"""What each fault in a reply promises in its `wire` sentence, checked in what is read back from the bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scoreboard.meter.faults.answers import REFUSAL
from scoreboard.meter.faults.tool_calls import NOBODY_OFFERED
from tests.meter.delivered import Delivered, Promise
from tests.meter.forms import Called, Said


def _first_call(change: Callable[[Called], Called]) -> Promise:
    """The first call is another, and nothing else."""

    def promise(told: Delivered) -> None:
        first, *others = told.meant.calls
        assert told.said == replace(told.meant, calls=(change(first), *others))

    return promise


def _every_call(change: Callable[[Called], Called]) -> Promise:
    def promise(told: Delivered) -> None:
        assert told.said == replace(told.meant, calls=tuple(map(change, told.meant.calls)))

    return promise


def _arguments(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Called], Called]:
    return lambda call: replace(call, arguments=json.dumps(change(json.loads(call.arguments))))


def _half_of_first(call: Called) -> Called:
    return replace(call, arguments=call.arguments[: len(call.arguments) // 2])


def _same_ids(told: Delivered) -> None:
    calls = told.meant.calls if len(told.meant.calls) > 1 else told.meant.calls * 2
    assert told.said.calls == tuple(replace(call, id="call_twice") for call in calls)
    assert told.said.ending == told.meant.ending


def _call_as_text(told: Delivered) -> None:
    first = told.meant.calls[0]
    assert json.loads(told.said.text or "") == {"name": first.name, "arguments": json.loads(first.arguments)}
    assert (told.said.calls, told.said.ending) == ((), "stop" if told.form.is_chat else "completed")


def _text_beside(told: Delivered) -> None:
    assert told.said.text
    assert told.meant.text is None
    assert (told.said.calls, told.said.ending) == (told.meant.calls, told.meant.ending)


def _two_calls(told: Delivered) -> None:
    *right, stranger = told.said.calls
    assert tuple(right) == told.meant.calls
    first = right[0]
    assert (stranger.name, stranger.arguments) == (f"{first.name}{NOBODY_OFFERED}", first.arguments)
    assert stranger.id
    assert stranger.id not in {call.id for call in right}


def _mismatch(told: Delivered) -> None:
    assert told.said.calls == told.meant.calls
    assert told.said.ending == ("stop" if told.form.is_chat else "completed")
    assert set(told.said.items) == (set() if told.form.is_chat else {"in_progress"})


def _call_again(told: Delivered) -> None:
    (call,) = told.said.calls
    first = told.before[0]
    assert (call.name, call.arguments) == (first.name, first.arguments)
    assert call.id
    assert call.id not in {each.id for each in told.before}
    assert told.said.text is None


def _text(text: str | None) -> Promise:
    def promise(told: Delivered) -> None:
        assert told.said == replace(told.meant, text=text)

    return promise


def _no_choices(told: Delivered) -> None:
    assert told.said == Said(None, (), "nothing", has_usage=True)
    if not told.form.streamed:
        assert told.heard.json["choices" if told.form.is_chat else "output"] == []


def _cut(told: Delivered) -> None:
    text = told.meant.text or ""
    assert (told.said.text, told.said.calls) == (text[: len(text) // 2], ())
    assert told.said.ending == told.cut_short


def _cut_call(told: Delivered) -> None:
    *before, last = told.meant.calls
    assert told.said.calls == (*before, _half_of_first(last))
    assert told.said.ending == told.cut_short


def _filtered(told: Delivered) -> None:
    assert (told.said.text, told.said.refusal, told.said.calls) == (None, None, ())
    assert told.said.ending == "content_filter"


def _refused(told: Delivered) -> None:
    assert told.said == replace(told.meant, text=None, refusal=REFUSAL)


def _no_usage(told: Delivered) -> None:
    assert told.meant.has_usage
    assert told.said == replace(told.meant, has_usage=False)


def _typed(change: Callable[[str], str]) -> Promise:
    def promise(told: Delivered) -> None:
        assert told.said == replace(told.meant, text=change(told.meant.text or ""))

    return promise


def _value(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Promise:
    def promise(told: Delivered) -> None:
        value = json.loads(told.meant.text or "")
        assert json.loads(told.said.text or "") == change(value) != value
        assert replace(told.said, text=told.meant.text) == told.meant

    return promise


def _bare_keys(text: str) -> str:
    for name in ("name", "sides", "rolls", "number", "value", "total"):
        text = text.replace(f'"{name}":', f"{name}:")
    return text


WANTED = {"sides": "as many as you like"}
PROSE = "Here is the report you asked for:\n\n{}\n\nLet me know if you need more."

REPLIES: dict[str, Promise] = {
    "unknown_tool": _first_call(lambda call: replace(call, name=f"{call.name}{NOBODY_OFFERED}")),
    "malformed_arguments": _first_call(_half_of_first),
    "wrong_type_argument": _first_call(_arguments(lambda _given: WANTED)),
    "string_number_argument": _first_call(_arguments(lambda given: {"sides": str(given["sides"])})),
    "missing_argument": _first_call(_arguments(lambda _given: {})),
    "extra_argument": _first_call(_arguments(lambda given: {**given, "hurry": True})),
    "empty_arguments": _first_call(lambda call: replace(call, arguments="")),
    "arguments_as_object": _every_call(lambda call: replace(call, arguments=json.loads(call.arguments))),
    "missing_call_id": _every_call(lambda call: replace(call, id=None)),
    "duplicate_call_id": _same_ids,
    "tool_call_as_text": _call_as_text,
    "text_beside_tool_call": _text_beside,
    "two_calls_at_once": _two_calls,
    "finish_reason_mismatch": _mismatch,
    "repeated_identical_call": _call_again,
    "never_finishes": _call_again,
    "empty_answer": _text(""),
    "null_answer": _text(None),
    "no_choices": _no_choices,
    "cut_answer": _cut,
    "cut_tool_call": _cut_call,
    "content_filter": _filtered,
    "refusal": _refused,
    "missing_usage": _no_usage,
    "fenced_json": _typed(lambda text: f"```json\n{text}\n```"),
    "prose_around_json": _typed(PROSE.format),
    "invalid_json": _typed(_bare_keys),
    "wrong_type_field": _value(lambda value: {**value, "total": "plenty"}),
    "missing_field": _value(lambda value: {name: each for name, each in value.items() if name != "total"}),
    "extra_field": _value(lambda value: {**value, "mood": "cheerful"}),
    "string_number_field": _value(lambda value: {**value, "total": str(value["total"])}),
}
