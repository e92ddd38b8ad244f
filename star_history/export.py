"""Everything that is shown, for programs: one CSV line for each repository, source and month; JSON with all figures."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from star_history.growth import grown
from star_history.history import Collection, History, Record

COLUMNS = (
    "title",
    "repository",
    "github_id",
    "source",
    "origin",
    "demonstration",
    "fetched_at",
    "data_through",
    "coverage",
    "is_lower_bound",
    "is_whole",
    "month",
    "new_stars",
    "cumulative",
    "is_over",
)


def as_csv(collection: Collection) -> str:
    """Unknown is empty, never 0. Two sources never stand in one line."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in collection.records:
        for history in record.histories.values():
            told = _provenance(record, history, collection)
            writer.writerows(told | month for month in _by_month(history))
    return stream.getvalue()


def _provenance(record: Record, history: History, collection: Collection) -> dict[str, Any]:
    card, coverage = record.repository, record.coverage(history.source)
    return {
        "title": record.subject.title,
        "repository": card.full_name if card else record.subject.repo,
        "github_id": card.id if card else None,
        "source": history.source,
        "origin": history.origin,
        "demonstration": bool(collection.demonstration),
        "fetched_at": history.fetched_at.isoformat(timespec="seconds"),
        "data_through": history.through.isoformat(),
        "coverage": None if coverage is None else round(coverage, 4),
        "is_lower_bound": history.is_lower_bound,
        "is_whole": history.is_whole,
    }


def _by_month(history: History) -> list[dict[str, Any]]:
    """New stars of each month, and all at its end; nothing is made up for a gap."""
    rows, total = [], 0 if history.is_whole else None
    for month in history.months:
        total = None if total is None else total + (month.new or 0)
        known = None if month.new is None else total
        rows.append(
            {
                "month": f"{month.first:%Y-%m}",
                "new_stars": month.new,
                "cumulative": known,
                "is_over": month.is_over,
            }
        )
    return rows


def as_json(collection: Collection) -> dict[str, Any]:
    """The same, with the figures of growth, the card of each repository, and what went wrong."""
    return {
        "now": collection.now.isoformat(timespec="seconds"),
        "demonstration": collection.demonstration or None,
        "sources": list(collection.sources),
        "records": [_record(record, collection) for record in collection.records],
    }


def _record(record: Record, collection: Collection) -> dict[str, Any]:
    card, subject = record.repository, record.subject
    return {
        "title": subject.title,
        "repository": card.full_name if card else subject.repo,
        "aliases": list(card.aliases if card else subject.former),
        "github_id": card.id if card else None,
        "stars": card.stars if card else None,
        "stars_fetched_at": card.fetched_at.isoformat(timespec="seconds") if card else None,
        "licence": licence_of(record) or None,
        "backer": backer_of(record),
        "created": card.created.isoformat() if card else None,
        "is_archived": card.archived if card else None,
        "troubles": list(record.troubles),
        "histories": [_history(record, history, collection) for history in record.histories.values()],
    }


def _history(record: Record, history: History, collection: Collection) -> dict[str, Any]:
    return {
        **{name: value for name, value in _provenance(record, history, collection).items() if name not in _CARD},
        "lower_bound": history.lower_bound or None,
        "age_of_data_days": history.age_days(collection.now),
        "first_star": history.first.isoformat() if history.first else None,
        "total": history.total,
        "growth": asdict(grown(history)),
        "months": _by_month(history),
        "days": {day.isoformat(): new for day, new in history.days.items()} or None,
    }


_CARD = ("title", "repository", "github_id")


def licence_of(record: Record) -> str:
    """What GitHub says, unless that is known not to be the whole truth."""
    told = record.repository.licence if record.repository else ""
    return record.subject.licence or ("" if told == "NOASSERTION" else told)


def backer_of(record: Record) -> str:
    """Who pays for it; of a repository that nobody told us of, its owner."""
    name = record.repository.full_name if record.repository else record.subject.repo
    return record.subject.backer or name.partition("/")[0]
