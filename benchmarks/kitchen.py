"""A clean home with the environments of this checkout, and the real command line in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
BAKEOFF = str(Path(sys.executable).with_name("bakeoff"))
SUMMARY = re.compile(r"(\d+) trials? measured in ([\d.]+) s; workers were busy for ([\d.]+) s")


@contextmanager
def clean_home() -> Iterator[Path]:
    """A new home whose environments are ready, so that nothing but the baking is timed."""
    ready = ROOT / ".bakeoff"
    subprocess.run([BAKEOFF, "run", "--home", ready, "--repeats", "1"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "environments").symlink_to(ready / "environments")
        yield home


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [BAKEOFF, "run", "--home", str(home), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TERM": "dumb"},
    )


def timed(home: Path, *arguments: str) -> tuple[float, int, float]:
    """Wall seconds of the whole command, trials measured, seconds the workers were busy."""
    began = time.perf_counter()
    process = start(home, *arguments)
    _, stderr = process.communicate()
    wall_s = time.perf_counter() - began
    found = SUMMARY.search(stderr)
    if process.returncode or not found:
        raise SystemExit(f"bakeoff run failed:\n{stderr}")
    return wall_s, int(found[1]), float(found[3])
