"""A site as somebody would write it after a real run, and a real browser to open it in."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import NAMES
from tests.conftest import Kitchen
from tests.star_history.stand_in import StandIn

with warnings.catch_warnings():  # its loading, which a page that counts tokens does, is none of ours
    warnings.simplefilter("ignore", DeprecationWarning)
    import bpe_openai  # type: ignore[import-untyped] # noqa: F401

BAKED = "baseline,openai_agents,pydantic_ai"
FAULTS = "tool_raises,never_finishes,http_500"


@dataclass
class Visit:
    """A page that is open, and what it did besides."""

    page: Page
    complaints: list[str] = field(default_factory=list)  # on its console
    asked: list[str] = field(default_factory=list)  # the addresses of everything it loaded

    @property
    def overflow_px(self) -> int:
        """How far the page itself can be scrolled sideways."""
        return int(self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


Opened = Callable[..., Visit]


@pytest.fixture(scope="session")
def published(new_kitchen: Callable[[], Kitchen]) -> Path:
    """The folder of a report about three frameworks: tasks, faults, facts, and stars that a stand-in invented."""
    kitchen = new_kitchen()
    with StandIn() as server:
        told = {"BAKEOFF_GITHUB_URL": server.github, "BAKEOFF_OSSINSIGHT_URL": server.ossinsight, "GITHUB_TOKEN": ""}
        for arguments in (
            ["run", "--frameworks", BAKED, "--variants", "--repeats", "2"],
            ["run", "--frameworks", "baseline,oracle,nop", "--repeats", "2"],
            ["run", "--frameworks", BAKED, "--variants", "--faults", FAULTS],
            ["facts", "--frameworks", BAKED, "--repeats", "1"],
            ["stars", "openai_agents", "pydantic_ai", "--charts", "none"],
            ["report"],
        ):
            done = kitchen.run(*arguments, **told)
            assert done.returncode == 0, done.stderr
    return kitchen.home.parent / "report"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Where a user has none, these tests are skipped; CI has to have one.

    It is closed at the end of each file: while it is open, an event loop runs in this thread, which other tests need.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        assert "CI" not in os.environ, "CI has to have a browser"
        pytest.skip("needs chromium, as Debian's package of that name installs it")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens an address, and closes it when the test is over; no address but the page's own leaves the machine."""
    contexts = []

    def open_(address: str, **options: object) -> Visit:
        context = browser.new_context(offline=address.startswith("file:"), **options)  # type: ignore[arg-type]
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda said: visit.complaints.append(said.text) if said.type != "log" else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda request: visit.asked.append(request.url))
        visit.page.goto(address)
        return visit

    yield open_
    for context in contexts:
        context.close()
