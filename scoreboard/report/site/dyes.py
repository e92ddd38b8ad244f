"""Charts are drawn once, in the light; these rules dye them for the dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple

from star_history.palette import COLOURS, INKS


def dyes() -> str:
    """A rule for each colour that a chart may have, as the fill or the stroke of a mark."""
    return "\n".join(
        f'.chart svg [{part}="{light}"] {{ {part}: light-dark({light}, {dark}) }}'
        for light, dark in dict(_pairs()).items()
        for part in ("fill", "stroke")
    )


def _pairs() -> Iterator[tuple[str, str]]:
    yield from ((both["light"], both["dark"]) for both in COLOURS.values())
    yield from zip(astuple(INKS["light"]), astuple(INKS["dark"]), strict=True)
