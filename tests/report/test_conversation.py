"""The conversation of a trial: what people read of it on a terminal, and the structure that the pages share."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from scoreboard.meter.call import Call
from scoreboard.report.conversation import FIRST_CALLS, LAST_CALLS, Said, conversation, events
from scoreboard.report.replies import reply_lines
from scoreboard.runner.outcome import GuestError, Outcome
from tests.results.samples import ZERO_NS, any_calls, any_outcome, call, played

TOLD = """\
call 1: POST chat/completions, at 2.0 ms, took 2.0 ms, HTTP 200, 50 tokens in, 10 out
    user  Roll a 20-sided dice for me
   model  calls roll_dice({"sides": 20})

tool roll_dice({"sides": 20}): at 5.0 ms, took 1.0 ms
    gave  Roll #1: 6 on a 20-sided dice.

call 2: POST chat/completions, at 8.0 ms, took 2.0 ms, HTTP 200, 50 tokens in, 10 out
          (1 message as before)
    user  Roll #1: 6 on a 20-sided dice.
   model  Here you are.

  answer  Here you are. Roll #1: 6 on a 20-sided dice.
  claims  2 calls, 100 tokens in
 refused  connect telemetry.example:443 (during trial, 3 times)
  stdout  hello"""


def replied(message: object) -> bytes:
    return json.dumps({"choices": [{"message": message}]}).encode()


def calling(arguments: object) -> bytes:
    return replied({"tool_calls": [{"function": {"name": "roll_dice", "arguments": arguments}}]})


def conversed() -> tuple[Outcome, list[Call]]:
    outcome, (first, second) = played()
    asking = replace(first, response_body=calling('{"sides": 20}'))
    return outcome, [asking, replace(second, response_body=replied({"content": "Here you are."}))]


def test_a_terminal_tells_it_line_by_line() -> None:
    assert "\n".join(conversation(*conversed())) == TOLD


def test_every_event_is_there_in_order_with_who_said_what() -> None:
    asked, ran, answered, ending = events(*conversed())
    assert [each.kind for each in (asked, ran, answered, ending)] == ["call", "tool", "call", "ending"]
    assert asked.title == "call 1"
    assert asked.facts[-2:] == ("50 tokens in", "10 out")
    assert asked.said[-1] == Said("model", 'calls roll_dice({"sides": 20})')
    assert Said("stdout", "hello") in ending.said


def test_an_exception_comes_with_its_traceback() -> None:
    outcome, calls = conversed()
    raised = replace(outcome, answer=None, error=GuestError("APIError", "no luck", "Traceback:\n  line 1"))
    *_, ending = events(raised, calls)
    assert ending.said[:2] == (Said("error", "APIError: no luck"), Said("traceback", "Traceback:\n  line 1"))
    assert "   error  APIError: no luck\n          Traceback:\n            line 1" in "\n".join(
        conversation(raised, calls)
    )


def test_of_a_very_long_conversation_the_middle_is_left_out() -> None:
    calls = [call(number, 10 * number, f"question {number}") for number in range(1, 101)]
    outcome = replace(played()[0], tool_log=(), finished_ns=ZERO_NS + 2_000_000_000)
    told = [event for event in events(outcome, calls) if event.kind != "ending"]
    assert [event.kind for event in told] == ["call"] * FIRST_CALLS + ["gap"] + ["call"] * LAST_CALLS
    assert told[FIRST_CALLS].title.startswith(f"({100 - FIRST_CALLS - LAST_CALLS} calls")
    assert told[-1].title == "call 100"


def test_arguments_that_are_no_text_are_shown_as_they_came() -> None:
    """As the fault `arguments_as_object` sends them."""
    assert reply_lines(call(1, 2, response_body=calling({"sides": 20}))) == ['calls roll_dice({"sides": 20})']


def test_a_reply_of_any_shape_is_shown() -> None:
    for body in ({"choices": ["x"]}, {"choices": 3}, {"output": [{"content": "x"}]}, {"choices": [{"message": "x"}]}):
        sent = json.dumps(body)
        assert reply_lines(call(1, 2, response_body=sent.encode())) == [sent]
    assert reply_lines(call(1, 2, response_body=replied({"content": ["a", 1]}))) == ['["a", 1]']


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(any_outcome, any_calls)
def test_whatever_happened_can_be_told(outcome: Outcome, calls: list[Call]) -> None:
    told = list(events(outcome, calls))
    assert sum(event.kind == "call" for event in told) == len(calls)
    assert sum(event.kind == "tool" for event in told) == len(outcome.tool_log)
    lines = "\n".join(conversation(outcome, calls))
    assert all(event.heading in lines for event in told)
