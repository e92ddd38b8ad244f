"""A reply of the perfect model in the form that a framework asked for: as calls with ids, or as code."""

from __future__ import annotations

from dataclasses import replace

from scoreboard.meter import code_form
from scoreboard.meter.dialects.base import Turn
from tasks.base import Ask, Reply


def phrased(ask: Ask, said: Reply) -> Reply:
    """What stands on the wire, before its dialect: the same reply for the same request."""
    return code_form.as_code(ask, said) if code_form.is_wanted(ask) else with_ids(ask, said)


def with_ids(ask: Ask, said: Reply) -> Reply:
    """Gives an id to every call that has none yet; no two calls of a conversation share one."""
    turn = Turn({}, ask, said)
    calls = [
        call if call.id else replace(call, id=f"call_{turn.id_for(f'{index}/{call.name}')}")
        for index, call in enumerate(said.tool_calls)
    ]
    return replace(said, tool_calls=tuple(calls))


def stopped(said: Reply, stop: object) -> Reply:
    """The reply cut before the first stop sequence in its text, as every provider cuts it."""
    sequences = [stop] if isinstance(stop, str) else stop if isinstance(stop, list) else []
    text = said.text
    for sequence in sequences:
        if text and isinstance(sequence, str) and sequence:
            text = text.partition(sequence)[0]
    return replace(said, text=text)
