"""The stars the stand-in tells of: invented, the same on every run, of the order of what was counted in March 2026."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from scoreboard.runner.catalogue import BASELINE, framework_cards

COUNTED = date(2026, 3, 1)
CAPTURED = 1 / 3  # the part of a half-year's stars that OSS Insight had seen when they were counted
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Growth:
    """What is known of a repository on the day they were counted; the days between are made up from it."""

    age_months: int
    total: int
    half_year: int  # as OSS Insight had it
    licence: str = "MIT"
    aliases: tuple[str, ...] = ()
    known_there_as: str = ""


UNHEARD_OF = Growth(12, 8_000, 600)
GROWTH = {
    "microsoft/autogen": Growth(31, 55_400, 1_982, "CC-BY-4.0"),
    "crewAIInc/crewAI": Growth(28, 45_700, 2_540, aliases=("joaomdmoura/crewAI",)),
    "google/adk-python": Growth(11, 18_300, 1_900, "Apache-2.0"),
    "langchain-ai/langgraph": Growth(31, 26_100, 2_351),
    "run-llama/llama_index": Growth(40, 47_600, 1_183, aliases=("jerryjliu/llama_index", "jerryjliu/gpt_index")),
    "openai/openai-agents-python": Growth(12, 19_700, 1_554),
    "pydantic/pydantic-ai": Growth(21, 15_400, 996),
    "huggingface/smolagents": Growth(15, 25_900, 1_018, "Apache-2.0"),
    "strands-agents/harness-sdk": Growth(
        10, 5_300, 618, "Apache-2.0", ("strands-agents/sdk-python",), "strands-agents/sdk-python"
    ),
}


@dataclass
class Repo:
    """One repository, as both services came to know it; a test may change any of it."""

    id: int
    full_name: str
    aliases: tuple[str, ...]
    created: date
    licence: str  # SPDX, or "" for none
    stars: int  # what GitHub counts: a little more than its days add up to
    days: dict[date, int]
    known_there_as: str | None = (
        None  # the one name OSS Insight finds it by: None for its full name, "" for none at all
    )
    archived: bool = False
    is_gone: bool = False  # deleted: GitHub forgets it, OSS Insight does not
    unstarred: Counter[date] = field(default_factory=Counter)  # GitHub takes them off their day, OSS Insight never does

    @property
    def stored_name(self) -> str:
        return self.full_name if self.known_there_as is None else self.known_there_as


class Shelves:
    """All repositories there are, and what may happen to them."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or datetime.now(UTC).date()
        self.repositories = [repo for name in charted() if (repo := grown(name, self.today)).created <= self.today]

    def add(self, repo: Repo) -> Repo:
        self.repositories.append(repo)
        return repo

    def __getitem__(self, name: str) -> Repo:
        """By its name, as GitHub would: in any case, and by former names where nobody else took them."""
        if found := self.named(name) or self.formerly(name):
            return found
        raise KeyError(name)

    def named(self, name: str) -> Repo | None:
        return next((repo for repo in self._living() if repo.full_name.lower() == name.lower()), None)

    def formerly(self, name: str) -> Repo | None:
        return next((r for r in self._living() if name.lower() in (alias.lower() for alias in r.aliases)), None)

    def numbered(self, number: int) -> Repo | None:
        return next((repo for repo in self._living() if repo.id == number), None)

    def rename(self, old: str, new: str, known_there_as: str | None = None) -> None:
        """GitHub sends the old name on to the new one; OSS Insight knows the new one alone, unless told otherwise."""
        repo = self[old]
        repo.aliases = (repo.full_name, *repo.aliases)
        repo.full_name, repo.known_there_as = new, known_there_as

    def forget(self, name: str) -> None:
        self[name].is_gone = True

    def recreate(self, name: str) -> Repo:
        """Another repository under the same name, a month old; OSS Insight still tells of the first."""
        old = self[name]
        self.forget(name)
        days = {self.today - back * DAY: 5 for back in range(30, -1, -1)}
        return self.add(Repo(old.id + 1_000_000_000, old.full_name, (), min(days), old.licence, 155, days))

    def star(self, name: str, day: date, n: int = 1) -> None:
        repo = self[name]
        repo.days[day] = repo.days.get(day, 0) + n
        repo.stars += n

    def unstar(self, name: str, day: date, n: int = 1) -> None:
        """Takes back stars that were given on that day."""
        repo = self[name]
        if repo.days.get(day, 0) < n:
            raise ValueError(f"{name} has {repo.days.get(day, 0)} stars of {day}, so {n} cannot be taken back.")
        repo.days[day] -= n
        repo.stars -= n
        repo.unstarred[day] += n

    def _living(self) -> list[Repo]:
        return [repo for repo in self.repositories if not repo.is_gone]


def charted() -> list[str]:
    """The repositories of the frameworks, as their adapters name them."""
    cards = (card for card in framework_cards().values() if card.name != BASELINE and card.repo)
    return list(dict.fromkeys(card.repo for card in cards))


def grown(name: str, today: date) -> Repo:
    """A repository as it is on that day; a later day changes nothing of the days before."""
    growth = GROWTH.get(name, UNHEARD_OF)
    number = int(hashlib.sha256(name.encode()).hexdigest()[:7], 16) + 500_000_000
    created = _created(growth, number)
    days = _days(name, growth, created, today)
    stars = round(sum(days.values()) * (1 + number % 29 / 1000))
    return Repo(number, name, growth.aliases, created, growth.licence, stars, days, growth.known_there_as or None)


def _created(growth: Growth, number: int) -> date:
    months = COUNTED.year * 12 + COUNTED.month - 1 - growth.age_months
    return date(months // 12, months % 12 + 1, 1 + number % 28)


def _days(name: str, growth: Growth, created: date, today: date) -> dict[date, int]:
    until = max(today, COUNTED)
    wanted = _attention(name, growth, created, (until - created).days + 1)
    scale = growth.total / sum(wanted[: (COUNTED - created).days])
    days, exact, told = {}, 0.0, 0
    for offset, weight in enumerate(wanted):
        day = created + offset * DAY
        if day > today:
            break
        exact += weight * scale * (0.4 if day == today else 1)  # that day is not over yet
        days[day] = math.floor(exact) - told
        told = math.floor(exact)
    return days


def _attention(name: str, growth: Growth, created: date, length: int) -> list[float]:
    """A launch that wears off, a steady interest, smaller at weekends, and now and then something in the news."""
    dice, news = random.Random(name), random.Random(f"news of {name}")
    age = (COUNTED - created).days
    pace = growth.half_year / CAPTURED / 181
    steepness = max(0.0, pace * age / (0.6 * growth.total) - 1)  # some were slow to start
    launch, lasts = dice.randrange(3, 20), dice.uniform(25, 90)
    peak = (growth.total - pace * age / (1 + steepness)) / lasts
    buzz, next_news = 0.0, launch + news.randrange(90, 240)
    weights = []
    for offset in range(length):
        if offset == next_news:
            buzz += news.uniform(1.5, 5)
            next_news += news.randrange(90, 240)
        steady = pace * min(1.0, (offset + 1) / age) ** steepness * (1 + buzz)
        new = peak * math.exp((launch - offset) / lasts) if offset >= launch else peak * 0.02
        rhythm = 0.65 if (created + offset * DAY).weekday() >= 5 else 1.1
        weights.append((steady + new) * rhythm * math.exp(dice.gauss(0, 0.15)))
        buzz *= math.exp(-1 / 7)
    return weights
