"""What is kept of one repository on GitHub."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from star_history.history import Repository
from star_history.shelf import Kept

Count = Annotated[int, Field(ge=0, strict=True)]
Days = Annotated[list[Count], Field(min_length=7, max_length=7)]


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
