"""Star history collected from the stand-in: over real HTTP, into a real folder, with the pauses noted, not slept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from star_history.addresses import Addresses
from star_history.client import Patience
from star_history.collector import Collector, Manner
from star_history.history import Collection, Record, Source, Subject
from tests.star_history.stand_in import Request, StandIn

TODAY = date(2026, 9, 30)  # a Wednesday
NOW = datetime(2026, 9, 30, 18, tzinfo=UTC)


@dataclass
class Collect:
    """Each call is a new run: nothing but the folder is left of the one before."""

    server: StandIn
    folder: Path
    now: datetime = NOW
    answer_s: float = 5.0
    wait_s: float = 60.0
    token: str = ""
    slept: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __call__(
        self, *subjects: str | Subject, sources: tuple[Source, ...] = ("github",), **manner: bool
    ) -> Collection:
        self.server.requests.clear()
        self.said.clear()
        patience = Patience(answer_s=self.answer_s, wait_s=self.wait_s, sleep=self.slept.append)
        addresses = Addresses(self.server.github, self.server.ossinsight, self.token)
        collector = Collector(self.folder, addresses, Manner(patience, **manner), self.said.append, self.now)
        asked_for = [Subject(name, name) if isinstance(name, str) else name for name in subjects]
        return collector.collect(asked_for, sources)

    def record(self, subject: str | Subject, *sources: Source, **manner: bool) -> Record:
        """The one record of a run for one subject."""
        (record,) = self(subject, sources=sources or ("github",), **manner).records
        return record

    def asked(self, source: Source) -> list[Request]:
        """What the last run asked."""
        return [request for request in self.server.requests if request.service == source]

    @property
    def pages(self) -> list[str]:
        """The pages of weeks that the last run got from GitHub, an unchanged one in brackets."""
        got = [request for request in self.asked("github") if request.path.endswith("/history")]
        pages = {200: "{}", 304: "({})"}
        return [pages[request.status].format(request.query["page"]) for request in got if request.status in pages]

    @property
    def quarantined(self) -> list[Path]:
        """Bodies and files that were set aside, oldest first."""
        return sorted((self.folder / "quarantine").glob("*"))


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(TODAY) as server:
        yield server


@pytest.fixture
def collect(server: StandIn, tmp_path: Path) -> Collect:
    return Collect(server, tmp_path / "stars")
