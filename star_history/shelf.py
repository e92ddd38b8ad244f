"""The cache: one file for each repository and source, written whole or not at all; what is unreadable is set aside."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from star_history.errors import LATER, BadBody

LEFT_OVER_S = 86_400
READABLE = 0o644  # a temporary file is its owner's alone; what is published from it is everybody's


class Kept(BaseModel):
    """What every file says: whose data it is. The number is GitHub's, or 0 while GitHub could not be asked."""

    id: int
    full_name: str
    aliases: list[str] = []

    def answers_to(self, name: str) -> bool:
        return name.casefold() in {known.casefold() for known in (self.full_name, *self.aliases)}


File = TypeVar("File", bound=Kept)


def write_whole(path: Path, content: bytes) -> None:
    """The file as a whole, or as it was: a kill in between leaves no half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(READABLE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Quarantine:
    """Where bodies go that are not what was agreed on, so that somebody can look at them."""

    folder: Path

    def put(self, name: str, content: bytes) -> Path:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self.folder / f"{moment}-{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}"
        write_whole(path, content)
        return path

    def reject(self, whose: str, content: bytes, why: str) -> BadBody:
        """The error for a body, which is set aside if the disk allows it."""
        try:
            where = f"It was set aside as {self.put(whose, content)}."
        except OSError as error:
            where = f"It could not be set aside ({error.strerror})."
        return BadBody(f"The answer of {whose} is not what was agreed on: {why}. {where} {LATER}")


@dataclass(frozen=True)
class Shelf(Generic[File]):
    """The files of one source at one address: what came from a stand-in is never found again under the real one.

    Read once and held, so that what the disk does not take is shown all the same.
    """

    folder: Path
    form: type[File]
    quarantine: Quarantine
    say: Callable[[str], None]
    _files: dict[Path, File] = field(init=False, default_factory=dict)
    _untaken: list[Path] = field(init=False, default_factory=list)  # files the disk did not take

    def __post_init__(self) -> None:
        self._sweep()
        for path in sorted(self.folder.glob("[!.]*.json")):
            if kept := self._read(path):
                self._files[path] = kept

    def _sweep(self) -> None:
        """What a killed run left half written, once it is certain that nobody is writing it."""
        with contextlib.suppress(OSError):
            for rest in self.folder.glob(".*.json.*"):
                if time.time() - rest.stat().st_mtime > LEFT_OVER_S:
                    rest.unlink()

    def path(self, kept: Kept) -> Path:
        return self.folder / (f"{kept.id}.json" if kept.id else self._unnumbered(kept))

    def _unnumbered(self, kept: Kept) -> str:
        """While GitHub could not be asked for its number."""
        return f"{kept.full_name.replace('/', '--').lower()}.json"

    def put(self, kept: File) -> None:
        path = self.path(kept)
        self._files[path] = kept
        try:
            write_whole(path, kept.model_dump_json(indent=1).encode())
            for provisional in self._superseded(kept):
                del self._files[provisional]
                provisional.unlink(missing_ok=True)
        except OSError as error:
            if not self._untaken:
                self.say(f"{self.folder} cannot be written ({error.strerror}): what comes is shown now, and not kept.")
            self._untaken.append(path)

    def _superseded(self, kept: Kept) -> list[Path]:
        """What was kept by name while the number was not known, under whichever of its names."""
        names = (kept.full_name, *kept.aliases) if kept.id else ()
        return [path for path, other in self._files.items() if not other.id and any(map(other.answers_to, names))]

    def find(self, number: int, names: Iterable[str]) -> File | None:
        """By number where it is known (else 0), else by the first name that fits, today's names before former ones."""
        files = list(self._files.values())
        if number and (numbered := next((kept for kept in files if kept.id == number), None)):
            return numbered
        named = (
            kept
            for name in names
            for kept in sorted(files, key=lambda kept: kept.full_name.casefold() != name.casefold())
            if kept.answers_to(name)
        )
        return next((kept for kept in named if not number or not kept.id), None)

    def _read(self, path: Path) -> File | None:
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            return self.form.model_validate_json(content)
        except ValidationError:
            with contextlib.suppress(OSError):  # where the disk takes nothing, it stays and is passed over again
                set_aside = self.quarantine.put(f"cache-{path.name}", content)
                path.unlink()
                self.say(f"{path} cannot be understood; it was set aside as {set_aside}.")
            return None
