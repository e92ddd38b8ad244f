"""The judge: how a trial ended, from the guest's answer, the log of its tool runs and the meter's calls alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from scoreboard.meter.call import Call
from scoreboard.results.wire import Heard, heard, is_answered, speakers, users_of
from scoreboard.runner.outcome import AnswerSent, GuestError, Outcome
from tasks.base import Task

Verdict = Literal["passed", "wrong", "raised", "runaway", "timeout", "crashed", "unsupported", "void"]
Coping = Literal["", "unaffected", "absorbed", "recovered", "dirty"]
LONGEST_REASON = 300


@dataclass(frozen=True)
class Judgement:
    """A verdict, and why, in words that a reader can check against the trial."""

    verdict: Verdict
    reasons: tuple[str, ...]
    coping: Coping = ""  # of a trial that passed under a fault: what it took
    delivered: int = 0  # how often the fault reached the framework


@dataclass(frozen=True)
class Findings:
    """What speaks against a trial, and what proves that the work was done."""

    problems: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()


def judge(task: Task, outcome: Outcome, calls: Sequence[Call]) -> Judgement:
    """The first rule that fits gives the verdict, so that a trial has exactly one.

    A spent budget goes before whatever the guest did next, because the meter had already stopped it. A failure of the
    provider makes void only what failed: a framework that got over it has passed.
    """
    refused = [call for call in calls if call.refused]
    failures = _last_failures(calls)
    if outcome.ending == "lost":
        return _judgement("void", f"Bakeoff itself failed: {_told(outcome.error, 'the trial was lost')}")
    if failures and (refused or outcome.ending == "timeout"):
        return _judgement("void", *failures, "the trial's time went by waiting for it")
    if refused:
        return _judgement("runaway", *_refusals(refused))
    if outcome.ending == "timeout":
        seconds = (outcome.finished_ns - outcome.started_ns) / 1e9
        return _judgement("timeout", f"it gave no answer and was killed after {seconds:.1f} s")
    if outcome.ending == "crashed":
        return _judgement("crashed", f"its process died: {_told(outcome.error, 'nobody knows why')}")
    if outcome.ending == "unsupported":
        said = outcome.error.message if outcome.error else ""
        return _judgement("unsupported", said or "the adapter says that there is no way to do this")
    if outcome.ending == "raised":
        raised = f"it gave up with {_told(outcome.error, 'an exception')}"
        return _judgement("void", *failures, raised) if failures else _judgement("raised", raised)
    return _judge_answer(task, outcome, calls)


def _judge_answer(task: Task, outcome: Outcome, calls: Sequence[Call]) -> Judgement:
    answer, unusable = rebuild(task, outcome.answer or AnswerSent("nothing"))
    problems = [unusable] if unusable else task.check(answer, outcome.tool_log)
    findings = wire_findings(task, outcome, heard(calls))
    problems = [*problems, *findings.problems]
    if not problems:
        return _judgement("passed", "; ".join(["the answer is right", *findings.proofs]))
    failures = _last_failures(calls)
    return _judgement("void", *failures, *problems) if failures else _judgement("wrong", *problems)


def rebuild(task: Task, sent: AnswerSent) -> tuple[object, str | None]:
    """The answer as the framework returned it, or what keeps it from being one."""
    match sent.kind:
        case "text" | "json":
            return sent.value, None
        case "nothing":
            return None, None
        case "other":
            return None, f"the answer is a {sent.type_name or 'thing'} that cannot be read: {sent.value}"
    if task.answer_type is None:
        return None, f"the answer is a {sent.type_name}, where no typed answer was asked for"
    if not sent.is_answer_type:
        return None, f"the answer is a {sent.type_name}, which is not the {task.answer_type.__name__} asked for"
    try:
        return task.answer_type.model_validate_json(json.dumps(sent.value)), None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        return None, f"the {task.answer_type.__name__} is not valid: {where}: {first['msg']}"


def wire_findings(task: Task, outcome: Outcome, asks: Sequence[Heard]) -> Findings:
    """What only the wire can prove, the same for every task.

    The model was asked at all; the result of every tool run that succeeded went back to it; every role of a team spoke,
    and the last of them, who has the last word, after the tools had run.
    """
    if not asks:
        return Findings(problems=("no call to the model was answered at the meter, so the model had no part in it",))
    problems, proofs = [], []
    for number, run in enumerate(outcome.tool_log, start=1):
        if not run.result:
            continue
        used = users_of(run, asks)
        if used:
            proofs.append(f"the result of {run.name} (run {number}) went back to the model in call {used[0]}")
        else:
            problems.append(f"the result of {run.name} (run {number}), {run.result!r}, never went back to the model")
    for role in task.team:
        spoke = speakers(role, asks)
        if spoke:
            proofs.append(f"the {role.name} spoke in call {spoke[0]}")
        else:
            problems.append(f"the {role.name} never spoke: no call's system text has its instructions")
    if task.team and (spoke := speakers(task.team[-1], asks)):
        worked_ns = max((run.finished_ns for run in outcome.tool_log), default=0)
        if not any(each.ordinal in spoke and each.started_ns >= worked_ns for each in asks):
            problems.append(f"the {task.team[-1].name}, who has the last word, spoke only before the work was done")
    return Findings(tuple(problems), tuple(proofs))


def _refusals(refused: Sequence[Call]) -> list[str]:
    budgets = dict.fromkeys(call.refused for call in refused)
    first = {budget: next(call.ordinal for call in refused if call.refused == budget) for budget in budgets}
    return [f"the budget of {budget} was spent: the meter refused call {first[budget]}" for budget in budgets]


def _last_failures(calls: Sequence[Call]) -> list[str]:
    """How the provider failed after it had last answered: a failure that was got over explains nothing later."""
    answered = max((call.started_ns for call in calls if is_answered(call)), default=0)
    failed = [call for call in calls if call.provider_failure and call.started_ns > answered]
    return [f"the provider failed in call {call.ordinal}: {call.provider_failure}" for call in failed]


def _told(error: GuestError | None, otherwise: str) -> str:
    return f"{error.type}: {error.message}" if error else otherwise


def _judgement(verdict: Verdict, *reasons: str) -> Judgement:
    return Judgement(verdict, tuple(_one_line(reason) for reason in reasons))


def _one_line(reason: str) -> str:
    """A reason is a line of a table: no line ends, nothing that cannot be written, not endless."""
    line = " ".join(reason.encode("utf-8", "backslashreplace").decode().split())
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 3]}..."
