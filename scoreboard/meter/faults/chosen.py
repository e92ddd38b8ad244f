"""Which faults somebody asks for: by name, by group, or all."""

from __future__ import annotations

import difflib

from scoreboard.errors import UsageError
from scoreboard.meter.faults.base import NONE
from scoreboard.meter.faults.catalogue import FAULTS, groups


def choose_faults(wanted: str | None) -> tuple[str, ...]:
    """The faults in a comma-separated wish, in the catalogue's order; none where nothing, or "none", is wished for.

    A fault's name is that fault once; `name/always` never ends; a group is all that is in it.
    """
    if wanted is None or wanted.strip() == NONE:
        return ()
    named = {name.strip() for name in wanted.split(",") if name.strip()}
    for name in sorted(named - {"all", *groups(), *FAULTS}):
        raise UsageError(f"There is no fault called {name!r}.{_hint(name)} {_known()}")
    if not named:
        raise UsageError(f"No fault is named. {_known()}")
    return tuple(name for name, fault in FAULTS.items() if named & {"all", name, fault.group})


def _hint(name: str) -> str:
    close = difflib.get_close_matches(name.lower().replace("-", "_"), [*groups(), *FAULTS], n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""


def _known() -> str:
    return f"Groups: {', '.join(groups())}, all; `bakeoff list faults` tells every name."
