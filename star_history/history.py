"""The neutral form of star history: what is charted, and what one source says of it. Two sources never share a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Literal

from star_history.errors import WrongName

Source = Literal["github", "ossinsight"]

NAME = re.compile(
    r"(?:https://github\.com/|git@github\.com:)?([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+?)(?:\.git)?/?"
)
SOURCE_NAMES: dict[Source, str] = {"github": "GitHub", "ossinsight": "OSS Insight"}


def full_name(words: str) -> str:
    """owner/name, also from the address of a repository's page."""
    found = NAME.fullmatch(words.strip())
    if not found or found[2] in (".", ".."):
        raise WrongName(f"{words!r} names no repository on GitHub: give owner/name, as in microsoft/autogen.")
    return f"{found[1]}/{found[2]}"


@dataclass(frozen=True)
class Subject:
    """What is to be charted, and what no source can tell of it."""

    title: str  # as people call it; a repository asked for by name has its name
    repo: str  # owner/name
    former: tuple[str, ...] = ()  # names it had before: OSS Insight may still know it by one of them
    backer: str = ""
    licence: str = ""  # where GitHub's one word for it is not the whole truth
    colour: str = ""  # a name in the palette, so that it looks the same in every chart


@dataclass(frozen=True)
class Repository:
    """What GitHub says of a repository today. Its number is its identity, names come and go."""

    id: int
    full_name: str
    aliases: tuple[str, ...]  # other names it is known to have had
    stars: int
    licence: str  # SPDX, or "" where GitHub knows none
    created: date
    archived: bool
    fetched_at: datetime


@dataclass(frozen=True)
class Point:
    """All stars up to the end of a day; None where nobody knows."""

    day: date
    total: int | None


@dataclass(frozen=True)
class Month:
    """New stars in a calendar month; None is a gap: perhaps none, perhaps not captured."""

    first: date
    new: int | None
    is_over: bool = True  # False for the month in which the data end


@dataclass(frozen=True)
class History:
    """What one source says of one repository."""

    source: Source
    origin: str  # where it was asked, as in api.github.com
    fetched_at: datetime  # when the source last confirmed it
    through: date  # the last day it speaks of
    points: tuple[Point, ...]  # oldest first: by week from GitHub, by month from OSS Insight
    months: tuple[Month, ...]  # every calendar month from the first to that of `through`
    days: Mapping[date, int] = field(default_factory=dict)  # new stars by day, where the source tells
    is_whole: bool = True  # False where older weeks were not fetched yet: then `points` is empty
    lower_bound: str = ""  # why its figures are a lower bound, in the source's own words; "" where they are none

    @property
    def is_lower_bound(self) -> bool:
        """OSS Insight's figures always are, also when it forgets to say so."""
        return self.source == "ossinsight" or bool(self.lower_bound)

    @property
    def total(self) -> int | None:
        """All stars it accounts for; None where it does not reach back to the first."""
        return next((point.total for point in reversed(self.points) if point.total is not None), None)

    @cached_property
    def first(self) -> date | None:
        """The day of the first stargazer, or the first day of that month; None where it does not reach back so far."""
        if not self.is_whole:
            return None
        first_day = min((day for day, new in self.days.items() if new), default=None)
        return first_day or next((month.first for month in self.months if month.new), None)

    def age_days(self, now: datetime) -> int:
        """How old the data is."""
        return max(0, (now - self.fetched_at).days)


@dataclass(frozen=True)
class Record:
    """All that is known of one subject."""

    subject: Subject
    repository: Repository | None = None
    histories: Mapping[Source, History] = field(default_factory=dict)
    failures: Mapping[Source, tuple[str, ...]] = field(default_factory=dict)  # what went wrong with each, in sentences

    @property
    def troubles(self) -> tuple[str, ...]:
        """All that went wrong on the way."""
        return tuple(dict.fromkeys(words for failures in self.failures.values() for words in failures))

    def coverage(self, source: Source) -> float | None:
        """How much of the stars there are now a source's history accounts for."""
        history = self.histories.get(source)
        if history is None or history.total is None or self.repository is None or not self.repository.stars:
            return None
        return history.total / self.repository.stars


@dataclass(frozen=True)
class Collection:
    """What is known of all subjects, at one moment."""

    records: tuple[Record, ...]
    sources: tuple[Source, ...]  # those asked for, the first leads
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    demonstration: str = ""  # a sentence where it came from a stand-in: then it is never shown as real
