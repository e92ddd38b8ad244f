"""The page in a real browser, opened from disk, with nobody to ask."""

from __future__ import annotations

import re
from pathlib import Path

from star_history.history import Collection
from star_history.pictures import write_pictures
from star_history.view import View
from tests.browser import opened
from tests.star_history.collections_ import collection, history, record


def here() -> Collection:
    return collection(
        record("alpha", history()), record("beta", history()), demonstration="DEMONSTRATION, not real: x."
    )


def test_the_charts_come_alive(tmp_path: Path) -> None:
    write_pictures(here(), View(), tmp_path, ["cumulative", "monthly"])
    document, said = opened(tmp_path / "index.html", tmp_path / "profile")
    assert said == []
    assert re.findall(r'<figure id="([a-z-]+)" class="is-live">', document) == ["cumulative", "monthly"]
    alive = re.findall(r'<div class="live[^"]*".*?</svg>', document, re.DOTALL)
    assert len(alive) == 2
    for chart in alive:
        assert "alpha" in chart
        assert "beta" in chart
        assert "DEMONSTRATION" in chart
    assert 'fill="url(#hatch-' in alive[1]
