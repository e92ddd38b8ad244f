"""Wire evidence in words: what was sent, what came back, in a line or two."""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.conformance.checklist import Evidence, Finding, failed, not_supported
from scoreboard.meter.call import Call
from scoreboard.results.wire import heard, read_ask
from scoreboard.runner.outcome import GuestError, Outcome
from tasks.base import Message

MOST_REASONS = 2
LAST_MESSAGES = 2
LONGEST_EXCERPT = 60
LONGEST_ERROR = 240


def counted(number: int, thing: str) -> str:
    """ "1 call", "2 calls"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def not_passed(evidence: Evidence) -> Finding:
    """What to say of a trial that should have passed: why it did not, and the last that was sent in it."""
    reasons = evidence.judgement.reasons
    more = f"; and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    said = "; ".join(reasons[:MOST_REASONS]) + more
    if evidence.judgement.verdict == "unsupported":
        return not_supported(said)
    return failed(f"{evidence.judgement.verdict}: {said}. {last_sent(evidence.calls)}")


def cannot_be_told(evidence: Evidence) -> Finding:
    """For a line that needs a trial to have passed which has a line of its own."""
    verdict = evidence.judgement.verdict
    if verdict == "unsupported":
        return not_passed(evidence)
    return failed(f"cannot be told, because {evidence.step.words} did not pass ({verdict})")


def without_tools(evidence: Evidence) -> str:
    """The call that brings the outcome of the first tool run, where it offers no tool any more.

    Nothing where it does offer one, or where tools are offered in another way than the API's own.
    """
    asks, runs = heard(evidence.calls), evidence.outcome.tool_log
    after = [each for each in asks if runs and each.started_ns >= runs[0].finished_ns]
    if not after or after[0].ask.tools or not asks[0].ask.tools:
        return ""
    return f"call {after[0].ordinal}, the first after the tool had run, offers no tool any more"


def last_sent(calls: Sequence[Call]) -> str:
    """The end of the last conversation that was sent to the model."""
    if not calls:
        return "Nothing was sent to the model."
    last = calls[-1]
    ask = read_ask(last)
    if not ask:
        return f"Call {last.ordinal}, the last, was {last.method} {last.path}: answered {last.status}."
    ending = ", ".join(_message_words(message) for message in ask.messages[-LAST_MESSAGES:])
    left_out = "... " if len(ask.messages) > LAST_MESSAGES else ""
    return f"Call {last.ordinal}, the last, sent {left_out}{ending}: answered {last.status}."


def ending(outcome: Outcome) -> str:
    """How the guest came to its end, as the second half of a sentence."""
    if outcome.ending == "answered":
        return "returned nothing" if answered_nothing(outcome) else f"returned {answer_words(outcome)}"
    if outcome.ending == "raised":
        return f"gave up with {error_words(outcome.error)}"
    return f"ended as {outcome.ending}: {error_words(outcome.error)}"


def answered_nothing(outcome: Outcome) -> bool:
    answer = outcome.answer
    return not answer or answer.kind == "nothing" or (answer.kind == "text" and not answer.value.strip())


def answer_words(outcome: Outcome) -> str:
    return excerpt(repr(outcome.answer.value)) if outcome.answer else "nothing"


def error_words(error: GuestError | None) -> str:
    if not error:
        return "no word"
    return excerpt(f"{error.type}: {error.message}" if error.message else error.type, LONGEST_ERROR)


def excerpt(text: str, most: int = LONGEST_EXCERPT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _message_words(message: Message) -> str:
    wanted = "".join(f" calls {call.name}({excerpt(call.arguments)})" for call in message.tool_calls)
    text = f" {excerpt(message.text)!r}" if message.text else ""
    return f"{message.role}{text}{wanted}"
