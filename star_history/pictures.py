"""Charts as files: SVG and PNG in a light and a dark theme, and a page with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import vl_convert

from star_history.charts import draw
from star_history.drawing import drawn
from star_history.hatches import hatched
from star_history.history import Collection
from star_history.page import page_of
from star_history.palette import THEMES
from star_history.shelf import write_whole
from star_history.view import CHARTS, View


def write_pictures(collection: Collection, view: View, folder: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Each chart as NAME-THEME.svg and .png, and index.html. Who reads sees the old file or the new one."""
    names = CHARTS if names is None else names
    specs = {theme: draw(collection, view, theme) for theme in THEMES}
    drawings = {theme: {name: drawn(specs[theme][name]) for name in names} for theme in THEMES}
    written = []
    for theme, its in drawings.items():
        for name, bare in its.items():
            svg = hatched(bare)
            written.append(_written(folder / f"{name}-{theme}.svg", svg.encode()))
            written.append(_written(folder / f"{name}-{theme}.png", vl_convert.svg_to_png(svg, scale=2)))
    return [*written, _written(folder / "index.html", page_of(collection, specs, drawings).encode())]


def _written(path: Path, content: bytes) -> Path:
    write_whole(path, content)
    return path
