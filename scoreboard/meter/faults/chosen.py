"""Which faults somebody asks for: by name, by group, or all."""

from __future__ import annotations

from scoreboard.meter.faults.catalogue import FAULTS, groups
from scoreboard.runner.catalogue import choose


def choose_faults(wanted: str | None) -> tuple[str, ...]:
    """The faults in a comma-separated wish, in the catalogue's order; none where nothing is wished for.

    A fault's name is that fault once; `name/always` never ends; a group is all that is in it.
    """
    if wanted is None or wanted.strip() == "none":
        return ()
    named = choose("fault", wanted, [*groups(), *FAULTS])
    return tuple(name for name, fault in FAULTS.items() if name in named or fault.group in named)
