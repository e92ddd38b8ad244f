"""The lines on what a framework is for: answers, tools, turns, a team, a type, a stream."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scoreboard.conformance.checklist import Evidence, Finding, Seen, failed, not_supported, passed
from scoreboard.conformance.told import cannot_be_told, counted, not_passed, without_tools
from scoreboard.meter.call import Call
from scoreboard.meter.dialects.base import usage_in_stream
from scoreboard.meter.dialects.known import dialect_at
from scoreboard.results.wire import Heard, heard, speakers, users_of
from tasks.base import Ask


def plain_answer(seen: Seen) -> Finding:
    """The model's words come back."""
    evidence = seen.evidence["plain_answer"]
    if not evidence.passed:
        return not_passed(evidence)
    return passed(f"{counted(len(evidence.calls), 'call')}, the model's words came back")


def one_tool(seen: Seen) -> Finding:
    """A tool runs once, and its result goes back."""
    evidence = seen.evidence["one_tool"]
    return passed(_calls_and_runs(evidence)) if evidence.passed else not_passed(evidence)


def two_calls(seen: Seen) -> Finding:
    """Both tools that one reply asks for run, and the next request brings both results."""
    evidence = seen.evidence["two_calls"]
    if not evidence.passed:
        return not_passed(evidence)
    asks = heard(evidence.calls)
    if any(not each.ask.parallel_tool_calls for each in asks if each.ask.tools):
        return not_supported("it asks the model for one tool call at a time (parallel_tool_calls: false)")
    if unanswered := _unanswered(asks):
        return failed(unanswered)
    brought = [users_of(run, asks)[0] for run in evidence.outcome.tool_log]
    if len(set(brought)) > 1:
        return failed(
            f"the model asked for two tool calls at once; call {brought[0]} brought the result of the first, "
            f"the other came only in call {max(brought)}"
        )
    return passed(f"{_calls_and_runs(evidence)}, both results in call {brought[0]}")


def two_turns(seen: Seen) -> Finding:
    """The model sees a result, asks for the tool again, and sees both."""
    evidence = seen.evidence["two_turns"]
    if not evidence.passed:
        ended = without_tools(evidence)
        return not_supported(f"one turn is all it gives: {ended}") if ended else not_passed(evidence)
    asks = heard(evidence.calls)
    brought = [str(users_of(run, asks)[0]) for run in evidence.outcome.tool_log]
    return passed(f"{_calls_and_runs(evidence)}, its results in calls {' and '.join(brought)}")


def team(seen: Seen) -> Finding:
    """Every role speaks, the last one last."""
    evidence = seen.evidence["team"]
    if not evidence.passed:
        return not_passed(evidence)
    asks = heard(evidence.calls)
    spoke = [f"{role.name} in {_numbers(speakers(role, asks))}" for role in evidence.task.team]
    return passed(f"{_calls_and_runs(evidence)}; {', '.join(spoke)}")


def typed_answer(seen: Seen) -> Finding:
    """An answer of the type asked for."""
    evidence = seen.evidence["typed_answer"]
    if not evidence.passed:
        return not_passed(evidence)
    assert evidence.task.answer_type
    fields = set(evidence.task.answer_type.model_fields)
    ways = dict.fromkeys(_way_of_asking(each.ask, fields) for each in heard(evidence.calls))
    asked = next((way for way in ways if way), "in words")
    kind = evidence.task.answer_type.__name__
    return passed(f"{_calls_and_runs(evidence)}; a {kind} came back, asked for {asked}")


def streaming(seen: Seen) -> Finding:
    """Whatever it does by default, it reads what comes to the end."""
    calls = [call for each in seen.untroubled if each.passed for call in each.calls]
    streamed = [call for call in calls if _wants_stream(call)]
    here = [call for call in seen.main.calls if _wants_stream(call)]
    if not seen.main.calls:
        return cannot_be_told(seen.main)
    if broken := next((call for call in here if not call.complete), None):
        return failed(f"call {broken.ordinal} streams, and it hung up in the middle")
    if here and not seen.main.passed:
        return failed(f"call {here[0].ordinal} streams, and no good came of it: {not_passed(seen.main).words}")
    if not streamed:
        return passed("does not stream")
    often = "" if len(streamed) == len(calls) else f" in {len(streamed)} of {len(calls)} calls"
    return passed(f"streams{often}, usage {'asked for' if all(map(_usage_told, streamed)) else 'not asked for'}")


def _calls_and_runs(evidence: Evidence) -> str:
    runs = evidence.outcome.tool_log
    often = {1: "once", 2: "twice"}.get(len(runs), f"{len(runs)} times")
    return f"{counted(len(evidence.calls), 'call')}, {runs[0].name} ran {often}"


def _numbers(ordinals: Sequence[int]) -> str:
    return f"call {ordinals[0]}" if len(ordinals) == 1 else f"calls {', '.join(map(str, ordinals))}"


def _unanswered(asks: Sequence[Heard]) -> str:
    """A tool call in the history without a result of its own, which the real API refuses."""
    for each in asks:
        answered = {message.tool_call_id for message in each.ask.messages}
        wanted = [call.id for message in each.ask.messages for call in message.tool_calls]
        left = [call_id for call_id in wanted if call_id not in answered]
        if left:
            done = len(wanted) - len(left)
            return f"call {each.ordinal} brings the results of {done} of the {len(wanted)} tool calls in its history"
    return ""


def _way_of_asking(ask: Ask, fields: set[str]) -> str:
    if ask.answer_schema:
        return "by a schema for the answer"
    tool = next((offer.name for offer in ask.tools if fields <= set(offer.parameters.get("properties", {}))), "")
    return f"through the tool {tool}" if tool else ""


def _wants_stream(call: Call) -> bool:
    try:
        body = json.loads(call.request_body)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("stream") is True


def _usage_told(call: Call) -> bool:
    dialect = dialect_at(call.path)
    return dialect is not None and usage_in_stream(dialect, call.response_body).known is not None
