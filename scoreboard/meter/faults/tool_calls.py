"""Faults in the model's tool calls, and the model that never stops calling."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scoreboard.meter.dialects.base import Quirks
from scoreboard.meter.faults.base import Bend, Fault, Inapplicable, Moment, Spoken, Stretch
from tasks.base import Reply, ToolCall

NOBODY_OFFERED = "_by_magic"  # at the end of the name of a tool that nobody offered
HEARD = "the model hears what was wrong, calls the tool as it should, and the answer is right"
ACCEPTED = "the tool runs once with the arguments that were meant, and the answer is right"
BEYOND_ALL_LIMITS = Stretch(20, 200, 10.0)  # the highest limit on turns that a framework is known to have is 500 calls
Change = Callable[[ToolCall], ToolCall]


def _calls(change: Change) -> Bend:
    """Changes the first call of the task's tools; the calls beside it stay as they are."""

    def say(moment: Moment) -> Spoken:
        first = moment.work[0]
        calls = tuple(change(call) if call is first else call for call in moment.said.tool_calls)
        return Spoken(moment.phrase(replace(moment.said, tool_calls=calls)))

    return Bend(say)


def _arguments(change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Bend:
    return _calls(lambda call: replace(call, arguments=json.dumps(change(json.loads(call.arguments)))))


def _quirk(quirks: Quirks, why_not_code: str) -> Bend:
    def say(moment: Moment) -> Spoken:
        if moment.is_code:
            raise Inapplicable(why_not_code)
        return Spoken(moment.phrase(moment.said), quirks)

    return Bend(say)


def _other_name(call: ToolCall) -> ToolCall:
    return replace(call, name=f"{call.name}{NOBODY_OFFERED}")


def _cut(call: ToolCall) -> ToolCall:
    return replace(call, arguments=call.arguments[: len(call.arguments) // 2])


def _wrong_type(given: dict[str, Any]) -> dict[str, Any]:
    """A word where a number is wanted, a number where anything else is."""
    return {name: "as many as you like" if _is_number(value) else 17 for name, value in given.items()}


def _as_strings(moment: Moment) -> Spoken:
    if not any(_is_number(value) for value in json.loads(moment.work[0].arguments).values()):
        raise Inapplicable("no argument is a number")
    bend = _arguments(lambda given: {name: str(value) if _is_number(value) else value for name, value in given.items()})
    return bend.say(moment)


def _without_first(given: dict[str, Any]) -> dict[str, Any]:
    return dict(list(given.items())[1:])


def _same_ids(moment: Moment) -> Spoken:
    if moment.is_code:
        raise Inapplicable("calls written as code have no ids")
    if len(moment.said.tool_calls) == 1:
        raise Inapplicable("the framework wants one call at a time, so that no two can share an id")
    calls = tuple(replace(call, id="call_twice") for call in moment.said.tool_calls)
    return Spoken(moment.phrase(replace(moment.said, tool_calls=calls)))


def _as_text(moment: Moment) -> Spoken:
    call = moment.work[0]
    text = json.dumps({"name": call.name, "arguments": json.loads(call.arguments)})
    return Spoken(moment.phrase(Reply(text=text)))


def _text_beside(moment: Moment) -> Spoken:
    if moment.is_code:
        raise Inapplicable("text stands beside calls written as code anyway")
    return Spoken(moment.phrase(replace(moment.said, text="Let me see what the tool says.")))


def _two(moment: Moment) -> Spoken:
    calls = (*moment.said.tool_calls, replace(_other_name(moment.work[0]), id=""))
    return Spoken(moment.phrase(replace(moment.said, tool_calls=calls)))


def _again(moment: Moment) -> Spoken:
    call = replace(moment.wanted_before[0], id="")
    return Spoken(moment.phrase(Reply(tool_calls=(call,))))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fault(name: str, words: str, wire: str, recovered: str, act: Bend, **more: Any) -> Fault:
    return Fault(name, "tool_call", words, wire, recovered, more.pop("step", "tool_call"), act, **more)


TOOL_CALLS = (
    _fault(
        "unknown_tool",
        "The model calls a tool that nobody offered.",
        f"the first call's name ends in `{NOBODY_OFFERED}`",
        HEARD,
        _calls(_other_name),
    ),
    _fault(
        "malformed_arguments",
        "The arguments of a call are broken JSON.",
        "the arguments of the first call are cut in the middle; the reply ends as calls end",
        HEARD,
        _calls(_cut),
    ),
    _fault(
        "wrong_type_argument",
        "An argument has the wrong type.",
        'the arguments of the first call are words where numbers are wanted ("as many as you like")',
        f"{HEARD}; the tool never ran with the wrong type",
        _arguments(_wrong_type),
    ),
    _fault(
        "string_number_argument",
        "A number comes as a string that could be read as one.",
        'the numbers in the first call\'s arguments are strings ("20")',
        f"{ACCEPTED}: the string is read as the number, or refused and asked for again",
        Bend(_as_strings),
    ),
    _fault(
        "missing_argument",
        "A required argument is missing.",
        "the first argument of the first call is left out",
        HEARD,
        _arguments(_without_first),
    ),
    _fault(
        "extra_argument",
        "A call has an argument that the tool does not know.",
        'the arguments of the first call have `"hurry": true` too',
        f"{ACCEPTED}: the stranger is left out, or refused and the call made again",
        _arguments(lambda given: {**given, "hurry": True}),
    ),
    _fault(
        "empty_arguments",
        "The arguments of a call are an empty string.",
        "the arguments of the first call are `` instead of a JSON object",
        HEARD,
        _calls(lambda call: replace(call, arguments="")),
    ),
    _fault(
        "arguments_as_object",
        "The arguments come as an object, not as a string of JSON.",
        "the arguments of every call of the reply are a JSON object",
        ACCEPTED,
        _quirk(Quirks(object_arguments=True), "arguments written as code have no JSON form"),
    ),
    _fault(
        "missing_call_id",
        "The calls have no id.",
        "the id of every call of the reply is null",
        ACCEPTED,
        _quirk(Quirks(null_call_ids=True), "calls written as code have no ids"),
    ),
    _fault(
        "duplicate_call_id",
        "Several calls have the same id.",
        "every call of a reply that has several has the id `call_twice`",
        "every call runs once, each result finds its way to the model, and the answer is right",
        Bend(_same_ids),
        shapes=("structured",),
    ),
    _fault(
        "tool_call_as_text",
        "The model writes its call as JSON into the text.",
        'the reply is the text of the call, `{"name": ..., "arguments": ...}`, and calls nothing',
        "the text is understood as a call, or the model is asked again; it is not passed on as the answer",
        Bend(_as_text),
    ),
    _fault(
        "text_beside_tool_call",
        "The model says something beside its call.",
        "the reply has a sentence of text and the call",
        f"{ACCEPTED}; the text is not taken for the answer",
        Bend(_text_beside),
        lasting=False,
    ),
    _fault(
        "two_calls_at_once",
        "The right call comes together with one of a tool that nobody offered.",
        f"a call whose name ends in `{NOBODY_OFFERED}` stands after the right ones",
        "the right call runs once, both get an answer, and the answer is right",
        Bend(_two),
    ),
    _fault(
        "finish_reason_mismatch",
        "The reply calls a tool and says that it is at its end.",
        "finish_reason is `stop` beside tool calls; in Responses the items are `in_progress` in a completed response",
        ACCEPTED,
        _quirk(Quirks(ending="mismatch"), "a reply of code ends with `stop` anyway"),
    ),
    _fault(
        "repeated_identical_call",
        "The model has the result and makes the very same call again.",
        "the reply is the call that was made before, with a new id",
        "the tool does not run once more, and the answer is right",
        Bend(_again),
        step="again",
        lasting=False,
    ),
)

ENDLESS = (
    Fault(
        "never_finishes",
        "endless",
        "The model always wants one more tool call.",
        "while the tool is on offer, every reply after the first is the first call again",
        "nobody can; the framework should stop by a limit of its own and say so",
        "again",
        Bend(_again),
        always=True,
        can_be_recovered=False,
        waits=False,
        stretch=BEYOND_ALL_LIMITS,
    ),
)
