"""Text from a model, a tool or a framework: shown, but never obeyed by a terminal."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

# Control characters but line ends and tabs, those that turn the direction of writing, and halves of characters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with a visible mark in place of whatever could move a cursor, colour a screen or hide words."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def nameless(text: str) -> str:
    """The text as it may be published: the home folder of whoever measured, which names them, is put as ~."""
    return text.replace(_home(), "~") if _home() else text


@cache
def _home() -> str:
    home = Path.home()
    return str(home) if len(home.parts) > 1 else ""
