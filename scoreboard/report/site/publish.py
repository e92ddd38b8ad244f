"""`bakeoff report`: the site as a folder, always of one state of the scoreboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from scoreboard.errors import BakeoffError, UsageError
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.site import INDEX, Site
from scoreboard.report.site.trial_pages import write_trial_pages
from scoreboard.report.untrusted import printable
from star_history.shelf import write_whole

MANIFEST = "data/files.json"

Say = Callable[[str], None]


class ReportError(BakeoffError):
    """The folder cannot be written."""


def publish(gathered: Gathered, folder: Path, say: Say) -> int:
    """Writes the site, says where, and gives the exit status: 1 where the ruler is bent."""
    written = write_site(gathered, folder)
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    say(f"Wrote {len(written):,} files to {shown}: open {shown / INDEX}")
    for problem in gathered.board.ruler:
        say(printable(f"THE RULER IS BENT: {problem.words}"))
    return 1 if gathered.board.ruler else 0


def write_site(gathered: Gathered, folder: Path) -> list[str]:
    """Writes every page and file; what an earlier report wrote there and this one did not is removed.

    The index comes last, so that whoever looks at the folder meanwhile finds what it links to.
    """
    _refuse_strangers(folder)
    try:
        before = _written_before(folder)
        written = write_trial_pages(gathered, folder)
        pages = dict(Site(gathered).pages())
        for path in sorted(pages, key=lambda path: path == INDEX):
            _write(folder / path, pages[path])
        written = sorted([*written, *pages, MANIFEST])
        _write(folder / MANIFEST, json.dumps(written, indent=0) + "\n")
        _remove(folder, before - {*written})
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {folder} ({error.strerror}). Make room or choose another --output, and "
            "run the same command again; nothing measured is touched."
        ) from error
    return written


def _refuse_strangers(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Choose another --output.")
    if (folder / INDEX).exists() and not (folder / MANIFEST).exists():
        raise UsageError(f"{folder / INDEX} is there already, and no report wrote it. Choose another --output.")


def _written_before(folder: Path) -> set[str]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {path for path in told if isinstance(path, str)} if isinstance(told, list) else set()


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Only what lies in the folder, whatever its list says."""
    for path in paths:
        stale = (folder / path).resolve()
        if stale.is_relative_to(folder.resolve()):
            stale.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode("utf-8", "replace"))
