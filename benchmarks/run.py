"""What Bakeoff itself costs: its share of the wall time, its throughput, its memory."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.kitchen import clean_home, start, timed
from benchmarks.peer import inspect_samples_per_s
from scoreboard.results.lines import lines_together
from scoreboard.runner.catalogue import BASELINE, framework_cards

DICE = ("--frameworks", "baseline", "--tasks", "dice", "--jobs", "2")
MANY = 5000


def harness_share() -> list[str]:
    with clean_home() as home:
        wall_s, trials, busy_s = timed(home, "--repeats", "10", "--jobs", "2")
    return [
        f"harness share: {trials} trials with --jobs 2 took {wall_s:.1f} s; workers were busy for {busy_s:.1f} s",
        f"  wall / (busy / 2)                 {wall_s / (busy_s / 2):6.2f}   (aim: at most 1.20)",
    ]


def comparison() -> list[str]:
    """The default comparison: with environments ready, and from nothing but uv's warm download cache."""
    with clean_home() as home:
        wall_s, trials, busy_s = timed(home, "--repeats", "3", "--jobs", "2")
    with tempfile.TemporaryDirectory() as folder:
        cold_s, _trials_cold, _busy_cold_s = timed(Path(folder) / "home", "--repeats", "3", "--jobs", "2")
    cards = [card for card in framework_cards().values() if not (card.is_control or card.variant)]
    lines = {card.name: lines_together(card.path.read_text(), sorted(card.shapes)) or 0 for card in cards}
    middle = statistics.median(count for name, count in lines.items() if name != BASELINE)
    return [
        f"comparison: {len(cards)} entries and the controls, {trials} trials, --jobs 2",
        f"  environments ready                {wall_s:6.1f} s (aim: at most 75)",
        f"  wall / (busy / 2)                 {wall_s / (busy_s / 2):6.2f}   (aim: at most 1.20)",
        f"  cold start of everything          {cold_s:6.1f} s (environments built from uv's cache, then the same)",
        f"  adapters, code lines of all three shapes: median {middle:g} (aim: at most 60); "
        + ", ".join(f"{name} {count}" for name, count in lines.items()),
    ]


def faults() -> list[str]:
    """The whole matrix: every framework by default and hardened, under every fault, once."""
    cards = [card for card in framework_cards().values() if not card.is_control]
    wanted = [card.name for card in cards if card.variant in ("", "hardened")]
    with clean_home() as home:
        wall_s, trials, busy_s = timed(home, "--faults", "all", "--frameworks", ",".join(wanted), "--jobs", "2")
    return [
        f"faults: {len(wanted)} entries, {trials} trials, --jobs 2, hanging ones side by side",
        f"  the whole matrix                  {wall_s / 60:6.1f} min (aim: at most 15)",
        f"  one after another it would take   {busy_s / 60:6.1f} min",
    ]


def throughput() -> list[str]:
    with clean_home() as home:
        wall_s, trials, _busy_s = timed(home, *DICE, "--repeats", "1500")
    ours = trials / wall_s
    lines = [f"throughput: {trials} trials of dice with baseline through real HTTP, --jobs 2, {ours:6.1f} trials/s"]
    theirs = inspect_samples_per_s()
    if theirs is None:
        return [*lines, "  Inspect AI                        not measured: it could not be installed"]
    return [
        *lines,
        f"  Inspect AI, model mocked in process, no HTTP: {theirs:.1f} samples/s; ratio {ours / theirs:.2f}",
    ]


def memory() -> list[str]:
    """Resident memory of the host, sampled while it runs; the meter's process is told apart."""
    with clean_home() as home:
        process = start(home, *DICE, "--repeats", str(MANY))
        samples = []
        while process.poll() is None:
            samples.append((_trials(home), _rss_mb(process.pid), max(map(_rss_mb, _meters(process.pid)), default=0.0)))
            time.sleep(0.2)
    early, baking = (max(host for n, host, _ in samples if n <= most) for most in (500, MANY - 1))
    return [
        f"memory through {MANY} trials of baseline (MB resident)",
        f"  host: peak up to 500 trials       {early:6.1f}",
        f"  host: peak up to the last trial   {baking:6.1f}   (aim: under 200, and flat)",
        f"  host: peak with the final board   {max(host for _, host, _ in samples):6.1f}",
        f"  meter process: peak               {max(meter for _, _, meter in samples):6.1f}",
    ]


def _trials(home: Path) -> int:
    try:
        with sqlite3.connect(f"file:{home}/scoreboard.db?mode=ro", uri=True) as store:
            return int(store.execute("select count(*) from trials").fetchone()[0])
    except sqlite3.Error:
        return 0


def _meters(pid: int) -> list[int]:
    """The host's children that are the meter, as Linux tells them."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if b"scoreboard.meter" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def _rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(found[0]) / 1024 if found else 0.0
