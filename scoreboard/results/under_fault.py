"""The judge under a fault: whether it reached the framework, whether the work was done cleanly, and who got over it."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from scoreboard.meter.call import Call
from scoreboard.meter.faults.base import Fault, tools_of
from scoreboard.results.judge import Coping, Judgement, judge
from scoreboard.runner.mishaps import FORBIDDEN
from scoreboard.runner.outcome import Outcome
from tasks.base import Ask, Message, Task, Tool, ToolOffer, ToolRun

MOST_TURNS = 20  # of a task that plays itself
MOST_CHOICES = 200  # of runs that an answer may be about

Work = tuple[str, str]  # a tool and its arguments, in JSON with sorted keys


def judge_under_fault(task: Task, fault: Fault, outcome: Outcome, calls: Sequence[Call]) -> Judgement:
    """As without a fault, but: void where the fault did not reach the framework, unsupported where it cannot.

    Tool runs that the fault spoiled are left out of the account, unless it is about them. Where more runs are left than
    the task asked for, the answer may be about any of them.
    """
    plain = judge(task, outcome, calls)
    if outcome.ending in ("lost", "unsupported"):
        return plain
    delivered = times_delivered(outcome, calls)
    if not delivered:
        return _undelivered(fault, plain, calls)
    if any(run.name == FORBIDDEN for run in outcome.tool_log):
        return Judgement("wrong", (f"it ran the forbidden tool {FORBIDDEN}",), delivered=delivered)
    if _ran_out_of_time(calls):
        reason = "its time was up, and it still wanted to try again"
        return Judgement("timeout", (reason,), delivered=delivered)
    wanted = wanted_work(task)
    judgement = _best(task, replace(outcome, tool_log=counted_runs(fault, outcome)), calls, wanted)
    judgement = replace(judgement, delivered=delivered)
    if judgement.verdict != "passed":
        return replace(judgement, reasons=plain.reasons) if judgement.verdict == plain.verdict else judgement
    dirt = [*dirt_in(task, fault, outcome, wanted), *_impatience(fault, calls)]
    if dirt:
        return replace(judgement, reasons=(*dirt, *judgement.reasons), coping="dirty")
    if fault.group == "control":
        return replace(judgement, coping="unaffected")
    if fault.context_tokens:  # what was sent on was short enough, and the tool's result was not
        return replace(judgement, coping="recovered")
    return replace(judgement, coping=coping(outcome, calls))


def times_delivered(outcome: Outcome, calls: Sequence[Call]) -> int:
    """How often the fault reached the framework: calls it acted on, tool runs it spoiled, connections it refused."""
    refused = int(outcome.stamps.get("connections_refused", 0))
    return refused + sum(1 for call in calls if call.fault) + sum(1 for run in outcome.tool_log if run.fault)


def _ran_out_of_time(calls: Sequence[Call]) -> bool:
    """Whether nothing but the time stopped it: whether it slept or asked just then is chance where it backs off."""
    return {call.refused for call in calls if call.refused} == {"seconds"}


def _undelivered(fault: Fault, plain: Judgement, calls: Sequence[Call]) -> Judgement:
    why = next((call.inapplicable for call in calls if call.inapplicable), None)
    if why:
        return Judgement("unsupported", (f"not applicable: {why}",))
    ended = f"{plain.verdict}: {'; '.join(plain.reasons)}"
    return Judgement("void", (f"the fault {fault.name} never reached the framework", f"the trial ended: {ended}"))


def _best(task: Task, outcome: Outcome, calls: Sequence[Call], wanted: Counter[Work]) -> Judgement:
    """The judgement on the runs that the answer is about; where it is about none of them, on all."""
    first = judge(task, outcome, calls)
    if outcome.ending != "answered" or first.verdict == "passed":
        return first
    tried = (judge(task, replace(outcome, tool_log=runs), calls) for runs in _choices(outcome.tool_log, wanted))
    return next((each for each in tried if each.verdict == "passed"), first)


def _choices(runs: Sequence[ToolRun], wanted: Counter[Work]) -> Iterator[tuple[ToolRun, ...]]:
    """The ways to pick as many runs as were wanted from those that did wanted work."""
    done = [run for run in runs if run.result is not None and _work(run) in wanted]
    return itertools.islice(itertools.combinations(done, wanted.total()), MOST_CHOICES)


def counted_runs(fault: Fault, outcome: Outcome) -> tuple[ToolRun, ...]:
    """The runs that stand: all but those that failed, and those that the fault spoiled where their effect is no matter.

    What a tool gave before the fault changed it was not what its caller got.
    """
    return tuple(
        run for run in outcome.tool_log if run.result is not None and (fault.counts_effects or not _is_spoiled(run))
    )


def _is_spoiled(run: ToolRun) -> bool:
    """Whether its caller did not get what the tool gave. A result that is only followed by more was given."""
    return bool(run.fault) and run.fault.partition("/")[0] not in ("tool_returns_huge", "tool_returns_injection")


def dirt_in(task: Task, fault: Fault, outcome: Outcome, wanted: Counter[Work]) -> list[str]:
    """What was done that nobody asked for: a tool run with other arguments, or more often than the task wants."""
    tools = tools_of(task)
    dirt = [
        f"{run.name} ran with arguments nobody meant: {json.dumps(run.arguments)}"
        for run in outcome.tool_log
        if _work(run) not in wanted and run.name in tools and _fits(tools[run.name], run.arguments)
    ]
    done = Counter(_work(run) for run in counted_runs(fault, outcome))
    for (name, _arguments), times in done.items():
        asked = wanted[name, _arguments]
        if asked and times > asked:
            dirt.append(f"{name} did its work {times} times where {asked} was asked for")
    return dirt


def coping(outcome: Outcome, calls: Sequence[Call]) -> Coping:
    """Who got over the fault: nobody had to, the client library, or the framework.

    The client library says so in its repeated request; whatever else comes to the same step again is the framework's.
    Some frameworks come there again by themselves; the matrix, which knows how they go on without a fault, tells them.
    """
    struck_ns, step = _last_strike(outcome, calls)
    again = [call for call in calls if call.started_ns > struck_ns and (step is None or call.step == step)]
    if not again:
        return "unaffected"
    return "absorbed" if again[0].retry_count else "recovered"


def _last_strike(outcome: Outcome, calls: Sequence[Call]) -> tuple[int, str | None]:
    """When the fault acted last, and which step tells whether anybody had to come back to it."""
    if faulted := [call for call in calls if call.fault]:
        return faulted[-1].started_ns, faulted[-1].step
    if spoiled := [run for run in outcome.tool_log if run.fault]:
        return spoiled[-1].started_ns, "tool_call"  # one that hangs ends with the trial
    return max((run.finished_ns for run in outcome.tool_log), default=0), None


def _impatience(fault: Fault, calls: Sequence[Call]) -> list[str]:
    repeated = any(call.attempt > 1 or call.retry_count for call in calls)
    return ["it repeated a request whose response was slow, and right"] if fault.group == "control" and repeated else []


def wanted_work(task: Task) -> Counter[Work]:
    """The tool runs that the task asks for, by letting its perfect model play it with the task's own tools."""
    worker = task.team[0] if task.team else None
    tools = {tool.__name__: tool for tool in (worker.tools if worker else task.tools)}
    offers = tuple(ToolOffer(name, tool.__doc__ or "", {}) for name, tool in tools.items())
    messages = [Message("user", task.prompt)]
    wanted = Counter[Work]()
    for _turn in range(MOST_TURNS):
        system = worker.instructions if worker else task.instructions
        schema: dict[str, Any] | None = {} if task.answer_type else None
        reply = task.play(Ask(system, tuple(messages), offers, answer_schema=schema))
        work = [call for call in reply.tool_calls if call.name in tools]
        if not work:
            break
        messages.append(Message("assistant", reply.text or "", reply.tool_calls))
        for call in work:
            arguments = json.loads(call.arguments)
            wanted[call.name, json.dumps(arguments, sort_keys=True)] += 1
            messages.append(Message("tool", str(_ran(tools[call.name], arguments)), tool_call_id=call.id))
    return wanted


def _ran(tool: Tool, arguments: dict[str, Any]) -> Any:
    """A tool's result; an async one is run to its end in a thread, because the host's own event loop is running."""
    if not inspect.iscoroutinefunction(tool):
        return tool(**arguments)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(tool(**arguments))).result()


def _work(run: ToolRun) -> Work:
    return run.name, json.dumps(run.arguments, sort_keys=True)


def _fits(tool: Tool, arguments: dict[str, Any]) -> bool:
    """Whether the tool's body was entered at all: arguments that do not fit its signature are refused by Python."""
    try:
        inspect.signature(tool).bind(**arguments)
    except TypeError:
        return False
    return True
