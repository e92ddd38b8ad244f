"""One section of the site: what its template reads, and the same as files for whoever wants to compute with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """`name` is its id on the page and the name of its template; `data` are files for the folder `data/`, by name."""

    name: str
    title: str
    lead: str  # the question it answers, in a sentence
    shown: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    missing: str = ""  # shown instead of all that where there is nothing: what to run
