"""A framework that wants Python code gets Python code, and the perfect player never notices."""

from __future__ import annotations

import json

import pytest

from scoreboard.meter.code_form import as_code, is_wanted, with_offers
from scoreboard.meter.faults.drill import Drill
from scoreboard.meter.phrase import stopped
from tasks.base import Ask, Message, Reply, Task, ToolCall, ToolOffer
from tasks.dice import Dice
from tasks.multi_agent import MultiAgent

SYSTEM = '''You are an expert assistant who can solve any task using code blobs.
The code sequence must be opened with '<code>', and closed with '</code>'.
Here are a few examples using notional tools:
---
Thought: I will now generate an image showcasing the oldest person.
<code>
image = image_generator("A portrait of John Doe, a 55-year-old man living in Canada.")
final_answer(image)
</code>
---
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
'''
MEMBER = '''You can also give tasks to team members.
<code>
def {name}(task: str, additional_args: dict[str, Any]) -> str:
    """{description}

    Args:
        task: Long detailed description of the task.
        additional_args: Dictionary of extra inputs to pass to the managed agent, e.g. images, dataframes.
    """

</code>
'''


def phrased_by(task: Task, ask: Ask) -> Reply:
    """What the simulated model says to a request, in the form it was asked for."""
    return Drill(task).hear(ask, {}).spoken.reply


def test_functions_in_the_system_prompt_are_tools_on_offer() -> None:
    ask = with_offers(Ask(SYSTEM + MEMBER.format(name="roller", description="Rolls."), (Message("user", "Roll"),)))
    assert [offer.name for offer in ask.tools] == ["roll_dice", "final_answer", "roller"]
    assert ask.tools[0].parameters["properties"] == {"sides": {"type": "integer"}}
    assert ask.tools[0].description.startswith("Roll a dice with the given number of sides. Args: sides:")
    assert ask.tools[2].parameters["properties"] == {"task": {"type": "string"}, "additional_args": {"type": "object"}}
    assert ask.tools[2].parameters["required"] == ["task", "additional_args"]
    assert ask.tool_choice == "required"


def test_an_argument_with_a_default_need_not_be_given() -> None:
    told = 'def roller(task: str, count: int = 3) -> str:\n    """Rolls."""\n'
    assert with_offers(Ask(SYSTEM + told, ())).tools[2].parameters["required"] == ["task"]


def test_calls_in_code_are_calls_and_what_came_of_them_is_a_result() -> None:
    code = "Thought: Roll.\n<code>\nprint(roll_dice(6))\nside = 20\nroll_dice(sides=side)\n</code>\nCalling tools:\n[]"
    observation = Message("user", "Observation:\nExecution logs:\nRoll #1: 4 on a 6-sided dice.")
    ask = with_offers(Ask(SYSTEM, (Message("user", "Roll"), Message("assistant", code), observation)))
    assert [(call.name, json.loads(call.arguments)) for call in ask.messages[1].tool_calls] == [
        ("roll_dice", {"sides": 6}),
        ("roll_dice", {"sides": "side"}),
    ]
    assert [message.role for message in ask.messages] == ["user", "assistant", "tool"]


@pytest.mark.parametrize("code", ["roll_dice(", "roll_dice\0()", "no code at all", "(" * 10_000])
def test_code_that_is_none_calls_nothing(code: str) -> None:
    ask = with_offers(Ask(SYSTEM, (Message("assistant", f"<code>\n{code}\n</code>"),)))
    assert ask.messages[0].tool_calls == ()


def test_code_is_written_only_where_it_is_wanted() -> None:
    assert is_wanted(Ask(SYSTEM, ()))
    assert not is_wanted(Ask("You roll dice.", ()))
    assert not is_wanted(Ask(SYSTEM, (), (ToolOffer("roll_dice", "", {}),)))


def test_the_perfect_player_rolls_and_answers_in_code() -> None:
    task = Dice(1)
    first = phrased_by(task, Ask(SYSTEM, (Message("user", "Roll"),)))
    assert not first.tool_calls
    assert "<code>\nresult_1 = roll_dice(sides=20)\nprint(result_1)\n</code>" in (first.text or "")
    seen = Message("user", "Observation:\nExecution logs:\nRoll #1: 17 on a 20-sided dice.\n")
    last = phrased_by(task, Ask(SYSTEM, (Message("user", "Roll"), Message("assistant", first.text or ""), seen)))
    assert "<code>\nfinal_answer(answer='Here you are. Roll #1: 17 on a 20-sided dice.')\n</code>" in (last.text or "")


def test_who_has_rolled_tells_the_reporter_once() -> None:
    task = MultiAgent(3)
    system = SYSTEM + MEMBER.format(name="reporter", description=task.reporter.description) + task.roller.instructions
    rolled = Message("user", "Observation:\nExecution logs:\nRoll #1: 17 on a 20-sided dice.\n")
    work = (Message("user", "New task:\nRoll"), Message("assistant", "<code>\nroll_dice(sides=20)\n</code>"), rolled)
    told = phrased_by(task, Ask(system, work)).text or ""
    assert "reporter(task='Here you are. Roll #1: 17 on a 20-sided dice.', additional_args={})" in told
    reported = Message("user", "Observation:\nExecution logs:\nHere is the final answer from your managed agent")
    last = phrased_by(task, Ask(system, (*work, Message("assistant", told), reported))).text or ""
    assert "\nfinal_answer(answer='Here you are. Roll #1: 17 on a 20-sided dice.')\n" in last


def test_who_gives_a_task_away_a_second_time_gives_the_task_not_what_was_observed() -> None:
    task = MultiAgent(3)
    system = SYSTEM.replace("roll_dice", "other") + MEMBER.format(name="roller", description="Rolls.")
    asked = (Message("user", "New task:\nRoll"), Message("assistant", "<code>\nroller(task='Roll')\n</code>"))
    again = phrased_by(
        task, Ask(system, (*asked, Message("user", "Observation:\nExecution logs:\nThe dice fell down.")))
    )
    assert "roller(task='Roll a 20-sided dice for me', additional_args={})" in (again.text or "")


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
