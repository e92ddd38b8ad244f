"""The split of a trial's time agrees with counting every nanosecond one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.meter.call import Call
from scoreboard.results.split import Split, split
from scoreboard.runner.outcome import Outcome
from tasks.base import ToolRun

Interval = tuple[int, int]
intervals = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


def call(start: int, end: int) -> Call:
    return Call(1, "POST", "chat/completions", "openai-chat", {}, b"", 200, {}, b"", start, start, end)


def tool(start: int, end: int) -> ToolRun:
    return ToolRun("roll_dice", {}, "4", None, start, end)


def measured(trial: Interval, calls: list[Interval], tools: list[Interval]) -> Split:
    log = tuple(tool(*each) for each in tools)
    return split(Outcome("answered", trial[0], trial[1], tool_log=log), [call(*each) for each in calls])


def counted(trial: Interval, calls: list[Interval], tools: list[Interval]) -> tuple[int, int, int, int]:
    """Brute force: look at each nanosecond."""
    total = model = in_tools = framework = 0
    for moment in range(*trial):
        in_model = any(start <= moment < end for start, end in calls)
        in_tool = any(start <= moment < end for start, end in tools)
        total += 1
        model += in_model
        in_tools += in_tool
        framework += not (in_model or in_tool)
    return total, model, in_tools, framework


@given(st.tuples(st.integers(0, 30), st.integers(30, 60)), intervals, intervals)
def test_split_agrees_with_brute_force(trial: Interval, calls: list[Interval], tools: list[Interval]) -> None:
    found = measured(trial, calls, tools)
    in_ns = [round(ms * 1e6) for ms in (found.total_ms, found.model_ms, found.tools_ms, found.framework_ms)]
    assert tuple(in_ns) == counted(trial, calls, tools)


def test_overlap_of_model_and_tools_is_taken_off_once() -> None:
    found = measured((0, 10_000_000), [(1_000_000, 5_000_000)], [(3_000_000, 7_000_000)])
    assert found == Split(total_ms=10.0, model_ms=4.0, tools_ms=4.0, framework_ms=4.0)


def test_a_tool_that_never_came_back_ran_until_the_end() -> None:
    hanging = ToolRun("roll_dice", {}, None, None, 2_000_000, 0)
    found = split(Outcome("timeout", 0, 10_000_000, tool_log=(hanging,)), [])
    assert (found.tools_ms, found.framework_ms) == (8.0, 2.0)
