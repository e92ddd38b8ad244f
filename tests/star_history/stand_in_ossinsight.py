"""OSS Insight's answers: the same stars as GitHub's, as far as its source of events let it see them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from tests.star_history.stand_in_data import Repo, Shelves
from tests.star_history.stand_in_github import Answer

PATH = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)/stargazers/history/?")
ROW_LIMIT = 2000
THIN, WORSE, WORST = date(2025, 6, 1), date(2026, 3, 1), date(2026, 5, 1)
QUALITY = {
    "status": "degraded",
    "metric": "github_event_derived",
    "source": "github_public_events_firehose",
    "suspect_since": "2025-05-23",
    "severely_degraded_since": "2026-05-01",
    "note": "Derived from the public events firehose: counts are lower bounds, not exact values.",
}
WARNING = '199 - "degraded data: event-derived counts are lower bounds"'
UNAVAILABLE = {
    "type": "sql_endpoint",
    "data": {"columns": [], "rows": [], "result": {"row_count": 0}},
    "data_quality": {**QUALITY, "status": "unavailable", "unavailable_since": "2026-03-01"},
}


def answer(shelves: Shelves, path: str, query: Mapping[str, str]) -> Answer:
    """A name it does not store, in exactly this case, is no error to it: there are no rows."""
    asked = PATH.fullmatch(path)
    if not asked:
        return Answer({"message": f"Route GET:{path} not found", "error": "Not Found", "statusCode": 404}, 404)
    per = query.get("per", "month")
    if per not in ("day", "week", "month"):
        return Answer({"message": "querystring/per must be equal to one of the allowed values"}, 500)
    repo = next((repo for repo in shelves.repositories if repo.stored_name == asked["name"]), None)
    found = rows(repo, per, shelves.today) if repo else []
    since, until = query.get("from", "2000-01-01"), query.get("to", "2099-01-01")
    return Answer(_envelope([row for row in found if since <= row["date"] <= until]), 200, {"warning": WARNING})


def rows(repo: Repo, per: str, today: date) -> list[dict[str, str]]:
    """Cumulative from the first star on, in words; a period without a star has no row."""
    periods: Counter[date] = Counter()
    for day, new in captured(repo).items():
        if day <= today:
            periods[_start(day, per)] += new
    filled = [(start, new) for start, new in sorted(periods.items()) if new]
    totals = accumulate(new for _, new in filled)
    return [{"date": str(start), "stargazers": str(total)} for (start, _), total in zip(filled, totals, strict=True)]


def captured(repo: Repo) -> dict[date, int]:
    """The stars it saw being given; that some were taken back it cannot see."""
    seen, owed = {}, 0.5
    for day in sorted({*repo.days, *repo.unstarred}):
        owed += (repo.days.get(day, 0) + repo.unstarred[day]) * _share(repo, day)
        seen[day] = int(owed)
        owed -= seen[day]
    return seen


def _share(repo: Repo, day: date) -> float:
    if day < THIN:
        return 1.0
    if day < WORSE:
        return 0.33
    if day < WORST:
        return 0.2 if day.month == WORSE.month else 0.1
    return 0.0 if (repo.id + day.month) % 5 == 0 else 0.03


def _start(day: date, per: str) -> date:
    if per == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if per == "week" else day


def _envelope(found: list[dict[str, str]]) -> dict[str, Any]:
    """The real one names a wrong column too."""
    shown = found[:ROW_LIMIT]
    result = {"code": 200, "message": "Query OK!", "start_ms": 1767225600000, "end_ms": 1767225600121}
    return {
        "type": "sql_endpoint",
        "data": {
            "columns": [
                {"col": "date", "data_type": "CHAR", "nullable": True},
                {"col": "pull_request_creators", "data_type": "BIGINT", "nullable": True},
            ],
            "rows": shown,
            "result": {**result, "latency": "121ms", "row_count": len(shown), "row_affect": 0, "limit": ROW_LIMIT},
        },
        "data_quality": dict(QUALITY),
    }
