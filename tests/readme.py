"""`python -m tests.readme` puts a fresh scoreboard into the README; the tests check that it is still true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
FACTS = re.compile(r"^what each costs before it does anything.*?\n\s*\n", re.MULTILINE | re.DOTALL)
BEGIN, END = "<!-- scoreboard: written by `make readme` -->\n", "<!-- end of scoreboard -->\n"


def quoted() -> str:
    """The scoreboard as the README shows it."""
    return README.read_text().partition(BEGIN)[2].partition(END)[0]


def timeless(board: str) -> list[list[str]]:
    """A board without trials, times and ids: what must be the same on every machine."""
    lines = []
    board = FACTS.sub("", board)  # measured by another command, and mostly times
    for line in board.replace("```", "").replace(" %", "%").splitlines():
        words = line.split()
        if "%" in line:
            lines.append([words[0], words[2], *words[11:]])
        elif words and not line.startswith(("Ruler:", "One conversation", "`bakeoff facts`")):
            lines.append(words)
    return lines


def quoted_facts() -> dict[str, list[str]]:
    """The facts' part of it, by framework."""
    found = FACTS.search(quoted())
    assert found
    return {line.split()[0]: line.split()[1:] for line in found[0].splitlines()[2:] if line.strip()}


def main() -> None:
    """In a home where nothing else was measured, as a newcomer has it after `bakeoff facts` and `make run`."""
    bakeoff = str(Path(sys.executable).with_name("bakeoff"))
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "environments").symlink_to(README.parent / ".bakeoff" / "environments")
        wide = {**os.environ, "COLUMNS": "130", "BAKEOFF_HOME": home}
        subprocess.run([bakeoff, "facts"], env=wide, stdout=subprocess.DEVNULL, check=True)
        done = subprocess.run([bakeoff, "run"], env=wide, stdout=subprocess.PIPE, text=True, check=True)
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(f"{before}{BEGIN}```\n{done.stdout.rstrip()}\n```\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
