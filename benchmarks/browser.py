"""How quick a page of ours is in a real browser: headless Chromium, where there is one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from statistics import median

NAMES = ("chromium", "chromium-browser", "google-chrome")
TRIES = 3
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SORT = """() => new Promise((done) => {
  const button = document.querySelector("table.sortable thead button");
  if (!button) { done(null); return; }
  const began = performance.now();
  button.click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
})"""


@dataclass(frozen=True)
class PageTimes:
    paint_ms: float  # until something could be read
    sort_ms: float  # from a click on the first sort button until the sorted table is drawn


def page_times(page: Path) -> PageTimes | str:
    """Medians over a few fresh browser contexts; or, in words, why there are none."""
    browser_file = next((found for name in NAMES if (found := shutil.which(name))), None)
    if browser_file is None:
        return "there is no Chromium here"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "playwright is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox"])
        paints, sorts = [], []
        for _ in range(TRIES):
            context = browser.new_context()
            tab = context.new_page()
            tab.goto(page.as_uri())
            tab.wait_for_function(f"({PAINT}) !== null")
            paints.append(tab.evaluate(PAINT))
            sorts.append(tab.evaluate(SORT))
            context.close()
        browser.close()
    if None in sorts:
        return "the page has no table that can be sorted"
    return PageTimes(median(paints), median(sorts))
