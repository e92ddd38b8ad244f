"""OSS Insight: cumulative stars by month, from GitHub's event stream, which has lost most of them since May 2025.

Whatever it says is a lower bound. It finds a repository by the one name it has stored, spelt exactly so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, TypeAdapter

from star_history.body import parsed
from star_history.caption import plain
from star_history.client import Client
from star_history.errors import LATER, BadBody, Refused, UnknownThere, Withheld
from star_history.history import History, Month, Point, Repository
from star_history.months import last_day, month_of, months_from
from star_history.shelf import Kept, Shelf

URL = "https://api.ossinsight.io/v1"
HOURLY, AT_ONCE = 600, 60  # requests; a longer run is spread out
MOST, SOME = 1.5, 50  # it never subtracts an unstar: so many times the stars there are now, and some, may be right
LOWER_BOUND = "it counts stars from GitHub's public event stream, which has lost most of them since May 2025"


def _number(value: object) -> object:
    """All values are strings, numbers included."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class Row(BaseModel):
    date: date
    stargazers: Annotated[int, BeforeValidator(_number), Field(ge=0, strict=True)]


class Quality(BaseModel):
    """What the service says of its own figures."""

    status: str | None = None
    suspect_since: str | None = None
    severely_degraded_since: str | None = None
    note: str | None = None


class Rows(BaseModel):
    rows: list[Row]


class Body(BaseModel):
    """The rows are read by key: the list of columns is known to misname them."""

    type: Literal["sql_endpoint"]
    data: Rows
    data_quality: Quality | None = None


class OssInsightFile(Kept):
    """What is kept of one repository."""

    asked_as: str  # the name under which there were rows
    rows: Annotated[list[Row], Field(min_length=1)]
    quality: Quality | None
    etag: str
    checked_at: AwareDatetime


BODY = TypeAdapter(Body)


@dataclass(frozen=True)
class OssInsight:
    """Asks for one repository at a time, under one name after the other."""

    client: Client
    shelf: Shelf[OssInsightFile]

    def fetch(
        self, kept: OssInsightFile | None, names: Sequence[str], card: Repository | None, now: datetime
    ) -> OssInsightFile:
        """The history as it is today, kept on the shelf: under today's name, else under the one that it had before."""
        tried = list(dict.fromkeys([names[0], *([kept.asked_as] if kept else []), *names]))
        for name in tried:
            found = self._under(name, kept, now)
            if found and not _is_anothers(found.rows, card):
                number = card.id if card else kept.id if kept else 0
                filed = found.model_copy(update={"id": number, "full_name": names[0], "aliases": [*names[1:]]})
                self.shelf.put(filed)
                return filed
        also = f", nor by {' or '.join(tried[1:])}" if tried[1:] else ""
        raise UnknownThere(
            f"OSS Insight has no rows for {names[0]}{also}: unknown there, which is not zero. GitHub's own history is "
            "the one to look at."
        )

    def _under(self, name: str, kept: OssInsightFile | None, now: datetime) -> OssInsightFile | None:
        etag = kept.etag if kept and kept.asked_as == name else ""
        answer = self.client.get(f"/repos/{name}/stargazers/history/", etag, per="month")
        if answer.status == 304 and kept:
            return kept.model_copy(update={"checked_at": now})
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise Refused(f"{self.client.origin} answered {answer.status} to a question about {name}. {LATER}")
        try:
            body = _checked(answer.body, now)
            if kept and kept.asked_as == name and body.data.rows:
                _check_against(body.data.rows, kept.rows)
        except ValueError as error:
            raise self._set_aside(name, answer.body, str(error)) from error
        if body.data_quality and body.data_quality.status == "unavailable":
            note = plain(body.data_quality.note or "it gives no reason").rstrip(".")
            raise Withheld(f"OSS Insight says that it cannot compute the stars of {name} now: {note}. {LATER}")
        if not body.data.rows:
            return None
        return OssInsightFile(
            id=0,
            full_name=name,
            asked_as=name,
            rows=body.data.rows,
            quality=body.data_quality,
            etag=answer.etag,
            checked_at=now,
        )

    def _set_aside(self, name: str, body: bytes, why: str) -> BadBody:
        return self.shelf.quarantine.reject(f"OSS Insight about {name}", body, why)


def _checked(body: bytes, now: datetime) -> Body:
    """The body, if it is one that can be believed."""
    checked = parsed(body, BODY)
    for earlier, later in pairwise(checked.data.rows):
        if later.date <= earlier.date:
            raise ValueError(f"{later.date} stands after {earlier.date}")
        if later.stargazers < earlier.stargazers:
            raise ValueError(
                f"a cumulative count falls from {earlier.stargazers} to {later.stargazers} in {later.date}"
            )
    for row in checked.data.rows:
        if row.date.day != 1:
            raise ValueError(f"{row.date} is the beginning of no month")
        if row.date > now.date():
            raise ValueError(f"{row.date} is still to come")
    return checked


def _check_against(rows: Sequence[Row], kept: Sequence[Row]) -> None:
    """It never subtracts; it may correct itself, but not by half."""
    before, now = kept[-1].stargazers, rows[-1].stargazers
    if 2 * now < before:
        raise ValueError(f"a cumulative count of {before} has become {now}")


def _is_anothers(rows: Sequence[Row], card: Repository | None) -> bool:
    """Whether a repository that had this name before, or has it now, must be meant."""
    if card is None:
        return False
    return rows[0].date < month_of(card.created) or rows[-1].stargazers > MOST * card.stars + SOME


def history_of(kept: OssInsightFile, origin: str) -> History:
    """The neutral form. A month without a row is a gap: perhaps no stars, perhaps none captured."""
    totals = {row.date: row.stargazers for row in kept.rows}
    today = kept.checked_at.date()
    months = list(months_from(kept.rows[0].date, today))
    latest = kept.rows[-1].date
    return History(
        source="ossinsight",
        origin=origin,
        fetched_at=kept.checked_at,
        through=today if latest == month_of(today) else last_day(latest),
        points=tuple(Point(min(last_day(month), today), totals.get(month)) for month in months),
        months=tuple(_months(months, totals, month_of(today))),
        lower_bound=_lower_bound(kept.quality),
    )


def _months(months: Iterable[date], totals: dict[date, int], current: date) -> Iterable[Month]:
    before = 0
    for month in months:
        total = totals.get(month)
        yield Month(month, None if total is None else total - before, is_over=month < current)
        before = before if total is None else total


def _lower_bound(quality: Quality | None) -> str:
    """In its own words, where it says that it is one; it is one all the same where it does not."""
    if quality is None or quality.status != "degraded":
        return LOWER_BOUND
    since = f" since {quality.suspect_since}" if quality.suspect_since else ""
    severely = f", severely since {quality.severely_degraded_since}" if quality.severely_degraded_since else ""
    return plain(f"by its own word degraded{since}{severely}" + (f": {quality.note}" if quality.note else ""))
