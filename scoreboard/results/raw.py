"""Raw events to columns and back, exactly: what the guest, its tools and the meter told of a trial.

The one thing that is not kept to the letter is text that is not Unicode (half of a surrogate pair): it is kept escaped.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.runner.outcome import AnswerSent, ClaimedUsage, ConnectionAttempt, GuestError, Outcome
from tasks.base import ToolRun

Columns = dict[str, Any]
UNDER_FAULT = ("step", "attempt", "fault", "inapplicable")
MOST_TOKENS = 2**53  # of one call; so that the sum of all calls fits into a column


def guest_columns(outcome: Outcome) -> Columns:
    error = outcome.error
    return {
        "ending": outcome.ending,
        "started_ns": outcome.started_ns,
        "finished_ns": outcome.finished_ns,
        "answer": json.dumps(asdict(outcome.answer)) if outcome.answer else None,
        "usage": json.dumps(asdict(outcome.usage)) if outcome.usage else None,
        "error_type": text(error.type) if error else None,
        "error_message": text(error.message) if error else None,
        "traceback": packed_text(error.traceback) if error else None,
        "stdout": packed_text(outcome.stdout),
        "stderr": packed_text(outcome.stderr),
        "stamps": json.dumps(outcome.stamps),
    }


def outcome_from(guest: Mapping[str, Any], runs: list[ToolRun], attempts: list[ConnectionAttempt]) -> Outcome:
    """The outcome, but for the versions, which the row has."""
    error = None
    if guest["error_type"] is not None:
        error = GuestError(guest["error_type"], guest["error_message"], unpacked_text(guest["traceback"]))
    return Outcome(
        ending=guest["ending"],
        started_ns=guest["started_ns"],
        finished_ns=guest["finished_ns"],
        answer=AnswerSent(**json.loads(guest["answer"])) if guest["answer"] else None,
        usage=ClaimedUsage(**json.loads(guest["usage"])) if guest["usage"] else None,
        error=error,
        tool_log=tuple(runs),
        connections=tuple(attempts),
        stdout=unpacked_text(guest["stdout"]),
        stderr=unpacked_text(guest["stderr"]),
        stamps=json.loads(guest["stamps"]),
    )


def run_columns(number: int, run: ToolRun, zero_ns: int) -> Columns:
    return {
        "number": number,
        "name": text(run.name),
        "arguments": json.dumps(run.arguments),
        "result": text(run.result),
        "error": text(run.error),
        "fault": run.fault,
        "started_ms": since(zero_ns, run.started_ns),
        "finished_ms": since(zero_ns, run.finished_ns),
    }


def run_from(columns: Mapping[str, Any], zero_ns: int) -> ToolRun:
    return ToolRun(
        name=columns["name"],
        arguments=json.loads(columns["arguments"]),
        result=columns["result"],
        error=columns["error"],
        started_ns=moment(zero_ns, columns["started_ms"]),
        finished_ns=moment(zero_ns, columns["finished_ms"]),
        fault=columns["fault"],
    )


def attempt_columns(number: int, attempt: ConnectionAttempt) -> Columns:
    return {
        "number": number,
        "target": text(attempt.target),
        "kind": attempt.kind,
        "during": attempt.during,
        "count": attempt.count,
    }


def attempt_from(columns: Mapping[str, Any]) -> ConnectionAttempt:
    return ConnectionAttempt(columns["target"], columns["kind"], columns["during"], columns["count"])


def call_columns(call: Call, zero_ns: int) -> Columns:
    chunks = json.dumps([[at_ns - zero_ns, size] for at_ns, size in call.chunks]) if call.chunks else None
    return {
        "ordinal": call.ordinal,
        "method": text(call.method),
        "path": text(call.path),
        "dialect": call.dialect,
        "status": call.status,
        "started_ms": since(zero_ns, call.started_ns),
        "first_byte_ms": since(zero_ns, call.first_byte_ns),
        "finished_ms": since(zero_ns, call.finished_ns),
        "streamed": call.streamed,
        "complete": call.complete,
        "retry_count": call.retry_count,
        "input_tokens": call.input_tokens,
        "output_tokens": call.output_tokens,
        "refused": call.refused,
        "provider_failure": text(call.provider_failure),
        **{name: getattr(call, name) for name in UNDER_FAULT},
        "request_headers": json.dumps(call.request_headers),
        "request_body": packed(call.request_body),
        "response_headers": json.dumps(call.response_headers),
        "response_body": packed(call.response_body),
        "chunks": packed_text(chunks) if chunks else None,
    }


def call_from(columns: Mapping[str, Any], zero_ns: int) -> Call:
    chunks = json.loads(unpacked_text(columns["chunks"])) if columns["chunks"] else []
    plain = ("ordinal", "method", "path", "dialect", "status", "retry_count", "input_tokens", "output_tokens")
    return Call(
        **{name: columns[name] for name in plain},
        request_headers=json.loads(columns["request_headers"]),
        request_body=zlib.decompress(columns["request_body"]),
        response_headers=json.loads(columns["response_headers"]),
        response_body=zlib.decompress(columns["response_body"]),
        started_ns=moment(zero_ns, columns["started_ms"]),
        first_byte_ns=moment(zero_ns, columns["first_byte_ms"]),
        finished_ns=moment(zero_ns, columns["finished_ms"]),
        streamed=bool(columns["streamed"]),
        chunks=tuple((zero_ns + after_ns, size) for after_ns, size in chunks),
        refused=columns["refused"],
        provider_failure=columns["provider_failure"],
        **{name: columns[name] for name in UNDER_FAULT},
        complete=bool(columns["complete"]),
    )


def credible(call: Call) -> Call:
    """A provider may tell counts of tokens that no column holds; such a count is unknown."""
    counts = [None if (count or 0) > MOST_TOKENS else count for count in (call.input_tokens, call.output_tokens)]
    return replace(call, input_tokens=counts[0], output_tokens=counts[1])


def since(zero_ns: int, at_ns: int) -> float:
    """Milliseconds since the trial began. A double holds them exactly enough to get the nanosecond back."""
    return (at_ns - zero_ns) / 1e6


def moment(zero_ns: int, after_ms: float) -> int:
    return zero_ns + round(after_ms * 1e6)


def text(value: str | None) -> str | None:
    """Text that a column can hold."""
    return None if value is None else value.encode("utf-8", "backslashreplace").decode()


def packed(data: bytes) -> bytes:
    return zlib.compress(data)


def packed_text(words: str) -> bytes:
    return packed(words.encode("utf-8", "surrogatepass"))


def unpacked_text(blob: bytes) -> str:
    return zlib.decompress(blob).decode("utf-8", "surrogatepass")
