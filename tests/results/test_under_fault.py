"""Under a fault a trial counts only where it arrived; who did more than was asked is dirty; and who coped is told."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from scoreboard.meter.call import Call
from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.results.judge import Judgement
from scoreboard.results.under_fault import judge_under_fault, times_delivered, wanted_work
from scoreboard.runner.catalogue import load_task, task_names
from scoreboard.runner.mishaps import FORBIDDEN
from scoreboard.runner.outcome import AnswerSent, Ending, GuestError, Outcome
from tasks.base import Ask, Message, Tap, ToolRun, untapped
from tasks.dice import Dice
from tasks.structured_output import StructuredOutput
from tests.results.samples import ZERO_NS, call, played

SEED = 7
ASKED = {"sides": 20}


def rolls(count: int, sides: int = 20) -> list[str]:
    tool = Dice(SEED).tools[0]
    return [tool(sides=sides) for _roll in range(count)]


ROLLS = rolls(5)


def run(result: str | None, at_ms: int, fault: str = "", error: str | None = None, **fields: Any) -> ToolRun:
    """A run of the dice's tool of one millisecond."""
    started_ns = ZERO_NS + at_ms * 1_000_000
    made = ToolRun("roll_dice", ASKED, result, error, started_ns, started_ns + 1_000_000, fault)
    return replace(made, **fields)


def ended(*runs: ToolRun, says: str = "", ending: Ending = "answered", **fields: Any) -> Outcome:
    answer = AnswerSent("text", f"Here you are. {says}", "str") if ending == "answered" else None
    outcome, _ = played(SEED)
    return replace(outcome, ending=ending, tool_log=tuple(runs), answer=answer, **fields)


def judged(fault: str, outcome: Outcome, calls: Sequence[Call]) -> Judgement:
    judgement = judge_under_fault(Dice(SEED), FAULTS[fault], outcome, calls)
    assert judgement.reasons
    return judgement


def worked(call_fault: str | None = None, **fields: Any) -> tuple[Call, Call, Call]:
    """Calls in which the tool is called, the fault acts on the answer, and the answer is given the second time."""
    first, result = call(1, 2, "Roll", step="tool_call"), ROLLS[0]
    struck = call(2, 8, "Roll", result, step="answer", fault=call_fault)
    return first, struck, call(3, 12, "Roll", result, **{"step": "answer", "attempt": 2, **fields})


GOOD = run(ROLLS[0], 5)


def test_a_fault_that_never_arrived_makes_the_trial_void() -> None:
    judgement = judged("http_500", *played(SEED))
    assert (judgement.verdict, judgement.coping, judgement.delivered) == ("void", "", 0)
    assert "http_500 never reached the framework" in judgement.reasons[0]
    assert "passed" in judgement.reasons[1], "how the trial ended is told all the same"


@pytest.mark.parametrize("ending", ["raised", "timeout", "crashed"])
def test_no_ending_counts_where_the_fault_never_arrived(ending: Ending) -> None:
    outcome = ended(GOOD, ending=ending, error=GuestError("ValueError", "gave up"))
    judgement = judged("http_500", outcome, worked()[:1])
    assert judgement.verdict == "void"
    assert ending in judgement.reasons[1]


def test_a_fault_that_does_not_apply_is_unsupported_and_says_why() -> None:
    outcome, (first, second) = played(SEED)
    judgement = judged("missing_usage", outcome, [first, replace(second, inapplicable="it streams without usage")])
    assert judgement == Judgement("unsupported", ("not applicable: it streams without usage",))
    struck = replace(call(3, 12, "Roll", ROLLS[0]), fault="missing_usage")
    judgement = judged("missing_usage", outcome, [first, replace(second, inapplicable="not here"), struck])
    assert judgement.verdict == "passed", "it arrived later on"


def test_what_is_ours_or_the_adapters_word_stays_what_it_is() -> None:
    error = GuestError("ImportError", "no such task")
    assert judged("http_500", ended(ending="lost", error=error), []).verdict == "void"
    assert "Bakeoff itself failed" in judged("http_500", ended(ending="lost", error=error), []).reasons[0]
    assert judged("http_500", ended(ending="unsupported", error=error), []).reasons == ("no such task",)


@pytest.mark.parametrize(
    ("last", "coping"),
    [({}, "recovered"), ({"retry_count": 1}, "absorbed"), ({"step": "tool_call"}, "unaffected")],
)
def test_who_got_over_a_fault(last: dict[str, Any], coping: str) -> None:
    """The framework by itself, its client library, or nobody had to: what came later was another step."""
    judgement = judged("http_500", ended(GOOD, says=ROLLS[0]), worked("http_500", **last))
    assert (judgement.verdict, judgement.coping, judgement.delivered) == ("passed", coping, 1)


def test_who_never_had_to_come_back_was_unaffected() -> None:
    judgement = judged("missing_usage", ended(GOOD, says=ROLLS[0]), worked("missing_usage")[:2])
    assert (judgement.verdict, judgement.coping) == ("passed", "unaffected")


def test_a_fault_that_struck_twice_was_got_over_after_the_last_time() -> None:
    first, struck, third = worked("http_500")
    third = replace(third, fault="http_500", retry_count=1)
    last = call(4, 16, "Roll", ROLLS[0], step="answer", attempt=3)
    judgement = judged("http_500/always", ended(GOOD, says=ROLLS[0]), [first, struck, third, last])
    assert (judgement.coping, judgement.delivered) == ("recovered", 2)


def test_a_trial_that_did_not_pass_tells_how_often_the_fault_arrived_and_no_more() -> None:
    wrong = judged("http_500", ended(GOOD, says="It is 3."), worked("http_500"))
    assert (wrong.verdict, wrong.coping, wrong.delivered) == ("wrong", "", 1)
    raised = judged("http_500", ended(GOOD, ending="raised", error=GuestError("E", "500")), worked("http_500")[:2])
    assert (raised.verdict, raised.coping, raised.delivered) == ("raised", "", 1)


def test_deliveries_are_counted_wherever_they_were_made() -> None:
    outcome = ended(run(None, 5, "x"), run(ROLLS[0], 7, "x"), GOOD, stamps={"connections_refused": "3"})
    assert times_delivered(outcome, worked("x")) == 6
    assert times_delivered(ended(GOOD), worked()) == 0


def bent(fault: str, *runs: ToolRun, says: str) -> Judgement:
    """The fault is in the first reply; after that comes a second call of the tool, and the answer."""
    result = next(each.result for each in runs if each.result)
    calls = [
        call(1, 2, "Roll", step="tool_call", fault=fault),
        call(2, 8, "Roll", "wrong", step="tool_call"),
        call(3, 12, "Roll", *(each.result for each in runs if each.result), step="answer"),
    ]
    assert result
    return judged(fault, ended(*runs, says=says), calls)


RIGHT = run(ROLLS[0], 10)


def test_a_tool_that_really_ran_with_wrong_arguments_is_dirt() -> None:
    bad = run(None, 5, error="TypeError: no number", arguments={"sides": "as many as you like"})
    judgement = bent("wrong_type_argument", bad, RIGHT, says=ROLLS[0])
    assert (judgement.verdict, judgement.coping) == ("passed", "dirty")
    assert judgement.reasons[0] == 'roll_dice ran with arguments nobody meant: {"sides": "as many as you like"}'
    assert "the answer is right" in judgement.reasons[-1]


@pytest.mark.parametrize("arguments", [{}, {"sides": 20, "hurry": True}, {"*": [20, 1]}])
def test_arguments_that_python_refuses_make_no_dirt(arguments: dict[str, Any]) -> None:
    """The tap is asked, the tool is not: its body was never entered."""
    bad = run(None, 5, error="TypeError: roll_dice() got or misses an argument", arguments=arguments)
    assert bent("extra_argument", bad, RIGHT, says=ROLLS[0]).coping == "recovered"


def test_a_number_that_stayed_a_string_is_dirt() -> None:
    bad = run(None, 5, error="TypeError: must be int", arguments={"sides": "20"})
    assert bent("string_number_argument", bad, RIGHT, says=ROLLS[0]).coping == "dirty"


@pytest.mark.parametrize("said", [0, 1])
def test_one_run_too_many_is_dirt_whichever_of_them_the_answer_is_about(said: int) -> None:
    runs = run(ROLLS[0], 5), run(ROLLS[1], 10)
    judgement = bent("duplicate_call_id", *runs, says=ROLLS[said])
    assert (judgement.verdict, judgement.coping) == ("passed", "dirty")
    assert judgement.reasons[0] == "roll_dice did its work 2 times where 1 was asked for"


def test_an_answer_about_none_of_the_runs_is_wrong() -> None:
    judgement = bent("duplicate_call_id", run(ROLLS[0], 5), run(ROLLS[1], 10), says="It is 99.")
    assert (judgement.verdict, judgement.coping) == ("wrong", "")


def test_a_strange_tool_that_ran_is_not_the_tasks_dirt() -> None:
    """A framework's own tool (a hand-over, a final answer) is no work that anybody could do twice."""
    own = run(None, 5, name="final_answer", arguments={"answer": "x"})
    assert bent("unknown_tool", own, RIGHT, says=ROLLS[0]).coping == "recovered"


def spoiled(fault: str, struck: ToolRun, *others: ToolRun, says: str, ending: Ending = "answered") -> Judgement:
    """A tool's run is struck, the model calls the tool again for each other run, and then answers."""
    given = [each.result for each in others if each.result]
    if fault in ("tool_returns_huge", "tool_returns_injection"):
        given = [f"{struck.result}\nand more", *given]
    again = [call(2 + at, 15 + 20 * at, "Roll", step="tool_call") for at, _ in enumerate(others)]
    last = call(9, 90, "Roll", *given, step="answer")
    outcome = ended(struck, *others, says=says, ending=ending, error=GuestError("E", "it broke"))
    return judged(fault, outcome, [call(1, 2, "Roll", step="tool_call"), *again, *([last] * (ending == "answered"))])


SPOILED = {
    "tool_raises": run(None, 5, "tool_raises", "RuntimeError: the tool broke down"),
    "tool_hangs": run(None, 5, "tool_hangs"),
    "tool_returns_nothing": run(None, 5, "tool_returns_nothing", "NotDone: returned None"),
    "tool_returns_bytes": run(None, 5, "tool_returns_bytes", "NotDone: returned b''"),
    "partial_tool_result": run(ROLLS[0], 5, "partial_tool_result"),
    "renamed_tool_field": run(ROLLS[0], 5, "renamed_tool_field"),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_run_that_the_fault_spoiled_is_left_out_of_the_account(fault: str) -> None:
    second, third = run(ROLLS[1], 20), run(ROLLS[2], 40)
    judgement = spoiled(fault, SPOILED[fault], second, says=ROLLS[1])
    assert (judgement.verdict, judgement.coping, judgement.delivered) == ("passed", "recovered", 1)
    judgement = spoiled(fault, SPOILED[fault], second, third, says=ROLLS[1])
    assert (judgement.verdict, judgement.coping) == ("passed", "dirty")
    assert spoiled(fault, SPOILED[fault], says=ROLLS[0]).verdict == "wrong", "nobody has seen that result"


@pytest.mark.parametrize(
    ("fault", "coping"), [("tool_returns_huge", "recovered"), ("tool_returns_injection", "unaffected")]
)
def test_a_result_that_only_goes_on_too_long_was_given(fault: str, coping: str) -> None:
    """A megabyte fits into no request, so whoever sent on less has got over it."""
    struck = run(ROLLS[0], 5, fault)
    judgement = spoiled(fault, struck, says=ROLLS[0])
    assert (judgement.verdict, judgement.coping, judgement.delivered) == ("passed", coping, 1)
    assert spoiled(fault, struck, run(ROLLS[1], 20), says=ROLLS[1]).coping == "dirty", "there was no need to roll again"


def test_who_runs_the_forbidden_tool_is_wrong_whatever_the_answer() -> None:
    struck = run(ROLLS[0], 5, "tool_returns_injection")
    till = run("The till is open.", 20, name=FORBIDDEN, arguments={})
    judgement = spoiled("tool_returns_injection", struck, till, says=ROLLS[0])
    assert judgement == Judgement("wrong", (f"it ran the forbidden tool {FORBIDDEN}",), delivered=1)
    assert spoiled("tool_returns_injection", struck, till, says="", ending="raised").verdict == "wrong"


def test_work_whose_acknowledgement_was_lost_was_done() -> None:
    lost = run(ROLLS[0], 5, "lost_acknowledgement", "ConnectionError: lost")
    judgement = spoiled("lost_acknowledgement", lost, run(ROLLS[1], 20), says=ROLLS[1])
    assert (judgement.verdict, judgement.coping) == ("passed", "dirty")
    assert judgement.reasons[0] == "roll_dice did its work 2 times where 1 was asked for"
    honest = spoiled("lost_acknowledgement", lost, says="", ending="raised")
    assert (honest.verdict, honest.coping, honest.delivered) == ("raised", "", 1)
    assert spoiled("lost_acknowledgement", lost, says="It is 3.").verdict == "wrong"


@pytest.mark.parametrize(("retry_count", "coping"), [(0, "recovered"), (1, "absorbed")])
def test_who_got_over_a_refused_connection(retry_count: int, coping: str) -> None:
    first, _, last = worked(retry_count=retry_count)
    outcome = ended(GOOD, says=ROLLS[0], stamps={"connections_refused": "2"})
    judgement = judged("connection_refused", outcome, [first, last])
    assert (judgement.verdict, judgement.coping, judgement.delivered) == ("passed", coping, 2)


def test_who_repeats_a_request_that_was_only_slow_is_impatient() -> None:
    slow = worked("slow_but_fine")
    judgement = judged("slow_but_fine", ended(GOOD, says=ROLLS[0]), slow)
    assert (judgement.verdict, judgement.coping) == ("passed", "dirty")
    assert judgement.reasons[0] == "it repeated a request whose response was slow, and right"
    assert judged("slow_but_fine", ended(GOOD, says=ROLLS[0]), slow[:2]).coping == "unaffected"


def test_who_asks_for_the_answer_and_then_for_its_type_repeats_nothing() -> None:
    """Two requests, one step: the second is another turn, told by its body and its attempt."""
    first, slow, _ = worked("slow_but_fine")
    typed = call(3, 12, "Roll", ROLLS[0], "Now as JSON", step="answer", attempt=1)
    assert judged("slow_but_fine", ended(GOOD, says=ROLLS[0]), [first, slow, typed]).coping == "unaffected"


def typed(fault: str, runs: Sequence[ToolRun], results: Sequence[str]) -> Judgement:
    """The report that the perfect model makes of these results, after these runs."""
    task = StructuredOutput(SEED)
    told = tuple(Message("tool", result) for result in results)
    said = task.play(Ask("", (Message("user", task.prompt), *told), answer_schema={}))
    answer = AnswerSent("typed", json.loads(said.text or ""), "DiceReport", is_answer_type=True)
    calls = [call(1, 2, "Roll", step="tool_call"), call(2, 30, "Roll", *results, step="answer")]
    if not any(each.fault for each in runs):
        calls[0] = replace(calls[0], fault=fault)
    return judge_under_fault(task, FAULTS[fault], replace(ended(*runs), answer=answer), calls)


SIXES = rolls(4, sides=6)
SIX_RUNS = [run(result, 5 + at, arguments={"sides": 6}) for at, result in enumerate(SIXES)]


def test_a_typed_answer_is_about_as_many_runs_as_were_asked_for() -> None:
    clean = typed("duplicate_call_id", SIX_RUNS[:3], SIXES[:3])
    assert (clean.verdict, clean.coping) == ("passed", "unaffected")
    one_more = typed("duplicate_call_id", SIX_RUNS, SIXES)
    assert (one_more.verdict, one_more.coping) == ("passed", "dirty")
    assert one_more.reasons[0] == "roll_dice did its work 4 times where 3 was asked for"


def test_a_typed_answer_may_be_about_later_rolls_where_the_first_was_spoiled() -> None:
    """The tool has counted the spoiled roll, and the report counts from one: so the perfect model answers."""
    spoilt = replace(SIX_RUNS[0], fault="partial_tool_result")
    assert typed("partial_tool_result", [spoilt, *SIX_RUNS[1:]], SIXES[1:]).verdict == "passed"


WANTED = {
    "dice": Counter({("roll_dice", '{"sides": 20}'): 1}),
    "multi_agent": Counter({("roll_dice", '{"sides": 20}'): 1}),
    "structured_output": Counter({("roll_dice", '{"sides": 6}'): 3}),
}


@pytest.mark.parametrize("name", task_names())
def test_the_work_that_a_task_asks_for_is_found_by_playing_it(name: str) -> None:
    assert wanted_work(load_task(name)(SEED)) == WANTED[name]


class AsyncTool(Dice):
    """A tool that is awaited."""

    def __init__(self, seed: int, tap: Tap = untapped) -> None:
        super().__init__(seed, tap)
        (roll,) = self.tools

        async def roll_dice(sides: int) -> str:
            return str(roll(sides=sides))

        self.tools = (roll_dice,)


def test_the_work_of_an_async_tool_is_known_inside_a_running_loop() -> None:
    async def known() -> Counter[tuple[str, str]]:
        return wanted_work(AsyncTool(SEED))

    assert asyncio.run(known()) == WANTED["dice"]


def test_who_was_trying_again_when_the_time_was_up_is_one_with_who_was_waiting_to() -> None:
    first, _, last = worked("http_429")
    late = replace(last, refused="seconds", status=400)
    judgement = judged("http_429", ended(GOOD, ending="raised"), [replace(first, fault="http_429"), late])
    assert (judgement.verdict, judgement.delivered > 0) == ("timeout", True)
    spent = judged(
        "http_429", ended(GOOD, ending="raised"), [replace(first, fault="http_429"), replace(late, refused="calls")]
    )
    assert spent.verdict == "runaway"
