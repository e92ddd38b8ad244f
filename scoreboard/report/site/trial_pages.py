"""One page for each trial: the verdict, where the time went, and every word that was said. Without any script."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scoreboard.errors import StoreError
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.catalogue import fault_named
from scoreboard.report.conversation import events
from scoreboard.report.marks import SIGNS
from scoreboard.report.site import pages
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.turns import turns
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from scoreboard.results.store import Evidence, Store, Unreadable
from scoreboard.runner.catalogue import family_of

FOLDER = "trials"
STYLE_SHEET = "trial.css"


@dataclass(frozen=True)
class Look:
    """A verdict for people."""

    colour: str
    words: str


LOOKS: Mapping[Verdict, Look] = {
    "passed": Look("good", "the answer is right, and the recording proves that the work was done"),
    "wrong": Look("bad", "an answer came back as if all were well, and it is wrong"),
    "raised": Look("calm", "the framework gave up with an exception, which is an honest failure"),
    "runaway": Look("bad", "it went on until its budget was spent, and was stopped"),
    "timeout": Look("bad", "it was still busy when its time was up, and was stopped"),
    "crashed": Look("bad", "its process died"),
    "unsupported": Look("small", "the framework has no way to do this, which counts in no rate"),
    "void": Look("small", "this trial proves nothing about the framework, and counts in no rate"),
}


def trial_names(gathered: Gathered) -> list[str]:
    """The paths of their files."""
    return [f"{FOLDER}/{STYLE_SHEET}", *(f"{FOLDER}/{row.id}.html" for row in gathered.rows)]


def write_trial_pages(gathered: Gathered, folder: Path) -> list[str]:
    """A page for each trial that is shown, and their style sheet; the paths below the folder."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    written = [f"{FOLDER}/{STYLE_SHEET}"]
    _put(folder / written[0], style_sheet())
    with contextlib.closing(Store.open(gathered.home, read_only=True)) as store:
        for found in store.evidences(gathered.rows):
            if not found.row.id.isalnum():
                raise StoreError(f"A trial's id is letters and digits; {found.row.id!r} in {store.path} is none.")
            written.append(f"{FOLDER}/{found.row.id}.html")
            _put(folder / written[-1], trial_page(found, gathered))
    return written


def _put(path: Path, text: str) -> None:
    """Most pages are as an earlier report wrote them, and to replace thousands of files takes a disk its time."""
    content = text.encode("utf-8", "replace")
    if not (path.is_file() and path.read_bytes() == content):
        path.write_bytes(content)


def trial_file(gathered: Gathered, name: str) -> str | None:
    """One of these files on demand; None where there is none of that name."""
    if name == STYLE_SHEET:
        return style_sheet()
    rows = [row for row in gathered.rows if f"{row.id}.html" == name]
    with contextlib.closing(Store.open(gathered.home, read_only=True)) as store:
        return next((trial_page(found, gathered) for found in store.evidences(rows)), None)


def trial_page(found: Evidence | Unreadable, gathered: Gathered) -> str:
    """One page; of a trial whose raw events are damaged, too."""
    row, title = found.row, gathered.title(found.row.framework)
    family = family_of(row.framework)
    under = "" if row.fault == NONE else f" under {row.fault}"
    told = list(turns(events(found.outcome, found.calls))) if isinstance(found, Evidence) else []
    return pages.render(
        "trial.html.jinja",
        policy=pages.policy(sheets=True),
        heading=f"{title[:1].upper()}{title[1:]} bakes {row.task}{under}: {row.verdict}",
        family=family if family in gathered.families else "",
        family_title=gathered.title(family),
        task=gathered.task_title(row.task),
        row=row,
        reasons="; ".join(row.reasons).rstrip("."),
        look=LOOKS[row.verdict],
        words=f", {SIGNS[row.coping].words}" if row.coping else f": {LOOKS[row.verdict].words}",
        faulted=row.fault != NONE,
        fault=fault_named(row.fault),
        bar=list(_bar(row)),
        time={part: f"{getattr(row, f'{part}_ms'):,.1f} ms" for part in ("total", "model", "tools", "framework")},
        unreadable=found.why if isinstance(found, Unreadable) else "",
        turns=told,
        measured=list(_measured(row, gathered)),
    )


@cache
def style_sheet() -> str:
    """The site's base and what only these pages need: one file for all of them, because there may be thousands."""
    return "\n".join(
        (pages.TEMPLATES / name).read_text(encoding="utf-8") for name in ("css/base.css", "trial/trial.css")
    )


def _bar(row: Row) -> Iterator[dict[str, Any]]:
    """Three lengths of a thousand. Where model and tools were busy at the same time, it is the model's."""
    tools_ms = max(0.0, row.total_ms - row.framework_ms - row.model_ms)
    start = 0.0
    for name, took_ms in (("model", row.model_ms), ("tools", tools_ms), ("framework", row.framework_ms)):
        width = 1000 * took_ms / row.total_ms if row.total_ms else 0.0
        yield {"name": name, "start": f"{start:.0f}", "width": f"{width:.0f}"}
        start += width


def _measured(row: Row, gathered: Gathered) -> Iterator[tuple[str, str]]:
    card = gathered.cards.get(row.framework)
    yield "Framework", f"{card.package if card else row.framework} {row.framework_version}"
    yield "Model", row.model
    yield "Calls", f"{row.calls}, {_tokens(row.input_tokens)} tokens in, {_tokens(row.output_tokens)} out"
    yield "Tool runs", str(row.tool_runs)
    yield "Repeat", f"{row.repeat}, seed {row.seed}" + (f", take {row.take}" if row.take > 1 else "")
    yield "Measured", f"{row.started_at[:19].replace('T', ' ')} UTC"
    yield "Machine", f"{row.machine}, Python {row.python_version}"
    yield "Limits", f"{row.max_calls} calls, {row.max_tokens:,} tokens, {row.timeout_s:g} s"
    made_from = {"adapter": row.adapter_digest, "task": row.task_digest, "lock": row.lock_digest}
    made_from |= {"harness": row.harness_digest, "Bakeoff": row.bakeoff_version}
    yield "Made from", ", ".join(f"{name} {digest}" for name, digest in made_from.items())
    yield "Trial", row.id


def _tokens(count: int | None) -> str:
    return "unknown" if count is None else f"{count:,}"
