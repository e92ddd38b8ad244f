"""Who is compared: what each is, what it weighs, and what is particular about how it was baked."""

from __future__ import annotations

from scoreboard.report.post.figures import number
from scoreboard.report.post.markdown import Markdown, code, table
from scoreboard.report.site.cost_figures import shown_frameworks
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.stars import stars_of
from scoreboard.runner.catalogue import BASELINE, family_of
from star_history.export import backer_of, licence_of
from star_history.history import Record, Subject

WORDS = {"framework", "package", "version", "licence", "backer"}


def frameworks_table(gathered: Gathered) -> Markdown:
    """One line for each framework; the columns of what is not measured are left out."""
    names = shown_frameworks(gathered.frameworks)
    facts = [gathered.facts.get(name) for name in names]
    columns: list[tuple[str, list[str]]] = [
        ("framework", [gathered.title(name) for name in names]),
        ("package", [_package(gathered, name) for name in names]),
        ("version", [", ".join(versions(gathered, name)) for name in names]),
        ("licence", [_licence(gathered, name) if gathered.stars else "" for name in names]),
        ("backer", [_backer(gathered, name) for name in names]),
        ("stars", [_stars(gathered, name) for name in names]),
        ("MB on disk", [number(each.footprint.megabytes) if each else "" for each in facts]),
        ("s to import", [number(each.start.import_s, 2) if each else "" for each in facts]),
    ]
    known = [(head, cells) for head, cells in columns if any(cells)]
    words = sum(head in WORDS for head, _ in known)
    return table([head for head, _ in known], zip(*(cells for _, cells in known), strict=True), words)


def versions(gathered: Gathered, framework: str) -> list[str]:
    """Those that were baked; more than one only where its tasks were baked at different times."""
    return sorted({row.framework_version for row in gathered.rows if row.framework == framework})


def notes_table(gathered: Gathered) -> Markdown | None:
    """Every departure from a framework's documented default, and what else its adapter's author wants known."""
    names = [name for name in shown_frameworks(gathered.frameworks) if name in gathered.cards]
    lines = [(gathered.title(name), note) for name in names for note in gathered.cards[name].notes]
    return table(["framework", "note"], lines, names=2) if lines else None


def _package(gathered: Gathered, framework: str) -> Markdown:
    card = gathered.cards.get(framework)
    return code(card.package if card else framework)


def _stars(gathered: Gathered, framework: str) -> str:
    found = None if framework == BASELINE else stars_of(gathered, family_of(framework))
    return found.text if found else ""


def _licence(gathered: Gathered, framework: str) -> str:
    card = gathered.cards.get(framework)
    if framework == BASELINE or card is None:
        return ""
    return licence_of(_record(gathered, framework))


def _backer(gathered: Gathered, framework: str) -> str:
    card = gathered.cards.get(framework)
    return "" if framework == BASELINE or card is None else card.backer or backer_of(_record(gathered, framework))


def _record(gathered: Gathered, framework: str) -> Record:
    """What is kept of its repository; where nothing is, what its adapter says."""
    card = gathered.cards[framework]
    kept = gathered.stars.records if gathered.stars else ()
    own = Record(Subject(card.title, card.repo, card.former_repos, card.backer, card.licence))
    return next((each for each in kept if each.subject.repo.casefold() == card.repo.casefold()), own)
