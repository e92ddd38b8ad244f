"""The section that tells who else uses a framework, as far as stars tell: from what `bakeoff stars` has kept."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

from scoreboard.report.site.drawings import embedded
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.section import Section
from scoreboard.report.site.sparkline import sparkline
from scoreboard.report.star_tables import DEFINITIONS, ENOUGH, TOO_MUCH
from star_history.caption import caption, coverage_words, last_six_in_words, plain
from star_history.export import as_csv, as_json, backer_of, licence_of
from star_history.growth import grown
from star_history.history import SOURCE_NAMES, Collection, History, Record
from star_history.view import View

TITLE = "Who else uses it"
LEAD = "How many people starred each, how fast are they growing, and who pays for it? Stars are attention, not use."
MISSING = (
    "No star history is kept here: `bakeoff stars` fetches it (this takes a network), then `bakeoff report` shows it."
)
CHARTS = ("cumulative", "monthly")
DEFINED = ("stars", "age", "last 6", "backer", "coverage")  # of what stands in the table


@dataclass(frozen=True)
class StarCell:
    """What stands for a framework's stars among other figures."""

    count: int | None
    text: str
    note: str  # whose figures, up to when, and whether they are a lower bound
    sparkline: Markup | None


@dataclass(frozen=True)
class Drawing:
    """One chart: what it is about, and the picture."""

    name: str
    svg: Markup


@dataclass(frozen=True)
class Line:
    """One repository in the table. Unknown is blank."""

    title: str
    repo: str
    stars: int | None
    age: int | None
    last_six: int | None
    last_six_told: str
    licence: str
    backer: str
    sources: tuple[tuple[str, str], ...]  # of each source: coverage, and the last day told of
    sparkline: Markup | None


def stars_section(gathered: Gathered) -> Section:
    """Charts, table and files of what is kept."""
    stars = gathered.stars
    if stars is None or not any(record.histories for record in stars.records):
        return Section("stars", TITLE, LEAD, missing=MISSING)
    return Section(
        "stars",
        TITLE,
        LEAD,
        shown={
            "demonstration": plain(stars.demonstration),
            "drawings": _drawings(stars),
            "sources": [SOURCE_NAMES[source] for source in stars.sources],
            "lines": [_line(stars, record) for record in stars.records],
            "caption": caption(stars),
            "definitions": [(head, meaning) for head, meaning in DEFINITIONS if head in DEFINED],
        },
        data={
            "stars.csv": lambda: as_csv(stars),
            "stars.json": lambda: json.dumps(as_json(stars), indent=1),
        },
    )


def stars_of(gathered: Gathered, family: str) -> StarCell | None:
    """The stars of one framework; None where nothing is kept of it."""
    stars, card = gathered.stars, gathered.cards.get(family)
    if stars is None or card is None or not card.repo:
        return None
    names = {card.title.casefold(), *(repo.casefold() for repo in (card.repo, *card.former_repos))}
    record = next(
        (r for r in stars.records if {r.subject.repo.casefold(), r.subject.title.casefold()} & names),
        None,
    )
    return _cell(stars, record) if record and (record.repository or record.histories) else None


def _cell(stars: Collection, record: Record) -> StarCell:
    """GitHub's own count where there is one, else what a history comes to."""
    history = _leading(stars, record)
    count = record.repository.stars if record.repository else history.total if history else None
    bound = "≥" if not record.repository and history and history.is_lower_bound else ""
    parts = [f"by month: {SOURCE_NAMES[history.source]}, through {history.through}"] if history else []
    parts += ["a lower bound"] if history and history.is_lower_bound else []
    mark = " (demonstration)" if stars.demonstration else ""
    return StarCell(
        count,
        "" if count is None else f"{bound}{count:,}{mark}",
        ", ".join(parts),
        sparkline(history) if history else None,
    )


def _leading(stars: Collection, record: Record) -> History | None:
    return next((record.histories[source] for source in stars.sources if source in record.histories), None)


def _drawings(stars: Collection) -> list[Drawing]:
    from star_history.charts import draw  # loads altair, which takes a second
    from star_history.drawing import drawn
    from star_history.hatches import hatched

    specs = draw(stars, View(), "light")
    return [Drawing(name, embedded(hatched(drawn(specs[name])), specs[name]["description"])) for name in CHARTS]


def _line(stars: Collection, record: Record) -> Line:
    leading = record.histories.get(stars.sources[0])
    growth = grown(leading) if leading else None
    return Line(
        title=plain(record.subject.title),
        repo=plain(record.repository.full_name if record.repository else record.subject.repo),
        stars=record.repository.stars if record.repository else None,
        age=growth.age_months if growth else None,
        last_six=growth.last_six if growth else None,
        last_six_told=last_six_in_words(growth, leading) if growth and leading else "",
        licence=plain(licence_of(record)),
        backer=plain(backer_of(record)),
        sources=tuple(_told(record, source) for source in stars.sources),
        sparkline=sparkline(leading) if leading else None,
    )


def _told(record: Record, source: str) -> tuple[str, str]:
    known = {name: history for name, history in record.histories.items() if name == source}
    return next(
        ((_coverage(record.coverage(name)), str(history.through)) for name, history in known.items()),
        ("", "no figures"),
    )


def _coverage(share: float | None) -> str:
    """Marked where too much is missing, or more is told than there is."""
    if share is None:
        return ""
    return coverage_words([share]) + ("" if ENOUGH <= share <= TOO_MUCH else " !")
