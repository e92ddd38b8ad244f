"""The ways to use a framework that a page can show: as it is by default, hardened, or any other that was baked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from scoreboard.runner.catalogue import BASELINE, family_of

HARDENED = "hardened"  # the variant in which a framework's own means against trouble are switched on

Way = Literal["always", "default", "hardened", "other"]

SHOWN_IN: dict[Way, str] = {
    "always": "",
    "default": "default both all",
    "hardened": "hardened both all",
    "other": "all",
}
LABELS = {"default": "by default", "hardened": "hardened", "both": "both", "all": "every variant"}


def way_of(framework: str) -> Way:
    """The baseline is always shown: it is what the others are compared with."""
    if framework == BASELINE:
        return "always"
    if framework == family_of(framework):
        return "default"
    return "hardened" if framework.endswith(f"/{HARDENED}") else "other"


def way_title(framework: str) -> str:
    """ "hardened": the variant in words."""
    return framework.partition("/")[2].replace("_", " ") or "default"


def choices(frameworks: Iterable[str]) -> list[tuple[str, str]]:
    """What there is to choose from, each with its words; nothing where there is one way only."""
    ways = {way_of(name) for name in frameworks} - {"always"}
    there = {"default": "default" in ways, "hardened": "hardened" in ways}
    there |= {"both": ways >= {"default", "hardened"}, "all": "other" in ways and len(ways) > 1}
    found = [(value, LABELS[value]) for value, is_there in there.items() if is_there]
    return found if len(found) > 1 else []
