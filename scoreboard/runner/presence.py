"""Whether a framework is really there: a module of its distribution that the adapter has imported.

A namespace (`google`, `langgraph`) belongs to several distributions, so it is files that are compared, not names.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata

CODE = (".py", ".so", ".pyd")


def imported_from(package: str) -> str:
    """An imported module and the distribution it is of, in words; nothing where none is imported.

    A package without modules of its own only names others to install: then one of those will do.
    """
    own = _installed([package])
    candidates = own if any(map(_files, own)) else _installed(_required(own))
    loaded = _loaded()
    for distribution in candidates:
        modules = [loaded[file] for file in _files(distribution) if file in loaded]
        if modules:
            first = min(modules, key=lambda name: ("._" in name, name.count("."), name))
            return f"{first} from {distribution.name} {distribution.version}"
    return ""


def _installed(names: Iterable[str]) -> list[metadata.Distribution]:
    found = []
    for name in names:
        try:
            found.append(metadata.distribution(name))
        except (metadata.PackageNotFoundError, ValueError):
            continue
    return found


def _required(distributions: Iterable[metadata.Distribution]) -> list[str]:
    """What they require in any case, by name."""
    wanted = [need for each in distributions for need in each.requires or () if "extra ==" not in need]
    return [found[0] for need in wanted if (found := re.match(r"[\w.-]+", need))]


def _files(distribution: metadata.Distribution) -> list[str]:
    """Where its modules stand, as it was installed."""
    record, root = distribution.read_text("RECORD") or "", distribution.locate_file("")
    return [f"{root}/{row[0]}" for row in csv.reader(record.splitlines()) if row and row[0].endswith(CODE)]


def _loaded() -> Mapping[str, str]:
    """The modules imported so far, by file. A module that makes its attributes up when asked is not asked."""
    files = {name: getattr(module, "__dict__", {}).get("__file__") for name, module in [*sys.modules.items()]}
    return {file: name for name, file in files.items() if isinstance(file, str)}
