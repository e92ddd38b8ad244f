"""The dialects the meter speaks, by the path they live at."""

from __future__ import annotations

from scoreboard.meter.dialects.base import Dialect
from scoreboard.meter.dialects.openai_chat import OpenAIChat
from scoreboard.meter.dialects.openai_responses import OpenAIResponses

DIALECTS: dict[str, Dialect] = {dialect.path: dialect for dialect in (OpenAIChat(), OpenAIResponses())}


def dialect_at(path: str) -> Dialect | None:
    """The dialect of a path below the base URL, whatever slashes and query a client puts around it."""
    return DIALECTS.get(path.partition("?")[0].strip("/"))
