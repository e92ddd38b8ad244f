"""What the charts say, read from their specifications and from the SVG that becomes of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from star_history.caption import caption
from star_history.charts import View, draw
from star_history.drawing import drawn
from star_history.history import Collection
from star_history.line_chart import HOVER
from star_history.view import CHARTS
from tests.star_history.collections_ import NOW, both, collection, history, record
from tests.star_history.specs_ import LINES, chart, layers, marks, rows, words, written

TITLES_OF_BOUNDS = {
    "cumulative": "stars (lower bound)",
    "cumulative-log": "stars (lower bound, logarithmic)",
    "cumulative-by-age": "stars (lower bound)",
    "monthly-by-age": "new stars a month (lower bound, square-root scale)",
}


def test_the_charts_come_in_their_order() -> None:
    assert tuple(draw(collection(record("a", history())), View(), "dark")) == CHARTS


@pytest.mark.parametrize("name", CHARTS)
def test_no_picture_travels_without_its_caption_and_the_mark_of_a_demonstration(name: str) -> None:
    made = collection(record("alpha", history()), demonstration="These figures are invented.")
    svg = drawn(chart(made, name))
    texts = written(svg)
    assert all(any(line.startswith(text) for text in texts if len(text) > 20) for line in caption(made))
    assert texts.count("DEMONSTRATION") == 1
    assert any(text.startswith("DEMONSTRATION: ") for text in texts)
    assert "DEMONSTRATION" not in drawn(chart(collection(record("alpha", history())), name))


@pytest.mark.parametrize("name", LINES)
def test_two_sources_are_two_lines_and_only_the_lower_bound_is_dashed(name: str) -> None:
    spec = chart(both(), name)
    solid, dashed = (layer for layer in marks(spec, "line") if layer["mark"].get("strokeDash") != [1, 3])
    assert "strokeDash" not in solid["mark"]
    assert dashed["mark"]["strokeDash"]
    assert {row["line"] for row in rows(spec, solid)} == {"alpha, GitHub"}
    assert {row["line"] for row in rows(spec, dashed)} == {"alpha, OSS Insight"}
    assert "Solid: GitHub. Dashed: OSS Insight, a lower bound." in words(spec)
    svg = drawn(spec)
    assert 'stroke-dasharray="5,3"' in svg
    assert written(svg).count("alpha") == 2  # once, and its seam under it
    assert "lower bound" not in spec["layer"][0]["encoding"]["y"]["axis"]["title"]


def test_a_lower_bound_alone_is_dashed_and_called_so_once() -> None:
    bounds = [record(title, history("ossinsight")) for title in ("alpha", "beta")]
    for name in LINES:
        texts = written(drawn(chart(collection(*bounds, sources=("ossinsight",)), name)))
        assert {"alpha", "beta"} <= set(texts)
        assert [text for text in texts if re.search(r"\(lower bound", text)] == [TITLES_OF_BOUNDS[name]]
    spec = chart(collection(*bounds, sources=("ossinsight",)), "cumulative")
    assert [layer["mark"].get("strokeDash") for layer in marks(spec, "line")] == [[5, 3]]


def test_a_lower_bound_among_counts_is_called_so_at_its_name() -> None:
    made = collection(
        record("alpha", history()), record("beta", history("ossinsight")), sources=("github", "ossinsight")
    )
    assert {"alpha", "beta (lower bound)"} <= set(written(drawn(chart(made, "cumulative"))))


def test_a_line_is_broken_where_nobody_knows() -> None:
    spec = chart(collection(record("alpha", history(news=(5, 5, None, 5, None, 5, 5)))), "cumulative")
    (line,) = marks(spec, "line")
    assert [row["y"] for row in rows(spec, line)] == [5, 10, None, 15, None, 20, 25]
    lonely = next(layer for layer in marks(spec, "point") if layer["mark"].get("filled"))
    assert [row["y"] for row in rows(spec, lonely)] == [15]
    (path,) = re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]*)"', drawn(spec))
    assert path.count("M") == 2 + 1  # two strokes and the lonely figure, which has a point of its own
    assert "A line is broken where nobody knows." in words(spec)


def test_a_lonely_lower_bound_is_a_dash_of_its_broken_line_and_no_end_mark() -> None:
    bound = history("ossinsight", news=(5, 5, None, 5, None, 5, 5))
    made = collection(record("alpha", history(news=(9,) * 7), bound), sources=("github", "ossinsight"))
    spec = chart(made, "cumulative")
    lonely, ends = marks(spec, "point")
    assert [(row["line"], row["y"]) for row in rows(spec, lonely)] == [("alpha, OSS Insight", 15)]
    assert lonely["mark"]["shape"] == "stroke"
    assert lonely["mark"]["size"] ** 0.5 == marks(spec, "line")[1]["mark"]["strokeDash"][0]
    assert lonely["mark"]["strokeWidth"] == marks(spec, "line")[1]["mark"]["strokeWidth"]
    assert [row["line"] for row in rows(spec, ends)] == ["alpha, GitHub"]


def test_every_mark_of_a_month_that_is_not_over_is_hollow() -> None:
    counts, bounds = history(news=(300, 200, None, 5)), history("ossinsight", news=(9, 8, None, 3))
    later = history("ossinsight", news=(9, 8, 7, 3))
    made = collection(record("alpha", counts, bounds), record("beta", history(), later))
    spec = chart(Collection(made.records, ("github", "ossinsight"), NOW), "monthly-by-age")
    unfinished = [
        (layer["mark"].get("filled"), row["line"], row.get("fill", 0))
        for layer in marks(spec, "point")
        for row in rows(spec, layer)
        if row["x"] == 3
    ]
    lines = ["alpha, GitHub", "alpha, OSS Insight", "beta, GitHub", "beta, OSS Insight"]
    assert sorted(line for _, line, _ in unfinished) == lines
    assert {(filled, fill) for filled, _, fill in unfinished} == {(False, 0)}
    assert "Hollow mark" in words(spec)
    assert "Hollow mark" not in words(chart(collection(record("a", history(news=(5, 5, None)))), "monthly-by-age"))


def test_a_zero_does_not_break_the_logarithm() -> None:
    made = collection(record("alpha", history(news=(0, 0, 7, 90))), record("empty", history(news=(0, 0, 0))))
    spec = chart(made, "cumulative-log")
    scales = [layer["encoding"]["y"]["scale"] for layer in marks(spec, "line")]
    assert {scale["type"] for scale in scales} == {"log"}
    assert [row["y"] for row in rows(spec, marks(spec, "line")[0])] == [None, None, 7, 97]
    assert not re.search("NaN|Infinity", drawn(spec))


def test_age_counts_from_the_first_stargazer_and_the_ageless_are_named() -> None:
    young = history(news=(0, 0, 40, 10))
    unknown = history(news=(30, 20), is_whole=False, points=())
    spec = chart(collection(record("young", young), record("partial", unknown)), "monthly-by-age")
    assert [(row["x"], row["y"]) for row in rows(spec, marks(spec, "line")[0])] == [(0, 40)]
    assert [(row["x"], row["y"]) for row in rows(spec, marks(spec, "line")[1])] == [(0, 40), (1, 10)]
    assert marks(spec, "line")[1]["mark"]["strokeDash"] == [1, 3]
    assert [row["fill"] for row in rows(spec, marks(spec, "point")[-1])] == [0]  # hollow: the month is not over
    assert "Left out, as the first stargazer is not known: partial." in words(spec)
    totals = chart(collection(record("young", young)), "cumulative-by-age")
    first = date(2026, 2, 1)
    ages = [
        (date(2026, 2, 28) - first) / timedelta(days=30.44),
        (NOW.date() - timedelta(days=1) - first) / timedelta(days=30.44),
    ]
    assert [row["x"] for row in rows(totals, marks(totals, "line")[0])] == pytest.approx(ages)


def test_a_view_cuts_the_charts_over_time_only() -> None:
    view = View(date(2026, 1, 15), date(2026, 2, 28))
    specs = draw(collection(record("alpha", history())), view, "light")
    assert [row["y"] for row in rows(specs["cumulative"], marks(specs["cumulative"], "line")[0])] == [500, 600]
    assert [row["when"] for row in rows(specs["monthly"], marks(specs["monthly"], "rect")[0])] == [
        "January 2026",
        "February 2026",
    ]
    assert len(rows(specs["cumulative-by-age"], marks(specs["cumulative-by-age"], "line")[0])) == 4


@pytest.mark.parametrize(
    ("view", "days", "months"),
    [
        (View(), "", ""),
        (View(date(2025, 12, 15), date(2026, 2, 10)), ", 2025-12-15 to 2026-02-10", " from 2025-12 to 2026-02"),
        (View(start=date(2025, 12, 15)), ", from 2025-12-15", " from 2025-12"),
        (View(end=date(2026, 2, 10)), ", to 2026-02-10", " to 2026-02"),
    ],
)
def test_a_view_is_told_in_the_title(view: View, days: str, months: str) -> None:
    specs = draw(collection(record("alpha", history())), view, "light")
    assert specs["cumulative"]["title"]["text"] == f"Stars over time{days}"
    assert specs["cumulative-log"]["title"]["text"] == f"Stars over time, logarithmic{days}"
    told = f", whole months{months}" if months else ""
    assert specs["monthly"]["title"]["text"] == f"New stars by calendar month{told}"
    assert specs["cumulative-by-age"]["title"]["text"] == "Stars by age"


def test_an_empty_view_says_so() -> None:
    specs = draw(collection(record("alpha", history())), View(date(2001, 1, 1), date(2001, 2, 1)), "light")
    for name in ("cumulative", "cumulative-log", "monthly"):
        assert "nothing between 2001-01-01 and 2001-02-01" in written(drawn(specs[name]))
    assert caption(collection(record("alpha", history())))[0].split(";")[0] in words(specs["monthly"])


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(
    "made",
    [
        collection(),
        collection(record("nothing")),
        collection(record("one point", history(news=(7,)))),
        collection(record("zeros", history(news=(0, 0)))),
        collection(record("empty", history(news=()))),
        collection(record("unknown", history(news=(None, None)))),
        collection(record("same", history()), record("same", history()), record("nothing")),
    ],
    ids=["no record", "no history", "one point", "zeros", "no months", "gaps only", "twice"],
)
def test_little_data_is_drawn_all_the_same(made: Collection, name: str) -> None:
    svg = drawn(chart(made, name))
    assert svg.startswith("<svg")
    assert not re.search("NaN|Infinity", svg)


def test_a_pointer_meets_every_figure_and_pictures_leave_that_out() -> None:
    spec = chart(both(), "cumulative")
    hover = next(layer for layer in layers(spec) if layer.get("name") == HOVER)
    assert {"title": "alpha", "when": "2025-11-30", "stars": "100 at least", "source": "OSS Insight"}.items() <= rows(
        spec, hover
    )[5].items()
    assert [tip["title"] for tip in hover["encoding"]["tooltip"]] == ["Repository", "When", "Stars", "Source"]
    assert "at least" not in drawn(spec)
