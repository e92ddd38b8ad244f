"""`bakeoff stars`: star history of the frameworks, or of any repository, as tables, charts and files."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from scoreboard.errors import BakeoffError, StoreError, UsageError
from scoreboard.report.screen import console, say_lines, titled
from scoreboard.report.star_tables import (
    article_as_printed,
    article_tables,
    definitions,
    growth_tables,
    star_tables,
    verdict_on_article,
)
from scoreboard.report.star_wishes import Wanted
from scoreboard.report.untrusted import printable
from scoreboard.results.runlock import RunLock
from star_history import article
from star_history.addresses import Addresses
from star_history.caption import caption
from star_history.collector import Collector, Manner
from star_history.errors import WrongAddress
from star_history.export import as_json
from star_history.folder import PAGE, fill
from star_history.history import SOURCE_NAMES, Collection, Record, Source

Say = Callable[[str], None]

FEW = 4  # troubles that are told of in full
AS_PRINTED = (
    "Its growth column was counted by OSS Insight, which says itself that it has lost stars since May 2025. With a "
    "network, `bakeoff stars --article` puts it beside what the sources say now."
)


class StarsError(BakeoffError):
    """Star history cannot be shown, or not be written."""


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
        title = f'The only figures here are those of "{article.TITLE}", March 2026, as printed:'
        titled(screen, title, article_as_printed(screen.width))
        say_lines(screen, [AS_PRINTED], indent=2)
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
    titled(screen, "Stars", star_tables(collection, screen.width))
    titled(screen, "Growth", growth_tables(collection, screen.width))
    definitions(screen)
    screen.print()
    say_lines(screen, caption(collection), indent=2)


def _audit(screen: Console, collection: Collection, wanted: Wanted) -> None:
    comparisons = article.compared(collection)
    months = article.months_told()
    title = f'"{article.TITLE}" (March 2026), beside what the sources say now of {months}'
    titled(screen, title, article_tables(comparisons, wanted.sources, screen.width))
    say_lines(
        screen,
        [
            *verdict_on_article(comparisons, wanted.sources),
            "Stars are those at the end of February 2026; the article prints them in hundreds. Which six months it "
            f"counted is not known here: compared are the last full ones before it, {months}.",
        ],
        indent=2,
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
