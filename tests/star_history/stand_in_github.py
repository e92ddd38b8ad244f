"""GitHub's answers, as far as star history asks: the repository, and its stargazers by week."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.star_history.stand_in_data import DAY, Repo, Shelves

PATH = re.compile(r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<number>\d+))(?P<history>/stargazers/history)?/?")
MOST_WEEKS = 30
DOCS = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Answer:
    """What is to be sent, before anything goes wrong with it."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str) -> Answer:
    return Answer({"message": message, "documentation_url": DOCS, "status": str(status)}, status)


def answer(shelves: Shelves, path: str, query: Mapping[str, str], base: str) -> Answer:
    asked = PATH.fullmatch(path)
    if not asked:
        return refusal(404, "Not Found")
    tail = asked["history"] or ""
    repo = shelves.named(asked["name"]) if asked["name"] else shelves.numbered(int(asked["number"]))
    if repo:
        address = f"{base}/repositories/{repo.id}{tail}"
        return _history(repo, shelves.today, query, address) if tail else Answer(_repository(repo))
    if asked["name"] and (moved := shelves.formerly(asked["name"])):
        location = f"{base}/repositories/{moved.id}{tail}" + (f"?{urlencode(query)}" if query else "")
        body = {"message": "Moved Permanently", "url": location, "documentation_url": DOCS}
        return Answer(body, 301, {"location": location})
    return refusal(404, "Not Found")


def same_path(shelves: Shelves, path: str) -> str:
    """One spelling for a path: by the name, also where it was asked by the number."""
    asked = PATH.fullmatch(path)
    repo = shelves.numbered(int(asked["number"])) if asked and asked["number"] else None
    return f"/repos/{repo.full_name}{asked['history'] or ''}" if asked and repo else path.rstrip("/")


def sunday(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)


def weeks(repo: Repo, today: date) -> list[dict[str, Any]]:
    """Newest first, back to the week of creation; days that are yet to come are zeros."""
    first, start = sunday(repo.created), sunday(today)
    found = []
    while start >= first:
        days = [repo.days.get(start + offset * DAY, 0) for offset in range(7)]
        stamp = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp())
        found.append({"week": stamp, "total": sum(days), "days": days})
        start -= 7 * DAY
    return found


def _history(repo: Repo, today: date, query: Mapping[str, str], address: str) -> Answer:
    size = min(_number(query.get("per_page"), MOST_WEEKS), MOST_WEEKS)
    page = _number(query.get("page"), 1)
    everything = weeks(repo, today)
    last = max(1, -(-len(everything) // size))
    pages = {"next": page + 1, "last": last} if page < last else {}
    if page > 1:
        pages |= {"prev": min(page - 1, last), "first": 1}
    link = ", ".join(f'<{address}?per_page={size}&page={there}>; rel="{rel}"' for rel, there in pages.items())
    return Answer(everything[(page - 1) * size : page * size], 200, {"link": link} if link else {})


def _number(words: str | None, default: int) -> int:
    return int(words) if words and words.isdecimal() and int(words) else default


def _repository(repo: Repo) -> dict[str, Any]:
    owner, name = repo.full_name.split("/")
    licence = {"key": repo.licence.lower(), "name": repo.licence, "spdx_id": repo.licence} if repo.licence else None
    return {
        "id": repo.id,
        "name": name,
        "full_name": repo.full_name,
        "private": False,
        "owner": {"login": owner, "type": "Organization"},
        "html_url": f"https://github.com/{repo.full_name}",
        "description": "Invented by the stand-in.",
        "fork": False,
        "created_at": f"{repo.created}T09:30:00Z",
        "pushed_at": f"{max([repo.created, *repo.days])}T00:00:00Z",
        "stargazers_count": repo.stars,
        "watchers_count": repo.stars,
        "forks_count": repo.stars // 7,
        "open_issues_count": repo.stars // 60,
        "subscribers_count": repo.stars // 90,
        "license": licence,
        "archived": repo.archived,
        "default_branch": "main",
    }
