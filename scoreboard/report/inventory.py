"""What we have written into a folder that is not ours alone, so that it can be replaced and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from star_history.shelf import write_whole


@dataclass(frozen=True)
class Inventory:
    """A list in the folder itself. It is written before the files: whatever a kill leaves is known to be ours."""

    folder: Path
    name: str  # of the list, below the folder

    def read(self) -> set[str]:
        """The paths below the folder; none where nothing of ours is there."""
        try:
            told = json.loads((self.folder / self.name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return set()
        return {path for path in told if isinstance(path, str)} if isinstance(told, list) else set()

    def write(self, paths: Iterable[str]) -> None:
        write_whole(self.folder / self.name, (json.dumps(sorted(paths), indent=0) + "\n").encode())

    def remove(self, paths: Iterable[str], below: str = "") -> None:
        """Only what lies in the folder, or below one in it, whatever the list says."""
        within = (self.folder / below).resolve()
        for path in paths:
            stale = (self.folder / path).resolve()
            if stale.is_relative_to(within):
                stale.unlink(missing_ok=True)
