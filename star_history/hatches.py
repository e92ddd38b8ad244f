"""Hatched bars: Vega passes a fill it does not know on to the SVG, where a pattern of that name must stand."""

from __future__ import annotations

import re

PATTERN = (
    '<pattern id="hatch-{name}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#{name}" fill-opacity="0.12"/><rect width="2" height="5" fill="#{name}"/>'
    "</pattern>"
)


def hatch(colour: str) -> str:
    """The fill that is called after its colour, as in url(#hatch-0f1ef0)."""
    return f"url(#hatch-{colour.removeprefix('#')})"


def patterns(drawing: str) -> str:
    """What an SVG, or a page, needs for every hatch that it names."""
    return "".join(
        PATTERN.format(name=name) for name in sorted(set(re.findall(r"url\(#hatch-([0-9a-f]{6})\)", drawing)))
    )


def hatched(svg: str) -> str:
    """The same SVG with the patterns it needs, right after its opening tag."""
    needed = patterns(svg)
    return re.sub(r"<svg\b[^>]*>", lambda tag: f"{tag[0]}<defs>{needed}</defs>", svg, count=1) if needed else svg
