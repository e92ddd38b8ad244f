"""What a board is: a line for each framework, with everything that is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoreboard.report.site.stars import StarCell
from scoreboard.report.site.traits import Finding
from scoreboard.results.comparison import Entry
from scoreboard.results.tiers import Tiers
from scoreboard.runner.catalogue import family_of


@dataclass(frozen=True)
class Line:
    """One framework, or one way to use it, on one board."""

    entry: Entry
    title: str
    package: str
    version: str
    tiers: str  # letters; whoever shares one cannot be told apart by pass rate
    example: str  # the trial of middle length
    size_mb: float | None
    import_s: float | None
    stars: StarCell | None
    notes: tuple[str, ...]
    findings: list[Finding]
    pattern: str  # of its team
    further_patterns: dict[str, str]  # that its variants have, with their names

    @property
    def framework(self) -> str:
        return self.entry.framework

    @property
    def family(self) -> str:
        return family_of(self.framework)

    @property
    def has(self) -> list[str]:
        """The traits it has as it is, by name."""
        return [found.trait.name for found in self.findings if found.has]

    @property
    def has_by_variant(self) -> list[str]:
        """Those that only another variant's settings bring."""
        return [found.trait.name for found in self.findings if found.by]

    @property
    def unknown(self) -> list[str]:
        """Those that were not measured."""
        return [found.trait.name for found in self.findings if found.has is None]

    @property
    def otherwise(self) -> str:
        """How the trials ended that did not pass."""
        ended = self.entry.verdicts.items()
        return ", ".join(f"{n} {verdict}" for verdict, n in ended if verdict not in ("passed", "unsupported"))


@dataclass(frozen=True)
class Board:
    """The lines of one task with one model, or of all tasks together."""

    model: str
    task: str
    title: str
    lines: list[Line]
    tiers: Tiers
    sittings: int  # stretches of time in which its trials were measured
    left_out: Sequence[str] = ()  # frameworks that were not tried in every task

    @property
    def longest_ms(self) -> float:
        """What a full bar stands for."""
        return max((line.entry.medians.total_ms or 0.0 for line in self.lines), default=0.0) or 1.0

    @property
    def has_tiers(self) -> bool:
        """Whether anybody can be told from anybody."""
        return len(self.tiers.groups) > 1

    @property
    def is_of_one_sitting(self) -> bool:
        """Whether its times may be compared."""
        return self.sittings < 2

    @property
    def has_intervals(self) -> bool:
        """Whether there is chance in any rate."""
        return any(line.entry.interval for line in self.lines)

    @property
    def pairs(self) -> int:
        return len(self.tiers.pairs)
