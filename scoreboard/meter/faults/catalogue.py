"""The catalogue: every fault there is, by name, in the order in which tables show them."""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.meter.faults.answers import ANSWERS
from scoreboard.meter.faults.base import Fault
from scoreboard.meter.faults.provider import CONTROL, PROVIDER
from scoreboard.meter.faults.tool_calls import ENDLESS, TOOL_CALLS
from scoreboard.meter.faults.tools import STATE, TOOLS

_ONCE: Sequence[Fault] = (*TOOL_CALLS, *ANSWERS, *PROVIDER, *TOOLS, *STATE, *CONTROL, *ENDLESS)
FAULTS: dict[str, Fault] = {
    fault.name: fault
    for once in _ONCE
    for fault in ([once, once.for_ever()] if once.lasting and not once.always else [once])
}


def fault_named(name: str) -> Fault | None:
    """The fault of a trial; None where nothing is to go wrong."""
    return FAULTS.get(name)


def groups() -> list[str]:
    """The groups, in the catalogue's order."""
    return list(dict.fromkeys(fault.group for fault in FAULTS.values()))
