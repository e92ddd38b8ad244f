"""Text from a model, a tool or a framework: shown, but never obeyed by a terminal."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

# Control characters but line ends and tabs, those that turn the direction of writing, and halves of characters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# The way to what stands in a home of Bakeoff's: to packages, to adapters and tasks, to where a guest may write.
GUESTS = ("environments/", "guests/", "scratch/")
PLACES = re.compile(r"(?:~|(?:(?<![\w.:/~])|(?<=\\[nrt]))/)[^\s\"'<>:|\\]*?/(?=(?:environments|guests|scratch)/)")


def printable(text: str) -> str:
    """The text with a visible mark in place of whatever could move a cursor, colour a screen or hide words."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def nameless(text: str) -> str:
    """The text as it may be published: without the places of files on the machine of whoever measured.

    Their home folder, which names them, is put as ~; what leads to the folders that guests run in is left out.
    """
    if "/" not in text:
        return text
    if (home := _home()) and any(each in text for each in _homes()):
        text = home.sub("~", text)
    return PLACES.sub("\N{HORIZONTAL ELLIPSIS}/", text) if any(each in text for each in GUESTS) else text


@cache
def _home() -> re.Pattern[str] | None:
    """None where it names nobody."""
    told = "|".join(map(re.escape, _homes()))
    return re.compile(rf"(?:(?<![\w.~-])|(?<=\\[nrt])|(?<=-[A-Z]))(?:{told})(?![\w-]|\.\w)") if told else None


@cache
def _homes() -> tuple[str, ...]:
    """As it is called and where it really lies, also as JSON and JSON in JSON write it. None where it names nobody."""
    try:
        named = Path.home()
    except RuntimeError:
        return ()
    found = {str(path) for path in (named, named.resolve()) if len(path.parts) > 1}
    for _quoted in range(2):
        found |= {json.dumps(path)[1:-1] for path in found}
    return tuple(sorted(found, key=len, reverse=True))
