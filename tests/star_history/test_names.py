"""The names at the ends of lines and the ticks of the axes: none stands on another, and none hides a figure."""

from __future__ import annotations

from typing import Any

import pytest

from star_history.drawing import drawn
from star_history.labels import Box, Scale, dodged
from star_history.names import LABEL_HEIGHT
from tests.star_history.collections_ import collection, crowd, history, record
from tests.star_history.specs_ import LINES, chart, marks, rows, words, written


def test_names_stand_at_the_ends_and_never_on_each_other() -> None:
    spec = chart(crowd(18), "cumulative")
    _, names = marks(spec, "text")
    pixels = [400 - row["y2"] / names["encoding"]["y"]["scale"]["domain"][1] * 400 for row in rows(spec, names)]
    steps = [low - high for high, low in zip(sorted(pixels), sorted(pixels)[1:], strict=False)]
    assert len(pixels) == 18
    assert min(steps) >= LABEL_HEIGHT - 0.01
    assert marks(spec, "rule"), "a crowded name has a leader"
    assert names["encoding"]["color"]["legend"] is None
    assert {f"repository-{place}" for place in range(18)} <= set(written(drawn(spec)))


def test_more_names_than_fit_stand_in_a_legend_and_colours_used_twice_get_another_shape() -> None:
    spec = chart(crowd(25), "cumulative")
    assert not marks(spec, "text")
    (ends,) = marks(spec, "point")
    assert ends["encoding"]["color"]["legend"]["symbolLimit"] == 0
    pairs = [
        *zip(ends["encoding"]["color"]["scale"]["range"], ends["encoding"]["shape"]["scale"]["range"], strict=True)
    ]
    assert len(set(pairs)) == 25
    assert {f"repository-{place}" for place in range(25)} <= set(written(drawn(spec)))


def test_names_hide_no_figures() -> None:
    made = collection(record("old", history()), record("young", history(news=(0, 0, 20, 10))))
    for name in LINES:
        spec = chart(made, name)
        seam, _ = marks(spec, "text")
        assert seam["mark"]["strokeWidth"] <= 2
        assert seam["mark"]["strokeOpacity"] <= 0.6
        assert seam["mark"]["fillOpacity"] == 0
    for name in ("cumulative-by-age", "monthly-by-age"):
        spec = chart(made, name)
        right = marks(spec, "line")[0]["encoding"]["x"]["scale"]["domain"][1]
        assert min(row["at"] for row in rows(spec, marks(spec, "text")[1])) > right
        assert {row["title"] for row in rows(spec, marks(spec, "rule")[0])} == {"old", "young"}
        assert "Hairlines lead to the names." in words(spec)
        assert "Hairlines" not in words(chart(crowd(25), name))


def test_dodged_boxes_keep_their_order_and_move_no_more_than_they_must() -> None:
    boxes = [Box(0, 100, 50), Box(0, 104, 50), Box(0, 300, 50), Box(200, 101, 50), Box(10, 395, 50), Box(10, 399, 50)]
    assert dodged(boxes, 15, 0, 400) == [94.5, 109.5, 300, 101, 385, 400]
    assert dodged([Box(0, 3, 9)] * 3, 15, 0, 20) == [0, 15, 30]  # no room: over the edge rather than on each other


@pytest.mark.parametrize("kind", ["linear", "log", "sqrt"])
def test_a_scale_goes_to_pixels_and_back(kind: Any) -> None:
    scale = Scale(kind, 1, 10_000, 400)
    assert [round(scale.pixel(value)) for value in (1, 10_000)] == [0, 400]
    assert scale.value(scale.pixel(77)) == pytest.approx(77)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (64_000, [10_000, 20_000, 50_000]),
        (36_000, [10_000, 20_000, 30_000]),
        (20_000, [10_000, 15_000, 20_000]),
        (14_000, [10_000, 15_000]),  # no room for two
    ],
)
def test_the_logarithm_has_gridlines_up_to_its_top(most: int, ticks: list[float]) -> None:
    spec = chart(collection(record("alpha", history(news=(30, most - 30, 0)))), "cumulative-log")
    values = marks(spec, "line")[0]["encoding"]["y"]["axis"]["values"]
    assert values == [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, *ticks]
    assert {f"{tick:,.0f}" for tick in values} <= set(written(drawn(spec)))


def test_ticks_never_touch_each_other() -> None:
    spec = chart(collection(record("alpha", history(news=(1, 10**15, 0)))), "cumulative-log")
    values = marks(spec, "line")[0]["encoding"]["y"]["axis"]["values"]
    assert {10.0**power for power in range(16)} <= set(values)
    assert 2 not in values
