"""What can cross the border between the guest's process and the host's: made plain, made short, and never failing."""

from __future__ import annotations

import contextlib
import json
import traceback
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from scoreboard.runner.outcome import AnswerSent, ClaimedUsage, GuestError

MOST_CHARACTERS = 1_000_000  # of one answer or one tool result
MOST_OF_A_REPR = 1_000
MOST_OF_A_MESSAGE = 10_000
MOST_OF_A_TRACEBACK = 50_000
LARGEST_COUNT = 2**63 - 1  # what the scoreboard's database can hold


class Unsendable(Exception):
    """A value that JSON cannot carry, or that is too long."""


def packed_answer(output: object, answer_type: type[BaseModel] | None) -> AnswerSent:
    """The answer as JSON where that is possible; where it is not, what can be said of it."""
    name = type(output).__name__
    if output is None:
        return AnswerSent("nothing")
    if isinstance(output, str):
        return AnswerSent("text", shortened(output), name)
    typed = AnswerSent("typed", None, name, is_answer_type=type(output) is answer_type)
    try:
        if isinstance(output, BaseModel):
            return replace(typed, value=as_json(output.model_dump(mode="json")))
        if isinstance(output, (dict, list, tuple, int, float)):
            return AnswerSent("json", as_json(output), name)
    except Unsendable as reason:
        return replace(typed, kind="other", value=f"{safe_repr(output)} ({reason})")
    except Exception as reason:  # noqa: BLE001 - a guest's own class may fail in any way when it is written out
        return replace(typed, kind="other", value=f"{safe_repr(output)} ({type(reason).__name__}: {words_of(reason)})")
    return replace(typed, kind="other", value=safe_repr(output))


def packed_usage(usage: object) -> ClaimedUsage | None:
    """What the framework claims; whatever is not a whole number is no claim."""
    if usage is None:
        return None
    fields = ("calls", "input_tokens", "output_tokens")
    return ClaimedUsage(**{field: _count(getattr(usage, field, None)) for field in fields})


def packed_error(error: BaseException) -> GuestError:
    kind = type(error)
    module = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    try:
        lines = "".join(traceback.format_exception(error))
    except Exception as second:  # noqa: BLE001 - an exception class may fail while it is being formatted
        lines = f"(its traceback cannot be formatted: {type(second).__name__})"
    return GuestError(f"{module}{kind.__qualname__}", words_of(error), _tail(lines, MOST_OF_A_TRACEBACK))


def as_json(value: object) -> Any:
    """The value as JSON carries it."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Unsendable(f"it cannot be written as JSON: {error}") from error
    if len(text) > MOST_CHARACTERS:
        raise Unsendable(f"as JSON it has {len(text):,} characters; at most {MOST_CHARACTERS:,} are kept")
    return json.loads(text)


def plain(value: object) -> Any:
    """The value as JSON carries it, or a short text about it."""
    try:
        return as_json(value)
    except Exception:  # noqa: BLE001 - a guest's own class may fail in any way when it is written out
        return safe_repr(value)


def shortened(text: str) -> str:
    """At most as much as is kept, saying so where something was cut."""
    if len(text) <= MOST_CHARACTERS:
        return str(text)
    return f"{text[:MOST_CHARACTERS]}\n[cut by Bakeoff: {len(text):,} characters in all, {MOST_CHARACTERS:,} kept]"


def safe_repr(value: object) -> str:
    text = f"<{type(value).__name__} that has no repr>"
    with contextlib.suppress(BaseException):
        text = repr(value)
    return text if len(text) <= MOST_OF_A_REPR else f"{text[:MOST_OF_A_REPR]}..."


def words_of(error: BaseException) -> str:
    text = "(it cannot be put in words)"
    with contextlib.suppress(BaseException):
        text = str(error)
    return text if len(text) <= MOST_OF_A_MESSAGE else f"{text[:MOST_OF_A_MESSAGE]}..."


def _count(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value <= LARGEST_COUNT else None


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else f"[...]\n{text[-most:]}"
