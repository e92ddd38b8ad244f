"""Charts as files: SVG and PNG in a light and a dark theme, and a page with all of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import vl_convert

from star_history.charts import draw
from star_history.drawing import drawn
from star_history.hatches import hatched
from star_history.history import Collection
from star_history.page import page_of
from star_history.palette import THEMES
from star_history.view import CHARTS, View


def write_pictures(collection: Collection, view: View, folder: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Each chart as NAME-THEME.svg and .png, and index.html. Who reads sees the old file or the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    names = CHARTS if names is None else names
    specs = {theme: draw(collection, view, theme) for theme in THEMES}
    drawings = {theme: {name: drawn(specs[theme][name]) for name in names} for theme in THEMES}
    written = []
    for theme, its in drawings.items():
        for name, bare in its.items():
            svg = hatched(bare)
            written.append(_write(folder / f"{name}-{theme}.svg", svg.encode()))
            written.append(_write(folder / f"{name}-{theme}.png", vl_convert.svg_to_png(svg, scale=2)))
    return [*written, _write(folder / "index.html", page_of(collection, specs, drawings).encode())]


def _write(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path
