"""The folder of an article: always of one run, and never over what somebody else wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from scoreboard.errors import UsageError
from scoreboard.report.post.pictures import FOLDER
from scoreboard.report.site.publish import ReportError
from star_history.shelf import write_whole

ARTICLE = "article.md"
MARK = "<!-- written by `bakeoff report --post`, which may write it anew -->"
MANIFEST = f"{FOLDER}/files.json"


def refuse_strangers(folder: Path, files: Iterable[str] = ()) -> None:
    """UsageError where something stands in the way that no post wrote."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Choose another --output.")
    before = _written_before(folder)
    ours = {*before, *([ARTICLE] if _is_ours(folder / ARTICLE) else []), *([MANIFEST] if before else [])}
    for path in (ARTICLE, MANIFEST, *files):
        if path not in ours and (folder / path).exists():
            raise UsageError(f"{folder / path} is there already, and no post wrote it. Choose another --output.")


def fill(folder: Path, article: str, files: Mapping[str, bytes]) -> None:
    """Writes pictures, then the article that shows them, then removes what an earlier post left.

    The list of them is written before: whatever a kill leaves is known to be ours.
    """
    refuse_strangers(folder, files)
    before = _written_before(folder)
    try:
        _write_list(folder, before | {*files})
        for path, content in files.items():
            write_whole(folder / path, content)
        write_whole(folder / ARTICLE, f"{MARK}\n\n{article.strip()}\n".encode("utf-8", "replace"))
        for path in before - {*files}:
            _remove(folder, path)
        _write_list(folder, {*files})
    except OSError as error:
        raise ReportError(
            f"The article cannot be written to {folder} ({error.strerror}). Make room or choose another --output, and "
            "run the same command again; nothing measured is touched."
        ) from error


def _is_ours(article: Path) -> bool:
    try:
        with article.open("rb") as stream:
            return stream.readline().rstrip() == MARK.encode()
    except OSError:
        return False


def _written_before(folder: Path) -> set[str]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    return {path for path in told if isinstance(path, str)} if isinstance(told, list) else set()


def _write_list(folder: Path, files: Iterable[str]) -> None:
    write_whole(folder / MANIFEST, (json.dumps(sorted(files), indent=0) + "\n").encode())


def _remove(folder: Path, path: str) -> None:
    """Only what lies among the pictures, whatever the list says."""
    stale = (folder / path).resolve()
    if stale.is_relative_to((folder / FOLDER).resolve()):
        stale.unlink(missing_ok=True)
