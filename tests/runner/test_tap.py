"""The tap tells of tool runs while their trial lasts."""

from __future__ import annotations

import json
import os

from scoreboard.runner.reports import Reports
from scoreboard.runner.tap import ToolLog


def double(number: int) -> str:
    """Makes a number twice as large."""
    return str(2 * number)


def test_a_closed_log_tells_nothing_more() -> None:
    ours, theirs = os.pipe()
    log = ToolLog(Reports(theirs), "trial")
    tool = log.tap(double)
    assert tool(1) == "2"
    log.close()
    assert tool(2) == "4"
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = [json.loads(line) for line in pipe]
    assert [line["event"] for line in told] == ["tool_started", "tool_finished"]
    assert (told[0]["arguments"], told[1]["result"]) == ({"number": 1}, "2")
