"""The checklists as people read them, and as programs do."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import click

from scoreboard.conformance.checklist import Checklist, Line, Status
from scoreboard.report.screen import screen_width
from scoreboard.report.untrusted import printable
from scoreboard.runner.catalogue import Card

NARROWEST = 60
COLOURS: dict[Status, str] = {"passed": "green", "failed": "red", "not supported": "yellow"}


def conclude(checklists: Sequence[Checklist], cards: Mapping[str, Card], *, as_json: bool) -> int:
    """Prints the checklists and gives the exit status: 0 when nothing failed."""
    if as_json:
        click.echo(json.dumps([_plain(each) for each in checklists], indent=2))
    else:
        width = max(NARROWEST, screen_width())
        click.echo("\n\n".join("\n".join(_page(each, cards[each.framework], width)) for each in checklists))
    return 0 if all(each.ok for each in checklists) else 1


def _plain(checklist: Checklist) -> dict[str, object]:
    lines = [{"line": line.name, "status": line.status, "words": line.words} for line in checklist.lines]
    told = {"framework": checklist.framework, "version": checklist.version, "ok": checklist.ok, "lines": lines}
    return {**told, "problem": checklist.problem or None}


def _page(checklist: Checklist, card: Card, width: int) -> Iterator[str]:
    version = f" {checklist.version}" if checklist.version else ""
    yield printable(f"{checklist.framework} ({card.package}{version})")
    if checklist.problem:
        yield printable(f"  cannot be checked: {checklist.problem}")
        return
    first = max(len(line.name) for line in checklist.lines)
    second = max(map(len, COLOURS))
    for line in checklist.lines:
        yield _row(line, first, second, width)
    tally = Counter(line.status for line in checklist.lines)
    yield "  " + ", ".join(f"{tally[status]} {status}" for status in COLOURS if tally[status])


def _row(line: Line, first: int, second: int, width: int) -> str:
    head = f"  {line.name:{first}}  {line.status:{second}}  "
    rows = textwrap.wrap(printable(line.words), width - len(head), break_on_hyphens=False) or [""]
    coloured = click.style(f"{line.status:{second}}", fg=COLOURS[line.status])
    rest = "".join(f"\n{' ' * len(head)}{row}" for row in rows[1:])
    return f"  {line.name:{first}}  {coloured}  {rows[0]}{rest}".rstrip()
