"""What it takes to write the site of 10,000 trials, and how quick its first page is.

Nobody bakes that many for a benchmark: some are baked for real, then copied within the store by SQL until there are
10,000, each copy as a further repeat, under the id and the seed that this repeat would have. What was said in a copy is
what was said in the trial that it is a copy of. To the report they are trials like any other.
"""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from benchmarks.browser import PageTimes, page_times
from benchmarks.kitchen import BAKEOFF, clean_home, timed
from scoreboard.results.row import Row
from scoreboard.results.store import Store
from scoreboard.runner.plan import seed_of

MANY = 10_000
FAULTS = "http_500,malformed_arguments,tool_raises"
RAW_TABLES = ("guests", "calls", "tool_runs", "connection_attempts")


def report() -> list[str]:
    with clean_home() as home, tempfile.TemporaryDirectory() as folder:
        timed(home, "--repeats", "3")
        timed(home, "--faults", FAULTS)
        baked = multiply(home, MANY)
        site = Path(folder) / "report"
        wall_s, peak_mb = _write(home, site)
        index_mb = (site / "index.html").stat().st_size / 1e6
        files = [path for path in site.rglob("*") if path.is_file()]
        total_mb = sum(path.stat().st_size for path in files) / 1e6
        times = page_times(site / "index.html")
    return [
        f"report: {MANY} trials ({baked} baked, the rest copies of them), {len(files)} files, {total_mb:.0f} MB",
        f"  wall                              {wall_s:6.1f} s   (aim: at most 20)",
        f"  peak, the command and its children{peak_mb:6.0f} MB  (aim: at most 500)",
        f"  index.html                        {index_mb:6.2f} MB  (aim: at most 3)",
        *_quickness(times),
    ]


def multiply(home: Path, many: int) -> int:
    """Copies trials, raw events and all, until there are so many. How many there were before."""
    with closing(Store.open(home, read_only=True)) as store:
        rows = store.rows()
    copies = list(islice(_copies(rows), max(0, many - len(rows))))
    with closing(sqlite3.connect(home / "scoreboard.db")) as connection:
        connection.execute("CREATE TEMP TABLE copies (old, old_take, new, repeat_as, seed_as)")
        connection.executemany("INSERT INTO copies VALUES (?, ?, ?, ?, ?)", copies)
        _copy(connection, "trials", {"id": "new", "repeat": "repeat_as", "seed": "seed_as"})
        for table in RAW_TABLES:
            _copy(connection, table, {"trial": "new"})
        connection.commit()
    return len(rows)


def _copies(rows: Sequence[Row]) -> Iterator[tuple[str, int, str, int, int]]:
    """Of every trial one further repeat after the other, without end: from which it is copied, and what it is then."""
    repeats = Counter((row.framework, row.task, row.fault) for row in rows)
    for number in count(1):
        for row in rows:
            repeat = row.repeat + number * repeats[row.framework, row.task, row.fault]
            copied = replace(row.trial, repeat=repeat, seed=seed_of(0, row.task, repeat))
            yield row.id, row.take, copied.id, repeat, copied.seed


def _copy(store: sqlite3.Connection, table: str, changed: dict[str, str]) -> None:
    names = [column[1] for column in store.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f"{table}.{name}") for name in names)
    key = "id" if table == "trials" else "trial"
    store.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM copies "  # noqa: S608
        f"JOIN {table} ON {table}.{key} = old AND {table}.take = old_take"
    )


def _write(home: Path, site: Path) -> tuple[float, float]:
    """Wall seconds of the real command, and the most memory that it and its children had at once."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [BAKEOFF, "report", "--home", home, "--output", site], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak_mb = 0.0
    while process.poll() is None:
        peak_mb = max(peak_mb, _high_mb(process.pid, "VmHWM"), _together_mb(process.pid))
        time.sleep(0.05)
    wall_s = time.perf_counter() - began
    _, stderr = process.communicate()
    if process.returncode:
        raise SystemExit(f"bakeoff report failed:\n{stderr.decode()}")
    return wall_s, peak_mb


def _together_mb(pid: int) -> float:
    """What a process and all below it have resident now, as Linux tells."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return _high_mb(pid, "VmRSS") + sum(_together_mb(int(child)) for child in children)


def _high_mb(pid: int, field: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith(f"{field}:")]
    return int(found[0]) * 1024 / 1e6 if found else 0.0


def _quickness(times: PageTimes | str) -> list[str]:
    if isinstance(times, str):
        return [f"  first paint and sorting           not measured: {times}"]
    return [
        f"  first paint in headless Chromium  {times.paint_ms / 1000:6.2f} s   (aim: at most 1.5)",
        f"  sorting the board by a click      {times.sort_ms:6.0f} ms  (aim: at most 100)",
    ]
