"""Star histories made up for tests: even growth from a first day, with whatever oddity a test asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from star_history.history import Collection, History, Month, Point, Record, Repository, Source, Subject

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
ORIGINS: dict[Source, str] = {"github": "api.github.com", "ossinsight": "api.ossinsight.io"}


def history(source: Source = "github", news: Sequence[int | None] = (300, 200, 100, 50), **fields: Any) -> History:
    """These new stars by month, the last month being March 2026, which is not over."""
    firsts = [_month(place - len(news) + 1) for place in range(len(news))]
    months = tuple(Month(first, new, first != firsts[-1]) for first, new in zip(firsts, news, strict=True))
    totals = [sum(new or 0 for new in news[: place + 1]) for place in range(len(news))]
    days = [min(_next(first) - timedelta(days=1), NOW.date() - timedelta(days=1)) for first in firsts]
    points = tuple(
        Point(day, None if new is None else total) for day, new, total in zip(days, news, totals, strict=True)
    )
    daily = {month.first: month.new for month in months if month.new} if source == "github" else {}
    told = {
        "fetched_at": NOW - timedelta(hours=2),
        "through": days[-1] if days else NOW.date(),
        "days": daily,
        **fields,
    }
    return History(**{"source": source, "origin": ORIGINS[source], "points": points, "months": months, **told})


Failures = dict[Source, tuple[str, ...]]


def record(
    title: str = "alpha", *histories: History, stars: int | None = 1000, failures: Failures | None = None
) -> Record:
    """What these histories say of one subject."""
    repo = f"owner/{title}"
    now = (
        None
        if stars is None
        else Repository(1, repo, (), stars, "MIT", date(2025, 1, 1), archived=False, fetched_at=NOW)
    )
    return Record(Subject(title, repo), now, {its.source: its for its in histories}, failures or {})


def collection(*records: Record, sources: tuple[Source, ...] = ("github",), demonstration: str = "") -> Collection:
    """All of it, on an evening in March 2026."""
    return Collection(records, sources, NOW, demonstration)


def both() -> Collection:
    """One repository as two sources see it."""
    bound = history("ossinsight", news=(100, None, 40, 0, 10))
    return collection(record("alpha", history(news=(300, 200, 0, 50, 5)), bound), sources=("github", "ossinsight"))


def crowd(count: int) -> Collection:
    """Many repositories that end nearly at the same height, so that their names are crowded."""
    return collection(*(record(f"repository-{place}", history(news=(300, 200 + place, 90))) for place in range(count)))


def _month(offset: int) -> date:
    months = NOW.year * 12 + NOW.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
