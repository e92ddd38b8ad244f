"""A framework that wants Python code gets Python code, and the perfect player never notices."""

from __future__ import annotations

import json

import pytest

from scoreboard.meter.code_form import as_code, is_wanted, with_offers
from scoreboard.meter.sim import reply, stopped
from tasks.base import Ask, Message, Reply, ToolCall, ToolOffer
from tasks.dice import Dice

SYSTEM = '''You write code.
The code sequence must be opened with '<code>', and closed with '</code>'.
You only have access to these tools, behaving like regular python functions:
<code>
def roll_dice(sides: integer) -> string:
    """Roll a dice with the given number of sides.

    Args:
        sides: The number of sides of the dice.
    """

def final_answer(answer: any) -> any:
    """Provides a final answer to the given problem.

    Args:
        answer: The final answer to the problem
    """
</code>
def roller(task: str, additional_args: dict[str, Any] = None) -> str:
    """Rolls."""
'''


def test_functions_in_the_system_prompt_are_tools_on_offer() -> None:
    ask = with_offers(Ask(SYSTEM, (Message("user", "Roll"),)))
    assert [offer.name for offer in ask.tools] == ["roll_dice", "final_answer", "roller"]
    assert ask.tools[0].parameters["properties"] == {"sides": {"type": "integer"}}
    assert ask.tools[0].description.startswith("Roll a dice with the given number of sides. Args: sides:")
    assert ask.tools[2].parameters["required"] == ["task"]
    assert ask.tool_choice == "required"


def test_code_is_written_only_where_it_is_wanted() -> None:
    assert is_wanted(Ask(SYSTEM, ()))
    assert not is_wanted(Ask("You roll dice.", ()))
    assert not is_wanted(Ask(SYSTEM, (), (ToolOffer("roll_dice", "", {}),)))


def test_the_perfect_player_rolls_and_answers_in_code() -> None:
    task = Dice(1)
    first = reply(task, Ask(SYSTEM, (Message("user", "Roll"),)))
    assert not first.tool_calls
    assert "<code>\nresult_1 = roll_dice(sides=20)\nprint(result_1)\n</code>" in (first.text or "")
    seen = Message("user", "Observation:\nExecution logs:\nRoll #1: 17 on a 20-sided dice.\n")
    last = reply(task, Ask(SYSTEM, (Message("user", "Roll"), Message("assistant", first.text or ""), seen)))
    assert "<code>\nfinal_answer(answer='Here you are. Roll #1: 17 on a 20-sided dice.')\n</code>" in (last.text or "")


@pytest.mark.parametrize("arguments", ["not json", "[1]", json.dumps({"no name": 1})])
def test_arguments_that_are_none_are_written_as_they_are(arguments: str) -> None:
    said = as_code(Ask(SYSTEM, ()), Reply(tool_calls=(ToolCall("1", "roll_dice", arguments),)))
    assert f"roll_dice({arguments})" in (said.text or "")


@pytest.mark.parametrize(
    ("stop", "left"),
    [(["</code>", "b"], "<code>a "), ("a", "<code>"), (None, "<code>a b</code>"), ([""], "<code>a b</code>")],
)
def test_a_reply_ends_before_a_stop_sequence(stop: object, left: str) -> None:
    assert stopped(Reply(text="<code>a b</code>"), stop).text == left
