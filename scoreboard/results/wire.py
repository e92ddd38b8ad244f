"""What the meter's calls prove about a trial: the tools' results were used, and every role of a team spoke."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import BadRequest
from scoreboard.meter.dialects.known import dialect_at
from tasks.base import Ask, Role, ToolRun


@dataclass(frozen=True)
class Heard:
    """One request that the model answered, in neutral form."""

    ordinal: int
    started_ns: int
    ask: Ask


def heard(calls: Sequence[Call]) -> list[Heard]:
    """The calls that reached the model and were answered: what was refused or failed proves nothing."""
    asks = [(call, read_ask(call)) for call in calls if is_answered(call)]
    return [Heard(call.ordinal, call.started_ns, ask) for call, ask in asks if ask]


def is_answered(call: Call) -> bool:
    """Whether the model, and not an error, answered this call."""
    return call.dialect is not None and 200 <= call.status < 300


def read_ask(call: Call) -> Ask | None:
    """The request of a call in neutral form; None where it is no request that its dialect knows."""
    dialect = dialect_at(call.path)
    try:
        body = json.loads(call.request_body)
        return dialect.read(body) if dialect and isinstance(body, dict) else None
    except (BadRequest, ValueError, RecursionError):
        return None


def users_of(run: ToolRun, asks: Sequence[Heard]) -> list[int]:
    """The calls, by ordinal, in whose messages the result of a tool went back to the model after the tool had run.

    White space does not count, and frameworks that wrap results in JSON are understood.
    """
    result = run.result or ""
    forms = {plain(result), plain(json.dumps(result)[1:-1]), plain(json.dumps(result, ensure_ascii=False)[1:-1])}
    later = [each for each in asks if each.started_ns >= run.finished_ns]
    return [each.ordinal for each in later if any(form in text for form in forms for text in texts_of(each.ask))]


def speakers(role: Role, asks: Sequence[Heard]) -> list[int]:
    """The calls, by ordinal, in which a role spoke to the model: its instructions are in the system text."""
    return [each.ordinal for each in asks if plain(role.instructions) in plain(each.ask.system)]


def texts_of(ask: Ask) -> list[str]:
    return [plain(message.text) for message in ask.messages]


def plain(text: str) -> str:
    """Without differences of white space."""
    return " ".join(text.split())
