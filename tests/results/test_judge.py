"""Each way a trial can end has its verdict, and each verdict its reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from scoreboard.meter.call import Call
from scoreboard.results.judge import Judgement, judge
from scoreboard.runner.outcome import AnswerSent, Ending, GuestError, Outcome
from tasks.base import Role, Task, ToolRun

RESULT = 'Roll #1: 17 on a "20-sided" dice, für dich.'


class Report(BaseModel):
    total: int = Field(ge=1)


class Plain(Task):
    """Right when the answer has a 17, as text or as a report."""

    title = "A task for the judge"
    shape = "agent"

    def __init__(self, *, typed: bool = False, team: tuple[Role, ...] = ()) -> None:
        self.prompt = "Roll"
        self.team = team
        self.answer_type = Report if typed else None

    def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
        right = answer.total == 17 if isinstance(answer, Report) else answer in ("It is 17", {"total": 17})
        return [] if right else [f"the answer should be 17; it is {answer!r}"]


def chat(ordinal: int, started_ns: int, *texts: str, system: str = "You roll dice.", **fields: Any) -> Call:
    messages = [{"role": "system", "content": system}, *({"role": "user", "content": text} for text in texts)]
    body = json.dumps({"model": "sim", "messages": messages}).encode()
    call = Call(
        ordinal, "POST", "chat/completions", "openai-chat", {}, body, 200, {}, b"{}", started_ns, started_ns, started_ns
    )
    return replace(call, **fields)


ROLL = ToolRun("roll_dice", {"sides": 20}, RESULT, None, started_ns=20, finished_ns=30)
CALLS = (chat(1, 10, "Roll"), chat(2, 40, "Roll", RESULT))


def ended(ending: Ending = "answered", **fields: Any) -> Outcome:
    fields = {"answer": AnswerSent("text", "It is 17", "str"), "tool_log": (ROLL,), **fields}
    return Outcome(ending, 0, 2_500_000_000, **fields)


def verdict(outcome: Outcome, calls: Sequence[Call] = CALLS, task: Task | None = None) -> str:
    judgement = judge(task or Plain(), outcome, calls)
    assert judgement.reasons
    assert all(reason and "\n" not in reason for reason in judgement.reasons)
    return judgement.verdict


def why(judgement: Judgement) -> str:
    return "\n".join(judgement.reasons)


def test_a_right_answer_that_the_wire_proves_has_passed() -> None:
    judgement = judge(Plain(), ended(), CALLS)
    assert judgement.verdict == "passed"
    assert judgement.reasons == (
        "the answer is right; the result of roll_dice (run 1) went back to the model in call 2",
    )


def test_a_wrong_answer_says_what_is_wrong() -> None:
    judgement = judge(Plain(), ended(answer=AnswerSent("text", "It is 3")), CALLS)
    assert judgement == Judgement("wrong", ("the answer should be 17; it is 'It is 3'",))


@pytest.mark.parametrize(
    ("error", "ending", "expected"),
    [
        (GuestError("MaxTurns", "10 turns"), "raised", "raised"),
        (GuestError("Crash", "killed by signal SIGSEGV"), "crashed", "crashed"),
        (GuestError("Timeout", "no answer"), "timeout", "timeout"),
        (GuestError("Unsupported", "it has no team"), "unsupported", "unsupported"),
        (GuestError("Lost", "the host ran out of files"), "lost", "void"),
    ],
)
def test_an_ending_without_an_answer_has_its_own_verdict(error: GuestError, ending: Ending, expected: str) -> None:
    outcome = ended(ending, answer=None, error=error)
    assert verdict(outcome, ()) == expected
    assert error.message in why(judge(Plain(), outcome, ())) or ending == "timeout"


def test_a_timeout_says_how_long_it_lasted() -> None:
    assert "2.5 s" in why(judge(Plain(), ended("timeout", answer=None), ()))


@pytest.mark.parametrize("ending", ["answered", "raised", "timeout", "crashed", "unsupported"])
def test_a_spent_budget_is_runaway_whatever_came_after(ending: Ending) -> None:
    calls = (*CALLS, chat(31, 50, status=400, refused="calls"), chat(32, 60, status=400, refused="seconds"))
    judgement = judge(Plain(), ended(ending), calls)
    assert judgement.verdict == "runaway"
    assert "budget of calls" in judgement.reasons[0]
    assert "call 31" in judgement.reasons[0]
    assert "budget of seconds" in judgement.reasons[1]


def test_what_we_lost_ourselves_is_void_even_past_the_budget() -> None:
    assert verdict(ended("lost"), (chat(1, 1, refused="tokens", status=400),)) == "void"


BROKEN = chat(3, 50, status=502, provider_failure="HTTP 529 from the provider")


def test_an_exception_after_the_provider_failed_is_void() -> None:
    judgement = judge(Plain(), ended("raised", answer=None, error=GuestError("APIError", "529")), (*CALLS, BROKEN))
    assert judgement.verdict == "void"
    assert "call 3" in why(judgement)
    assert "529" in why(judgement)


def test_a_wrong_answer_after_the_provider_failed_is_void() -> None:
    assert verdict(ended(answer=None), (*CALLS, BROKEN)) == "void"


def test_who_gets_over_a_failing_provider_has_passed() -> None:
    assert verdict(ended(), (*CALLS, BROKEN)) == "passed"


def test_a_failure_that_was_got_over_excuses_nothing_that_came_later() -> None:
    early = replace(BROKEN, ordinal=0, started_ns=5)
    assert verdict(ended(answer=None), (early, *CALLS)) == "wrong"
    assert verdict(ended("raised", answer=None, error=GuestError("Oops", "")), (early, *CALLS)) == "raised"


@pytest.mark.parametrize("ending", ["timeout", "raised", "answered"])
def test_time_spent_waiting_for_the_provider_is_not_the_frameworks(ending: Ending) -> None:
    hung = replace(BROKEN, refused="seconds", provider_failure="it had not finished")
    assert verdict(ended(ending), (*CALLS, hung)) == "void"


@pytest.mark.parametrize(
    "wrap",
    [
        str,
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        lambda text: json.dumps([{"result": text}]),
        lambda text: f"Observation:\n  {text.replace(' ', chr(10))}",
    ],
)
def test_a_result_counts_as_used_however_it_is_wrapped(wrap: Callable[[str], str]) -> None:
    assert verdict(ended(), (CALLS[0], chat(2, 40, "Roll", wrap(RESULT)))) == "passed"


def test_a_right_answer_whose_tool_result_the_model_never_saw_is_wrong() -> None:
    judgement = judge(Plain(), ended(), (CALLS[0], chat(2, 40, "Roll", "17")))
    assert judgement.verdict == "wrong"
    assert "never went back to the model" in why(judgement)


@pytest.mark.parametrize(
    "late",
    [
        chat(2, 29, "Roll", RESULT),  # began before the tool had run
        chat(2, 40, "Roll", RESULT, status=500),
        chat(2, 40, "Roll", system=RESULT),
        chat(2, 40, "Roll", RESULT, path="embeddings", dialect=None),
        chat(2, 40, request_body=b'"' + RESULT.encode()),
    ],
)
def test_only_a_later_answered_call_with_the_result_in_its_messages_proves_its_use(late: Call) -> None:
    assert verdict(ended(), (CALLS[0], late)) == "wrong"


def test_a_tool_run_that_failed_needs_no_trace_on_the_wire() -> None:
    failed = ToolRun("roll_dice", {"sides": 0}, None, "ValueError: no sides", 5, 6)
    assert verdict(ended(tool_log=(failed, ROLL))) == "passed"


def test_an_answer_without_any_call_is_wrong() -> None:
    judgement = judge(Plain(), ended(tool_log=()), ())
    assert judgement.verdict == "wrong"
    assert "no call to the model" in why(judgement)


TEAM = (Role("roller", "rolls", "You are the\nroller."), Role("reporter", "reports", "You are the reporter."))


def test_every_role_of_a_team_has_to_speak() -> None:
    roller = chat(1, 10, system="Context.\n\nYou  are the roller. Go on.")
    reporter = chat(2, 40, RESULT, system="You are the reporter.")
    assert verdict(ended(), (roller, reporter), Plain(team=TEAM)) == "passed"
    judgement = judge(Plain(team=TEAM), ended(), (roller, chat(2, 40, RESULT)))
    assert judgement.verdict == "wrong"
    assert judgement.reasons == ("the reporter never spoke: no call's system text has its instructions",)


def test_who_has_the_last_word_has_to_speak_after_the_work() -> None:
    team = (Role("roller", "", "You roll."), Role("reporter", "", "You report."))
    rolling = chat(2, 40, RESULT, system="You roll.")
    early, late = (chat(3, started_ns, "Well?", system="You report.") for started_ns in (10, 50))
    assert verdict(ended(), (rolling, late), Plain(team=team)) == "passed"
    judgement = judge(Plain(team=team), ended(), (rolling, early))
    assert judgement.verdict == "wrong"
    assert "last word" in why(judgement)


def typed(value: Any, *, is_answer_type: bool = True, kind: Any = "typed") -> Outcome:
    return ended(answer=AnswerSent(kind, value, "Report", is_answer_type=is_answer_type))


def test_a_typed_answer_is_rebuilt_as_its_type() -> None:
    assert verdict(typed({"total": 17}), task=Plain(typed=True)) == "passed"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (typed({"total": 0}), "total: Input should be greater than or equal to 1"),
        (typed({"total": 17}, is_answer_type=False), "not the Report asked for"),
        (typed("<Report object>", kind="other"), "cannot be read"),
        (ended(answer=None), "it is None"),
    ],
)
def test_an_answer_of_the_wrong_make_is_wrong(outcome: Outcome, words: str) -> None:
    judgement = judge(Plain(typed=True), outcome, CALLS)
    assert judgement.verdict == "wrong"
    assert words in why(judgement)


def test_an_object_where_text_was_asked_for_is_wrong() -> None:
    assert verdict(typed({"total": 17}, is_answer_type=False)) == "wrong"


def test_a_plain_dict_is_the_tasks_to_judge() -> None:
    assert verdict(typed({"total": 17}, kind="json")) == "passed"


def test_a_reason_is_one_line_however_long_and_odd_the_exception() -> None:
    judgement = judge(Plain(), ended("raised", error=GuestError("E", "a\nb\ud800 " * 1000)), ())
    (reason,) = judgement.reasons
    assert len(reason) <= 300
    assert "\n" not in reason
    reason.encode()


def test_a_check_that_fails_is_our_bug_and_not_the_guests() -> None:
    class Broken(Plain):
        def check(self, answer: object, tool_log: Sequence[ToolRun]) -> list[str]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        judge(Broken(), ended(), CALLS)
