"""The star history that `bakeoff stars` has kept: read, never asked for anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scoreboard.errors import UsageError
from scoreboard.report.star_wishes import subjects_named
from star_history.addresses import Addresses
from star_history.client import Patience
from star_history.collector import Collector, Manner
from star_history.errors import WrongAddress
from star_history.history import Collection, Source

SOURCES: tuple[Source, ...] = ("github", "ossinsight")
NEVER = Patience(answer_s=0.0, wait_s=0.0)  # nobody is asked


def kept_stars(home: Path) -> Collection | None:
    """What is kept of all frameworks, from the sources that told anything; None where nothing is."""
    try:
        addresses = Addresses.told()
    except WrongAddress as error:
        raise UsageError(str(error)) from error
    manner = Manner(NEVER, is_offline=True, is_fresh=False)
    found = Collector(home / "stars", addresses, manner, lambda _line: None).collect(subjects_named([]), SOURCES)
    known = tuple(source for source in SOURCES if any(source in record.histories for record in found.records))
    records = tuple(record for record in found.records if record.histories)
    return replace(found, sources=known, records=records) if known else None
