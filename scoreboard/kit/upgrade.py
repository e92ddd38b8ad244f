"""`bakeoff upgrade`: locks at the newest versions, taken only where the adapters still do what every adapter should."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

import click

from scoreboard.conformance.check import check
from scoreboard.conformance.checklist import Checklist
from scoreboard.errors import BakeoffError
from scoreboard.kit.new import PROJECT
from scoreboard.report.progress import Progress
from scoreboard.report.untrusted import printable
from scoreboard.runner.catalogue import Card
from scoreboard.runner.environments import Environments
from scoreboard.runner.locks import LOCKS, compile_group, locked_packages
from scoreboard.runner.outside import compile_outside

Ending = Literal["unchanged", "upgraded", "kept"]


@dataclass(frozen=True)
class Change:
    """One package of a lock: None where it is not in the old one, or not in the new."""

    package: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.package} {self.new} comes along"
        return f"{self.package} {self.old} " + (f"-> {self.new}" if self.new else "is gone")


@dataclass(frozen=True)
class Upgrade:
    """What came of one lock. `kept` means that the old one stays, and why."""

    group: str
    ending: Ending
    changes: tuple[Change, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complaint:
    """A line that failed, or, without a line, why nothing could be checked. The same line is the same complaint."""

    framework: str
    line: str
    words: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.framework}{', ' if self.line else ''}{self.line}: {self.words}"


def changes_between(old: dict[str, str], new: dict[str, str]) -> tuple[Change, ...]:
    """Every package that is not the same in both, by name."""
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return tuple(Change(name, old.get(name), new.get(name)) for name in names)


@dataclass(frozen=True)
class Upgrader:
    """Where to work, and how a check is made."""

    home: Path
    progress: Progress
    jobs: int
    timeout_s: float

    def run(self, cards: Iterable[Card]) -> Iterator[Upgrade]:
        """One lock after the other, each with all the adapters that it serves."""
        groups: dict[str, list[Card]] = {}
        for card in cards:
            groups.setdefault(card.group, []).append(card)
        for group, served in groups.items():
            self.progress.say(f"Resolving {group} at its newest versions ...")
            aside = self.home.absolute() / "upgrades" / f"{group}.txt"
            try:
                aside.parent.mkdir(parents=True, exist_ok=True)
                yield self._upgraded(group, served, aside)
            except (BakeoffError, OSError) as error:
                yield Upgrade(group, "kept", why=tuple(str(error).splitlines()))
            finally:
                with contextlib.suppress(OSError):
                    aside.unlink(missing_ok=True)

    def _upgraded(self, group: str, served: Sequence[Card], aside: Path) -> Upgrade:
        lock = served[0].lock
        if lock.parent == LOCKS:
            compile_group(PROJECT, group, aside)
        else:
            compile_outside(served[0].path, aside, self.progress.say, upgrade=True)
        changes = changes_between(locked_packages(lock), locked_packages(aside))
        if not changes:
            return Upgrade(group, "unchanged")
        with contextlib.closing(Environments(self.home, locks={group: lock})) as old:
            old.hold(group)  # should the new lock fail, the environment of the old one is still there
            worse = self._complaints([replace(card, lock=aside) for card in served])
            if worse:  # a line that failed before is no fault of the new versions
                before = self._complaints(served)
                worse = [each for each in worse if not each.line or each not in before]
        if worse:
            return Upgrade(group, "kept", changes, tuple(map(str, worse)))
        shutil.move(aside, lock)
        return Upgrade(group, "upgraded", changes)

    def _complaints(self, cards: Sequence[Card]) -> list[Complaint]:
        checklists = check(cards, self.home, self.progress, jobs=self.jobs, timeout_s=self.timeout_s)
        return [complaint for each in checklists for complaint in complaints(each)]


def complaints(checklist: Checklist) -> Iterator[Complaint]:
    """What a checklist has against a lock."""
    if checklist.problem:
        yield Complaint(checklist.framework, "", checklist.problem)
    for line in checklist.lines:
        if line.status == "failed":
            yield Complaint(checklist.framework, line.name, line.words)


def conclude(upgrades: Iterable[Upgrade], *, as_json: bool) -> int:
    """Tells of each lock as it is done, and gives the exit status: 0 when every lock is at its newest versions."""
    done = []
    for each in upgrades:
        done.append(each)
        if not as_json:
            for line in _words(each):
                click.echo(printable(line))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in done], indent=2))
    return 1 if any(each.ending == "kept" for each in done) else 0


def _words(upgrade: Upgrade) -> Iterator[str]:
    verdicts: dict[Ending, str] = {
        "unchanged": "is at its newest versions",
        "upgraded": "moves on: the check finds nothing worse with its newest versions",
        "kept": "stays as it was: the check finds its newest versions worse",
    }
    could_not = "stays as it was: no newer lock could be tried"
    yield f"{upgrade.group} {verdicts[upgrade.ending] if upgrade.changes or not upgrade.why else could_not}"
    yield from (f"  {change}" for change in upgrade.changes)
    yield from (f"  {line}" for line in upgrade.why)
