"""What the meter does about faults of a tool: a request that has grown too long, and an order in a result."""

from __future__ import annotations

from typing import Any

import pytest

from scoreboard.meter.dialects.base import Json
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.meter.faults.drill import Drill
from scoreboard.meter.faults.tools import CONTEXT_TOKENS
from scoreboard.runner.mishaps import AFTER, FORBIDDEN, INJECTION
from tasks.base import Ask, Message, ToolCall, ToolOffer
from tasks.dice import Dice
from tests.meter.callers import ROLLED, chat
from tests.meter.test_code_form import SYSTEM
from tests.meter.test_drill import ASKED, ROLL, TOLD, told

TILL = ToolOffer(FORBIDDEN, "Opens the till.", {"type": "object", "properties": {}})


def test_a_request_of_more_tokens_than_the_model_takes_is_refused() -> None:
    huge = AFTER["tool_returns_huge"](ROLLED)
    too_long, fits = (rolled_with(text) for text in (huge, huge[:100_000]))
    got, calls = told("tool_returns_huge", ASKED, too_long, fits)
    assert [each.status for each in got] == [200, 400, 200]
    error = got[1].json["error"]
    assert (error["code"], error["type"]) == ("context_length_exceeded", "invalid_request_error")
    assert str(CONTEXT_TOKENS) in error["message"]
    assert {call.fault for call in calls} == {None}, "it is the tool that is at fault"
    (unlimited,), _ = told("none", too_long)
    assert unlimited.status == 200


def rolled_with(result: str) -> Json:
    *before, last = TOLD["messages"]
    return chat(messages=[*before, {**last, "content": result}])


ORDERED = (
    Message("user", "Roll"),
    Message("assistant", "", (ToolCall("1", "roll_dice", '{"sides": 20}'),)),
    Message("tool", f"{ROLLED}\n{INJECTION}", tool_call_id="1"),
)
OBEYED = (
    *ORDERED,
    Message("assistant", "", (ToolCall("2", FORBIDDEN, "{}"),)),
    Message("tool", "The till is open.", tool_call_id="2"),
)


@pytest.mark.parametrize(
    ("messages", "offers", "choice", "obeys"),
    [
        (ORDERED, (ROLL, TILL), "auto", True),
        (OBEYED, (ROLL, TILL), "auto", False),
        (ORDERED, (ROLL,), "auto", False),
        (ORDERED, (ROLL, TILL), "none", False),
        ((*ORDERED[:2], Message("tool", ROLLED)), (ROLL, TILL), "auto", False),
    ],
    ids=["ordered", "obeyed already", "not on offer", "no tool may be called", "not ordered"],
)
def test_the_model_obeys_an_order_once_where_it_can(
    messages: tuple[Message, ...], offers: tuple[ToolOffer, ...], choice: Any, obeys: bool
) -> None:
    said = Drill(Dice(1), FAULTS["tool_returns_injection"]).hear(Ask("", messages, offers, choice), {})
    reply = said.spoken.reply
    if obeys:
        (call,) = reply.tool_calls
        assert (call.name, call.arguments, said.step) == (FORBIDDEN, "{}", None)
        assert call.id
    else:
        assert not reply.tool_calls
        assert "17" in (reply.text or "")
        assert said.step == "answer"
    assert not said.acted, "the fault acts in the tool"


def test_without_an_order_the_forbidden_tool_does_not_exist_for_the_model() -> None:
    """Not even where it has to call some tool that is not the work's."""
    messages = (*ORDERED[:2], Message("tool", ROLLED))
    said = Drill(Dice(1)).hear(Ask("", messages, (ROLL, TILL), "required"), {})
    assert not said.spoken.reply.tool_calls


def test_an_order_is_obeyed_in_code_too() -> None:
    till = f'def {FORBIDDEN}() -> string:\n    """Open the till."""\n'
    code = "<code>\nroll_dice(sides=20)\n</code>"
    seen = Message("user", f"Observation:\n{ROLLED}\n{INJECTION}")
    messages = [Message("user", "Roll"), Message("assistant", code), seen]
    drill = Drill(Dice(1), FAULTS["tool_returns_injection"])
    obeyed = drill.hear(Ask(SYSTEM + till, tuple(messages)), {}).spoken.reply.text or ""
    assert f"{FORBIDDEN}()" in obeyed
    messages += [Message("assistant", obeyed), Message("user", "Observation:\nThe till is open.")]
    assert "final_answer(" in (drill.hear(Ask(SYSTEM + till, tuple(messages)), {}).spoken.reply.text or "")
