"""What the two OpenAI APIs have in common: content parts, tools on offer, tool choice, and text cut into deltas."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from scoreboard.meter.dialects.base import BadRequest, Json, Quirks, compact
from tasks.base import ToolOffer

Choice = Literal["auto", "none", "required"]

_TEXT_PARTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
_MOST_DELTAS = 16


def listed(value: object, param: str) -> list[Any]:
    """A list, or nothing at all: frameworks send null where they mean an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequest(f"Invalid type for '{param}': expected an array.", param, "invalid_type")
    return value


def dicts(value: object, param: str) -> list[Json]:
    """A list of objects, or nothing at all."""
    items = listed(value, param)
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise BadRequest(
                f"Invalid type for '{param}[{index}]': expected an object.", f"{param}[{index}]", "invalid_type"
            )
    return items


def fields(value: object, param: str) -> Json:
    """An object, or nothing at all."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"Invalid type for '{param}': expected an object.", param, "invalid_type")
    return value


def word(value: object, param: str) -> str:
    """A text that must be there."""
    if not isinstance(value, str):
        raise BadRequest(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
    return value


def text_of(content: object, param: str) -> str:
    """The text of a content: a string, a list of parts joined by line ends, or nothing. Images and sound have none."""
    if content is None or isinstance(content, str):
        return content or ""
    parts = listed(content, param)
    return "\n".join(text for part in parts if (text := _part_text(part, param)))


def _part_text(part: object, param: str) -> str:
    if isinstance(part, str):
        return part
    kind = fields(part, param).get("type")
    text = fields(part, param).get(_TEXT_PARTS.get(kind, "")) if isinstance(kind, str) else None
    return text if isinstance(text, str) else ""


def arguments_of(value: object) -> str:
    """Arguments as text. The API wants text; a framework that echoes an object is understood all the same."""
    if value is None:
        return ""
    return value if isinstance(value, str) else compact(value)


def offer(function: Json, param: str) -> ToolOffer:
    """One function on offer."""
    return ToolOffer(
        name=word(function.get("name"), f"{param}.name"),
        description=text_of(function.get("description"), f"{param}.description"),
        parameters=fields(function.get("parameters"), f"{param}.parameters"),
    )


def choice_of(value: object) -> tuple[Choice, str | None]:
    """`tool_choice` in its many forms: a word, a named tool, or a list of allowed tools with a mode."""
    if value is None:
        return "auto", None
    if value == "auto" or value == "none" or value == "required":
        return value, None
    given = fields(value, "tool_choice") if not isinstance(value, str) else {}
    if given.get("type") == "allowed_tools":
        return choice_of(fields(given.get("allowed_tools"), "tool_choice").get("mode") or given.get("mode"))
    name = given.get("name") or fields(given.get("function"), "tool_choice.function").get("name")
    if not isinstance(name, str):
        raise BadRequest("Invalid value for 'tool_choice'.", "tool_choice", "invalid_value")
    return "required", name


def joined(texts: Iterable[str]) -> str:
    """System text, wherever it stood, joined by blank lines."""
    return "\n\n".join(text for text in texts if text)


def pieces(text: str) -> list[str]:
    """A text cut into deltas: at least two where it has two characters, at most sixteen so that long ones are cheap."""
    count = min(_MOST_DELTAS, max(2, len(text) // 4))
    size = max(1, -(-len(text) // count))
    return [text[start : start + size] for start in range(0, len(text), size)]


def arguments_told(arguments: str, quirks: Quirks) -> str | Json:
    """A call's arguments as they travel: text, or the object that the text is, where a quirk wants it."""
    found = _object(arguments) if quirks.object_arguments else None
    return arguments if found is None else found


def _object(text: str) -> Json | None:
    """The JSON object that a text is. None where it is none, or says what no JSON can say (NaN, infinity)."""
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
