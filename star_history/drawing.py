"""A specification drawn as SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import vl_convert

from star_history.line_chart import HOVER


def drawn(spec: Mapping[str, Any]) -> str:
    """The SVG, without what only a pointer would meet. It fetches nothing."""
    still = dict(spec)
    if "layer" in still:
        still["layer"] = [layer for layer in still["layer"] if layer.get("name") != HOVER]
    return _drawn(json.dumps(still))


@lru_cache(maxsize=32)
def _drawn(spec: str) -> str:
    """Kept, because a page that follows a run shows most charts as they were."""
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
