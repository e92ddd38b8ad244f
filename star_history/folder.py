"""The folder that people share: figures as CSV and JSON, charts, and a page with all of them, always of one run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from star_history.export import as_csv
from star_history.history import Collection
from star_history.palette import THEMES
from star_history.shelf import write_whole
from star_history.view import CHARTS, View

PAGE = "index.html"
PICTURES = tuple(f"{name}-{theme}.{form}" for name in CHARTS for theme in THEMES for form in ("svg", "png"))


def fill(folder: Path, collection: Collection, told: dict[str, Any], view: View, charts: Sequence[str]) -> list[str]:
    """Writes everything; what an earlier run drew and this one does not is removed, and told by name."""
    write_whole(folder / "stars.csv", as_csv(collection).encode())
    write_whole(folder / "stars.json", (json.dumps(told, indent=1) + "\n").encode())
    drawn = set[str]()
    if charts:
        from star_history.pictures import write_pictures  # loads altair, which takes a second

        drawn = {path.name for path in write_pictures(collection, view, folder, charts)}
    stale = [name for name in (*PICTURES, PAGE) if name not in drawn and (folder / name).is_file()]
    for name in stale:
        (folder / name).unlink()
    return stale
