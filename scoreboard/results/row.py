"""One trial as a flat row of figures: what statistics read, what `export` writes, and what anybody can query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.results.judge import Coping, Judgement, Verdict
from scoreboard.results.split import split
from scoreboard.results.wire import is_answered
from scoreboard.runner.outcome import ClaimedUsage, Outcome
from scoreboard.runner.plan import Budget, Origin, Trial

LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class Stamps:
    """What is noted of a trial that neither its plan nor its outcome tells."""

    started_at: str  # ISO 8601 in UTC
    bakeoff_version: str
    machine: str
    lines_of_code: int | None  # of the adapter, for the task's shape


@dataclass(frozen=True)
class Row:
    """Every field is a column of the table `trials` and of the CSV, under the same name and in this order."""

    id: str
    take: int  # above 1 where the trial was measured anew
    framework: str
    task: str
    model: str
    fault: str
    repeat: int
    seed: int
    verdict: Verdict
    reasons: tuple[str, ...]
    total_ms: float
    model_ms: float
    tools_ms: float
    framework_ms: float
    calls: int
    input_tokens: int | None
    output_tokens: int | None
    claimed_calls: int | None
    claimed_input_tokens: int | None
    claimed_output_tokens: int | None
    tool_runs: int
    connection_attempts: int
    lines_of_code: int | None
    started_at: str
    framework_version: str
    python_version: str
    bakeoff_version: str
    machine: str
    max_calls: int
    max_tokens: int
    timeout_s: float
    adapter_digest: str
    task_digest: str
    lock_digest: str
    harness_digest: str
    python: str  # the version planned for, "3.11"; `python_version` is the one that ran
    coping: Coping = ""  # of a trial that passed under a fault: what it took
    delivered: int = 0  # how often the fault reached the framework
    requests: int | None = None  # calls, and connections that were refused; None: measured before anybody counted
    turns: int | None = None  # of the model: calls that repeat none that failed
    client_retries: int | None = None  # calls that the client library made again by itself
    framework_retries: int | None = None  # calls with the same request, made again by the framework
    error_type: str | None = None
    error_message: str | None = None

    @property
    def origin(self) -> Origin:
        return Origin(self.adapter_digest, self.task_digest, self.lock_digest, self.harness_digest, self.python)

    @property
    def budget(self) -> Budget:
        return Budget(self.max_calls, self.max_tokens, self.timeout_s)

    @property
    def trial(self) -> Trial:
        """The planned trial; its id is the row's."""
        return Trial(
            self.framework, self.task, self.model, self.fault, self.repeat, self.seed, self.budget, self.origin
        )


def row_of(
    trial: Trial, outcome: Outcome, calls: Sequence[Call], judgement: Judgement, stamps: Stamps, take: int = 1
) -> Row:
    """The figures of one trial."""
    claimed = outcome.usage or ClaimedUsage()
    origin = {f"{name}_digest": digest for name, digest in asdict(trial.origin).items() if name != "python"}
    return Row(
        id=trial.id,
        take=take,
        **{name: getattr(trial, name) for name in ("framework", "task", "model", "fault", "repeat", "seed")},
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        **asdict(split(outcome, calls)),
        calls=requests_made(calls),
        input_tokens=total_tokens((call, call.input_tokens) for call in calls),
        output_tokens=total_tokens((call, call.output_tokens) for call in calls),
        claimed_calls=claimed.calls,
        claimed_input_tokens=claimed.input_tokens,
        claimed_output_tokens=claimed.output_tokens,
        tool_runs=len(outcome.tool_log),
        connection_attempts=sum(attempt.count for attempt in outcome.connections),
        framework_version=outcome.framework_version,
        python_version=outcome.python_version,
        **asdict(stamps),
        **asdict(trial.budget),
        **origin,
        python=trial.origin.python,
        coping=judgement.coping,
        delivered=judgement.delivered,
        **_repeats(outcome, calls),
        error_type=outcome.error.type if outcome.error else None,
        error_message=outcome.error.message[:LONGEST_MESSAGE] if outcome.error else None,
    )


def _repeats(outcome: Outcome, calls: Sequence[Call]) -> dict[str, Any]:
    """How many requests there were, and who made those that repeat one that failed."""
    by_client = sum(1 for call in calls if call.retry_count)
    by_framework = sum(1 for call in calls if call.attempt > 1 and not call.retry_count)
    return {
        "requests": len(calls) + int(outcome.stamps.get("connections_refused", 0)),
        "turns": len(calls) - by_client - by_framework,
        "client_retries": by_client,
        "framework_retries": by_framework,
    }


def requests_made(calls: Sequence[Call]) -> int:
    """Requests that reached the meter, those that failed and those that a client library made again among them."""
    return len(calls)


def total_tokens(counts: Iterable[tuple[Call, int | None]]) -> int | None:
    """The tokens of all calls. None as soon as one answered call's count is unknown: unknown is never taken for 0."""
    total = 0
    for call, tokens in counts:
        if tokens is None and is_answered(call):
            return None
        total += tokens or 0
    return total
