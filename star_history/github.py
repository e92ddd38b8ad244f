"""GitHub: what a repository is today, and its stars by day, counting those who still star it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from star_history.answer import Answer
from star_history.body import parsed
from star_history.client import Client
from star_history.errors import LATER, AnotherOne, NotFound, Refused, UnknownThere
from star_history.history import History, Month, Point, Repository
from star_history.months import days_of, month_of, months_from, weeks_from
from star_history.shelf import Kept, Shelf

URL = "https://api.github.com"
HOURLY, HOURLY_WITH_TOKEN = 60, 5000
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}
PAGE_WEEKS = 30
WEEK = timedelta(days=7)
PACIFIC = timedelta(hours=8)  # its days are those of Los Angeles, which end that much later than UTC's
REREAD = timedelta(days=30)  # after that all weeks are read again: an unstar lowers a day long ago
ENOUGH_TO_TELL = 50  # stars
LATEST = 2**32  # Unix seconds; milliseconds are beyond it

Count = Annotated[int, Field(ge=0, strict=True)]
Days = Annotated[list[Count], Field(min_length=7, max_length=7)]


class Licence(BaseModel):
    spdx_id: str | None = None


class Card(BaseModel):
    id: Annotated[int, Field(gt=0, strict=True)]
    full_name: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")]
    stargazers_count: Count
    created_at: datetime
    archived: bool = False
    license: Licence | None = None


class Week(BaseModel):
    week: Annotated[int, Field(ge=0, lt=LATEST, strict=True)]
    total: Count
    days: Days

    @property
    def sunday(self) -> date:
        """Labelled by Sunday 00:00 UTC; half a day of grace, should the label move to another time zone."""
        return (datetime.fromtimestamp(self.week, UTC) + timedelta(hours=12)).date()


CARD, PAGE = TypeAdapter(Card), TypeAdapter(list[Week])


class GithubFile(Kept):
    """What is kept of one repository: its card, and as many weeks as were read yet."""

    stars: Annotated[int, Field(ge=0)]
    licence: str
    created: date
    archived: bool
    etag: str
    checked_at: AwareDatetime
    weeks: dict[date, Days] = Field(default_factory=dict)  # new stars by day, by the Sunday that begins the week
    weeks_etag: str = ""  # of the newest page
    weeks_checked_at: AwareDatetime | None = None
    walked_at: AwareDatetime | None = None  # when the weeks were last read back to the first; None: not yet

    def repository(self) -> Repository:
        return Repository(
            id=self.id,
            full_name=self.full_name,
            aliases=tuple(self.aliases),
            stars=self.stars,
            licence=self.licence,
            created=self.created,
            archived=self.archived,
            fetched_at=self.checked_at,
        )


@dataclass(frozen=True)
class GitHub:
    """Asks for a repository's card, and for its weeks page by page."""

    client: Client
    shelf: Shelf[GithubFile]

    def fetch_card(self, name: str, kept: GithubFile | None, now: datetime) -> GithubFile:
        """The repository as it is today; a name that moved is followed, a name that changed hands is not."""
        asked = name
        answer = self.client.get(f"/repos/{asked}", kept.etag if kept else "")
        if answer.status == 404 and kept and kept.full_name.casefold() != name.casefold():
            asked = kept.full_name  # a former name that is not followed any more
            answer = self.client.get(f"/repos/{asked}", kept.etag)
        if answer.status == 304 and kept:
            return self._filed(kept.model_copy(update={"checked_at": now}))
        card = self._card(asked, answer)
        if kept and card.id != kept.id:
            raise AnotherOne(
                f"{asked} is another repository on GitHub now (number {card.id}, it was {kept.id}): made anew, or the "
                f"name changed hands. What is shown is of the old one; to follow the new one, delete "
                f"{self.shelf.path(kept)}."
            )
        known = kept or self.shelf.find(card.id, [card.full_name])
        names = dict.fromkeys([*(known.aliases if known else []), *([known.full_name] if known else []), asked, name])
        fields = {
            "id": card.id,
            "full_name": card.full_name,
            "aliases": [other for other in names if other.casefold() != card.full_name.casefold()],
            "stars": card.stargazers_count,
            "licence": (card.license.spdx_id if card.license else "") or "",
            "created": card.created_at.date(),
            "archived": card.archived,
            "etag": answer.etag,
            "checked_at": now,
        }
        return self._filed(GithubFile.model_validate((known.model_dump() if known else {}) | fields))

    @property
    def _elsewhere(self) -> str:
        """Where it was asked, if that may be why it does not know."""
        return "" if self.client.base == URL else f" (asked at {self.client.origin}, as BAKEOFF_GITHUB_URL says)"

    def _card(self, name: str, answer: Answer) -> Card:
        if answer.status == 404:
            raise NotFound(f"GitHub knows no public repository {name}{self._elsewhere}. Check owner and name.")
        if answer.status != 200:
            raise Refused(f"{self.client.origin} answered {answer.status} to a question about {name}. {LATER}")
        try:
            return parsed(answer.body, CARD)
        except ValueError as error:
            raise self.shelf.quarantine.reject(f"GitHub about {name}", answer.body, str(error)) from error

    def fetch_weeks(self, kept: GithubFile, now: datetime) -> GithubFile:
        """The newest page, and where not all were read lately, the others; each is kept as soon as it is there."""
        answer = self._asked(kept, 1, kept.weeks_etag if kept.weeks else "")
        page: list[Week] = []
        if answer.status == 304:
            kept, more = kept.model_copy(update={"weeks_checked_at": now}), True
        else:
            page = self._page(kept, answer, now, before=None, is_promised=bool(kept.weeks or kept.stars))
            kept, more = self._merged(kept, page, weeks_etag=answer.etag, weeks_checked_at=now), _is_more(answer, page)
            if page and not _joins(page, kept.weeks):  # so long unread that weeks between were never told
                kept = kept.model_copy(update={"walked_at": None})
        if kept.walked_at and abs(now - kept.walked_at) < REREAD:
            return self._filed(kept)
        number = 2 if kept.walked_at else _read_so_far(kept) // PAGE_WEEKS + 1
        before = page[-1].sunday if page and number == 2 else None
        while more:
            self._filed(kept)
            is_promised = bool(answer.has_next)
            answer = self._asked(kept, number, "")
            page = self._page(kept, answer, now, before=before, is_promised=is_promised)
            kept, more = self._merged(kept, page), _is_more(answer, page)
            before, number = page[-1].sunday if page else before, number + 1
        return self._filed(kept.model_copy(update={"walked_at": now}))

    def _asked(self, kept: GithubFile, page: int, etag: str) -> Answer:
        answer = self.client.get(
            f"/repos/{kept.full_name}/stargazers/history", etag, per_page=str(PAGE_WEEKS), page=str(page)
        )
        if answer.status not in (200, 304):
            raise UnknownThere(
                f"{self.client.origin} serves no star history of {kept.full_name} ({answer.status}). GitHub itself "
                "does since September 2026; an enterprise server may not. Ask again later, or with --source ossinsight."
            )
        return answer

    def _page(
        self, kept: GithubFile, answer: Answer, now: datetime, before: date | None, *, is_promised: bool
    ) -> list[Week]:
        try:
            page = parsed(answer.body, PAGE)
            if is_promised and not page:
                raise ValueError("it names no week, where there must be some")
            _check_weeks(page, now, before)
            _check_against(page, kept.weeks)
        except ValueError as error:
            whose = f"GitHub about the stars of {kept.full_name}"
            raise self.shelf.quarantine.reject(whose, answer.body, str(error)) from error
        return page

    def _merged(self, kept: GithubFile, page: Sequence[Week], **fields: object) -> GithubFile:
        """What a page says replaces all that was kept of its span."""
        if not page:
            return kept.model_copy(update=fields)
        newest, oldest = page[0].sunday, page[-1].sunday
        others = {sunday: days for sunday, days in kept.weeks.items() if not oldest <= sunday <= newest}
        weeks = others | {week.sunday: week.days for week in page}
        return kept.model_copy(update={"weeks": dict(sorted(weeks.items(), reverse=True)), **fields})

    def _filed(self, kept: GithubFile) -> GithubFile:
        self.shelf.put(kept)
        return kept


def _is_more(answer: Answer, page: Sequence[Week]) -> bool:
    """Its Link header says; where there is none, a full page may have a next one."""
    return answer.has_next if answer.has_next is not None else len(page) == PAGE_WEEKS


def _read_so_far(kept: GithubFile) -> int:
    """How many weeks there are without a hole, from the newest backwards."""
    sundays = list(kept.weeks)
    holes = (n for n, (later, earlier) in enumerate(pairwise(sundays), 1) if later - earlier != WEEK)
    return next(holes, len(sundays))


def _check_weeks(page: Sequence[Week], now: datetime, before: date | None) -> None:
    """Newest first, whole weeks apart, days that add up, nothing from the future."""
    earlier = before + WEEK if before else None
    for week in page:
        sunday = week.sunday
        if sum(week.days) != week.total:
            raise ValueError(f"the days of the week of {sunday} add up to {sum(week.days)}, not to {week.total}")
        if earlier and (sunday >= earlier or (earlier - sunday) % WEEK):
            raise ValueError(f"the week of {sunday} stands after that of {earlier}")
        if any(new for number, new in enumerate(week.days) if sunday + timedelta(days=number) > now.date()):
            raise ValueError(f"it has stars on days of the week of {sunday} that are still to come")
        earlier = sunday


def _joins(page: Sequence[Week], weeks: Mapping[date, object]) -> bool:
    """Whether what was kept goes on where a page ends."""
    oldest = page[-1].sunday
    return oldest - WEEK in weeks or not any(sunday < oldest for sunday in weeks)


def _check_against(page: Sequence[Week], kept: Mapping[date, list[int]]) -> None:
    """Some take their stars back; half of all do not."""
    before = sum(sum(kept.get(week.sunday, [])) for week in page)
    now = sum(week.total for week in page if week.sunday in kept)
    if before >= ENOUGH_TO_TELL and 2 * now < before:
        raise ValueError(f"weeks that had {before} stars are said to have {now}")


def history_of(kept: GithubFile, origin: str) -> History | None:
    """The neutral form; None where no week was read yet. A week that is not there is a gap."""
    if kept.weeks_checked_at is None or not kept.weeks:
        return None
    told = {
        sunday + timedelta(days=number): new
        for sunday, week in sorted(kept.weeks.items())
        for number, new in enumerate(week)
    }
    today = (kept.weeks_checked_at - PACIFIC).date()
    through = max([today, *(day for day, new in told.items() if new)])
    days = {day: new for day, new in told.items() if day <= through}
    is_whole = kept.walked_at is not None
    return History(
        source="github",
        origin=origin,
        fetched_at=kept.weeks_checked_at,
        through=through,
        points=tuple(_points(kept, days, through)) if is_whole else (),
        months=tuple(_months(days, through, unknown_from=None if is_whole else kept.created)),
        days=days,
        is_whole=is_whole,
    )


def _points(kept: GithubFile, days: dict[date, int], through: date) -> Iterator[Point]:
    """All stars at the end of each week, from that of the first star on."""
    first = min((day for day, new in days.items() if new), default=through)
    total = 0
    for sunday in weeks_from(min(kept.weeks), through):
        week = [sunday + timedelta(days=number) for number in range(7)]
        total += sum(days.get(day, 0) for day in week)
        if week[-1] >= first:
            yield Point(min(week[-1], through), total if sunday in kept.weeks else None)


def _months(days: dict[date, int], through: date, unknown_from: date | None) -> Iterator[Month]:
    """From that of the first star on; where older weeks are not there yet, from that in which it was created.

    A month of which a day is not there is a gap.
    """
    known_from, first_star = min(days), min((day for day, new in days.items() if new), default=None)
    since = unknown_from or first_star
    for month in months_from(since, through) if since else ():
        told = [days.get(day) for day in days_of(month) if known_from <= day <= through]
        is_gap = None in told or (unknown_from is not None and month < known_from)
        yield Month(month, None if is_gap else sum(filter(None, told)), is_over=month < month_of(through))
