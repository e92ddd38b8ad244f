"""The facts on a framework: what it costs before it does anything, put together from what was seen of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scoreboard.results import overhead as overhead_module
from scoreboard.results.overhead import Overhead
from scoreboard.results.statistics import median
from scoreboard.runner.footprint import Footprint
from scoreboard.runner.outcome import ConnectionAttempt
from scoreboard.runner.plan import Origin, Trial
from scoreboard.runner.probe import Served, Sighting
from scoreboard.runner.remains import LeftFile


@dataclass(frozen=True)
class Sample:
    """One fresh worker in figures: raw, kept so that every median can be checked. None where unknown."""

    import_s: float
    ready_cpu_s: float | None
    first_request_ms: float | None
    next_request_ms: float | None
    peak_mb: float | None
    threads: int | None
    processes: int | None


@dataclass(frozen=True)
class Start:
    """Medians over fresh workers."""

    import_s: float | None
    import_cpu_s: float | None
    first_request_ms: float | None
    next_request_ms: float | None
    peak_mb: float | None


@dataclass(frozen=True)
class Traces:
    """What a trial left behind or wanted, beyond a worker without the framework."""

    threads: int | None
    processes: int | None
    files: tuple[LeftFile, ...]
    connections: tuple[ConnectionAttempt, ...]


@dataclass(frozen=True)
class Stamp:
    """When and where facts were measured."""

    measured_at: str  # ISO 8601 in UTC
    bakeoff_version: str
    machine: str
    load: float  # of the machine before anything of ours ran
    python_version: str


@dataclass(frozen=True)
class Facts:
    """What a framework costs before it does anything."""

    framework: str
    task: str  # the one for the trials
    footprint: Footprint
    start: Start
    traces: Traces
    overhead: Overhead
    samples: tuple[Sample, ...]
    bare: tuple[Sample, ...]  # workers without the framework, in the same environment
    stamp: Stamp


@dataclass(frozen=True)
class Seen:
    """What was seen of a framework: its environment, fresh workers with it, and as many without."""

    footprint: Footprint
    warm_up: Sighting  # the first worker: not timed, but it lingered
    sightings: Sequence[Sighting]
    idle: Sequence[Sighting]


def facts_of(trial: Trial, seen: Seen, overhead: Overhead, stamp: Stamp) -> Facts:
    """The facts, from what was seen and from what its requests add."""
    samples, bare = tuple(map(sample_of, seen.sightings)), tuple(map(sample_of, seen.idle))
    return Facts(
        framework=trial.framework,
        task=trial.task,
        footprint=seen.footprint,
        start=start_of(samples, bare),
        traces=traces_of([seen.warm_up, *seen.sightings], samples, bare),
        overhead=overhead,
        samples=samples,
        bare=bare,
        stamp=stamp,
    )


def origin_of(trial: Trial) -> Origin:
    """What facts are made from: what a trial is made from, and the definitions of the facts themselves."""
    sources = "".join(Path(str(path)).read_text(encoding="utf-8") for path in (overhead_module.__file__, __file__))
    digest = hashlib.sha256(f"{trial.origin.harness} {sources}".encode()).hexdigest()[:12]
    return replace(trial.origin, harness=digest)


def sample_of(sighting: Sighting) -> Sample:
    left = sighting.left
    return Sample(
        import_s=sighting.import_s,
        ready_cpu_s=sighting.ready_cpu_s,
        first_request_ms=first_request_ms(sighting.first),
        next_request_ms=first_request_ms(sighting.second) if sighting.second else None,
        peak_mb=left.peak_bytes / 1e6 if left else None,
        threads=len(left.threads) if left else None,
        processes=len(left.processes) if left else None,
    )


def first_request_ms(served: Served) -> float | None:
    """From calling the adapter to its first request reaching the meter: client and agent are built in between."""
    if not served.calls:
        return None
    first = min(served.calls, key=lambda call: call.ordinal)
    return (first.started_ns - served.outcome.started_ns) / 1e6


def start_of(samples: Sequence[Sample], bare: Sequence[Sample]) -> Start:
    """Medians; the CPU time of the import is what the framework's workers used beyond the bare ones."""
    cpu_s, bare_cpu_s = _median(samples, "ready_cpu_s"), _median(bare, "ready_cpu_s")
    return Start(
        import_s=_median(samples, "import_s"),
        import_cpu_s=None if cpu_s is None or bare_cpu_s is None else cpu_s - bare_cpu_s,
        first_request_ms=_median(samples, "first_request_ms"),
        next_request_ms=_median(samples, "next_request_ms"),
        peak_mb=_median(samples, "peak_mb"),
    )


def traces_of(sightings: Sequence[Sighting], samples: Sequence[Sample], bare: Sequence[Sample]) -> Traces:
    """Threads and processes are those of the median worker beyond the bare one; files are the last worker's."""
    attempts = [
        attempt
        for sighting in sightings
        for served in (sighting.first, sighting.second)
        for attempt in (served.outcome.connections if served else ())
    ]
    return Traces(
        threads=_beyond(samples, bare, "threads"),
        processes=_beyond(samples, bare, "processes"),
        files=sightings[-1].files,
        connections=connections(attempts),
    )


def connections(attempts: Iterable[ConnectionAttempt]) -> tuple[ConnectionAttempt, ...]:
    """Each target once, as it was tried first, with all its tries."""
    found: dict[tuple[str, str, str], ConnectionAttempt] = {}
    for attempt in attempts:
        key = (attempt.target, attempt.kind, attempt.during)
        before = found.get(key)
        found[key] = replace(before, count=before.count + attempt.count) if before else attempt
    return tuple(found[key] for key in sorted(found))


def _median(samples: Sequence[Sample], name: str) -> float | None:
    values = [getattr(sample, name) for sample in samples]
    return None if None in values else median(values)


def _beyond(samples: Sequence[Sample], bare: Sequence[Sample], name: str) -> int | None:
    whole, own = _median(samples, name), _median(bare, name)
    return None if whole is None or own is None else max(0, round(whole - own))
