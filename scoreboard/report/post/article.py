"""`bakeoff report --post`: the comparison as one article, regenerated from what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scoreboard.report.post.claims import claims_parts
from scoreboard.report.post.code import built, shown_code
from scoreboard.report.post.costs import cost_sheets
from scoreboard.report.post.faults import fault_parts
from scoreboard.report.post.folder import ARTICLE, fill, refuse_strangers
from scoreboard.report.post.frameworks import frameworks_table, notes_table
from scoreboard.report.post.markdown import bullets, code, fenced, text
from scoreboard.report.post.opening import opening, title
from scoreboard.report.post.pictures import Picture, files
from scoreboard.report.post.stars import stars_part
from scoreboard.report.post.tasks import asked_of, board_table
from scoreboard.report.site.board import boards_of
from scoreboard.report.site.gathered import Gathered, gather
from scoreboard.report.site.limits import not_measured
from scoreboard.report.site.method import circumstances, commands
from scoreboard.report.site.summary import summary
from scoreboard.report.summary import Selection
from scoreboard.report.untrusted import nameless, printable
from scoreboard.results.comparison import ALL
from star_history.history import Collection

TEMPLATES = Path(__file__).parent / "templates"
THIS, THE_SITE = "bakeoff report --post", "bakeoff report"


def write_article(
    home: Path, selection: Selection, stars: Collection | None, folder: Path, say: Callable[[str], None]
) -> int:
    """Writes the article and its pictures, says where, and gives the exit status: 1 where the ruler is bent."""
    refuse_strangers(folder)
    gathered = gather(home, selection, stars)
    article, pictures = article_of(gathered)
    fill(folder, nameless(article), dict(files(pictures)))
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    say(f"Wrote {shown / ARTICLE} and {len(pictures)} {'picture' if len(pictures) == 1 else 'pictures'}.")
    for problem in gathered.board.ruler:
        say(printable(f"THE RULER IS BENT: {problem.words}"))
    return 1 if gathered.board.ruler else 0


def article_of(gathered: Gathered) -> tuple[str, list[Picture]]:
    """The article, and the pictures that it shows."""
    parts = _parts(gathered)
    return _templates().get_template("article.md.jinja").render(parts), list(_pictures(parts))


def _parts(gathered: Gathered) -> dict[str, Any]:
    """Everything the article says, section by section."""
    boards, told = boards_of(gathered), summary(gathered)
    whole = [board for board in boards if board.task == ALL]
    typed = commands(gathered)
    lines = [line for line in typed["lines"] if line != THE_SITE] + [THIS]
    return {
        "title": title(gathered),
        "opening": opening(gathered),
        "ruler": [problem.words for problem in gathered.board.ruler],
        "in_short": [
            ("What is compared", bullets(told.compared)),
            ("What came out", bullets(told.came_out)),
            ("How far to trust it", bullets(told.trust)),
        ],
        "frameworks": frameworks_table(gathered),
        "has_facts": bool(gathered.facts),
        "stars": stars_part(gathered),
        "together": [(board.model, board_table(gathered, board)) for board in whole],
        "tasks": asked_of(gathered, boards),
        "built": built(gathered),
        "code": shown_code(gathered),
        "costs": cost_sheets(gathered),
        "faults": fault_parts(gathered),
        "claims": claims_parts(gathered),
        "circumstances": bullets(f"{name}: {words}" for name, words in _circumstances(gathered).items()),
        "commands": fenced("\n".join(lines), "sh"),
        "command_notes": typed["notes"],
        "notes": notes_table(gathered),
        "not_measured": bullets(not_measured(gathered)),
    }


def _circumstances(gathered: Gathered) -> dict[str, str]:
    return {"This article" if name == "This page" else name: told for name, told in circumstances(gathered).items()}


def _pictures(parts: dict[str, Any]) -> Iterator[Picture]:
    """In the order in which the article shows them."""
    yield from parts["stars"].pictures if parts["stars"] else ()
    yield from (each.picture for each in (*parts["costs"], *parts["faults"]))


@cache
def _templates() -> Environment:
    """Whatever is put into the article is escaped, but what is Markdown already."""
    environment = Environment(  # noqa: S701 - autoescape is for HTML
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=lambda value: text(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = code
    return environment
