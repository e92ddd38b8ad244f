"""The columns of `bakeoff facts`: what each says of a framework, and its definition."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scoreboard.results.facts import Facts

LONGEST_VALUE = 24  # of a setting or a schema's key; --json has them whole

BRIEF = (
    *("packages", "MB", "import s", "1st request ms", "peak MB", "threads", "files"),
    *("streams", "prompt tok", "tool tok", "grows by"),
)

Cell = Callable[[Facts], str]


@dataclass(frozen=True)
class Column:
    """A name, what it says of a framework, and its definition."""

    name: str
    cell: Cell
    definition: str
    is_text: bool = False


def columns_for(facts: Sequence[Facts]) -> dict[str, list[Column]]:
    """The columns of each table; the release date only where some wheel tells its own."""
    dated = any(each.footprint.released for each in facts)
    return {
        "What it weighs": [column for column in _WEIGHT if column is not _RELEASED or dated],
        "What it leaves behind": _TRACES,
        "What it sends": _WIRE,
    }


def brief_columns() -> list[Column]:
    """Those that the scoreboard shows beside what was baked."""
    return [column for column in [*_WEIGHT, *_TRACES, *_WIRE] if column.name in BRIEF]


def _number(value: float | None, digits: int = 0) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _python(facts: Facts) -> str:
    fits = "" if facts.footprint.python_fits else f" (not {facts.stamp.python_version})"
    clauses = facts.footprint.requires_python.replace(" ", "").split(",")
    return ",".join(sorted(clauses, key=lambda clause: clause[:1] == "<")) + fits


def _reached(facts: Facts) -> str:
    """Whom it tried to reach, each once."""
    found: dict[str, set[str]] = {}
    for attempt in facts.traces.connections:
        found.setdefault(attempt.target, set()).add(attempt.during)
    return ", ".join(
        f"{target} ({', '.join(when)})" if (when := found[target] - {"trial"}) else target for target in found
    )


def _files(facts: Facts) -> str:
    names = [file.name for file in facts.traces.files]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return "\n".join(names[:2]) + more


def _settings(facts: Facts) -> str:
    return "\n".join(f"{name}={_short(value)}" for name, value in facts.overhead.settings.items())


def _schema(facts: Facts) -> str:
    """What was added or put otherwise; what was left out saves tokens and is in --json."""
    told = [each for each in facts.overhead.tool_schema if not each.startswith("-")]
    further = [f"+tool {name}" for name in facts.overhead.further_tools]
    return "\n".join([*further, *(_short_key(re.sub(r"parameters\.(properties\.)?", "", each)) for each in told)])


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _short_key(change: str) -> str:
    key, _, value = change.partition(": ")
    return change if value and len(value) <= LONGEST_VALUE else key


def _growth(facts: Facts) -> str:
    grown = facts.overhead.growth_bytes, facts.overhead.growth_tokens
    return "" if None in grown else f"{grown[0]:+d} / {grown[1]:+d}"


_RELEASED = Column(
    "released",
    lambda f: f.footprint.released or "",
    "the version's date, where the changelog in its wheel gives one; blank where it does not",
)
_WEIGHT = [
    Column("version", lambda f: f.footprint.version, "of the framework's own package, as installed"),
    _RELEASED,
    Column("packages", lambda f: _number(f.footprint.packages), "distributions in its environment"),
    Column(
        "MB",
        lambda f: _number(f.footprint.megabytes),
        "size of all files in site-packages, without what Python compiled (1 MB = 1,000,000 bytes)",
    ),
    Column(
        "needs Python",
        _python,
        "Requires-Python of its package; a version in brackets is the one here, where any package does not admit it",
        is_text=True,
    ),
    Column(
        "import s",
        lambda f: _number(f.start.import_s, 2),
        "importing the adapter, and the framework with it, in a fresh worker; Pydantic is there already, for all alike",
    ),
    Column(
        "CPU s",
        lambda f: _number(f.start.import_cpu_s, 2),
        "CPU time of a worker until it can serve, all threads, minus that of one without the framework",
    ),
    Column(
        "1st request ms",
        lambda f: _number(f.start.first_request_ms, 0),
        "from calling the adapter to its first request at the meter: client and agent are built, and what is only "
        "then imported; first trial of a process",
    ),
    Column(
        "next request ms", lambda f: _number(f.start.next_request_ms, 1), "the same in the second trial of that process"
    ),
    Column(
        "peak MB",
        lambda f: _number(f.start.peak_mb),
        "most memory that the worker had resident up to the end of its first trial",
    ),
]
_TRACES = [
    Column(
        "threads",
        lambda f: _number(f.traces.threads),
        "still there half a second after the first trial, beyond those of a worker without the framework",
    ),
    Column("processes", lambda f: _number(f.traces.processes), "still there then, of all that the worker started"),
    Column("files", lambda f: _number(len(f.traces.files)), "then in its empty home, working and temporary folder"),
    Column("bytes", lambda f: _number(sum(file.size_bytes for file in f.traces.files)), "of those files"),
    Column("which", _files, "the two largest of them", is_text=True),
    Column(
        "tries to reach",
        _reached,
        "hosts other than the meter, during import, its trials, and 7 s after one that left something behind; "
        "every attempt was refused",
        is_text=True,
    ),
]
_WIRE = [
    Column("speaks", lambda f: f.overhead.dialect.removeprefix("openai-"), "wire dialect of its first request"),
    Column("streams", lambda f: "yes" if f.overhead.streams else "no", "whether that request asks for a stream"),
    Column(
        "prompt tok",
        lambda f: _number(f.overhead.prompt_tokens),
        "tokens of that request's text beyond the task's own instructions and prompt: words of the framework's own, "
        "and tools where it tells them in words",
    ),
    Column("tool tok", lambda f: _number(f.overhead.tool_tokens), "tokens of its tools: names, descriptions, schemas"),
    Column("bytes", lambda f: _number(f.overhead.request_bytes), "of that request's body"),
    Column("grows by", _growth, "bytes / tokens of the second request minus those of the first"),
    Column("sets by itself", _settings, "top-level keys beside model, conversation and tools", is_text=True),
    Column(
        "in the tools",
        _schema,
        "+ what it adds to, ~ what it puts otherwise in the docstring and in Pydantic's schema of the task's tool",
        is_text=True,
    ),
]
