"""The site in a real browser, as people use it: sort, filter, share, look into a cell, in the dark, on a phone."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from scoreboard.report.site.gathered import gather
from scoreboard.report.site.publish import write_site
from scoreboard.report.summary import Selection
from scoreboard.results.judge import Judgement
from scoreboard.results.store import Store
from scoreboard.runner.outcome import AnswerSent, GuestError
from tests.report.site.conftest import Opened
from tests.results.samples import STAMPS, played, trial

HOSTILE = "<img src=x onerror=\"window.hacked = 'yes'\"><script>window.hacked = 'yes'</script>"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of three made-up frameworks, in which everybody says what would run if it were not text."""
    home = tmp_path_factory.mktemp("sampled")
    outcome, calls = played()
    run = replace(outcome.tool_log[0], result=HOSTILE, arguments={"sides": HOSTILE})
    said = json.dumps({"choices": [{"message": {"role": "assistant", "content": HOSTILE}}]}).encode()
    body = json.dumps({"model": HOSTILE, "messages": [{"role": "system", "content": HOSTILE}]}).encode()
    failed = replace(
        outcome, ending="raised", answer=None, error=GuestError("Error", HOSTILE, HOSTILE), tool_log=(run,)
    )
    answered = replace(outcome, answer=AnswerSent("text", HOSTILE, "str"), tool_log=(run,), stdout=HOSTILE)
    with closing(Store.open(home)) as store:
        for name, tokens in (("baseline", 9), ("lion", 100), ("zebra", 1000)):
            mine = [replace(call, input_tokens=None, request_body=body, response_body=said) for call in calls]
            mine = [replace(mine[0], input_tokens=tokens), *(replace(call, input_tokens=0) for call in mine[1:])]
            assert store.add(trial(name), answered, mine, Judgement("passed", (HOSTILE,)), STAMPS)
            assert store.add(trial(name, repeat=1), failed, mine, Judgement("raised", ("it gave up", HOSTILE)), STAMPS)
    write_site(gather(home, Selection(variants=True, faults="all")), home / "site")
    return home / "site"


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


def told(page: Page) -> str:
    return page.locator("[data-needs-told]").inner_text()


def test_constraints_filter_and_say_who_was_left_out_and_why(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    page.get_by_label("recovers from tool errors").check()
    assert "Pydantic AI (does not recover from tool errors)" in told(page)
    assert names(page) == ["no framework", "OpenAI Agents SDK"]
    page.get_by_label("hardened settings and other variants count too").check()
    assert told(page) == "All 2 meet that."
    page.get_by_label("streams", exact=True).check()
    assert names(page) == ["no framework"], "neither streams; what everything is compared with stays"
    assert "OpenAI Agents SDK (does not stream)" in told(page)
    page.get_by_role("button", name="clear").click()
    assert (len(names(page)), told(page)) == (3, "")
    page.get_by_label("under").fill("1")
    assert names(page) == ["no framework"]
    assert "MB)" in told(page)


def test_what_was_not_measured_is_not_held_against_anybody(sampled: Path, opened: Opened) -> None:
    page = opened(index(sampled)).page
    assert page.get_by_label("stops by itself (not measured)").is_disabled()
    page = opened(index(sampled, "#board?need=stops")).page
    assert "not measured whether it stops by itself" in told(page)


def test_a_team_pattern_can_be_asked_for(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    page.get_by_label("runs my team pattern").select_option("hand-off")
    assert names(page) == ["no framework", "OpenAI Agents SDK"]
    assert "Pydantic AI (its team is a manager)" in told(page)


@pytest.mark.parametrize(
    "state", ["#board?sort=%", "#board?need=%E0%A4%A", "#board?mb=-5", "#board?task=nothing&sort=no"]
)
def test_an_address_that_was_cut_shows_the_page_as_it_is(published: Path, opened: Opened, state: str) -> None:
    visit = opened(index(published, state))
    assert len(names(visit.page)) == 3
    assert visit.page.locator("table.board:visible").count() == 1
    assert not visit.complaints


def test_the_back_button_undoes_a_choice(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    page.get_by_role("button", name="multi_agent").click()
    page.go_back()
    assert page.get_by_role("button", name="all tasks").get_attribute("aria-pressed") == "true"


def test_figures_are_sorted_as_figures(sampled: Path, opened: Opened) -> None:
    page = opened(index(sampled)).page
    head(page, "in").click()
    assert figures(page, column(page, "in")) == [9.0, 100.0, 1000.0]


def test_stars_stand_on_the_board_with_a_line_of_their_growth(published: Path, opened: Opened) -> None:
    page = opened(index(published)).page
    assert page.locator("table.board:visible td.stars svg").count() == 2
    assert "demonstration" in page.locator("table.board:visible td.stars").nth(1).inner_text()


def test_the_matrix_shows_the_ways_that_are_chosen(published: Path, opened: Opened) -> None:
    page = opened(index(published, "#faults")).page
    heads = page.locator("table.matrix thead tr:first-child th:visible")
    cells = page.locator("table.matrix tbody tr:has(td)").first.locator("td:visible")
    assert (heads.count(), cells.count()) == (4, 3)
    page.locator("#faults").get_by_role("button", name="both").click()
    spans = sum(int(each.get_attribute("colspan") or 1) for each in heads.all())
    assert spans - 1 == cells.count() > 3
    page.locator("table.matrix td a:visible").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") > 2, "arrow keys walk from sign to sign"


def test_any_two_frameworks_stand_side_by_side(published: Path, opened: Opened) -> None:
    page = opened(index(published, "#sent"), viewport=WIDE).page
    shown = page.locator(".pair:visible > *")
    page.select_option('[data-switch="left"]', "pydantic_ai")
    page.select_option('[data-switch="right"]', "openai_agents")
    assert [each.get_attribute("data-framework") for each in shown.all()] == ["pydantic_ai", "openai_agents"]
    left, right = (each.bounding_box() for each in shown.all())
    assert left
    assert right
    assert (left["y"], left["x"] < right["x"]) == (right["y"], True)
    again = opened(page.url, viewport=PHONE)
    assert [each.get_attribute("data-framework") for each in again.page.locator(".pair:visible > *").all()] == [
        "pydantic_ai",
        "openai_agents",
    ]


def test_whatever_a_model_a_tool_or_an_exception_says_stays_text(sampled: Path, opened: Opened) -> None:
    for path in [
        sampled / "index.html",
        *(sampled / "trials").glob("*.html"),
        *(sampled / "frameworks").glob("*.html"),
    ]:
        visit = opened(path.as_uri())
        assert visit.page.evaluate("window.hacked") is None, path.name
        assert visit.page.locator("img").count() == 0, path.name
        assert not visit.complaints, path.name
        assert all(asked.startswith("file:") for asked in visit.asked)
    page = opened(
        next(path for path in (sampled / "trials").glob("*.html") if "gave up" in path.read_text()).as_uri()
    ).page
    assert HOSTILE in page.locator("main").inner_text()


def test_print_says_what_a_filter_left_out(published: Path, opened: Opened) -> None:
    page = opened(index(published, "#board?need=streams"), viewport={"width": 1060, "height": 800}).page
    page.emulate_media(media="print")
    assert "Left out" in told(page)
    assert page.locator("[data-needs-told]").is_visible()
    assert not page.locator("form[data-needs]").is_visible()
    assert page.locator("table.board:visible").evaluate("each => each.scrollWidth") <= 1060


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
