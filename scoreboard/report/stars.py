"""`bakeoff stars`: star history of the frameworks, or of any repository, as tables, charts and files."""

from __future__ import annotations

import contextlib
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoreboard.errors import BakeoffError, StoreError, UsageError
from scoreboard.report.screen import console
from scoreboard.report.star_tables import (
    article_as_printed,
    article_tables,
    definitions,
    growth_tables,
    star_tables,
    verdict_on_article,
)
from scoreboard.report.untrusted import printable
from scoreboard.results.runlock import RunLock
from scoreboard.runner.catalogue import BASELINE, Card, choose, framework_cards
from star_history import article
from star_history.caption import caption
from star_history.collector import Addresses, Collector, Manner
from star_history.errors import WrongAddress, WrongName
from star_history.export import as_json
from star_history.folder import PAGE, fill
from star_history.history import SOURCE_NAMES, Collection, Record, Source, Subject, full_name
from star_history.months import last_day
from star_history.view import CHARTS, View

Say = Callable[[str], None]

MONTH_LENGTH = len("2025-03")
FEW = 4  # troubles that are told of in full
AS_PRINTED = (
    "Its growth column was counted by OSS Insight, which says itself that it has lost stars since May 2025. With a "
    "network, `bakeoff stars --article` puts it beside what the sources say now."
)


class StarsError(BakeoffError):
    """Star history cannot be shown, or not be written."""


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


def show_stars(home: Path, wanted: Wanted, manner: Manner, say: Say, *, as_program: bool) -> int:
    """Collects, shows, writes; 1 where the source that leads has not the whole history of everything asked for."""
    try:
        addresses = Addresses.told()
    except WrongAddress as error:
        raise UsageError(str(error)) from error
    if addresses.token and not addresses.may_carry_token:
        say("GITHUB_TOKEN is left out: BAKEOFF_GITHUB_URL names neither an encrypted line nor this machine.")
    with _alone(home / "stars", manner):
        collector = Collector(home / "stars", addresses, manner, lambda line: say(printable(line)))
        collection = collector.collect(wanted.subjects, wanted.sources)
    if not any(record.histories for record in collection.records):
        _say_that_there_is_nothing(collection, manner, as_program=as_program)
    shown = replace(collection, records=tuple(record for record in collection.records if _is_known(record)))
    told = as_json(collection) | ({"article": article.as_json(shown)} if wanted.audits_article else {})
    if as_program:
        click.echo(json.dumps(told, indent=2))
    else:
        _show(shown, wanted)
    _write(shown, told, wanted, say)
    for record in collection.records:
        if not _is_known(record):
            say(printable(f"bakeoff: {record.subject.title} is not shown. {' '.join(record.troubles)}"))
    return 0 if all(_is_told(record, wanted.sources[0]) for record in collection.records) else 1


@contextlib.contextmanager
def _alone(folder: Path, manner: Manner) -> Iterator[None]:
    """Two runs at once would ask everything twice; where the disk takes no lock, nothing is kept anyway."""
    with contextlib.ExitStack() as stack:
        if not manner.is_offline:
            with contextlib.suppress(StoreError):
                stack.enter_context(RunLock(folder))
        yield


def _is_known(record: Record) -> bool:
    return bool(record.repository or record.histories)


def _is_told(record: Record, source: Source) -> bool:
    history = record.histories.get(source)
    return history is not None and history.is_whole


def _say_that_there_is_nothing(collection: Collection, manner: Manner, *, as_program: bool) -> None:
    """What to do, and the article as the only reference for whoever asked for what is in it."""
    if article.compared(collection) and not as_program:
        screen = console()
        screen.print(f'The only figures here are those of "{article.TITLE}", March 2026, as printed:', style="bold")
        screen.print(article_as_printed())
        _say(screen, [AS_PRINTED])
    why = list(dict.fromkeys(trouble for record in collection.records for trouble in record.troubles))
    told = "".join(f"\n  {printable(line)}" for line in why[:FEW])
    told += f"\n  and {len(why) - FEW} more." if len(why) > FEW else ""
    asked = " and ".join(SOURCE_NAMES[source] for source in collection.sources)
    do = "\nLeave --offline out, with a network: what was fetched once is shown from then on, also offline."
    raise StarsError(
        f"No star history to show: nothing of it came from {asked}, and nothing is kept from before.{told}"
        f"{do if manner.is_offline else ''}"
    )


def _show(collection: Collection, wanted: Wanted) -> None:
    screen = console()
    if collection.demonstration:
        screen.print(Text(collection.demonstration, style="bold red"))
        screen.print()
    if wanted.audits_article:
        _audit(screen, collection, wanted)
    _titled(screen, "Stars", star_tables(collection, screen.width))
    _titled(screen, "Growth", growth_tables(collection, screen.width))
    definitions(screen)
    screen.print()
    _say(screen, caption(collection))


def _audit(screen: Console, collection: Collection, wanted: Wanted) -> None:
    comparisons = article.compared(collection)
    months = article.months_told()
    title = f'"{article.TITLE}" (March 2026), beside what the sources say now of {months}'
    _titled(screen, title, article_tables(comparisons, wanted.sources, screen.width))
    _say(
        screen,
        [
            *verdict_on_article(comparisons, wanted.sources),
            "Stars are those at the end of February 2026; the article prints them in hundreds. Which six months it "
            f"counted is not known here: compared are the last full ones before it, {months}.",
        ],
    )


def _write(collection: Collection, told: dict[str, Any], wanted: Wanted, say: Say) -> None:
    """The tables are on the screen by now, so a full disk loses nothing."""
    folder = wanted.output
    try:
        stale = fill(folder, collection, told, wanted.view, wanted.charts)
    except OSError as error:
        raise StarsError(
            f"The files cannot be written to {folder} ({error.strerror}). Choose another --output; what was fetched is "
            "kept in --home."
        ) from error
    say(f"Wrote stars.csv and stars.json to {_shown(folder)}.")
    if stale:
        say(f"Removed what an earlier run drew there and this one did not: {', '.join(stale)}.")
    if wanted.charts:
        say(f"Drew {', '.join(wanted.charts)}; all in one page: {_shown(folder / PAGE)}")


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _titled(screen: Console, title: str, tables: Iterable[Table]) -> None:
    screen.print(title, style="bold")
    for table in tables:
        screen.print(table)
        screen.print()


def _say(screen: Console, lines: Iterable[str]) -> None:
    for line in lines:
        screen.print(Text(textwrap.fill(printable(line), screen.width, subsequent_indent="  ")))
    screen.print()
