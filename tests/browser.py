"""A real browser, for pages that must come alive. In CI it has to be there; elsewhere its tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
)


def opened(page: Path, profile: Path) -> tuple[str, list[str]]:
    """What is in the document once its scripts have run, and what they said on the console."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        assert "CI" not in os.environ, "CI has to have a browser"
        pytest.skip("needs chromium, as Debian's package of that name installs it")
    done = subprocess.run(
        [
            found,
            *QUIET,
            f"--user-data-dir={profile}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]
