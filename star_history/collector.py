"""Brings the history of every subject: from the cache where it is fresh, from the sources where not.

Whatever fails, the last good data stays and is shown, and what failed is told.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from star_history import github, ossinsight, weeks
from star_history.addresses import Addresses, host
from star_history.allowance import Allowance
from star_history.client import Client, Patience
from star_history.errors import (
    LATER,
    AnotherOne,
    LimitReached,
    NotFound,
    Refused,
    StarError,
    Unanswered,
    Unreachable,
)
from star_history.github import GitHub
from star_history.github_file import GithubFile
from star_history.history import SOURCE_NAMES, Collection, History, Record, Source, Subject
from star_history.ossinsight import OssInsight, OssInsightFile
from star_history.shelf import Kept, Quarantine, Shelf

FRESH = timedelta(hours=24)
GIVE_UP_AFTER = 2  # questions in a row that got no usable answer: then the source is left alone
MORE = " With a token in GITHUB_TOKEN it allows 5,000 an hour."

File = TypeVar("File", bound=Kept)


def _left_alone(source: Source, error: StarError) -> StarError:
    """What failed for one may be no matter of the next; that nobody answers is."""
    if isinstance(error, (LimitReached, Unreachable)):
        return error
    return Refused(f"{SOURCE_NAMES[source]} was left alone, as it failed twice in a row. {LATER}")


@dataclass(frozen=True)
class Manner:
    """How to go about it."""

    patience: Patience = field(default_factory=Patience)
    is_offline: bool = False  # ask nobody
    is_fresh: bool = False  # ask even for what is not a day old


@dataclass
class _Known:
    """A subject on its way."""

    subject: Subject
    card: GithubFile | None
    failures: dict[Source, tuple[str, ...]] = field(default_factory=dict)
    is_lost: bool = False  # GitHub has no such repository, or another one by this name: nobody else is asked for it

    def failed(self, source: Source, error: StarError) -> None:
        self.failures[source] = (*self.failures.get(source, ()), str(error))

    @property
    def names(self) -> list[str]:
        """All it may be known by, today's first."""
        card = [self.card.full_name, *self.card.aliases] if self.card else []
        return list(dict.fromkeys([*card[:1], self.subject.repo, *self.subject.former, *card[1:]]))


@dataclass
class Collector:
    """One run."""

    folder: Path
    addresses: Addresses
    manner: Manner
    say: Callable[[str], None]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self._failures: dict[Source, int] = {}
        self._down: dict[Source, StarError] = {}
        quarantine = Quarantine(self.folder / "quarantine")
        cards = Shelf(self._place("github"), GithubFile, quarantine, self.say)
        rows = Shelf(self._place("ossinsight"), OssInsightFile, quarantine, self.say)
        self._github = GitHub(self._client("github"), cards)
        self._ossinsight = OssInsight(self._client("ossinsight"), rows)

    def collect(self, subjects: Sequence[Subject], sources: Sequence[Source]) -> Collection:
        """The cards first, so that identity and stars of all are known before the hour's requests are spent."""
        records: dict[object, Record] = {}
        for known in [self._carded(subject) for subject in subjects]:
            whose = known.card.id if known.card else known.subject.repo.casefold()
            if whose in records:
                self.say(f"{known.subject.repo} is {records[whose].subject.repo} by another name; it is shown once.")
                continue
            records[whose] = self._record(known, sources)
        return Collection(tuple(records.values()), tuple(sources), self.now, self.addresses.demonstration(sources))

    def _carded(self, subject: Subject) -> _Known:
        known = _Known(subject, self._github.shelf.find(0, [subject.repo, *subject.former]))
        kept = known.card
        if not kept or self._is_due(kept.checked_at):
            known.card = self._tried(
                "github", kept, lambda: self._github.fetch_card(subject.repo, kept, self.now), known
            )
        return known

    def _record(self, known: _Known, sources: Sequence[Source]) -> Record:
        histories: dict[Source, History] = {}
        for source in sources:
            bring = self._from_github if source == "github" else self._from_ossinsight
            if history := bring(known):
                histories[source] = history
        repository = known.card.repository() if known.card else None
        return Record(known.subject, repository, histories, known.failures)

    def _from_github(self, known: _Known) -> History | None:
        card = known.card
        if card is None:
            return None
        if not known.is_lost and (not card.walked_at or self._is_due(card.weeks_checked_at)):
            asked = card
            if self._tried("github", card, lambda: self._github.fetch_weeks(asked, self.now), known) is not asked:
                self._tell("github", asked, self._github.client)
            card = self._github.shelf.find(card.id, []) or card  # pages that came before a failure count
        return weeks.history_of(card, self._github.client.origin)

    def _from_ossinsight(self, known: _Known) -> History | None:
        names, card = known.names, known.card.repository() if known.card else None
        kept = self._ossinsight.shelf.find(card.id if card else 0, names)
        if not known.is_lost and (not kept or self._is_due(kept.checked_at)):
            before = kept
            kept = self._tried("ossinsight", kept, lambda: self._ossinsight.fetch(before, names, card, self.now), known)
            if kept and kept is not before:
                self._tell("ossinsight", kept, self._ossinsight.client)
        return ossinsight.history_of(kept, self._ossinsight.client.origin) if kept else None

    def _tried(self, source: Source, kept: File | None, fetch: Callable[[], File], known: _Known) -> File | None:
        """What the source says now; where it says nothing usable, what is kept, and a sentence on why."""
        if self.manner.is_offline:
            return kept
        if down := self._down.get(source):
            known.failed(source, _left_alone(source, down))
            return kept
        try:
            fetched = fetch()
        except StarError as error:
            self._note(source, error)
            known.failed(source, error)
            known.is_lost |= isinstance(error, (AnotherOne, NotFound))
            return kept
        self._failures[source] = 0
        return fetched

    def _note(self, source: Source, error: StarError) -> None:
        """A source that cannot be reached, or refuses time and again, is left alone for the rest of this run."""
        self.say(f"{SOURCE_NAMES[source]}: {error}")
        if isinstance(error, (Unanswered, Refused)):
            self._failures[source] = self._failures.get(source, 0) + 1
        if isinstance(error, (LimitReached, Unreachable)) or self._failures.get(source, 0) >= GIVE_UP_AFTER:
            self._down[source] = error

    def _tell(self, source: Source, fetched: Kept, client: Client) -> None:
        self.say(f"{SOURCE_NAMES[source]}: {fetched.full_name}; {client.allowance.left} requests left this hour")

    def _is_due(self, checked_at: datetime | None) -> bool:
        return checked_at is None or self.manner.is_fresh or abs(self.now - checked_at) >= FRESH

    def _place(self, source: Source) -> Path:
        """A folder for each address: what a stand-in said is never found under the real one."""
        base = self.addresses.github if source == "github" else self.addresses.ossinsight
        readable = re.sub(r"[^A-Za-z0-9.]+", "-", host(base))
        return self.folder / f"{source}-{readable}-{hashlib.sha256(base.encode()).hexdigest()[:8]}"

    def _client(self, source: Source) -> Client:
        if source == "ossinsight":
            file = self._place(source) / ".allowance.json"
            allowance = Allowance(SOURCE_NAMES[source], ossinsight.HOURLY, file, at_once=ossinsight.AT_ONCE)
            return Client(self.addresses.ossinsight, allowance, self.manner.patience, self.say)
        headers, hourly, hint, whose = dict(github.HEADERS), github.HOURLY, MORE, "anonymous"
        if self.addresses.may_carry_token:
            headers["Authorization"] = f"Bearer {self.addresses.token}"
            hourly, hint = github.HOURLY_WITH_TOKEN, ""
            whose = hashlib.sha256(self.addresses.token.encode()).hexdigest()[:8]
        allowance = Allowance(SOURCE_NAMES[source], hourly, self._place(source) / f".allowance-{whose}.json", hint)
        return Client(self.addresses.github, allowance, self.manner.patience, self.say, headers)
