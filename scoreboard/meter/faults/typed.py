"""Where in a reply the typed answer is, and the same reply with another value in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tasks.base import Reply, Task

Value = dict[str, Any]


@dataclass(frozen=True)
class Typed:
    """The value the model answers with. `as_text` tells whether it travels as text, and not as a tool's arguments."""

    value: Value
    as_text: bool
    put: Callable[[str], Reply]  # the reply with other JSON, or what is none, in the value's place


def typed_in(task: Task, said: Reply) -> Typed | None:
    """The typed answer in a reply, wherever a framework wants it; None where there is none."""
    if task.answer_type is None:
        return None
    fields = set(task.answer_type.model_fields)
    if value := _value(said.text, fields):
        return Typed(value, as_text=True, put=lambda text: replace(said, text=text))
    for index, call in enumerate(said.tool_calls):

        def with_arguments(text: str, index: int = index) -> Reply:
            calls = list(said.tool_calls)
            calls[index] = replace(calls[index], arguments=text)
            return replace(said, tool_calls=tuple(calls))

        if value := _value(call.arguments, fields):
            return Typed(value, as_text=False, put=with_arguments)
        for name, argument in _object(call.arguments).items():
            if isinstance(argument, str) and (value := _value(argument, fields)):
                around = _object(call.arguments)

                def in_argument(text: str, name: str = name, around: Value = around) -> Reply:
                    return with_arguments(json.dumps({**around, name: text}))

                return Typed(value, as_text=True, put=in_argument)
    return None


def _value(text: str | None, fields: set[str]) -> Value | None:
    value = _object(text or "")
    return value if fields and fields <= set(value) else None


def _object(text: str) -> Value:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
