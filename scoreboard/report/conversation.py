"""`bakeoff trial`: the whole conversation of one trial as the framework really sent it, and why the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import takewhile

from scoreboard.meter.call import Call
from scoreboard.report.replies import reply_lines
from scoreboard.results.wire import read_ask
from scoreboard.runner.outcome import Outcome
from tasks.base import Ask, Message, ToolRun

MOST_CALLS, FIRST_CALLS, LAST_CALLS = 20, 8, 4  # of a long conversation only the beginning and the end are told
LONGEST_BLOCK = 4_000  # characters of one text


def conversation(outcome: Outcome, calls: list[Call]) -> Iterator[str]:
    """Model calls and tool runs as they happened, then what came back and what else the guest did."""
    events: list[tuple[int, Call | ToolRun]] = [(call.started_ns, call) for call in calls]
    events += [(run.started_ns, run) for run in outcome.tool_log]
    left_out = calls[FIRST_CALLS:-LAST_CALLS] if len(calls) > MOST_CALLS else []
    seen: tuple[Message, ...] = ()
    for started_ns, event in sorted(events, key=lambda pair: pair[0]):
        if left_out and left_out[0].started_ns <= started_ns < calls[-LAST_CALLS].started_ns:
            if event is left_out[0]:
                yield f"({len(left_out)} calls, and the tool runs between them, are left out; --raw has every call)\n"
            continue
        at_ms = (started_ns - outcome.started_ns) / 1e6
        if isinstance(event, Call):
            ask = read_ask(event)
            yield from _call_lines(event, ask, seen, at_ms)
            seen = ask.messages if ask else seen
        else:
            yield from _run_lines(event, at_ms)
        yield ""
    yield from _ending_lines(outcome)


def raw(calls: list[Call]) -> Iterator[str]:
    """Every request and response, byte for byte as far as text can show it."""
    for call in calls:
        yield f">>> {call.ordinal} {call.method} {call.path}"
        yield from (f"{name}: {value}" for name, value in call.request_headers.items())
        yield f"\n{call.request_body.decode(errors='replace')}\n"
        yield f"<<< {call.ordinal} {call.status}"
        yield from (f"{name}: {value}" for name, value in call.response_headers.items())
        yield f"\n{call.response_body.decode(errors='replace')}\n"


def _call_lines(call: Call, ask: Ask | None, seen: tuple[Message, ...], at_ms: float) -> Iterator[str]:
    yield f"call {call.ordinal}: {', '.join(_facts(call, at_ms))}"
    if ask:
        yield from _ask_lines(ask, seen)
    else:
        yield from _said("sent", call.request_body.decode(errors="replace")[:2000])
    for line in reply_lines(call):
        yield from _said("model", line)
    yield from _meter_lines(call)


def _meter_lines(call: Call) -> Iterator[str]:
    """What the meter itself did with a call."""
    if call.fault:
        yield from _said("fault", f"{call.fault} acted here")
    if call.inapplicable:
        yield from _said("fault", f"did not act here: {call.inapplicable}")
    if call.refused:
        yield from _said("meter", f"stopped here: the budget of {call.refused} was spent")
    if call.provider_failure:
        yield from _said("meter", call.provider_failure)


def _facts(call: Call, at_ms: float) -> list[str]:
    """What the meter noted of a call, but for what was said in it."""
    took_ms = (call.finished_ns - call.started_ns) / 1e6
    facts = [f"{call.method} {call.path}", f"at {at_ms:.1f} ms, took {took_ms:.1f} ms", f"HTTP {call.status}"]
    if call.streamed:
        facts.append("streamed")
    if call.step:
        facts.append(f"step {call.step}")
    if call.attempt > 1:
        facts.append(f"attempt {call.attempt} at the same request")
    if call.retry_count:
        facts.append(f"retry {call.retry_count} by the client library")
    if call.input_tokens is not None:
        facts.append(f"{call.input_tokens} tokens in, {call.output_tokens} out")
    return facts


def _ask_lines(ask: Ask, seen: tuple[Message, ...]) -> Iterator[str]:
    """The system text and the tools every time, of the messages only those that are new."""
    yield from _said("system", ask.system)
    for offer in ask.tools:
        yield from _said("offers", f"{offer.name}: {json.dumps(offer.parameters)}")
    if ask.tool_choice != "auto":
        yield from _said("demands", ask.forced_tool or f"tool choice {ask.tool_choice}")
    if ask.answer_schema is not None:
        yield from _said("wants", f"{ask.answer_schema_name}: {json.dumps(ask.answer_schema)}")
    again = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(ask.messages, seen, strict=False))))
    if again:
        yield from _said("", f"({again} {'message' if again == 1 else 'messages'} as before)")
    for message in ask.messages[again:]:
        if message.text or not message.tool_calls:
            yield from _said(message.role, message.text)
        for call in message.tool_calls:
            yield from _said(message.role, f"calls {call.name}({call.arguments})")


def _run_lines(run: ToolRun, at_ms: float) -> Iterator[str]:
    took_ms = (run.finished_ns - run.started_ns) / 1e6
    yield f"tool {run.name}({json.dumps(run.arguments)}): at {at_ms:.1f} ms, took {took_ms:.1f} ms"
    if run.fault:
        yield from _said("fault", f"{run.fault} acted here")
    yield from _said("gave", run.result)
    if run.error or run.result is None:
        yield from _said("failed", run.error or "it never ended")


def _ending_lines(outcome: Outcome) -> Iterator[str]:
    if outcome.answer:
        value = outcome.answer.value
        told = value if isinstance(value, str) else json.dumps(value)
        kind = "" if outcome.answer.kind == "text" else f"{outcome.answer.type_name} "
        yield from _said("answer", f"{kind}{told}" if value is not None else "nothing")
    if outcome.error:
        yield from _said("error", f"{outcome.error.type}: {outcome.error.message}")
        yield from _said("", outcome.error.traceback)
    if usage := outcome.usage:
        claims = {"calls": usage.calls, "tokens in": usage.input_tokens, "tokens out": usage.output_tokens}
        told = ", ".join(f"{value} {name}" for name, value in claims.items() if value is not None)
        yield from _said("claims", told or "nothing")
    for attempt in outcome.connections:
        times = f", {attempt.count} times" if attempt.count > 1 else ""
        yield from _said("refused", f"{attempt.kind} {attempt.target} (during {attempt.during}{times})")
    yield from _said("stdout", outcome.stdout.rstrip())
    yield from _said("stderr", outcome.stderr.rstrip())


def _said(who: str, what: str | None) -> Iterator[str]:
    """A labelled block; nothing for nothing."""
    what = what or ""
    if len(what) > LONGEST_BLOCK:
        what = f"{what[:LONGEST_BLOCK]}\n({len(what) - LONGEST_BLOCK:,} characters more; --raw has them all)"
    for number, line in enumerate(what.splitlines()):
        yield f"{who if number == 0 else '':>8}  {line}"
