"""What the small panels of months say, read from their specification and from the SVG that becomes of it."""

from __future__ import annotations

from datetime import date

from star_history.charts import View
from star_history.drawing import drawn
from star_history.hatches import hatched
from star_history.palette import COLOURS, INKS
from tests.star_history.collections_ import both, collection, history, record
from tests.star_history.specs_ import chart, layers, marks, rows, words, written


def test_months_are_bars_where_gaps_are_not_zeros_and_the_last_is_hatched() -> None:
    spec = chart(collection(record("alpha", history(news=(300, None, 0, 50, 5)))), "monthly")
    colour = COLOURS["indigo"]["light"]
    gaps, whole, unfinished = marks(spec, "rect")
    assert gaps["mark"]["color"] == INKS["light"].gap
    assert [row["when"] for row in rows(spec, gaps)] == ["December 2025"]
    assert whole["mark"]["fill"] == colour
    assert [row["y"] for row in rows(spec, whole)] == [300, 0, 50]
    assert unfinished["mark"]["fill"] == f"url(#hatch-{colour[1:]})"
    assert [row["stars"] for row in rows(spec, unfinished)] == ["5 so far"]
    (zeros,) = marks(spec, "rule")
    assert [row["when"] for row in rows(spec, zeros)] == ["January 2026"]
    svg = hatched(drawn(spec))
    assert f'<pattern id="hatch-{colour[1:]}"' in svg
    assert f'fill="url(#hatch-{colour[1:]})"' in svg
    assert "?" in written(svg)


def test_the_second_source_steps_over_the_bars_of_the_first() -> None:
    spec = chart(both(), "monthly")
    steps = marks(spec, "rule")[-1]
    assert [row["y"] for row in rows(spec, steps)] == [100, 40, 0, 10]
    assert {row["stars"] for row in rows(spec, steps)} == {
        "100 at least",
        "40 at least",
        "0 at least",
        "10 at least so far",
    }
    assert "Steps: OSS Insight, a lower bound" in words(spec)
    assert spec["concat"][0]["title"]["text"] == "alpha"


def test_bars_of_a_lower_bound_are_pale_and_called_so() -> None:
    bound = record("alpha", history("ossinsight"))
    spec = chart(collection(bound, sources=("ossinsight",)), "monthly")
    assert spec["title"]["text"] == "New stars by calendar month (lower bound)"
    assert spec["concat"][0]["title"]["text"] == "alpha"  # said once is enough
    assert marks(spec, "rect")[0]["mark"]["fillOpacity"] < 0.5
    assert "Pale: OSS Insight, a lower bound." in words(spec)
    mixed = chart(collection(bound, record("beta", history()), sources=("github", "ossinsight")), "monthly")
    assert mixed["title"]["text"] == "New stars by calendar month"
    assert [panel["title"]["text"] for panel in mixed["concat"]] == ["alpha (lower bound)", "beta"]


def test_each_panel_has_its_own_scale_and_says_so() -> None:
    made = collection(record("big", history(news=(10_000, 9))), record("small", history(news=(30, 9))), record("none"))
    spec = chart(made, "monthly")
    tops = [next(layers(panel))["encoding"]["y"]["scale"]["domain"][1] for panel in spec["concat"]]
    assert tops == [10_500, 31.5, 1.05]
    assert "Each panel has its own scale." in words(spec)
    assert "no figures" in written(drawn(spec))
    assert "own scale" not in words(chart(collection(record("big", history())), "monthly"))


def test_only_what_is_there_is_explained() -> None:
    def said(*news: int | None, view: View | None = None) -> str:
        return words(chart(collection(record("alpha", history(news=news))), "monthly", view))

    hatched_bar, band = "Hatched: the month is not over.", "Grey band with ?: nobody knows, which is not zero."
    assert hatched_bar in said(5, 5, 5)
    assert band not in said(5, 5, 5)
    assert band in said(5, None, 5)
    assert hatched_bar not in said(5, 5, 5, view=View(end=date(2026, 2, 28)))
    assert hatched_bar not in said(5, None, 0)  # a zero has no bar to be hatched
    assert "Pale" not in said(5, 5)
    assert "none where it knows nothing" in words(chart(both(), "monthly"))
    whole = collection(record("alpha", history(), history("ossinsight")), sources=("github", "ossinsight"))
    assert "Steps: OSS Insight, a lower bound." in words(chart(whole, "monthly"))
