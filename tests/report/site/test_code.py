"""The code that is shown is the code that was counted, and a reader can count it again."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scoreboard.report.site.code import SHAPES, CodeLine, code_csv, code_of, code_section, lines_in
from scoreboard.report.site.coloured import coloured
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.pages import templates
from scoreboard.report.summary import Selection
from scoreboard.results.judge import Judgement
from scoreboard.results.lines import lines_of_code, written
from scoreboard.results.store import Store
from scoreboard.runner.catalogue import framework_cards, task_classes
from scoreboard.runner.plan import adapter_digest
from tests.results.samples import ORIGIN, PASSED, STAMPS, played, trial

CARDS = {card.name: card for card in framework_cards().values() if not card.is_control}
SOURCE = '''"""Rolls."""

from fine import Agent

from fine import Unused


class FineAdapter(Adapter):
    title = "Fine"

    def agent(self, task):
        """Says what it does."""
        # and how
        return Agent("<img src=x onerror=alert(1)>")  # at once


def unused():
    return 1
'''


def baked(home: Path, *frameworks: str, verdict: Judgement = PASSED) -> Gathered:
    """A home in which each of these has done every task that it has a way of its own for."""
    outcome, calls = played()
    with closing(Store.open(home)) as store:
        for name in frameworks:
            digest = adapter_digest(CARDS[name].path) if name in CARDS else "?"
            for task, made in task_classes().items():
                if name not in CARDS or made.shape in CARDS[name].shapes:
                    planned = trial(name, task, origin=replace(ORIGIN, adapter=digest))
                    assert store.add(planned, outcome, calls, verdict, STAMPS)
    return gather(home, Selection(variants=True))


def shown(gathered: Gathered) -> str:
    return templates().get_template("code.html.jinja").render(section=code_section(gathered), root="")


def text(line: CodeLine) -> str:
    return "".join(piece.text for piece in line.pieces)


def test_every_listing_of_the_house_shows_as_many_counted_lines_as_its_column_says(tmp_path: Path) -> None:
    gathered = baked(tmp_path, *CARDS)
    listings = [each for found in code_section(gathered).shown["listings"].values() for each in found]
    assert {(each.framework, each.shape) for each in listings} == {
        (c.name, s) for c in CARDS.values() for s in c.shapes
    }
    for each in listings:
        card = CARDS[each.framework]
        assert each.count == lines_of_code(card.path.read_text(), each.shape, card.variant), each.framework
        assert not each.is_changed
    assert shown(gathered).count('class="counts"') == sum(each.count for each in listings)


def test_a_method_stands_under_its_class_and_only_what_counts_is_numbered() -> None:
    found = written(SOURCE, ("agent",))
    assert found
    assert [(text(line).strip()[:22], line.counts, line.gap) for line in lines_in(SOURCE, found)] == [
        ("from fine import Agent", True, False),
        ("class FineAdapter(Adap", False, True),
        ("def agent(self, task):", True, True),
        ('"""Says what it does."', False, False),
        ("# and how", False, False),
        ('return Agent("<img src', True, False),
    ]


def test_where_only_blank_lines_lie_between_nothing_is_said_to_be_left_out() -> None:
    source = "import a\n\n\nclass A(Adapter):\n    def agent(self, task):\n        return a\n"
    found = written(source, ("agent",))
    assert found
    lines = list(lines_in(source, found))
    assert [text(line) for line in lines] == source.splitlines()
    assert not any(line.gap for line in lines)


@pytest.mark.parametrize("source", [SOURCE, 'x = """a\n\nb"""\n', "", "\n\ndef f(): pass", "(", "\t\u2028 = 1\n"])
def test_colours_change_no_letter(source: str) -> None:
    assert "\n".join("".join(piece.text for piece in line) for line in coloured(source)) == source


def test_what_a_docstring_a_keyword_and_a_text_are_is_seen_by_their_class() -> None:
    names = {piece.text: piece.name for line in coloured(SOURCE) for piece in line}
    assert (names["return"], names["agent"], names['"""Says what it does."""'], names["# at once"]) == (
        "k",
        "f",
        "c",
        "c",
    )
    assert names['"<img src=x onerror=alert(1)>"'] == "s"


def test_an_adapters_own_text_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "fine.py"
    file.write_text(SOURCE)
    gathered = baked(tmp_path / "home", "baseline")
    page = shown(replace(gathered, cards={"baseline": replace(CARDS["baseline"], path=file)}))
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_file_that_is_not_the_one_that_was_baked_says_so(tmp_path: Path) -> None:
    file = tmp_path / "fine.py"
    file.write_text(SOURCE)
    gathered = baked(tmp_path / "home", "baseline")
    assert "has changed" not in shown(gathered)
    assert "has changed" in shown(replace(gathered, cards={"baseline": replace(CARDS["baseline"], path=file)}))


def test_each_tells_what_came_of_it_and_how_many_times_the_baselines_lines_it_is(tmp_path: Path) -> None:
    gathered = baked(tmp_path, "baseline", "strands")
    plain, other = (each for each in code_section(gathered).shown["listings"]["agent"])
    assert (plain.ratio, other.ratio) == (1.0, other.count / plain.count)
    page = " ".join(shown(gathered).split())
    assert f'<strong>Strands Agents</strong>: {other.count} lines <span class="times">{other.ratio:.1f}x</span>' in page
    assert "One agent rolls one dice: passed 1 of 1, 20 ms, 2 calls, 100 tokens in" in page


def test_variants_stand_behind_the_others_and_only_where_they_write_something(tmp_path: Path) -> None:
    variant = next(name for name, card in CARDS.items() if card.shapes == {"team"})
    family = variant.partition("/")[0]
    page = shown(baked(tmp_path, family, variant))
    assert page.count("1 more way:") == 1
    assert page.index(f"<strong>{CARDS[family].title}</strong>") < page.index("1 more way:")
    assert page.count('<details class="listing" open>') == 3


def test_an_adapter_that_stands_elsewhere_is_named_and_left_out(tmp_path: Path) -> None:
    page = shown(baked(tmp_path, "baseline", "zebra"))
    assert "their adapters stand elsewhere: zebra." in page
    assert code_section(baked(tmp_path / "other", "zebra")).missing


def test_code_that_says_there_is_no_way_is_not_shown(tmp_path: Path) -> None:
    gathered = baked(tmp_path, "baseline", verdict=Judgement("unsupported", ("it has none",)))
    assert code_section(gathered).missing


def test_a_frameworks_own_page_has_its_shapes_and_its_variants(tmp_path: Path) -> None:
    variant = next(name for name, card in CARDS.items() if card.shapes == {"team"})
    family = variant.partition("/")[0]
    found = code_of(baked(tmp_path, "baseline", family, variant), family)
    assert [(each.framework, each.shape) for each in found] == [
        (family, "agent"),
        (family, "team"),
        (variant, "team"),
        (family, "structured"),
    ]
    page = _own_page(found)
    assert page.count('class="listing"') == 4
    assert all(words in page for words in SHAPES.values())


def test_the_figures_can_be_computed_with(tmp_path: Path) -> None:
    gathered = baked(tmp_path, "baseline", "strands")
    listings = code_of(gathered, "baseline") + code_of(gathered, "strands")
    rows = list(csv.DictReader(io.StringIO(code_csv(listings))))
    assert [row["framework"] for row in rows] == ["baseline"] * 3 + ["strands"] * 3
    assert all(int(row["lines"]) == each.count for row, each in zip(rows, listings, strict=True))
    assert float(rows[0]["ratio"]) == 1.0
    assert "code.csv" in code_section(gathered).data


def _own_page(listings: object) -> str:
    macros = '{% import "code_macros.html.jinja" as macros %}{{ macros.code_of(listings) }}'
    return templates().from_string(macros).render(listings=listings)
