"""The site itself: any of its pages on demand, or all of them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial

from markupsafe import Markup

import scoreboard
from scoreboard.report.site.board import board_section
from scoreboard.report.site.claims import claims_section
from scoreboard.report.site.code import code_of, code_section
from scoreboard.report.site.costs import costs_section
from scoreboard.report.site.faults import faults_section
from scoreboard.report.site.framework_pages import framework_page_sections
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.method import method_section
from scoreboard.report.site.pages import policy, render, script, style
from scoreboard.report.site.section import Section
from scoreboard.report.site.sent import sent_of, sent_section
from scoreboard.report.site.stars import stars_section
from scoreboard.report.site.summary import summary
from scoreboard.report.site.tables import published, tables, twins
from scoreboard.report.site.trial_pages import FOLDER, trial_file

INDEX = "index.html"
SECTIONS: tuple[Callable[[Gathered], Section], ...] = (
    board_section,
    faults_section,
    costs_section,
    sent_section,
    code_section,
    claims_section,
    stars_section,
    method_section,
)


class Site:
    """The pages of one state of the scoreboard. `live` is one more script, for pages that are served."""

    def __init__(self, gathered: Gathered, live: str = "") -> None:
        self.gathered, self.live = gathered, live

    @cached_property
    def sections(self) -> list[Section]:
        """In the order in which a chooser asks."""
        return [section(self.gathered) for section in SECTIONS]

    @cached_property
    def data(self) -> Mapping[str, Callable[[], str]]:
        """Everything that is shown, as files."""
        shown = {name: text for section in self.sections for name, text in section.data.items()}
        files = {**tables(self.gathered), **shown}
        files |= twins(files)
        return {name: partial(published, name, text) for name, text in files.items()}

    def index(self) -> str:
        told = summary(self.gathered)
        return self._shell("index.html.jinja", "", sections=self.sections, summary=told, data=sorted(self.data))

    def framework(self, family: str) -> str:
        """The page of one framework, with all the ways in which it was baked."""
        return self._shell(
            "framework.html.jinja",
            "../",
            listings=code_of(self.gathered, family),
            sendings=sent_of(self.gathered, family),
            has_models=len({row.model for row in self.gathered.healthy}) > 1,
            **framework_page_sections(self.gathered, family),
        )

    def page(self, path: str) -> bytes | None:
        """One page or file, whichever it is; None where there is none of that name."""
        folder, _, name = path.rpartition("/")
        if path == INDEX:
            text: str | None = self.index()
        elif folder == "frameworks":
            families = {f"{family}.html": family for family in self.gathered.families}
            text = self.framework(families[name]) if name in families else None
        elif folder == "data":
            text = self.data[name]() if name in self.data else None
        else:
            text = trial_file(self.gathered, name) if folder == FOLDER else None
        return None if text is None else text.encode("utf-8", "replace")

    def pages(self) -> Iterator[tuple[str, str]]:
        """Every page and file but the trials', each with its path."""
        yield INDEX, self.index()
        for family in self.gathered.families:
            yield f"frameworks/{family}.html", self.framework(family)
        for name, text in self.data.items():
            yield f"data/{name}", text()

    def _shell(self, template: str, root: str, **shown: object) -> str:
        scripts = [script(), *([self.live] if self.live else [])]
        return render(
            template,
            root=root,
            policy=policy(*scripts, connects=bool(self.live)),
            style=Markup(style()),  # noqa: S704 - our own files
            script=Markup(script()),  # noqa: S704
            live=Markup(self.live),  # noqa: S704
            version=scoreboard.__version__,
            measured_until=max(row.started_at for row in self.gathered.rows)[:16].replace("T", " "),
            gathered=self.gathered,
            **shown,
        )
