"""`bakeoff trial`: the whole conversation of one trial as the framework really sent it, and why the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from scoreboard.meter.call import Call
from scoreboard.report.replies import reply_lines
from scoreboard.results.wire import read_ask
from scoreboard.runner.outcome import Outcome
from tasks.base import Ask, Message, ToolRun

MOST_CALLS, FIRST_CALLS, LAST_CALLS = 20, 8, 4  # of a long conversation only the beginning and the end are told
LONGEST_BLOCK = 4_000  # characters of one text
AGAIN, TRACEBACK = "again", "traceback"  # said by nobody: what was said before, and what follows an error


@dataclass(frozen=True)
class Said:
    """One thing that was said or noted, with who said it. Text of others: hostile until it is escaped."""

    who: str
    text: str


@dataclass(frozen=True)
class Event:
    """A model call, a tool run, a gap where many calls are left out, or how it all ended."""

    kind: Literal["call", "tool", "gap", "ending"]
    title: str = ""
    facts: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def heading(self) -> str:
        return f"{self.title}: {', '.join(self.facts)}" if self.facts else self.title


def conversation(outcome: Outcome, calls: list[Call]) -> Iterator[str]:
    """Model calls and tool runs as they happened, then what came back and what else the guest did."""
    for event in events(outcome, calls):
        if event.kind != "ending":
            yield event.heading
        for said in event.said:
            yield from _block(said)
        if event.kind != "ending":
            yield ""


def events(outcome: Outcome, calls: list[Call]) -> Iterator[Event]:
    """The same as a structure. Of a very long conversation the middle is left out."""
    happened: list[tuple[int, Call | ToolRun]] = [(call.started_ns, call) for call in calls]
    happened += [(run.started_ns, run) for run in outcome.tool_log]
    left_out = calls[FIRST_CALLS:-LAST_CALLS] if len(calls) > MOST_CALLS else []
    seen: tuple[Message, ...] = ()
    for started_ns, each in sorted(happened, key=lambda pair: pair[0]):
        if left_out and left_out[0].started_ns <= started_ns < calls[-LAST_CALLS].started_ns:
            if each is left_out[0]:
                many = f"{len(left_out)} calls, and the tool runs between them"
                yield Event("gap", f"({many}, are left out; --raw has every call)")
            continue
        at_ms = (started_ns - outcome.started_ns) / 1e6
        if isinstance(each, Call):
            ask = read_ask(each)
            said = (*_worded(_call_said(each, ask, seen)),)
            yield Event("call", f"call {each.ordinal}", (*_call_facts(each, at_ms),), said)
            seen = ask.messages if ask else seen
        else:
            yield _tool_event(each, at_ms)
    yield Event("ending", said=(*_worded(_ending_said(outcome)),))


def raw(calls: list[Call]) -> Iterator[str]:
    """Every request and response, byte for byte as far as text can show it."""
    for call in calls:
        yield f">>> {call.ordinal} {call.method} {call.path}"
        yield from (f"{name}: {value}" for name, value in call.request_headers.items())
        yield f"\n{call.request_body.decode(errors='replace')}\n"
        yield f"<<< {call.ordinal} {call.status}"
        yield from (f"{name}: {value}" for name, value in call.response_headers.items())
        yield f"\n{call.response_body.decode(errors='replace')}\n"


def _worded(said: Iterable[Said]) -> Iterator[Said]:
    """Nothing for nothing."""
    return (each for each in said if each.text)


def _call_said(call: Call, ask: Ask | None, seen: tuple[Message, ...]) -> Iterator[Said]:
    if ask:
        yield from _ask_said(ask, seen)
    else:
        yield Said("sent", call.request_body.decode(errors="replace")[:2000])
    yield from (Said("model", line) for line in reply_lines(call))
    if call.fault:
        yield Said("fault", f"{call.fault} acted here")
    if call.inapplicable:
        yield Said("fault", f"did not act here: {call.inapplicable}")
    if call.refused:
        yield Said("meter", f"stopped here: the budget of {call.refused} was spent")
    yield Said("meter", call.provider_failure or "")


def _call_facts(call: Call, at_ms: float) -> Iterator[str]:
    """What the meter noted of a call, but for what was said in it."""
    yield f"{call.method} {call.path}"
    yield f"at {at_ms:.1f} ms"
    yield f"took {(call.finished_ns - call.started_ns) / 1e6:.1f} ms"
    yield f"HTTP {call.status}"
    if call.streamed:
        yield "streamed"
    if call.step:
        yield f"step {call.step}"
    if call.attempt > 1:
        yield f"attempt {call.attempt} at the same request"
    if call.retry_count:
        yield f"retry {call.retry_count} by the client library"
    if call.input_tokens is not None:
        yield f"{call.input_tokens} tokens in"
        yield f"{call.output_tokens} out"


def _ask_said(ask: Ask, seen: tuple[Message, ...]) -> Iterator[Said]:
    """The system text and the tools every time, of the messages only those that are new."""
    yield Said("system", ask.system)
    for offer in ask.tools:
        yield Said("offers", f"{offer.name}: {json.dumps(offer.parameters)}")
    if ask.tool_choice != "auto":
        yield Said("demands", ask.forced_tool or f"tool choice {ask.tool_choice}")
    if ask.answer_schema is not None:
        yield Said("wants", f"{ask.answer_schema_name}: {json.dumps(ask.answer_schema)}")
    again = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(ask.messages, seen, strict=False))))
    if again:
        yield Said(AGAIN, f"({again} {'message' if again == 1 else 'messages'} as before)")
    for message in ask.messages[again:]:
        yield Said(message.role, message.text)
        yield from (Said(message.role, f"calls {call.name}({call.arguments})") for call in message.tool_calls)


def _tool_event(run: ToolRun, at_ms: float) -> Event:
    facts = (f"at {at_ms:.1f} ms", f"took {(run.finished_ns - run.started_ns) / 1e6:.1f} ms")
    said = [Said("fault", f"{run.fault} acted here" if run.fault else ""), Said("gave", run.result or "")]
    if run.error or run.result is None:
        said.append(Said("failed", run.error or "it never ended"))
    return Event("tool", f"tool {run.name}({json.dumps(run.arguments)})", facts, (*_worded(said),))


def _ending_said(outcome: Outcome) -> Iterator[Said]:
    if outcome.answer:
        value = outcome.answer.value
        told = value if isinstance(value, str) else json.dumps(value)
        kind = "" if outcome.answer.kind == "text" else f"{outcome.answer.type_name} "
        yield Said("answer", f"{kind}{told}" if value is not None else "nothing")
    if outcome.error:
        yield Said("error", f"{outcome.error.type}: {outcome.error.message}")
        yield Said(TRACEBACK, outcome.error.traceback)
    if usage := outcome.usage:
        claims = {"calls": usage.calls, "tokens in": usage.input_tokens, "tokens out": usage.output_tokens}
        told = ", ".join(f"{value} {name}" for name, value in claims.items() if value is not None)
        yield Said("claims", told or "nothing")
    for attempt in outcome.connections:
        times = f", {attempt.count} times" if attempt.count > 1 else ""
        yield Said("refused", f"{attempt.kind} {attempt.target} (during {attempt.during}{times})")
    yield Said("stdout", outcome.stdout.rstrip())
    yield Said("stderr", outcome.stderr.rstrip())


def _block(said: Said) -> Iterator[str]:
    """A labelled block of lines."""
    what = said.text
    if len(what) > LONGEST_BLOCK:
        what = f"{what[:LONGEST_BLOCK]}\n({len(what) - LONGEST_BLOCK:,} characters more; --raw has them all)"
    label = "" if said.who in (AGAIN, TRACEBACK) else said.who
    for number, line in enumerate(what.splitlines()):
        yield f"{label if number == 0 else '':>8}  {line}"
