"""Trials to put in a store: one that really plays the dice task, and ones of every odd shape."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from scoreboard.meter.call import Call
from scoreboard.results.judge import Judgement, Verdict
from scoreboard.results.row import Row, Stamps, row_of
from scoreboard.runner.outcome import AnswerSent, ClaimedUsage, ConnectionAttempt, GuestError, Outcome
from scoreboard.runner.plan import Budget, Origin, Trial
from tasks.base import ToolRun
from tasks.dice import Dice

STAMPS = Stamps("2026-01-02T03:04:05+00:00", "0.1.0", "x86_64 2 cores", 20)
PASSED = Judgement("passed", ("the answer is right",))
ORIGIN = Origin("adapter1", "task1", "lock1", "harness1", "3.11")
ZERO_NS = 123_456_789_012_345


def trial(framework: str = "baseline", task: str = "dice", repeat: int = 0, **fields: Any) -> Trial:
    plan = {"model": "sim", "fault": "none", "seed": 7, "budget": Budget(), "origin": ORIGIN, **fields}
    return Trial(framework, task, repeat=repeat, **plan)


def call(ordinal: int, after_ms: int, *texts: str, **fields: Any) -> Call:
    """A Chat Completions call of two milliseconds."""
    started_ns = ZERO_NS + after_ms * 1_000_000
    body = {"model": "sim", "messages": [{"role": "user", "content": text} for text in texts]}
    made = Call(
        ordinal=ordinal,
        method="POST",
        path="chat/completions",
        dialect="openai-chat",
        request_headers={"Content-Type": "application/json"},
        request_body=json.dumps(body).encode(),
        status=200,
        response_headers={"server": "bakeoff"},
        response_body=b'{"choices": []}' * 40,
        started_ns=started_ns,
        first_byte_ns=started_ns + 1_900_001,
        finished_ns=started_ns + 2_000_000,
        input_tokens=50,
        output_tokens=10,
    )
    return replace(made, **fields)


def played(seed: int = 7) -> tuple[Outcome, list[Call]]:
    """The dice task as a framework would do it."""
    task = Dice(seed)
    result = task.tools[0](sides=20)
    run = ToolRun("roll_dice", {"sides": 20}, result, None, ZERO_NS + 5_000_000, ZERO_NS + 6_000_000)
    outcome = Outcome(
        ending="answered",
        started_ns=ZERO_NS,
        finished_ns=ZERO_NS + 20_000_000,
        answer=AnswerSent("text", f"Here you are. {result}", "str"),
        usage=ClaimedUsage(2, 100, None),
        tool_log=(run,),
        connections=(ConnectionAttempt("telemetry.example:443", "connect", "trial", 3),),
        stdout="hello\n",
        framework_version="1.2.3",
        python_version="3.11.7",
        stamps={"tool_runs_not_logged": "2"},
    )
    return outcome, [call(1, 2, task.prompt), call(2, 8, task.prompt, result)]


def row(verdict: Verdict = "passed", framework: str = "baseline", **fields: Any) -> Row:
    """The row of a trial in which all went as played, with some figures replaced."""
    planned = {name: fields.pop(name) for name in ("task", "model", "repeat", "fault", "origin") if name in fields}
    outcome, calls = played()
    made = row_of(trial(framework, **planned), outcome, calls, Judgement(verdict, ("because",)), STAMPS)
    return replace(made, **fields)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
words = texts.filter(bool)
counts = st.none() | st.integers(0, 2**53)
moments = st.integers(0, 100_000_000_000_000).map(lambda after: ZERO_NS + after)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)

any_call = st.builds(
    Call,
    ordinal=st.just(0),
    dialect=st.none() | st.just("openai-chat"),
    method=texts,
    path=texts,
    request_headers=st.dictionaries(texts, texts, max_size=3),
    response_headers=st.dictionaries(texts, texts, max_size=3),
    request_body=st.binary(max_size=100),
    response_body=st.binary(max_size=100),
    status=st.integers(0, 599),
    started_ns=moments,
    first_byte_ns=moments,
    finished_ns=moments,
    streamed=st.booleans(),
    chunks=st.lists(st.tuples(moments, st.integers(0, 10**9)), max_size=4).map(tuple),
    retry_count=st.integers(0, 10**9),
    input_tokens=counts,
    output_tokens=counts,
    refused=st.none() | words,
    provider_failure=st.none() | texts,
    complete=st.booleans(),
    step=st.none() | words,
    attempt=st.integers(1, 10**9),
    fault=st.none() | words,
    inapplicable=st.none() | words,
)

any_calls = st.lists(any_call, max_size=4).map(
    lambda calls: [replace(each, ordinal=number) for number, each in enumerate(calls, start=1)]
)

any_outcome = st.builds(
    Outcome,
    ending=st.sampled_from(["answered", "raised", "unsupported", "timeout", "crashed", "lost"]),
    started_ns=st.just(ZERO_NS),
    finished_ns=moments,
    answer=st.none() | st.builds(AnswerSent, st.sampled_from(["text", "typed", "json"]), jsons, texts, st.booleans()),
    usage=st.none() | st.builds(ClaimedUsage, counts, counts, counts),
    error=st.none() | st.builds(GuestError, texts, texts, texts),
    tool_log=st.lists(
        st.builds(
            ToolRun,
            texts,
            st.dictionaries(texts, jsons, max_size=3),
            st.none() | texts,
            st.none() | texts,
            moments,
            moments,
            texts,
        ),
        max_size=3,
    ).map(tuple),
    connections=st.lists(
        st.builds(ConnectionAttempt, texts, st.just("connect"), texts, st.integers(1, 10**9)), max_size=3
    ).map(tuple),
    stdout=texts,
    stderr=texts,
    framework_version=texts,
    python_version=texts,
    stamps=st.dictionaries(texts, texts, max_size=2),
)
