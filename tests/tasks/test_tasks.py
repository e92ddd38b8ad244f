"""A task's check knows right from wrong, and its perfect player finds its way through whatever is on offer."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tasks.base import Ask, Message, Reply, Task, Tool, ToolCall, ToolOffer, ToolRun
from tasks.dice import Dice
from tasks.multi_agent import MultiAgent
from tasks.structured_output import DiceReport, StructuredOutput

ROLL = ToolOffer("roll_dice", "Roll", {"type": "object", "properties": {"sides": {"type": "integer"}}})


def offer(tool: str, *required: str, **properties: Any) -> ToolOffer:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return ToolOffer(tool, f"{tool} leads on", schema)


def roll(task: Task, sides: Any = 20, times: int = 1) -> list[ToolRun]:
    tool = (task.tools or task.team[0].tools)[0]
    return [ToolRun("roll_dice", {"sides": sides}, tool(sides=sides), None, 0, 1) for _ in range(times)]


def played(task: Task, system: str, *messages: Message, tools: Sequence[ToolOffer] = (), **more: Any) -> Reply:
    return task.play(Ask(system, messages, tuple(tools), **more))


def arguments(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.tool_calls[0].arguments)
    return found


def test_the_same_seed_rolls_the_same_dice_and_another_seed_others() -> None:
    def values(seed: int) -> list[str | None]:
        return [run.result for run in roll(Dice(seed), times=20)]

    assert values(7) == values(7)
    assert values(7) != values(8)


def test_a_tool_is_a_plain_typed_function_with_argument_docs() -> None:
    tool = Dice(1).tools[0]
    assert tool.__name__ == "roll_dice"
    assert "Args:" in (inspect.getdoc(tool) or "")


def test_a_tap_sees_every_tool_of_a_task_and_of_its_team() -> None:
    for kind in (Dice, MultiAgent, StructuredOutput):
        seen: list[str] = []

        def tap(tool: Tool, seen: list[str] = seen) -> Tool:
            seen.append(tool.__name__)
            return tool

        kind(1, tap)
        assert seen == ["roll_dice"]


@pytest.mark.parametrize("task", [Dice(3), MultiAgent(3)], ids=["dice", "multi_agent"])
def test_the_number_must_be_the_number_rolled(task: Task) -> None:
    log = roll(task)
    value = int((log[0].result or "").split(": ")[1].split()[0])
    assert task.check(f"You rolled {value} with your 20-sided dice.", log) == []
    assert "should carry the number rolled" in task.check(f"You rolled {value + 1}.", log)[0]
    assert task.check("You rolled well.", log)
    assert task.check(f"My 1d20, a dice with 20 sides, shows {value}.", log) == []
    assert task.check(" ".join(map(str, range(1, 21))), log), "whoever names every number tells none"
    assert task.check(None, log) == ["the answer should be text; it is nothing"]


def test_naming_the_dice_is_not_telling_the_roll() -> None:
    log = [ToolRun("roll_dice", {"sides": 20}, "Roll #1: 20 on a 20-sided dice.", None, 0, 1)]
    assert Dice(1).check("I rolled your 20-sided dice, a fine d20 with 20 sides, roll #20.", log)
    assert Dice(1).check("I rolled your 20-sided dice: 20!", log) == []


@pytest.mark.parametrize(
    ("log_of", "complaint"),
    [
        (lambda task: [], "it ran 0 times"),
        (lambda task: roll(task, times=2), "it ran 2 times"),
        (lambda task: roll(task, sides=6), "it ran with {'sides': 6}"),
        (lambda task: [ToolRun("roll_dice", {"sides": "20"}, "Roll #1: 3 on a 20-sided dice.", None, 0, 1)], "'20'"),
        (lambda task: [ToolRun("roll_dice", {"sides": 20}, None, "ValueError: no", 0, 1)], "roll_dice failed"),
    ],
)
def test_the_tool_must_run_exactly_as_asked(log_of: Callable[[Task], list[ToolRun]], complaint: str) -> None:
    task = Dice(3)
    assert complaint in task.check("You rolled 1", log_of(task))[0]


def test_a_report_must_equal_what_was_rolled() -> None:
    task = StructuredOutput(6)
    log = roll(task, sides=6, times=3)
    values = [int((run.result or "").split(": ")[1].split()[0]) for run in log]
    right = {
        "name": "lucky three",
        "sides": 6,
        "rolls": [{"number": n, "value": v} for n, v in enumerate(values, 1)],
        "total": sum(values),
    }
    assert task.check(DiceReport.model_validate(right), log) == []
    assert "total should be" in task.check(DiceReport.model_validate({**right, "total": 99}), log)[0]
    assert "sides should be" in task.check(DiceReport.model_validate({**right, "sides": 20}), log)[0]
    swapped = [{"number": n, "value": v} for n, v in zip((2, 1, 3), values, strict=True)]
    thrice = [{"number": 1, "value": v} for v in values]
    assert values[0] != values[1]
    for rolls in (swapped, thrice):
        assert "rolls should be" in task.check(DiceReport.model_validate({**right, "rolls": rolls}), log)[0]
    assert "name should be" in task.check(DiceReport.model_validate({**right, "name": "Lucky"}), log)[0]
    assert "should be a DiceReport; it is dict" in task.check(right, log)[0]
    assert "should have run 3 times" in task.check(DiceReport.model_validate(right), log[:2])[0]


def test_the_player_works_then_answers() -> None:
    task = Dice(3)
    question = Message("user", task.prompt)
    first = played(task, task.instructions, question, tools=[ROLL])
    assert arguments(first) == {"sides": 20}
    call = first.tool_calls[0]
    history = (
        question,
        Message("assistant", "", (call,)),
        Message("tool", "Roll #1: 17 on a 20-sided dice.", (), call.id),
    )
    assert "17" in (played(task, task.instructions, *history, tools=[ROLL]).text or "")


def test_the_player_never_invents_a_roll() -> None:
    reply = played(Dice(3), "", Message("user", "Roll a 20-sided dice for me"))
    assert not reply.tool_calls
    assert "roll_dice" in (reply.text or "")
    assert not any(letter.isdigit() for letter in reply.text or "")


def test_the_player_finds_results_in_plain_text() -> None:
    seen = Message("user", "Observation:\nRoll #1: 12 on a 20-sided dice.")
    assert "12" in (played(Dice(3), "", seen, tools=[ROLL]).text or "")


def test_three_rolls_come_at_once_unless_the_framework_wants_one_at_a_time() -> None:
    task = StructuredOutput(3)
    question = Message("user", task.prompt)
    assert len(played(task, "", question, tools=[ROLL]).tool_calls) == 3
    assert len(played(task, "", question, tools=[ROLL], parallel_tool_calls=False).tool_calls) == 1
    together = played(task, "", question, tools=[ROLL]).tool_calls
    assert len({call.id for call in together}) == 3


THREE = Message("user", "Roll #1: 4 on a 6-sided dice. Roll #2: 2 on a 6-sided dice. Roll #3: 6 on a 6-sided dice.")


def test_a_typed_answer_comes_in_the_shape_on_offer() -> None:
    task = StructuredOutput(3)
    fields: dict[str, Any] = {name: {} for name in DiceReport.model_fields}
    by_tool = played(task, "", THREE, tools=[ROLL, offer("final_result", **fields)], tool_choice="required")
    assert by_tool.tool_calls[0].name == "final_result"
    by_text = played(task, "", THREE, tools=[ROLL], answer_schema=DiceReport.model_json_schema())
    for given in (arguments(by_tool), json.loads(by_text.text or "")):
        assert DiceReport.model_validate(given).total == 12


def test_a_schema_told_in_words_is_followed_in_whatever_finishes() -> None:
    task = StructuredOutput(3)
    told = f"The final answer must be JSON that fits this JSON schema: {json.dumps(DiceReport.model_json_schema())}"
    final = offer("final_answer", "answer", answer={"type": "string"})
    by_tool = played(task, told, THREE, tools=[ROLL, final], tool_choice="required")
    by_text = played(task, told, THREE, tools=[ROLL])
    for given in (arguments(by_tool)["answer"], by_text.text or ""):
        assert DiceReport.model_validate_json(given).total == 12


def test_a_framework_that_demands_a_tool_call_to_finish_gets_one() -> None:
    seen = Message("user", "Roll #1: 12 on a 20-sided dice.")
    final = offer("final_answer", "answer", answer={"type": "string"})
    reply = played(Dice(3), "", seen, tools=[ROLL, final], tool_choice="required")
    assert "12" in arguments(reply)["answer"]


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        (offer("transfer_to_reporter"), {}),
        (offer("handoff_to_reporter", "message", message={"type": "string"}, context={"type": "object"}), {"message"}),
    ],
)
def test_the_roller_hands_over_once_it_has_rolled(tool: ToolOffer, expected: dict[str, Any]) -> None:
    task = MultiAgent(3)
    seen = Message("user", "Roll #1: 12 on a 20-sided dice.")
    reply = played(task, task.roller.instructions, seen, tools=[ROLL, tool])
    assert reply.tool_calls[0].name == tool.name
    assert set(arguments(reply)) == set(expected)
    again = played(task, task.roller.instructions, seen, Message("assistant", "", reply.tool_calls), tools=[ROLL, tool])
    assert not again.tool_calls


def test_a_hand_over_tool_for_all_agents_gets_the_agent_and_the_news() -> None:
    task = MultiAgent(3)
    tool = ToolOffer(
        "handoff",
        "Hand over to one of: roller, reporter",
        {"properties": {"agent_name": {"enum": ["roller", "reporter"]}, "reason": {"type": "string"}}},
    )
    seen = Message("user", "Roll #1: 12 on a 20-sided dice.")
    given = arguments(played(task, task.roller.instructions, seen, tools=[ROLL, tool]))
    assert given["agent_name"] == "reporter"
    assert "12" in given["reason"]


def test_a_hand_over_tool_may_name_its_agents_in_its_description_alone() -> None:
    task = MultiAgent(3)
    text = {"type": "string"}
    properties = {"properties": {"to_agent": text, "reason": text}, "required": ["to_agent", "reason"]}
    tool = ToolOffer("handoff", "Currently available agents: {'reporter': 'Tells the user.'}", properties)
    seen = Message("user", "Roll #1: 12 on a 20-sided dice.")
    given = arguments(played(task, task.roller.instructions, seen, tools=[ROLL, tool]))
    assert given == {"to_agent": "reporter", "reason": task.play(Ask("", (seen,))).text}
    back = ToolOffer("handoff", "Currently available agents: {'roller': 'Rolls dice.'}", properties)
    assert not played(task, task.reporter.instructions, seen, tools=[back]).tool_calls, "it has the last word"


def test_an_orchestrator_asks_the_roller_then_the_reporter_then_answers() -> None:
    task = MultiAgent(3)
    tools = [offer(name, "prompt", prompt={"type": "string"}) for name in ("call_reporter", "call_roller")]
    seen: list[Message] = [Message("user", task.prompt)]
    for expected, result in (("call_roller", "Roll #1: 9 on a 20-sided dice."), ("call_reporter", "It was a 9.")):
        reply = played(task, "You orchestrate a roller and a reporter.", *seen, tools=tools)
        assert [call.name for call in reply.tool_calls] == [expected]
        seen += [Message("assistant", "", reply.tool_calls), Message("tool", result, (), reply.tool_calls[0].id)]
    last = played(task, "You orchestrate a roller and a reporter.", *seen, tools=tools)
    assert "9" in (last.text or "")


def test_a_hand_over_tool_that_names_nobody_leads_to_whom_the_conversation_names() -> None:
    task = MultiAgent(3)
    text = {"type": "string"}
    tool = offer("handoff_to_agent", "agent_name", "message", agent_name=text, message=text, context={"type": "object"})
    seen = Message("user", "Roll #1: 12 on a 20-sided dice.")
    members = Message("user", "Other agents available for collaboration:\nAgent name: reporter.")
    reply = played(task, task.roller.instructions, members, seen, tools=[ROLL, tool])
    assert arguments(reply) == {"agent_name": "reporter", "message": task.play(Ask("", (seen,))).text}
    done = Message("assistant", "", reply.tool_calls)
    assert not played(task, task.roller.instructions, members, seen, done, tools=[ROLL, tool]).tool_calls
    assert not played(task, task.roller.instructions, seen, tools=[ROLL, tool]).tool_calls, "nobody is named"


def test_the_reporter_asks_the_roller_and_has_the_last_word() -> None:
    task = MultiAgent(3)
    ask_roller = offer("ask_roller", "request", request={"type": "string"})
    question = Message("user", task.prompt)
    first = played(task, task.reporter.instructions, question, tools=[ask_roller])
    assert first.tool_calls[0].name == "ask_roller"
    told = Message("tool", "Here you are. Roll #1: 9 on a 20-sided dice.", (), first.tool_calls[0].id)
    last = played(task, task.reporter.instructions, question, told, tools=[ask_roller])
    assert "9" in (last.text or "")


def test_a_supervisor_outside_the_team_sends_the_roller_then_the_reporter_and_then_answers() -> None:
    """The supervisor sees only what each of them said last, and hand-backs that no model wrote."""
    task = MultiAgent(3)
    to_both = [offer("transfer_to_reporter"), offer("transfer_to_roller")]

    def back_from(sent: Reply, words: str) -> tuple[Message, ...]:
        hand_back = ToolCall("back", "transfer_back_to_supervisor", "{}")
        return (
            Message("assistant", "", sent.tool_calls),
            Message("tool", "Successfully transferred", (), sent.tool_calls[0].id),
            Message("assistant", words),
            Message("assistant", "Transferring back to supervisor", (hand_back,)),
            Message("tool", "Successfully transferred back to supervisor", (), "back"),
        )

    told: tuple[Message, ...] = (Message("user", task.prompt),)
    for name in ("roller", "reporter"):
        sent = played(task, "You supervise.", *told, tools=to_both, parallel_tool_calls=False)
        assert [call.name for call in sent.tool_calls] == [f"transfer_to_{name}"]
        told += back_from(sent, "Here you are. Roll #1: 9 on a 20-sided dice.")
    last = played(task, "You supervise.", *told, tools=to_both, parallel_tool_calls=False)
    assert not last.tool_calls
    assert "9" in (last.text or "")


def test_work_is_delegated_in_the_words_of_the_task_not_in_those_a_framework_wrapped_it_in() -> None:
    task = MultiAgent(3)
    text = {"type": "string"}
    delegate = ToolOffer(
        "delegate_work",
        "Delegate a task to one of the following coworkers: roller, reporter",
        {"properties": {"task": text, "coworker": text}, "required": ["task", "coworker"]},
    )
    wrapped = Message("user", f"Current Task: {task.prompt}\n\nThe reporter must return all of it, not a summary.")
    first = played(task, "You manage the team.", wrapped, tools=[delegate])
    assert arguments(first) == {"task": task.prompt, "coworker": "roller"}
    rolled = Message("tool", "Roll #1: 9 on a 20-sided dice.", (), first.tool_calls[0].id)
    history = (wrapped, Message("assistant", "", first.tool_calls), rolled)
    second = played(task, "You manage the team.", *history, tools=[delegate])
    assert arguments(second)["coworker"] == "reporter"
    assert "Roll #1: 9" in arguments(second)["task"]


def test_results_quoted_from_another_agent_are_found() -> None:
    task = MultiAgent(3)
    back = ToolOffer("transfer", "Transfer to another agent", {"properties": {"agent_name": {"enum": ["roller"]}}})
    quoted = Message("user", "[roller] `roll_dice` returned:\n<<<\n{'result': 'Roll #1: 9 on a 20-sided dice.'}")
    reply = played(task, task.reporter.instructions, Message("user", task.prompt), quoted, tools=[back])
    assert "9" in (reply.text or "")
    assert not reply.tool_calls


def test_a_role_is_recognised_by_its_instructions_wherever_the_framework_puts_them() -> None:
    task = MultiAgent(3)
    system = f"You are an agent.\n\n  {task.roller.instructions}\n\nBe nice."
    assert task.roller.speaks_in(Ask(system, ()))
    assert not task.reporter.speaks_in(Ask(system, ()))
