"""`python -m tests.quoted_report HOME` takes the README's pictures of the real page, of what is measured in a home.

Without a home it measures everything first: tasks, facts, and every framework under every fault.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scoreboard.runner.catalogue import framework_cards
from tests.browser import NAMES

FOLDER = Path(__file__).parent.parent / "docs" / "report"
BAKEOFF = str(Path(sys.executable).with_name("bakeoff"))
PICTURES: dict[str, dict[str, object]] = {
    "wide-light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 1180}},
    "wide-dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 1180}},
    "phone-light": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "phone-dark": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}


def main(home: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = home or measured(Path(folder) / "home")
        subprocess.run([BAKEOFF, "report", "--home", home, "--output", f"{folder}/report"], check=True)
        take(Path(folder) / "report" / "index.html")


def measured(home: Path) -> Path:
    """A home in which there is something of everything but stars, which would have to be invented here."""
    home.mkdir()
    (home / "environments").symlink_to(FOLDER.parent.parent / ".bakeoff" / "environments")
    cards = [card for card in framework_cards().values() if not card.is_control]
    tried = ",".join(card.name for card in cards if card.variant in ("", "hardened"))
    for words in (["run", "--variants"], ["facts"], ["run", "--faults", "all", "--frameworks", tried]):
        subprocess.run([BAKEOFF, *words, "--home", home], stdout=subprocess.DEVNULL, check=True)
    return home


def take(page: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = next(path for name in NAMES if (path := shutil.which(name)))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name, options in PICTURES.items():
            opened = browser.new_page(**options)  # type: ignore[arg-type]
            opened.goto(page.as_uri())
            opened.screenshot(path=FOLDER / f"{name}.png")
            opened.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
