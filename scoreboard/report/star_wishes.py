"""What was asked of `bakeoff stars`, read from the words on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scoreboard.errors import UsageError
from scoreboard.runner.catalogue import BASELINE, Card, choose, framework_cards
from star_history.errors import WrongName
from star_history.history import Source, Subject, full_name
from star_history.months import last_day
from star_history.view import CHARTS, View

MONTH_LENGTH = len("2025-03")


@dataclass(frozen=True)
class Wanted:
    """What to show, and where to put it."""

    subjects: Sequence[Subject]
    sources: Sequence[Source]
    view: View
    charts: Sequence[str]
    output: Path
    audits_article: bool = False


def subjects_named(words: Sequence[str]) -> list[Subject]:
    """Repositories by owner/name, frameworks by their names; without a word, all frameworks."""
    cards = {card.name: card for card in framework_cards().values() if _is_charted(card)}
    known = {name.casefold(): card for card in cards.values() for name in (card.repo, *card.former_repos)}
    titles = {card.title.casefold(): name for name, card in cards.items()} | {name.casefold(): name for name in cards}
    subjects = []
    for word in words or ["all"]:
        if "/" not in word:
            subjects += [
                _subject(cards[name]) for name in choose("framework", titles.get(word.casefold(), word), cards)
            ]
            continue
        try:
            name = full_name(word)
        except WrongName as error:
            raise UsageError(str(error)) from error
        card = known.get(name.casefold())
        subjects.append(_subject(card) if card else Subject(title=name, repo=name))
    return list(dict.fromkeys(subjects))


def sources_named(word: str) -> tuple[Source, ...]:
    """GitHub leads where both are asked."""
    sources: dict[str, tuple[Source, ...]] = {"github": ("github",), "ossinsight": ("ossinsight",)}
    return sources.get(word, ("github", "ossinsight"))


def charts_named(words: str) -> list[str]:
    """All of them, some, or none."""
    return [] if words.strip() == "none" else choose("chart", words, CHARTS)


def view_of(start: str | None, end: str | None) -> View:
    """A month without a day stands for all of it."""
    first, last = _day(start, "--from"), _day(end, "--to")
    if end and last and len(end) == MONTH_LENGTH:
        last = last_day(last)
    if first and last and first > last:
        raise UsageError(f"--from {start} is after --to {end}; exchange them.")
    return View(first, last)


def _day(words: str | None, option: str) -> date | None:
    if not words:
        return None
    try:
        return date.fromisoformat(f"{words}-01" if len(words) == MONTH_LENGTH else words)
    except ValueError as error:
        raise UsageError(f"{option} {words} is no date: write 2025-03, or 2025-03-14.") from error


def _is_charted(card: Card) -> bool:
    return bool(card.repo) and not (card.is_control or card.variant or card.name == BASELINE)


def _subject(card: Card) -> Subject:
    return Subject(card.title, card.repo, card.former_repos, card.backer, card.licence, card.colour)
