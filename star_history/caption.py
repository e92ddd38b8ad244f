"""What stands under every chart and table: whose figures these are, from when, how complete, what they leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from math import floor

from star_history.growth import RECENT, Growth
from star_history.history import SOURCE_NAMES, Collection, History, Record, Source

LONGEST_REASON = 160
WHAT_IS_COUNTED: dict[Source, str] = {
    "github": "GitHub: days are calendar days of America/Los_Angeles; only stargazers who still star are counted, "
    "so an unstar lowers the past.",
    "ossinsight": "OSS Insight: months are UTC; unstars are never subtracted.",
}
WHY_LOWER: dict[Source, str] = {
    "github": "by its own word",
    "ossinsight": "it counts the public event feed, which has lost most star events since May 2025",
}


def caption(collection: Collection) -> tuple[str, ...]:
    """The lines, the most important first."""
    lines = [plain(collection.demonstration)] if collection.demonstration else []
    lines += _cards(collection)
    for source in collection.sources:
        lines += [_told(collection, source)]
        lines += _ages(collection, source)
        lines += _unfinished(collection, source)
    lines += _not_shown(collection)
    lines += [WHAT_IS_COUNTED[source] for source in collection.sources if _histories(collection, source)]
    return tuple(lines)


def last_six_in_words(growth: Growth, history: History) -> str:
    """At least so many, where the source says so itself; fewer months than six are told."""
    if growth.last_six is None:
        return ""
    bound, short = ">=" if history.is_lower_bound else "", "" if growth.months == RECENT else f" in {growth.months}"
    return f"{bound}{growth.last_six:,}{short}"


def _cards(collection: Collection) -> list[str]:
    """Whose the stars and licences are, from when, and who of them is old."""
    cards = [(plain(record.subject.title), record.repository) for record in collection.records if record.repository]
    if not cards:
        return []
    ages = {title: max(0, (collection.now - card.fetched_at).days) for title, card in cards}
    old = f" By now {_by_age(ages)}." if any(ages.values()) else ""
    return [f"Stars now, licences: GitHub's own word, fetched {_moments(card.fetched_at for _, card in cards)}.{old}"]


def plain(words: str) -> str:
    """Words from the network or from people on one line, without what a terminal or an SVG would stumble over."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())


def brief(words: str, longest: int = LONGEST_REASON) -> str:
    """No more than a line of it."""
    words = plain(words)
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def coverage_words(shares: Sequence[float]) -> str:
    """97 to 100 %: the lowest and the highest."""
    if not shares:
        return "unknown"
    low, high = (_per_cent(share) for share in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _per_cent(share: float) -> str:
    """Rounded down: 100 is all of them."""
    return "under 1" if 0 < share < 0.01 else f"{floor(100 * share)}"


def _histories(collection: Collection, source: Source) -> list[tuple[Record, History]]:
    return [(record, record.histories[source]) for record in collection.records if source in record.histories]


def _told(collection: Collection, source: Source) -> str:
    """Where it comes from, when it was fetched, how far it goes, how much of the stars it accounts for."""
    found = _histories(collection, source)
    if not found:
        return f"{SOURCE_NAMES[source]}: no figures."
    origins = ", ".join(dict.fromkeys(plain(history.origin) for _, history in found))
    shares = [share for record, _ in found if (share := record.coverage(source)) is not None]
    parts = [
        f"{SOURCE_NAMES[source]} ({origins}): fetched {_moments(history.fetched_at for _, history in found)}",
        f"data through {_days(history.through for _, history in found)}",
    ]
    if shares:
        unknown = f" (unknown for {len(found) - len(shares)})" if len(shares) < len(found) else ""
        parts.append(f"accounts for {coverage_words(shares)} of the stars there are now{unknown}")
    lower = [history for _, history in found if history.is_lower_bound]
    if lower:
        reasons = dict.fromkeys(brief(history.lower_bound).rstrip(".") for history in lower if history.lower_bound)
        parts.append(f"a lower bound ({'; '.join(reasons) or WHY_LOWER[source]})")
    return "; ".join(parts) + "."


def _moments(moments: Iterable[datetime]) -> str:
    told = [f"{moment:%Y-%m-%d %H:%M}" for moment in sorted(moments)]
    return f"{told[0]} UTC" if told[0] == told[-1] else f"{told[0]} to {told[-1]} UTC"


def _days(days: Iterable[date]) -> str:
    told = sorted(days)
    return f"{told[0]}" if told[0] == told[-1] else f"{told[0]} to {told[-1]}"


def _ages(collection: Collection, source: Source) -> list[str]:
    """Who is older than a day, by age; the oldest first."""
    found = _histories(collection, source)
    ages = {record.subject.title: history.age_days(collection.now) for record, history in found}
    if not any(ages.values()):
        return []
    if len(set(ages.values())) == 1:
        return [f"{SOURCE_NAMES[source]}'s data is old: {_age(next(iter(ages.values())))}."]
    return [f"Some of {SOURCE_NAMES[source]}'s data is old: {_by_age(ages)}."]


def _by_age(ages: Mapping[str, int]) -> str:
    """The oldest first, those of one age together."""
    days = sorted({age for age in ages.values() if age}, reverse=True)
    return "; ".join(f"{_names(title for title, its in ages.items() if its == age)}: {_age(age)}" for age in days)


def _age(days: int) -> str:
    return f"{days} day{'s' if days != 1 else ''} old"


def _names(titles: Iterable[str]) -> str:
    return ", ".join(plain(title) for title in titles)


def _unfinished(collection: Collection, source: Source) -> list[str]:
    partly = [record.subject.title for record, history in _histories(collection, source) if not history.is_whole]
    if not partly:
        return []
    return [
        f"Cumulative stars from {SOURCE_NAMES[source]} cannot be drawn yet, "
        f"as older weeks were not fetched: {_names(partly)}."
    ]


def _not_shown(collection: Collection) -> list[str]:
    """Who has no figures from a source that was asked, and why; those with the same reason together."""
    lines = []
    for source in collection.sources:
        missing: dict[str, list[str]] = {}
        for record in collection.records:
            if source not in record.histories:
                missing.setdefault(_why(record, source), []).append(record.subject.title)
        told = f"Not shown from {SOURCE_NAMES[source]}:"
        lines += [f"{told} {_names(titles)} ({why})." for why, titles in missing.items()]
    return lines


def _why(record: Record, source: Source) -> str:
    """The first sentence of what went wrong with it; without GitHub's card nobody else is asked."""
    told = record.failures.get(source) or record.failures.get("github") or ("no figures",)
    return brief(told[-1].partition(". ")[0], LONGEST_REASON).rstrip(".")
