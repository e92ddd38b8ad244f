"""`python -m tests.walkthrough` walks the way that CONTRIBUTING shows, in a copy of the checkout, and quotes it.

It needs the network, for a framework that Bakeoff does not bake yet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
NAME = "agno"
END = "<!-- end -->"
STEPS = {
    "new": ("new", NAME, "--package", "agno", "--package", "openai"),
    "check": ("check", NAME),
    "run": ("run", "--frameworks", f"baseline,oracle,nop,{NAME}"),
}


def quoted(name: str) -> str:
    """What the page shows in one part, without the fence."""
    part = CONTRIBUTING.read_text().partition(f"<!-- walkthrough: {name} -->\n")[2].partition(END)[0]
    return "\n".join(part.strip().splitlines()[1:-1]) + "\n"


def copy_of_checkout(folder: Path) -> Path:
    """What a step may change, with the environments of this checkout."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("adapters", "tasks", "scoreboard"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def walk(checkout: Path, step: str) -> subprocess.CompletedProcess[str]:
    """One command of the page in a checkout."""
    command = [sys.executable, "-c", "from scoreboard.cli import main; main()", *STEPS[step]]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "120"}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkout = copy_of_checkout(Path(folder))
        (checkout / ".bakeoff").mkdir()
        (checkout / ".bakeoff" / "environments").symlink_to(ROOT / ".bakeoff" / "environments")
        for step, arguments in STEPS.items():
            done = walk(checkout, step)
            if not done.stdout:
                raise SystemExit(done.stderr)
            shown = f"```\n$ bakeoff {' '.join(arguments)}\n{done.stdout.rstrip()}\n```\n"
            page = CONTRIBUTING.read_text()
            before, mark, rest = page.partition(f"<!-- walkthrough: {step} -->\n")
            CONTRIBUTING.write_text(before + mark + shown + rest[rest.index(END) :])
            (checkout / "adapters" / f"{NAME}.py").write_text(quoted("adapter"))


if __name__ == "__main__":
    main()
