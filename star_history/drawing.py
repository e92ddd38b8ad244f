"""A specification drawn as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import vl_convert

from star_history.line_chart import HOVER


def drawn(spec: Mapping[str, Any]) -> str:
    """The SVG, without what only a pointer would meet. It fetches nothing."""
    still = dict(spec)
    if "layer" in still:
        still["layer"] = [layer for layer in still["layer"] if layer.get("name") != HOVER]
    return vl_convert.vegalite_to_svg(still, allowed_base_urls=[])
