"""GitHub: what a repository is today, and its stars by day, counting those who still star it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter

from star_history.answer import Answer
from star_history.body import parsed
from star_history.client import Client
from star_history.errors import LATER, AnotherOne, NotFound, Refused, UnknownThere
from star_history.github_file import Count, GithubFile
from star_history.shelf import Shelf
from star_history.weeks import PAGE, WEEK, Week, check_against, check_weeks, joins

URL = "https://api.github.com"
HOURLY, HOURLY_WITH_TOKEN = 60, 5000
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}
PAGE_WEEKS = 30
REREAD = timedelta(days=30)  # after that all weeks are read again: an unstar lowers a day long ago


class Licence(BaseModel):
    spdx_id: str | None = None


class Card(BaseModel):
    id: Annotated[int, Field(gt=0, strict=True)]
    full_name: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")]
    stargazers_count: Count
    created_at: datetime
    archived: bool = False
    license: Licence | None = None


CARD = TypeAdapter(Card)


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
            if page and not joins(page, kept.weeks):  # so long unread that weeks between were never told
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
            check_weeks(page, now, before)
            check_against(page, kept.weeks)
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
