"""`bakeoff report`: the site as a folder, always of one state of the scoreboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from scoreboard.errors import BakeoffError, UsageError
from scoreboard.report.inventory import Inventory
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.site import INDEX, Site
from scoreboard.report.site.trial_pages import trial_names, write_trial_pages
from scoreboard.report.untrusted import printable
from star_history.shelf import write_whole

MANIFEST = "data/files.json"

Say = Callable[[str], None]


class ReportError(BakeoffError):
    """The folder cannot be written."""


def publish(gathered: Gathered, folder: Path, say: Say) -> int:
    """Writes the site, says where, and gives the exit status: 1 where the ruler is bent."""
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    try:
        written = write_site(gathered, folder)
    except KeyboardInterrupt:
        say(f"{shown} is not whole: the same command writes all of it.")
        raise
    say(f"Wrote {len(written):,} files to {shown}: open {shown / INDEX}")
    for problem in gathered.board.ruler:
        say(printable(f"THE RULER IS BENT: {problem.words}"))
    return 1 if gathered.board.ruler else 0


def write_site(gathered: Gathered, folder: Path) -> list[str]:
    """Writes every page and file; what an earlier report wrote there and this one did not is removed.

    The index comes last, so that whoever looks at the folder meanwhile finds what it links to.
    """
    try:
        _refuse_strangers(folder)
        inventory, pages = Inventory(folder, MANIFEST), dict(Site(gathered).pages())
        before = inventory.read()
        written = {*trial_names(gathered), *pages, MANIFEST}
        _refuse_to_replace(folder, written - before - {MANIFEST})
        inventory.write(before | written)
        write_trial_pages(gathered, folder)
        for path in sorted(pages, key=lambda path: path == INDEX):
            _write(folder / path, pages[path])
        inventory.remove(before - written)
        inventory.write(written)
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {folder} ({error.strerror}). Make room or choose another --output, and "
            "run the same command again; nothing measured is touched."
        ) from error
    return sorted(written)


def _refuse_strangers(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Choose another --output.")
    if folder == Path.cwd() and not (folder / MANIFEST).exists():
        raise UsageError("A report takes a folder of its own, not the one you are in. Name one with --output.")


def _refuse_to_replace(folder: Path, paths: Iterable[str]) -> None:
    for path in sorted(paths, key=lambda path: (path != INDEX, path)):
        if (folder / path).exists():
            raise UsageError(f"{folder / path} is there already, and no report wrote it. Choose another --output.")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode("utf-8", "replace"))
