"""`python -m tests.quoted_faults` puts a fresh matrix into FAULTS.md and its telling rows into the README.

The tests check that both are still true.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scoreboard.meter.faults.catalogue import FAULTS
from scoreboard.report.catalogue import page

README, PAGE = (Path(__file__).parent.parent / name for name in ("README.md", "FAULTS.md"))
BEGIN, END = "<!-- faults: written by `make faults` -->\n", "<!-- end of faults -->\n"
WIDE, NARROW = "320", "130"
TELLING = (
    *("unknown_tool", "malformed_arguments", "wrong_type_argument", "tool_call_as_text", "two_calls_at_once"),
    *("empty_answer", "cut_answer", "missing_field", "http_429", "http_429/always", "http_401", "slow_first_byte"),
    *("stream_cut", "html_error_page_200", "tool_raises", "tool_hangs", "tool_returns_injection"),
    *("lost_acknowledgement", "slow_but_fine", "never_finishes"),
)


def catalogue_quoted() -> str:
    """The catalogue as FAULTS.md has it."""
    return PAGE.read_text().partition(BEGIN)[0]


def cells(text: str) -> dict[tuple[str, str], str]:
    """Every cell of a matrix as it is printed, by fault and framework. A column is known by where its words end."""
    found: dict[tuple[str, str], str] = {}
    heads: dict[int, str] = {}
    in_head = False
    for line in text.splitlines():
        if line.startswith("Faults (") or not line.strip():
            heads, in_head = {}, True
        elif in_head and line.startswith(" "):
            for word in re.finditer(r"\S+", line):
                heads[word.end()] = f"{heads[word.end()]}_{word[0]}" if word.end() in heads else word[0]
        else:
            in_head = False
            fault = line.split()[0]
            if fault in FAULTS:
                starts = [len(fault), *sorted(heads)]
                for start, end in zip(starts, sorted(heads), strict=False):
                    found[fault, heads[end]] = line[start:end].strip()
    return {key: cell for key, cell in found.items() if cell}


def digest(board: str) -> Iterable[str]:
    """The rows that tell most, what the signs mean, and what it all comes to."""
    matrix, _, rest = board.partition("\nThe number behind a sign")
    for line in matrix.splitlines():
        if line.split()[:1] == [] or line.split()[0] not in FAULTS or line.split()[0] in TELLING:
            yield line
    signs, _, rest = rest.partition("\nWhat they got over")
    yield f"The number behind a sign{signs}"
    totals, _, _ = rest.partition("\nWho gets over more")
    yield f"What they got over{totals}"
    yield f"Limits by default{board.partition('Limits by default')[2].partition('Every cell in words')[0]}"


def main() -> None:
    bakeoff = str(Path(sys.executable).with_name("bakeoff"))
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "environments").symlink_to(README.parent / ".bakeoff" / "environments")
        here = {**os.environ, "BAKEOFF_HOME": home}
        run = [bakeoff, "run", "--faults", "all", "--variants"]
        subprocess.run(run, env=here, stdout=subprocess.DEVNULL, check=True)
        show = [bakeoff, "show", "--faults", "all"]
        short = _output(show, here | {"COLUMNS": NARROW})
        whole = _output([*show, "--variants"], here | {"COLUMNS": WIDE})
    before, _, rest = README.read_text().partition(BEGIN)
    quoted = "\n".join(digest(short)).rstrip()
    README.write_text(f"{before}{BEGIN}```\n{quoted}\n```\n{END}{rest.partition(END)[2]}")
    PAGE.write_text(f"{page()}{BEGIN}\n## What came of it\n\n```\n{whole.rstrip()}\n```\n{END}")


def _output(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
