"""A home and a command line that asks the stand-in, for the tests of `bakeoff stars`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess, Popen

from tests.conftest import Kitchen
from tests.star_history.stand_in import StandIn

WIDE = "160"


class Observatory:
    """A home, and a command line that asks the stand-in."""

    def __init__(self, folder: Path, server: StandIn) -> None:
        self.folder, self.server = folder, server
        server.limit("github", 1_000)  # the frameworks grow older, and outgrow what is allowed without a token
        self.kitchen = Kitchen(folder / "home")
        self.addresses = {"BAKEOFF_GITHUB_URL": server.github, "BAKEOFF_OSSINSIGHT_URL": server.ossinsight}
        self.environment = {**self.addresses, "GITHUB_TOKEN": "", "COLUMNS": WIDE}

    def stars(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        return self.kitchen.run("stars", *arguments, **{**self.environment, **environment})

    def table(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        """Without pictures, which take their time."""
        return self.stars("--charts", "none", *arguments, **environment)

    def begin(self, *arguments: str) -> Popen[str]:
        return self.kitchen.popen("stars", "--charts", "none", *arguments, **self.environment)

    def kept(self) -> list[Path]:
        return sorted((self.folder / "home" / "stars").glob("*/[!.]*.json"))

    def make_older(self, days: int) -> None:
        """All that is kept was fetched so many days earlier."""
        for path in self.kept():
            kept = json.loads(path.read_text())
            for name in ("checked_at", "weeks_checked_at", "walked_at"):
                if kept.get(name):
                    kept[name] = (datetime.fromisoformat(kept[name]) - timedelta(days=days)).isoformat()
            path.write_text(json.dumps(kept))


def row(table: str, title: str) -> list[str]:
    """The words behind a title, in the first table that has it after the heading `Stars`."""
    below = table[table.index("\nStars\n") :]
    return next(line for line in below.splitlines() if line.startswith(title)).removeprefix(title).split()
