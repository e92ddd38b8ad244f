"""`bakeoff view` before, during and after a run, in a real browser that never reloads."""

from __future__ import annotations

import re
import signal
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.conftest import Kitchen
from tests.report.site.conftest import Opened

PATIENCE_MS = 60_000.0


def test_a_page_that_waits_follows_a_run_to_its_end(kitchen: Kitchen, opened: Opened) -> None:
    server = kitchen.popen("view", "--port", "0", "--no-browser")
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        visit = opened(address)
        page = visit.page
        assert "Nothing measured yet in" in page.inner_text("main")
        assert "This page waits for the first trial" in page.inner_text("main")

        done = kitchen.run("run", "--frameworks", "baseline", "--tasks", "dice", "--repeats", "1")
        assert done.returncode == 0, done.stderr
        passed = page.locator("#board table.board tbody tr:visible td:nth-of-type(1)")
        expect(passed).to_have_text("1/1", timeout=PATIENCE_MS)
        expect(page.locator(".following")).to_contain_text("No run is going: 1 trial", timeout=PATIENCE_MS)

        head = page.locator("#board th[data-column='name']")
        head.get_by_role("button").click()
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", "descending")
        page.evaluate("window.notReloaded = true")
        shared = page.url

        done = kitchen.run("run", "--frameworks", "baseline,pydantic_ai", "--tasks", "dice", "--repeats", "3")
        assert done.returncode == 0, done.stderr
        expect(passed).to_have_text(["3/3", "3/3"], timeout=PATIENCE_MS)
        expect(page.locator(".following")).to_contain_text("6 trials", timeout=PATIENCE_MS)
        expect(head).to_have_attribute("aria-sort", "descending")
        names = page.locator("#board table.board tbody tr:visible th a").all_inner_texts()
        assert names == ["Pydantic AI", "no framework"], "the new line stands where the reader's order puts it"
        assert page.url == shared
        assert page.evaluate("window.notReloaded")

        assert not visit.complaints
        assert {urlsplit(asked).netloc for asked in visit.asked} == {urlsplit(address).netloc}
        server.send_signal(signal.SIGINT)
        expect(page.locator(".following")).to_contain_text("bakeoff view has ended", timeout=PATIENCE_MS)
        stdout, stderr = server.communicate(timeout=60)
        assert (server.returncode, stdout) == (0, "")
        assert stderr.splitlines() == [f"Following {kitchen.home}. Ctrl-C ends it.", "Stopped."]
    finally:
        server.kill()
        server.communicate()
