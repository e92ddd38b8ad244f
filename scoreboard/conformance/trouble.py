"""The lines on what becomes of trouble: a tool that raises, a provider that fails, a model that never ends."""

from __future__ import annotations

from scoreboard.conformance.checklist import Evidence, Finding, Seen, failed, not_supported, passed
from scoreboard.conformance.course import ENDLESS_CALLS
from scoreboard.conformance.told import (
    answered_nothing,
    counted,
    ending,
    excerpt,
    last_sent,
    not_passed,
    without_tools,
)
from scoreboard.results.wire import heard, plain, texts_of
from tasks.base import ToolRun

BEFORE_THE_REASON, LONGEST_REASON = 60, 140  # characters of what the model was told
MOST_REFUSED = 12  # giving up may take a few requests for each agent; going on takes more


def raising(seen: Seen) -> Finding:
    """The model hears of it and gets over it, or the framework gives up with an exception."""
    evidence = seen.evidence["raising"]
    raised = next((run for run in evidence.outcome.tool_log if run.error), None)
    if evidence.judgement.verdict == "unsupported":
        return not_passed(evidence)
    if not raised:
        return failed(f"the tool never ran: {not_passed(evidence).words}")
    if evidence.judgement.verdict == "raised":
        return passed(f"{ending(evidence.outcome)}, after {counted(len(evidence.calls), 'call')}")
    if evidence.passed:
        return passed(f"{_how_told(evidence, raised)}; {counted(len(evidence.calls), 'call')}, the second run counted")
    if ended := without_tools(evidence):
        return not_supported(f"{_how_told(evidence, raised)}, and could not try again: {ended}")
    return not_passed(evidence)


def _how_told(evidence: Evidence, raised: ToolRun) -> str:
    """Whether the model heard the reason, and where; else what it was told instead."""
    reason = plain((raised.error or "").partition(": ")[2])
    later = [each for each in heard(evidence.calls) if each.started_ns >= raised.finished_ns]
    for each in later:
        for text in texts_of(each.ask):
            if reason in text:
                start = max(0, text.index(reason) - BEFORE_THE_REASON)
                return f"the model was told in call {each.ordinal}: {excerpt(text[start:], LONGEST_REASON)!r}"
    if not later:
        return "the model was told nothing"
    last = texts_of(later[0].ask)[-1]
    return f"the model was told in call {later[0].ordinal}, without the reason: {excerpt(last, LONGEST_REASON)!r}"


def failing(seen: Seen) -> Finding:
    """An exception, or nothing at all, is an honest end; an answer as if all were well is not."""
    evidence = seen.evidence["failing"]
    outcome, requests = evidence.outcome, counted(len(evidence.calls), "request")
    if evidence.judgement.verdict == "unsupported":
        return not_passed(evidence)
    if not evidence.calls:
        return failed(f"no request reached the meter, and it {ending(outcome)}")
    if evidence.judgement.verdict == "raised" and outcome.error:
        return passed(f"gave up with {outcome.error.type} after {requests}")
    if evidence.judgement.verdict == "runaway":
        return failed(f"went on after {requests}, all of which failed, until its budget was spent")
    if outcome.ending != "answered":
        return failed(f"{evidence.judgement.verdict}: {'; '.join(evidence.judgement.reasons)}; {requests} failed")
    if answered_nothing(outcome):
        return passed(f"returned nothing after {requests}, without an exception")
    return failed(f"{requests} failed with status {evidence.calls[-1].status}, yet it {ending(outcome)}")


def endless(seen: Seen) -> Finding:
    """The meter stops it, and it gives up; one that ends before the budget is spent has not been tried."""
    evidence = seen.evidence["endless"]
    outcome = evidence.outcome
    refused = sum(1 for call in evidence.calls if call.refused)
    answered = counted(len(evidence.calls) - refused, "call")
    if evidence.judgement.verdict == "unsupported":
        return not_passed(evidence)
    if outcome.ending not in ("answered", "raised") or not evidence.calls:
        said = "; ".join(evidence.judgement.reasons)
        return failed(f"{outcome.ending} after {counted(len(evidence.calls), 'call')}: {said}")
    if refused > MOST_REFUSED:
        return failed(f"the meter stopped it after {answered}, yet it made {refused} more: {last_sent(evidence.calls)}")
    if refused:
        return passed(f"the meter stopped it after {answered} and {counted(refused, 'refusal')}; it {ending(outcome)}")
    return not_supported(f"never spent {ENDLESS_CALLS} calls: ended by itself after {answered}: it {ending(outcome)}")
