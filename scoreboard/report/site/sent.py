"""What it really sends: any two frameworks on one task, request by request, with everything marked that they added."""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from scoreboard.report.sent import Sent, sent
from scoreboard.report.site.added import Request, requests_of
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.own import own_of
from scoreboard.report.site.section import Section
from scoreboard.results.comparison import is_deterministic, middle
from scoreboard.results.row import Row
from scoreboard.results.store import Store, Unreadable
from scoreboard.runner.catalogue import BASELINE, family_of
from scoreboard.runner.plan import adapter_digest, task_digest

LEAD = "Which words, tools and settings does a framework add to yours? Marked: what neither task nor adapter says."
MISSING = "No trial has passed yet; `bakeoff run` measures some."


@dataclass(frozen=True)
class Sending:
    """One framework's trial of one task, and what it sent. Without requests where no trial passed."""

    framework: str
    family: str
    title: str
    task: str
    task_title: str
    row: Row | None = None
    calls: tuple[Sent, ...] = ()
    requests: tuple[Request, ...] = ()
    lack: str = ""  # why there are no requests
    is_changed: bool = False  # whether task or adapter are other files than were baked
    beyond: int | None = None  # tokens of the first request more than the baseline's; None where unknown

    @property
    def first_tokens(self) -> int:
        """The tokens of the first request; 0 where unknown."""
        return (self.requests[0].input_tokens or 0) if self.requests else 0

    @property
    def summary(self) -> str:
        """What it adds, in a sentence."""
        if not self.requests:
            return self.lack
        lines = self.requests[0].added
        counted = f"{lines:,} {'line' if lines == 1 else 'lines'}"
        if self.framework == BASELINE:
            return f"sends {self.first_tokens:,} tokens in its first request, with {counted} of its client's own"
        if self.beyond is None:
            return f"adds {counted} before your first word"
        if self.beyond < 0:
            return f"sends {_tokens(-self.beyond)} fewer than no framework before your first word; adds {counted}"
        return f"adds {_tokens(self.beyond) if self.beyond else 'no tokens'} before your first word, in {counted}"


def sent_section(gathered: Gathered) -> Section:
    """Every framework and variant on every task, one trial each."""
    sendings = sendings_of(gathered)
    told = [each for each in sendings if each.requests]
    if not told:
        return Section("sent", "What it really sends", LEAD, missing=MISSING)
    names = [name for name in gathered.frameworks if any(each.framework == name for each in told)]
    rest = [each for each in told if each.framework == each.family != names[0]] or told
    shown = {
        "tasks": {task: gathered.task_title(task) for task in gathered.tasks},
        "frameworks": {name: gathered.title(name) for name in names},
        "left": names[0],
        "right": max(rest, key=lambda each: each.first_tokens).framework,
        "sendings": {task: [each for each in sendings if each.task == task] for task in gathered.tasks},
    }
    data = {"sent.json": lambda: sent_json(told)}
    return Section("sent", "What it really sends", LEAD, shown, data)


def sent_of(gathered: Gathered, family: str) -> list[Sending]:
    """What a framework and its variants send, for its own page."""
    return [each for each in sendings_of(gathered) if each.family == family]


@lru_cache(maxsize=1)
def sendings_of(gathered: Gathered) -> list[Sending]:
    """What all frameworks send on each task there is a file of; task by task."""
    with contextlib.closing(Store.open(gathered.home, read_only=True)) as store:
        baselines = {task: _sending(gathered, store, BASELINE, task) for task in gathered.tasks}
        return [
            _beyond(gathered, _sending(gathered, store, name, task), baselines[task])
            for task in gathered.tasks
            for name in gathered.frameworks
        ]


def _sending(gathered: Gathered, store: Store, framework: str, task: str) -> Sending:
    title, task_title = gathered.title(framework), gathered.task_title(task)
    row = example(gathered, framework, task)
    if row is None:
        is_tried = any((row.framework, row.task) == (framework, task) for row in gathered.healthy)
        lack = "passed no trial of this task" if is_tried else "was not tried on this task"
        return Sending(framework, family_of(framework), title, task, task_title, lack=lack)
    (evidence,) = store.evidences([row])
    if isinstance(evidence, Unreadable):
        return Sending(framework, family_of(framework), title, task, task_title, lack="what it sent is damaged")
    own = own_of(evidence, gathered.tasks[task](row.seed), gathered.cards.get(framework))
    return Sending(
        framework,
        family_of(framework),
        title,
        task,
        task_title,
        row,
        calls=tuple(map(sent, evidence.calls)),
        requests=tuple(requests_of(evidence, own)),
        is_changed=_is_changed(gathered, row),
    )


def _is_changed(gathered: Gathered, row: Row) -> bool:
    card = gathered.cards.get(row.framework)
    adapter = adapter_digest(card.path) if card else ""
    return (adapter, task_digest(Path(inspect.getfile(gathered.tasks[row.task])))) != (
        row.adapter_digest,
        row.task_digest,
    )


def example(gathered: Gathered, framework: str, task: str) -> Row | None:
    """A passed trial of middle length, with the simulated model where there is one; None where none passed."""
    rows = [row for row in gathered.healthy if (row.framework, row.task, row.verdict) == (framework, task, "passed")]
    models = sorted({row.model for row in rows}, key=lambda model: (not is_deterministic(model), model))
    return middle([row for row in rows if row.model == models[0]]) if models else None


def _beyond(gathered: Gathered, sending: Sending, baseline: Sending) -> Sending:
    """With the tokens of the first request beyond the baseline's: of the facts, else of these very trials."""
    facts, plain = gathered.facts.get(sending.framework), gathered.facts.get(BASELINE)
    if not sending.row or not baseline.row or sending.row.model != baseline.row.model:
        return sending
    if facts and plain and facts.task == plain.task == sending.task:
        counts = [each.overhead.prompt_tokens + each.overhead.tool_tokens for each in (facts, plain)]
    elif sending.first_tokens and baseline.first_tokens:
        counts = [sending.first_tokens, baseline.first_tokens]
    else:
        return sending
    return replace(sending, beyond=counts[0] - counts[1])


def sent_json(sendings: Sequence[Sending]) -> str:
    """Every part of every request as it was sent, by framework and task."""
    found: dict[str, dict[str, object]] = {}
    for each in sendings:
        if each.row:
            trial = {"trial": each.row.id, "model": each.row.model, "framework_version": each.row.framework_version}
            found.setdefault(each.framework, {})[each.task] = {**trial, "calls": [asdict(call) for call in each.calls]}
    return json.dumps(found, indent=1)


def _tokens(count: int) -> str:
    return f"{count:,} {'token' if count == 1 else 'tokens'}"
