"""The site in a real browser, as people use it: sort, filter, share, look into a cell, in the dark, on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.report.site.conftest import Opened

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


def index(published: Path, state: str = "") -> str:
    return (published / "index.html").as_uri() + state


def names(page: Page) -> list[str]:
    """The frameworks on the board that is shown, from top to bottom, without those that are filtered out."""
    return page.locator("table.board:visible tbody tr:visible th a").all_inner_texts()


def figures(page: Page, column: int) -> list[float]:
    rows = page.locator("table.board:visible tbody tr:visible")
    told = [row.locator("td").nth(column).get_attribute("data-v") for row in rows.all()]
    return [float(each) for each in told if each]


def column(page: Page, name: str) -> int:
    """The place of a column among the cells behind the framework's name."""
    heads = page.locator("table.board:visible thead th").all()
    return next(place for place, head in enumerate(heads) if head.get_attribute("data-column") == name) - 1


def head(page: Page, name: str) -> Any:
    return page.locator(f"table.board:visible th[data-column='{name}'] button")


def test_a_click_sorts_by_a_column_and_another_the_other_way(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    before = names(page)
    assert len(before) == 3
    head(page, "in").click()
    rising = figures(page, column(page, "in"))
    assert rising == sorted(rising)
    assert page.locator("table.board:visible th[aria-sort='ascending']").count() == 1
    head(page, "in").click()
    assert figures(page, column(page, "in")) == rising[::-1]
    head(page, "in").click()
    assert names(page) == before


def test_tables_are_sorted_by_keyboard_too(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    head(page, "lines").focus()
    page.keyboard.press("Enter")
    rising = figures(page, column(page, "lines"))
    assert rising == sorted(rising)
    assert page.evaluate("document.activeElement.textContent") == "Lines of code", "the focus stays where it was"


def test_a_view_is_shared_by_its_address(published: Path, opened: Opened) -> None:
    first = opened(index(published)).page
    first.get_by_role("button", name="structured_output").click()
    head(first, "calls").click()
    first.get_by_label("has a typed answer").check()
    second = opened(first.url).page
    assert second.locator("table.board:visible caption").inner_text().startswith("structured_output")
    assert second.locator("table.board:visible th[aria-sort='ascending']").get_attribute("data-column") == "calls"
    assert second.get_by_label("has a typed answer").is_checked()
    assert names(second) == names(first)


def test_going_to_another_section_keeps_the_view(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    head(page, "calls").click()
    page.get_by_role("navigation").get_by_text("Claims audited").click()
    assert "#claims?" in page.url
    assert "sort=calls" in page.url
    page.reload()
    assert page.locator("table.board:visible th[aria-sort='ascending']").count() == 1


def test_constraints_filter_and_say_who_was_left_out(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    page.get_by_label("recovers from tool errors").check()
    told = page.locator("[data-needs-told]").inner_text()
    assert "meet that" in told
    page.get_by_label("streams").check()
    assert names(page) == ["Plain client loop"] or len(names(page)) == 1, "none of these streams; the baseline stays"
    assert "OpenAI Agents" in page.locator("[data-needs-told]").inner_text()
    page.get_by_role("button", name="clear").click()
    assert len(names(page)) == 3
    page.get_by_label("under").fill("1")
    assert len(names(page)) == 1
    assert "MB" in page.locator("[data-needs-told]").inner_text()


def test_a_team_pattern_can_be_asked_for(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    page.get_by_label("runs my team pattern").select_option("hand-off")
    assert any("OpenAI" in name for name in names(page))
    assert not any("Pydantic" in name for name in names(page))


def test_variants_are_folded_out_by_a_tick(published: Path, opened: Opened) -> None:
    page = opened(index(published, "#board?task=multi_agent")).page
    before = names(page)
    page.get_by_label("all ways to use each").check()
    assert {*before} < {*names(page)}


@pytest.mark.parametrize("section", ["board", "faults", "claims"])
def test_a_cell_opens_its_conversation(published: Path, opened: Opened, section: str) -> None:
    visit = opened(index(published, f"#{section}"))
    link = visit.page.locator(f"#{section} a[href^='trials/']:visible").first
    link.click()
    assert "/trials/" in visit.page.url
    assert "bakes" in visit.page.locator("h1").inner_text()
    visit.page.get_by_role("link", name="index").or_(visit.page.locator("a[href^='../index.html']")).first.click()
    assert visit.page.url.split("#")[0].endswith("/index.html")
    assert not visit.complaints


def pages(published: Path) -> list[str]:
    one_of_each = [next((published / folder).glob("*.html")) for folder in ("frameworks", "trials")]
    return [path.as_uri() for path in (published / "index.html", *one_of_each)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_every_kind_of_page_fits_complains_of_nothing_and_asks_nobody(
    published: Path, opened: Opened, scheme: str, size: dict[str, int]
) -> None:
    for address in pages(published):
        visit = opened(address, color_scheme=scheme, viewport=size)
        assert visit.overflow_px <= 0, address
        assert not visit.complaints, address
        assert all(asked.startswith("file:") for asked in visit.asked), visit.asked


def test_the_dark_is_dark_and_a_choice_is_kept(published: Path, opened: Opened) -> None:
    page = opened(index(published), color_scheme="dark").page
    assert brightness(page) < 60
    page.locator("button.theme").click()
    page.locator("button.theme").click()
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert brightness(page) > 200
    page.reload()
    assert brightness(page) > 200


def brightness(page: Page) -> float:
    told = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(float(part) for part in told[4:-1].split(",")[:3]) / 3


def test_charts_are_dyed_for_the_dark(published: Path, opened: Opened) -> None:
    fills = []
    for scheme in ("light", "dark"):
        page = opened(index(published), color_scheme=scheme).page
        fills.append(page.evaluate("getComputedStyle(document.querySelector('.chart svg text')).fill"))
    assert fills[0] != fills[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_finds_nothing_serious_in_the_way(published: Path, opened: Opened, scheme: str) -> None:
    for address in pages(published):
        page = opened(address, color_scheme=scheme, viewport=WIDE).page
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
        serious = [
            (violation["id"], violation["nodes"][0]["target"], violation["nodes"][0]["failureSummary"])
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert not serious, (address, serious)


def test_it_can_be_read_without_any_script(published: Path, opened: Opened) -> None:
    page = opened(index(published), java_script_enabled=False).page
    for section in ("board", "faults", "costs", "sent", "code", "claims", "stars", "method"):
        assert page.locator(f"#{section}").inner_text().strip(), section
    assert page.locator("table.board:visible").count() == 4, "all tasks together, and each"
