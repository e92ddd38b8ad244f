"""Who else uses it: charts with their source and coverage, and a demonstration that nobody can mistake for real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.pages import render
from scoreboard.report.site.stars import stars_of, stars_section
from star_history.history import Collection, Record, Source, Subject
from tests.report.site.stock import Baked, stocked
from tests.star_history.collections_ import collection, history, record

WHOLE = history(news=(300, 200, 100, 150, 50))


@pytest.fixture
def plain(tmp_path: Path) -> Gathered:
    return stocked(tmp_path, [Baked("baseline"), Baked("autogen")])


def _with(
    gathered: Gathered, *records: Record, sources: tuple[Source, ...] = ("github",), demonstration: str = ""
) -> Gathered:
    return replace(gathered, stars=collection(*records, sources=sources, demonstration=demonstration))


def _known(gathered: Gathered, *, stars: int | None = 9123) -> Record:
    """Of the framework that was baked."""
    card = gathered.cards["autogen"]
    return replace(record("alpha", WHOLE, stars=stars), subject=Subject(card.title, card.repo))


def test_without_stars_it_says_what_to_run(plain: Gathered) -> None:
    assert "bakeoff stars" in stars_section(plain).missing
    assert "bakeoff stars" in stars_section(replace(plain, stars=Collection((), ("github",)))).missing


def test_charts_carry_their_source_their_date_and_their_coverage(plain: Gathered) -> None:
    section = stars_section(_with(plain, _known(plain)))
    page = render("stars.html.jinja", section=section, root="")
    assert page.count("<svg") == 2 + 1
    assert "GitHub (api.github.com): fetched 2026-03-20 10:00 UTC; data through 2026-03-19" in page
    assert 'data-v="9123">9,123</td>' in page
    assert '<td class="n">8 % !</td>' in page, "an undercount is marked"
    assert "DEMONSTRATION" not in page


def test_a_demonstration_cannot_be_overlooked(plain: Gathered) -> None:
    shown = _with(plain, _known(plain), demonstration="DEMONSTRATION, not real.")
    page = render("stars.html.jinja", section=stars_section(shown), root="")
    assert '<p class="alarm">DEMONSTRATION, not real.</p>' in page
    cell = stars_of(shown, "autogen")
    assert cell
    assert cell.text == "9,123 (demonstration)"


def test_unknown_is_blank(plain: Gathered) -> None:
    bare = record("beta", stars=None, failures={"github": ("It was not found.",)})
    (_, line) = stars_section(_with(plain, _known(plain), bare)).shown["lines"]
    assert (line.stars, line.age, line.last_six_told, line.sparkline) == (None, None, "", None)
    assert line.sources == (("", "no figures"),)


def test_the_ids_of_two_drawings_differ(plain: Gathered) -> None:
    page = render("stars.html.jinja", section=stars_section(_with(plain, _known(plain))), root="")
    ids = [part.partition('"')[0] for part in page.split(' id="')[1:]]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(f"url(#{each})" in page for each in ids), "hatches and clips are found again"


def test_a_framework_finds_its_stars_by_its_repository(plain: Gathered) -> None:
    cell = stars_of(_with(plain, _known(plain)), "autogen")
    assert cell
    assert (cell.count, cell.text, cell.note) == (9123, "9,123", "by month: GitHub, through 2026-03-19")
    assert cell.sparkline
    assert stars_of(_with(plain, _known(plain)), "crewai") is None
    assert stars_of(plain, "autogen") is None


def test_without_githubs_own_count_the_history_tells_at_least(plain: Gathered) -> None:
    bound = history("ossinsight", news=(300, 200, 100, 150, 50))
    known = replace(_known(plain, stars=None), histories={"ossinsight": bound})
    cell = stars_of(_with(plain, known, sources=("ossinsight",)), "autogen")
    assert cell
    assert cell.text == "≥800"
    assert cell.note.endswith("a lower bound")


def test_the_files_are_those_of_the_command(plain: Gathered) -> None:
    data = stars_section(_with(plain, _known(plain))).data
    assert data["stars.csv"]().startswith("title,repository,")
    assert json.loads(data["stars.json"]())["records"][0]["stars"] == 9123
