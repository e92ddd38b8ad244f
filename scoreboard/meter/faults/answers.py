"""Faults in the model's answer: empty, cut, refused, or a typed answer that does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from scoreboard.meter.dialects.base import Quirks
from scoreboard.meter.faults.base import Bend, Fault, Inapplicable, Moment, Spoken
from scoreboard.meter.faults.typed import Typed, Value
from tasks.base import Reply

ASKED_AGAIN = "the model is asked again, and the answer is right"
NOT_TAKEN = f"{ASKED_AGAIN}; what came is not passed on as the answer"
FITS = "the value is validated, the model is asked again, and the answer is right"
REFUSAL = "I am sorry, but I cannot help with that."


def _reply(reply: Reply, quirks: Quirks = Quirks()) -> Bend:  # noqa: B008 - frozen
    return Bend(lambda moment: Spoken(moment.phrase(reply), quirks))


def _quirk(quirks: Quirks) -> Bend:
    return Bend(lambda moment: Spoken(moment.phrase(moment.said), quirks))


def _cut(moment: Moment) -> Spoken:
    """Half of what was to come, as when the tokens have run out: of the text, else of the last call's arguments."""
    reply = moment.phrase(moment.said)
    if reply.text:
        half = replace(reply, text=reply.text[: len(reply.text) // 2], tool_calls=())
    else:
        *before, last = reply.tool_calls
        last = replace(last, arguments=last.arguments[: len(last.arguments) // 2])
        half = replace(reply, tool_calls=(*before, last))
    return Spoken(half, Quirks(ending="length"))


def _no_usage(moment: Moment) -> Spoken:
    options = moment.body.get("stream_options") or {}
    is_chat = "messages" in moment.body
    if is_chat and moment.body.get("stream") is True and not options.get("include_usage"):
        raise Inapplicable("it streams without asking for the usage")
    return Spoken(moment.phrase(moment.said), Quirks(no_usage=True))


def _typed(change: Callable[[Typed], str]) -> Bend:
    """Another value, or what is none, where the typed answer was to be."""

    def say(moment: Moment) -> Spoken:
        typed = moment.typed
        assert typed
        return Spoken(moment.phrase(typed.put(change(typed))))

    return Bend(say)


def _value(change: Callable[[Value], Value]) -> Bend:
    return _typed(lambda typed: json.dumps(change(typed.value)))


def _as_text(change: Callable[[str], str]) -> Bend:
    def changed(typed: Typed) -> str:
        if not typed.as_text:
            raise Inapplicable("the typed answer travels as a tool's arguments, not as text")
        return change(json.dumps(typed.value))

    return _typed(changed)


def _with_number(value: Value, change: Callable[[int], Any]) -> Value:
    """The value with another thing in place of its last whole number."""
    name = [name for name, each in value.items() if isinstance(each, int) and not isinstance(each, bool)][-1]
    return {**value, name: change(value[name])}


def _bare_keys(typed: Typed) -> str:
    return re.sub(r'"(\w+)":', r"\1:", json.dumps(typed.value))


def _fault(name: str, words: str, wire: str, recovered: str, act: Bend, **more: Any) -> Fault:
    return Fault(name, "answer", words, wire, recovered, more.pop("step", "answer"), act, **more)


def _typed_fault(name: str, words: str, wire: str, recovered: str, act: Bend, **more: Any) -> Fault:
    shapes: tuple[Literal["structured"]] = ("structured",)
    return _fault(name, words, wire, recovered, act, step="typed_answer", shapes=shapes, **more)


ANSWERS = (
    _fault(
        "empty_answer",
        "The answer is empty.",
        "content is an empty string, no call; finish_reason stop",
        NOT_TAKEN,
        _reply(Reply(text="")),
    ),
    _fault(
        "null_answer",
        "The answer is null.",
        "content is null, no call; in Responses a message without content",
        NOT_TAKEN,
        _reply(Reply()),
    ),
    _fault(
        "no_choices",
        "The response holds no reply at all.",
        "choices is an empty list; in Responses output is",
        ASKED_AGAIN,
        _quirk(Quirks(empty=True)),
    ),
    _fault(
        "cut_answer",
        "The answer is cut because its tokens have run out.",
        "half of the answer; finish_reason length, in Responses incomplete for max_output_tokens",
        NOT_TAKEN,
        Bend(_cut),
    ),
    _fault(
        "cut_tool_call",
        "A tool call is cut because its tokens have run out.",
        "half of the last call's arguments; finish_reason length, in Responses incomplete for max_output_tokens",
        f"{ASKED_AGAIN}; the tool never ran with half of its arguments",
        Bend(_cut),
        step="tool_call",
    ),
    _fault(
        "content_filter",
        "The provider's filter takes the answer away.",
        "no text; finish_reason content_filter, in Responses incomplete for content_filter",
        ASKED_AGAIN,
        _reply(Reply(), Quirks(ending="content_filter")),
    ),
    _fault(
        "refusal",
        "The model refuses.",
        "the text is told as a refusal (message.refusal, in Responses a part of type refusal)",
        NOT_TAKEN,
        _reply(Reply(text=REFUSAL), Quirks(refusal=True)),
    ),
    _fault(
        "missing_usage",
        "The provider does not say how many tokens it took.",
        "no usage in the response that gives the answer",
        "the answer is right all the same",
        Bend(_no_usage),
        lasting=False,
    ),
    _typed_fault(
        "fenced_json",
        "The typed answer stands in a Markdown fence.",
        "the JSON between ```json and ```",
        "the fence is seen through, or the model is asked again, and the answer is right",
        _as_text(lambda text: f"```json\n{text}\n```"),
    ),
    _typed_fault(
        "prose_around_json",
        "The typed answer has words around it.",
        "a sentence, the JSON, a sentence",
        "the words are seen through, or the model is asked again, and the answer is right",
        _as_text(lambda text: f"Here is the report you asked for:\n\n{text}\n\nLet me know if you need more."),
    ),
    _typed_fault(
        "invalid_json",
        "The typed answer is no valid JSON.",
        "the keys have no quotes",
        FITS,
        _typed(_bare_keys),
    ),
    _typed_fault(
        "wrong_type_field",
        "A field of the typed answer has the wrong type.",
        'the last whole number is the word "plenty"',
        FITS,
        _value(lambda value: _with_number(value, lambda _: "plenty")),
    ),
    _typed_fault(
        "missing_field",
        "A field of the typed answer is missing.",
        "the last field is left out",
        FITS,
        _value(lambda value: dict(list(value.items())[:-1])),
    ),
    _typed_fault(
        "extra_field",
        "The typed answer has a field that nobody asked for.",
        'there is a field `"mood": "cheerful"` too',
        "the stranger is left out, or the model is asked again, and the answer is right",
        _value(lambda value: {**value, "mood": "cheerful"}),
        lasting=False,
    ),
    _typed_fault(
        "string_number_field",
        "A number in the typed answer comes as a string that could be read as one.",
        "the last whole number is a string",
        "the string is read as the number, or the model is asked again, and the answer is right",
        _value(lambda value: _with_number(value, str)),
        lasting=False,
    ),
)
