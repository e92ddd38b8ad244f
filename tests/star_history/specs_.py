"""Reading the specifications of charts, and the SVG that becomes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from star_history.charts import View, draw
from star_history.history import Collection
from star_history.line_chart import HOVER
from star_history.view import CHARTS

LINES = [name for name in CHARTS if name != "monthly"]


def chart(made: Collection, name: str, view: View | None = None) -> dict[str, Any]:
    return draw(made, view or View(), "light")[name]


def layers(spec: Any) -> Iterator[dict[str, Any]]:
    """Every layer that has a mark."""
    if "mark" in spec:
        yield spec
    for inner in (*spec.get("layer", ()), *spec.get("concat", ())):
        yield from layers(inner)


def marks(spec: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [layer for layer in layers(spec) if layer["mark"]["type"] == kind and layer.get("name") != HOVER]


def rows(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    its: list[dict[str, Any]] = spec["datasets"][layer["data"]["name"]]
    return its


def words(spec: dict[str, Any]) -> str:
    return " ".join(spec["title"]["subtitle"])


def written(svg: str) -> list[str]:
    """The texts in an SVG."""
    return [unescape(text) for text in re.findall(r"<(?:text|tspan)[^>]*>([^<]+)</", svg)]
