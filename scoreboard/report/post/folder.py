"""The folder of an article: always of one run, and never over what somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from scoreboard.errors import UsageError
from scoreboard.report.inventory import Inventory
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
    before = Inventory(folder, MANIFEST).read()
    ours = {*before, *([ARTICLE] if _is_ours(folder / ARTICLE) else []), *([MANIFEST] if before else [])}
    for path in (ARTICLE, MANIFEST, *files):
        if path not in ours and (folder / path).exists():
            raise UsageError(f"{folder / path} is there already, and no post wrote it. Choose another --output.")


def fill(folder: Path, article: str, files: Mapping[str, bytes]) -> None:
    """Writes pictures, then the article that shows them, then removes what an earlier post left."""
    refuse_strangers(folder, files)
    inventory = Inventory(folder, MANIFEST)
    before = inventory.read()
    try:
        inventory.write(before | {*files})
        for path, content in files.items():
            write_whole(folder / path, content)
        write_whole(folder / ARTICLE, f"{MARK}\n\n{article.strip()}\n".encode("utf-8", "replace"))
        inventory.remove(before - {*files}, FOLDER)
        inventory.write(files)
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
