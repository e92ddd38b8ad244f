"""When a fault is due and when it is not: once is once, a stubborn model repeats itself, and not all applies to all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import Json
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.meter.faults.drill import OFFERED_ONCE, Drill
from tasks.base import Ask, Message, Reply, Task, ToolCall, ToolOffer
from tasks.multi_agent import MultiAgent
from tests.meter.callers import FUNCTION, ROLLED, Got, kitchen
from tests.meter.forms import Form

CHAT = "chat/completions"
FORM = Form(CHAT, streamed=False)
ASKED, TOLD = FORM.request("dice", has_results=False), FORM.request("dice", has_results=True)
ROLL = ToolOffer("roll_dice", "Rolls.", FUNCTION["parameters"])  # type: ignore[arg-type]


def told(fault: str, *bodies: Json, task: str = "dice", mistakes: int = 1) -> tuple[list[Got], list[Call]]:
    """One trial in which these requests are made one after the other."""

    async def run() -> tuple[list[Got], list[Call]]:
        async with kitchen(mistakes=mistakes) as here:
            guest = await here.admit(task, fault=fault)
            got = [await guest.post(CHAT, body) for body in bodies]
            return got, await here.calls(guest)

    return asyncio.run(run())


def message(got: Got) -> Any:
    return got.json["choices"][0]["message"]


@pytest.mark.parametrize("fault", ["empty_answer", "cut_answer", "no_choices"])
def test_a_stubborn_model_makes_its_mistake_three_times(fault: str) -> None:
    got, calls = told(fault, ASKED, *[TOLD] * 4, mistakes=3)
    assert [call.fault for call in calls] == [None, fault, fault, fault, None]
    assert [call.attempt for call in calls] == [1, 1, 2, 3, 4]
    assert message(got[-1])["content"].startswith("Here you are.")


@pytest.mark.parametrize("fault", ["http_500", "stream_garbage", "html_error_page_200"])
def test_a_stubborn_model_does_not_make_its_provider_stubborn(fault: str) -> None:
    _, calls = told(fault, ASKED, TOLD, TOLD, mistakes=3)
    assert [call.fault for call in calls] == [None, fault, None]


def test_a_stubborn_model_is_one_that_says_the_same_after_it_was_told_of_its_mistake() -> None:
    heard_of_it = {**ASKED, "messages": [*ASKED["messages"], {"role": "user", "content": "No such tool. Try again."}]}
    _, calls = told("unknown_tool", ASKED, heard_of_it, ASKED, ASKED, mistakes=3)
    assert [call.fault is not None for call in calls] == [True, True, True, False]
    assert [call.attempt for call in calls] == [1, 1, 2, 3], "the second request is a turn of its own"


def test_the_same_request_again_is_a_retry_only_after_a_failure() -> None:
    _, calls = told("http_500", ASKED, ASKED, TOLD, TOLD, TOLD)
    assert [(call.status, call.attempt) for call in calls] == [(200, 1), (200, 1), (500, 1), (200, 2), (200, 2)]


def test_a_twin_of_a_request_that_still_runs_is_no_retry() -> None:
    async def run() -> list[Call]:
        async with kitchen() as here:
            guest = await here.admit(fault="stalled_stream")
            await guest.post(CHAT, ASKED)
            async with here.session.post(f"{guest.base_url}/{CHAT}", data=json.dumps(TOLD).encode()) as stalled:
                await stalled.content.readany()
                await guest.post(CHAT, json.dumps(TOLD).encode())
                stalled.close()
            await guest.post(CHAT, json.dumps(TOLD).encode())
            return await here.calls(guest)

    calls = asyncio.run(run())
    assert [(call.fault, call.complete, call.attempt) for call in calls] == [
        *[(None, True, 1), ("stalled_stream", False, 1)],
        *[(None, True, 1), (None, True, 2)],
    ]


def test_once_is_once_for_requests_at_the_same_time() -> None:
    async def run() -> list[Call]:
        async with kitchen() as here:
            guest = await here.admit(fault="http_500")
            await asyncio.gather(*(guest.post(CHAT, TOLD) for _ in range(5)))
            return await here.calls(guest)

    assert sorted(call.status for call in asyncio.run(run())) == [200] * 4 + [500]


def rolled_on(got: Sequence[Got]) -> Json:
    """The conversation that goes on after every one of these replies."""
    messages = list(ASKED["messages"])
    for each in got:
        calls = message(each)["tool_calls"]
        messages += [message(each), *({"role": "tool", "tool_call_id": c["id"], "content": ROLLED} for c in calls)]
    return {**ASKED, "messages": messages}


def test_who_never_finishes_calls_on_until_the_tool_is_not_on_offer() -> None:
    async def run() -> tuple[list[Got], Got, list[Call]]:
        async with kitchen() as here:
            guest = await here.admit(fault="never_finishes")
            got: list[Got] = []
            for _turn in range(6):
                got.append(await guest.post(CHAT, rolled_on(got)))
            last = await guest.post(CHAT, {**rolled_on(got), "tool_choice": "none"})
            return got, last, await here.calls(guest)

    got, last, calls = asyncio.run(run())
    made = [call for each in got for call in message(each)["tool_calls"]]
    assert len({call["id"] for call in made}) == len(made) == 6
    assert {json.dumps(call["function"]) for call in made} == {
        json.dumps({"name": "roll_dice", "arguments": '{"sides": 20}'})
    }
    assert "17" in message(last)["content"]
    assert [call.fault is not None for call in calls] == [False, *[True] * 5, False]
    assert {call.attempt for call in calls} == {1}


def test_a_call_cannot_be_repeated_where_its_tool_is_offered_once() -> None:
    _, calls = told("repeated_identical_call", ASKED, {**TOLD, "tools": []})
    assert [(call.fault, call.inapplicable) for call in calls] == [(None, None), (None, OFFERED_ONCE)]


def test_usage_that_nobody_asked_for_cannot_be_missing() -> None:
    streamed = {**TOLD, "stream": True}
    _, calls = told("missing_usage", ASKED, streamed)
    assert [(call.fault, call.inapplicable) for call in calls] == [
        (None, None),
        (None, "it streams without asking for the usage"),
    ]


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS.values() if fault.step == "typed_answer"], ids=lambda fault: fault.name
)
def test_a_typed_answer_that_travels_as_arguments_has_nothing_around_it(fault: Any) -> None:
    """What is wrong with the value itself is wrong there too."""
    body = FORM.request("structured_output", has_results=True)
    schema = body.pop("response_format")["json_schema"]["schema"]
    body["tools"] += [{"type": "function", "function": {"name": "final", "description": "", "parameters": schema}}]
    (perfect,), _ = told("none", body, task="structured_output")
    (got,), (call,) = told(fault.name, body, task="structured_output")
    if fault.base in ("fenced_json", "prose_around_json"):
        assert call.inapplicable == "the typed answer travels as a tool's arguments, not as text"
        assert call.fault is None
        assert got.body == perfect.body
        return
    assert (call.fault, call.inapplicable) == (fault.name, None)
    meant, said = (message(each)["tool_calls"][0] for each in (perfect, got))
    assert said["function"]["name"] == meant["function"]["name"] == "final"
    assert said["function"]["arguments"] != meant["function"]["arguments"]


class Words(Task):
    """A task whose tool takes words alone."""

    title = "Words"
    shape = "agent"

    def __init__(self) -> None:
        def look_up(word: str) -> str:
            return word

        self.prompt = "Look up"
        self.tools = (look_up,)

    def play(self, ask: Ask) -> Reply:
        return Reply(tool_calls=(ToolCall("c", "look_up", '{"word": "dice"}'),))


def test_where_no_argument_is_a_number_none_can_come_as_a_string() -> None:
    said = Drill(Words(), FAULTS["string_number_argument"]).hear(Ask("", (Message("user", "Look up"),)), {})
    assert (said.acted, said.inapplicable) == (False, "no argument is a number")
    assert said.spoken.reply.tool_calls[0].arguments == '{"word": "dice"}'


def test_of_a_team_the_fault_meets_whose_work_it_is() -> None:
    team = MultiAgent(1)
    hand_over = ToolOffer("transfer_to_roller", "To the roller.", {"type": "object", "properties": {}})
    asked = (Message("user", team.prompt),)
    drill = Drill(team, FAULTS["unknown_tool"])
    assert not drill.hear(Ask("You lead.", asked, (hand_over,)), {}).acted, "handing over is no work"
    assert drill.hear(Ask(team.roller.instructions, asked, (ROLL,)), {}).acted
    drill = Drill(team, FAULTS["empty_answer"])
    known = (*asked, Message("user", ROLLED))
    assert not drill.hear(Ask(team.roller.instructions, known), {}).acted, "the worker's words are no answer"
    assert drill.hear(Ask(team.reporter.instructions, known), {}).acted
