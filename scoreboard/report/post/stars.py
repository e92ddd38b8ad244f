"""Who else uses it, as far as stars tell: pictures, a table, and the article of March 2026 audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoreboard.report.post.markdown import Markdown, bullets, code, table
from scoreboard.report.post.pictures import Picture, beside
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.stars import Line, stars_section
from scoreboard.report.star_tables import verdict_on_article
from star_history import article
from star_history.article import MONTHS, Comparison, Now
from star_history.history import SOURCE_NAMES, Collection, Source

NAMED = 3  # in the words for a picture
TITLES = {"cumulative": "Stars over time", "monthly": "New stars by month"}


@dataclass(frozen=True)
class Part:
    """Everything about stars."""

    demonstration: str
    pictures: list[Picture]
    figures: Markdown
    caption: Markdown
    audit: Markdown | None
    verdicts: Markdown
    article: str
    months: str


def stars_part(gathered: Gathered) -> Part | None:
    """None where nothing is kept."""
    section, stars = stars_section(gathered), gathered.stars
    if section.missing or stars is None:
        return None
    shown = section.shown
    compared = article.compared(stars)
    return Part(
        demonstration=shown["demonstration"],
        pictures=[
            Picture(f"stars-{drawing.name}", _alt(drawing.name, shown["lines"], stars), beside([str(drawing.svg)]))
            for drawing in shown["drawings"]
        ],
        figures=_figures(shown["lines"], stars),
        caption=bullets(shown["caption"]),
        audit=_audit(compared, stars.sources) if compared else None,
        verdicts=bullets(verdict_on_article(compared, stars.sources)),
        article=article.TITLE,
        months=article.months_told(),
    )


def _alt(name: str, lines: Sequence[Line], stars: Collection) -> str:
    """Who leads; and that it is not real where it is not."""
    unreal = "DEMONSTRATION, these figures are not real. " if stars.demonstration else ""
    if name == "monthly":
        leading = [(line.last_six, line.title) for line in lines if line.last_six is not None]
        what = "most in the last six full months"
    else:
        leading, what = [(line.stars, line.title) for line in lines if line.stars is not None], "most now"
    told = ", ".join(f"{title} {count:,}" for count, title in sorted(leading, reverse=True)[:NAMED])
    return f"{unreal}{TITLES.get(name, name)} of {len(lines)} repositories; {what}: {told or 'unknown'}."


def _figures(lines: Iterable[Line], stars: Collection) -> Markdown:
    """One line for each repository; unknown is blank."""
    sources = [SOURCE_NAMES[source] for source in stars.sources]
    heads = ["framework", "repository", "licence", "backer", "stars", "age in months", "new in the last six"]
    heads += [f"{what} {source}" for source in sources for what in ("accounted for by", "through,")]
    return table(heads, map(_cells, lines), names=4)


def _cells(line: Line) -> list[str]:
    sources = [told for source in line.sources for told in source]
    figures = [_count(line.stars), _count(line.age), line.last_six_told]
    return [line.title, code(line.repo), line.licence, line.backer, *figures, *sources]


def _audit(compared: Iterable[Comparison], sources: Sequence[Source]) -> Markdown:
    """What the article printed, and what each source says now of the same months."""
    heads = ["framework", "stars, article", *(f"stars, {SOURCE_NAMES[source]}" for source in sources)]
    heads += ["six months, article"]
    heads += [f"{what} {SOURCE_NAMES[source]}" for source in sources for what in ("six months,", "article /")]
    lines = []
    for each in compared:
        now = [each.now.get(source) for source in sources]
        cells = [each.line.title, f"about {each.line.stars:,}", *map(_stars_then, now), f"{each.line.last_six:,}"]
        for known in now:
            ratio = known.ratio(each.line) if known else None
            cells += [_growth_then(known), "" if ratio is None else f"{ratio:.2f}"]
        lines.append(cells)
    return table(heads, lines)


def _stars_then(now: Now | None) -> str:
    return "" if now is None or now.stars is None else f"{_bound(now)}{now.stars:,}"


def _growth_then(now: Now | None) -> str:
    if now is None or now.last_six is None:
        return ""
    return f"{_bound(now)}{now.last_six:,}{'' if now.months == MONTHS else f' in {now.months}'}"


def _bound(now: Now) -> str:
    return "" if now.is_exact else "≥"


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
