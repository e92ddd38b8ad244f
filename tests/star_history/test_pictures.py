"""The files that are written, and the page that needs nothing but itself."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest

from star_history.caption import caption
from star_history.charts import View
from star_history.page import in_script
from star_history.pictures import write_pictures
from tests.star_history.collections_ import collection, history, record

EVIL = '</script><script>alert("1")</script><img src=x onerror=alert(2)>&amp;{{ 7 * 7 }}'
EVIL_HERE = collection(
    record(EVIL, history(), stars=650),
    record("beta", history(), stars=1200),
    sources=("github", "ossinsight"),
    demonstration=EVIL,
)


class Reader(HTMLParser):
    """What a browser would see: elements, their attributes, and the text in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._within, []).append(data)


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    write_pictures(EVIL_HERE, View(), folder, ["cumulative", "monthly"])
    return (folder / "index.html").read_text()


@pytest.fixture(scope="module")
def seen(html: str) -> Reader:
    return Reader(html)


def test_every_chart_is_written_in_both_themes_and_as_both_formats(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = write_pictures(collection(record("alpha", history())), View(), folder, ["monthly"])
    names = ["monthly-light.svg", "monthly-light.png", "monthly-dark.svg", "monthly-dark.png", "index.html"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)  # nothing half written is left
    for theme in ("light", "dark"):
        svg = (folder / f"monthly-{theme}.svg").read_text()
        assert re.match(r"<svg\b[^>]*><defs><pattern id=\"hatch-", svg)
        root = ElementTree.fromstring(svg)
        png = (folder / f"monthly-{theme}.png").read_bytes()
        assert png.startswith(b"\x89PNG")
        assert int.from_bytes(png[16:20]) == pytest.approx(2 * float(root.attrib["width"]), abs=2)


def test_the_page_fetches_nothing(html: str, seen: Reader) -> None:
    assert not [
        attrs for _, attrs in seen.elements if {"src", "href", "xlink:href", "srcset", "action", "data"} & set(attrs)
    ]
    assert not {tag for tag, _ in seen.elements} & {"link", "iframe", "object", "embed", "base", "image", "use"}
    assert not re.search(r"@import|url\((?!#)", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
    policy = next(
        attrs["content"] or "" for tag, attrs in seen.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_names_from_elsewhere_never_become_markup(html: str, seen: Reader) -> None:
    tags = [tag for tag, _ in seen.elements]
    assert tags.count("script") == 3
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attrs in seen.elements for name in attrs)
    assert EVIL in seen.texts["td"]
    assert "{{ 7 * 7 }}" in html


def test_the_specifications_on_the_page_are_whole(html: str) -> None:
    (found,) = re.findall(r'<script type="application/json" id="specs">(.*?)</script>', html, flags=re.DOTALL)
    specs = json.loads(found)
    assert [*specs["light"]] == [*specs["dark"]] == [*specs["figures"]] == ["cumulative", "monthly"]
    assert any(row.get("title") == EVIL for rows in specs["figures"]["cumulative"].values() for row in rows)
    assert "vega.github.io" not in found


def test_json_in_a_script_cannot_end_it() -> None:
    assert "</" not in in_script({"a": "</script>", "b": "<!--"})
    assert json.loads(in_script({"a": "</script>"})) == {"a": "</script>"}


def test_the_page_says_what_it_shows_without_scripts_too(html: str, seen: Reader) -> None:
    assert ("html", {"lang": "en"}) in seen.elements
    assert seen.texts["title"][0] == "Demonstration: Star history"
    assert sum(tag == "figure" for tag, _ in seen.elements) == 2
    alts = [attrs["aria-label"] for tag, attrs in seen.elements if tag == "div" and "aria-label" in attrs]
    assert len(alts) == 6  # two charts: alive, light and dark
    assert all(re.match("DEMONSTRATION: (Stars over time|New stars by calendar month)", alt or "") for alt in alts)
    assert html.count("<svg") >= 5
    assert '<pattern id="hatch-' in html
    assert [text for text in seen.texts["p"] if text.strip()][-len(caption(EVIL_HERE)) :] == list(caption(EVIL_HERE))


def test_the_table_gives_the_figures(seen: Reader) -> None:
    cells = [text for text in seen.texts["td"] if text.strip()]
    beta = cells.index("beta")
    assert cells[beta + 1 : beta + 8] == ["1,200", "3", "300 in 2", "MIT", "owner", "54 %", "2026-03-19"]
    assert "100 %" in cells
