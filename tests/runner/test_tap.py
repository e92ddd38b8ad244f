"""The tap tells of tool runs while their trial lasts."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import Any

import pytest

from scoreboard.runner.mishaps import LOST, Mishap
from scoreboard.runner.reports import Reports
from scoreboard.runner.tap import ToolLog


class Listened:
    """A log, and all that it has told by the time it is read."""

    def __init__(self, fault: str = "") -> None:
        self._ours, self._theirs = os.pipe()
        self.log = ToolLog(Reports(self._theirs), "trial", Mishap(fault))

    def told(self) -> list[dict[str, Any]]:
        os.close(self._theirs)
        with os.fdopen(self._ours, "rb") as pipe:
            return [json.loads(line) for line in pipe]


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


def test_the_log_tells_what_the_tool_gave_and_what_its_caller_was_told() -> None:
    here = Listened("lost_acknowledgement")
    tool = here.log.tap(double)
    with pytest.raises(ConnectionError, match=LOST):
        tool(1)
    assert tool(2) == "4"
    begun, done, *others = here.told()
    assert begun["fault"] == "lost_acknowledgement"
    assert (done["result"], done["error"]) == ("2", f"ConnectionError: {LOST}")
    assert [line.get("fault", "") for line in others] == ["", ""]
    assert (others[1]["result"], others[1]["error"]) == ("4", None)


def test_a_run_that_the_fault_replaces_does_no_work() -> None:
    done = []
    here = Listened("tool_returns_nothing/always")

    def note(number: int) -> str:
        done.append(number)
        return "noted"

    tool = here.log.tap(note)
    assert [tool(1), tool(2)] == [None, None]
    assert done == []
    lines = here.told()
    assert [line["error"] for line in lines[1::2]] == ["NotDone: returned None"] * 2
    assert [line["fault"] for line in lines[::2]] == ["tool_returns_nothing/always"] * 2


def test_the_fault_strikes_one_of_the_runs_that_begin_at_the_same_time() -> None:
    here = Listened("tool_returns_nothing")
    tool, came, together = here.log.tap(double), [], threading.Barrier(20)

    def run() -> None:
        together.wait()
        came.append(tool(1))

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came, key=str) == ["2"] * 19 + [None]
    assert [line["fault"] for line in here.told() if line["event"] == "tool_started" and line["fault"]] == [
        "tool_returns_nothing"
    ]


def test_a_tool_hangs_until_its_trial_is_over_and_no_longer() -> None:
    here = Listened("tool_hangs")
    tool, raised = here.log.tap(double), []

    def run() -> None:
        try:
            tool(1)
        except TimeoutError as error:
            raised.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    here.log.close()
    thread.join()
    assert raised == ["the trial is over"]
    assert [line["event"] for line in here.told()] in ([], ["tool_started"]), "whatever ends later is nobody's"


def test_an_async_tool_that_hangs_holds_up_nobody_else() -> None:
    here = Listened("tool_hangs")

    async def later(number: int) -> str:
        return double(number)

    async def run() -> str:
        tool = here.log.tap(later)
        hanging = asyncio.create_task(tool(1))
        await asyncio.sleep(0)
        answer: str = await tool(2)
        here.log.close()
        with pytest.raises(TimeoutError):
            await hanging
        return answer

    assert asyncio.run(run()) == "4"
    assert [line["fault"] for line in here.told() if line["event"] == "tool_started"] == ["tool_hangs", ""]
