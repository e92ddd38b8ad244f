"""`python -m tests.quoted_stars` draws the README's charts from the stand-in, which marks them as a demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.star_history.stand_in import StandIn

FOLDER = Path(__file__).parent.parent / "docs" / "stars"
CHARTS = ("cumulative", "monthly")


def pictures() -> list[Path]:
    """What the README shows."""
    return [FOLDER / f"{name}-{theme}.svg" for name in CHARTS for theme in ("light", "dark")]


def main() -> None:
    """As a newcomer would draw them, from servers that are none of GitHub's."""
    bakeoff = str(Path(sys.executable).with_name("bakeoff"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with StandIn() as server, tempfile.TemporaryDirectory() as home:
        server.limit("github", 1_000)
        told = {"BAKEOFF_GITHUB_URL": server.github, "BAKEOFF_OSSINSIGHT_URL": server.ossinsight, "BAKEOFF_HOME": home}
        options = ["--source", "both", "--charts", ",".join(CHARTS), "--output", f"{home}/drawn"]
        subprocess.run([bakeoff, "stars", *options], env={**os.environ, **told}, stdout=subprocess.DEVNULL, check=True)
        for picture in pictures():
            picture.write_bytes((Path(home) / "drawn" / picture.name).read_bytes())


if __name__ == "__main__":
    main()
