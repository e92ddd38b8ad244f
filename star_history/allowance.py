"""How many requests a source still allows this hour. Kept on disk, so that the next run knows what this one spent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from star_history.errors import LimitReached
from star_history.shelf import write_whole

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EPOCH_FROM = 1_000_000_000  # no source makes us wait for thirty years


class Spent(BaseModel):
    """What a source said is left, and when each request of the last hour was made, for where it says nothing."""

    left: int | None = None
    until: AwareDatetime | None = None  # when what it said ends
    requests: list[AwareDatetime] = []


def now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass
class Allowance:
    """One source's requests in one hour."""

    name: str  # as people call the source
    hourly: int
    file: Path
    hint: str = ""  # how to be allowed more
    at_once: int | None = None  # requests in an hour before they are spread over it; None: never
    clock: Callable[[], datetime] = now_utc
    _spent: Spent = field(init=False)

    def __post_init__(self) -> None:
        self._spent = Spent()
        self._read()

    def _read(self) -> None:
        """What is on disk: another run may be asking at the same time."""
        with contextlib.suppress(OSError, ValidationError):  # a count that is lost stops nobody: the source counts too
            self._spent = Spent.model_validate_json(self.file.read_bytes())

    @property
    def _recent(self) -> list[datetime]:
        """When each request of the last hour was made."""
        since = self.clock() - HOUR
        return [moment for moment in self._spent.requests if since < moment]

    @property
    def left(self) -> int:
        """Requests that are left before the source would refuse."""
        now, spent = self.clock(), self._spent
        if spent.left is not None and spent.until and now < spent.until:
            return spent.left
        return max(0, self.hourly - len(self._recent))

    @property
    def pause_s(self) -> float:
        """A long run is spread over the hour, so that it need not stop."""
        is_long = self.at_once is not None and len(self._recent) >= self.at_once
        return HOUR.total_seconds() / self.hourly if is_long else 0.0

    @property
    def until(self) -> datetime:
        """When there will be more."""
        now, spent = self.clock(), self._spent
        if spent.left is not None and spent.until and now < spent.until:
            return spent.until
        return min(self._recent, default=now) + HOUR

    def ask(self) -> None:
        """Before every request: stops before the limit, never at it."""
        self._read()
        if self.left < 1:
            raise self.reached(self.until)

    def reached(self, until: datetime) -> LimitReached:
        """The limit as people are told of it."""
        day = "" if until - self.clock() < DAY else f"{until:%Y-%m-%d} "
        return LimitReached(
            f"{self.name} allows no more requests until {day}{until:%H:%M} UTC. What came is kept; the same command "
            f"goes on from there then.{self.hint}",
            until,
        )

    def count(self, headers: Mapping[str, str], requests: int) -> None:
        """After every answer: what the source says, or said last, counts; where it never did, our own count."""
        now = self.clock()
        self._spent.requests = [*self._recent, *[now] * requests]
        told = headers.get("x-ratelimit-remaining", "")
        if told.isdecimal():
            reset = headers.get("x-ratelimit-reset", "")
            self._spent.left, self._spent.until = int(told), reset_moment(reset, now) or now + HOUR
        elif self._spent.left is not None:  # an answer from somewhere on the way does not undo what the source said
            self._spent.left = max(0, self._spent.left - requests)
        with contextlib.suppress(OSError):  # a count that cannot be kept stops nobody
            write_whole(self.file, self._spent.model_dump_json().encode())


def reset_moment(stamp: str, now: datetime) -> datetime | None:
    """What x-ratelimit-reset means: GitHub gives Unix seconds, OSS Insight the seconds that are left."""
    if not stamp.isdecimal():
        return None
    seconds = int(stamp)
    try:
        return now + timedelta(seconds=seconds) if seconds < EPOCH_FROM else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
