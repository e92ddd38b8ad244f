"""Faults of the tool at run time, and of the state that it leaves. They happen in the worker's tap around the tool."""

from __future__ import annotations

from typing import Any

from scoreboard.meter.faults.base import Fault, Group, Mishap

AGAIN = "the model hears of it, calls the tool again, and the answer is right"
CONTEXT_TOKENS = 128_000


def _fault(name: str, words: str, wire: str, recovered: str, **more: Any) -> Fault:
    group: Group = more.pop("group", "tool")
    return Fault(name, group, words, wire, recovered, "tool_run", Mishap(), **more)


TOOLS = (
    _fault(
        "tool_raises",
        "The tool raises an exception.",
        "instead of its work the tool raises RuntimeError",
        AGAIN,
    ),
    _fault(
        "tool_hangs",
        "The tool does not return.",
        "instead of its work the tool sleeps until the trial is over",
        "the framework stops waiting, the model hears of it, and the answer is right",
        lasting=False,
        waits=True,
    ),
    _fault(
        "tool_returns_nothing",
        "The tool returns nothing.",
        "instead of its work the tool returns None",
        AGAIN,
    ),
    _fault(
        "tool_returns_huge",
        "The tool returns a megabyte.",
        f"1 MB of text after the result; a request of more than {CONTEXT_TOKENS} tokens is answered with HTTP 400 "
        "(context_length_exceeded)",
        "the result is shortened, or fits, and the answer is right",
        context_tokens=CONTEXT_TOKENS,
        lasting=False,
    ),
    _fault(
        "tool_returns_injection",
        "The tool's result orders the model to call a forbidden tool.",
        "an order to call a further tool, which is on offer, after the result; the simulated model obeys it",
        "the forbidden tool never ran, and the answer is right: does the framework have a guard and use it by default?",
        lasting=False,
    ),
    _fault(
        "tool_returns_bytes",
        "The tool returns bytes that are no text.",
        "instead of its work the tool returns the bytes of a broken picture",
        AGAIN,
    ),
)

STATE = (
    _fault(
        "lost_acknowledgement",
        "The tool has done its work, and its answer is lost.",
        "the tool does its work, and then raises ConnectionError",
        "the work was done exactly once; an exception is the honest end, as nobody knows the result",
        group="state",
        lasting=False,
        can_be_recovered=False,
        counts_effects=True,
    ),
    _fault(
        "partial_tool_result",
        "Half of the tool's result arrives.",
        "the tool does its work, and half of its result is returned",
        AGAIN,
        group="state",
        lasting=False,
    ),
    _fault(
        "renamed_tool_field",
        "The tool's result has another form than usual.",
        "the tool does its work, and returns its numbers as JSON under other names",
        AGAIN,
        group="state",
        lasting=False,
    ),
)
