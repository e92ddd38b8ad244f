"""What "Nine Agent Frameworks, Compared with Data and Code" said in March 2026, beside what the sources say now.

Its figures are facts quoted for comparison. Its growth came from OSS Insight, which had lost most stars by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from star_history.growth import new_between, total_at
from star_history.history import Collection, History, Record, Source
from star_history.months import last_day, months_from

TITLE = "Nine Agent Frameworks, Compared with Data and Code"
FIRST, LAST = date(2025, 9, 1), date(2026, 2, 1)  # the last six full months before it
MONTHS = 6


@dataclass(frozen=True)
class Line:
    """One line of the article's table."""

    title: str
    repos: tuple[str, ...]  # its names, then and now
    stars: int  # rounded to hundreds, as printed
    age_months: int
    last_six: int
    licence: str
    backer: str


LINES = (
    Line("AutoGen", ("microsoft/autogen",), 55_400, 31, 1_982, "MIT + CC-BY-4.0", "Microsoft"),
    Line("CrewAI", ("crewAIInc/crewAI",), 45_700, 28, 2_540, "MIT", "CrewAI Inc"),
    Line("Google ADK", ("google/adk-python",), 18_300, 11, 1_900, "Apache-2.0", "Google"),
    Line("LangGraph", ("langchain-ai/langgraph",), 26_100, 31, 2_351, "MIT", "LangChain"),
    Line("LlamaIndex", ("run-llama/llama_index",), 47_600, 40, 1_183, "MIT", "LlamaIndex Inc"),
    Line("OpenAI Agents SDK", ("openai/openai-agents-python",), 19_700, 12, 1_554, "MIT", "OpenAI"),
    Line("Pydantic AI", ("pydantic/pydantic-ai",), 15_400, 21, 996, "MIT", "Pydantic"),
    Line("Smolagents", ("huggingface/smolagents",), 25_900, 15, 1_018, "Apache-2.0", "Hugging Face"),
    Line(
        "Strands Agents",
        ("strands-agents/harness-sdk", "strands-agents/sdk-python"),
        5_300,
        10,
        618,
        "Apache-2.0",
        "AWS",
    ),
)


@dataclass(frozen=True)
class Now:
    """What one source says now of the article's months."""

    stars: int | None  # at the end of February 2026
    last_six: int | None  # new stars from September 2025 to February 2026
    months: int  # how many of these six it knows
    is_exact: bool  # False where it is a lower bound

    def ratio(self, line: Line) -> float | None:
        """The article's growth, divided by this source's for the same months."""
        is_all = self.months == MONTHS or not self.is_exact
        return line.last_six / self.last_six if self.last_six and is_all else None


@dataclass(frozen=True)
class Comparison:
    """One line of the article, and each source's figures for it."""

    line: Line
    now: dict[Source, Now]


def compared(collection: Collection) -> list[Comparison]:
    """The article's lines for which there is a record."""
    found = ((line, _record_of(line, collection.records)) for line in LINES)
    return [
        Comparison(
            line,
            {
                source: Now(
                    stars=total_at(history, last_day(LAST)),
                    last_six=new_between(history, FIRST, LAST),
                    months=_months_known(history),
                    is_exact=not history.is_lower_bound,
                )
                for source, history in record.histories.items()
                if history.months
            },
        )
        for line, record in found
        if record
    ]


def _record_of(line: Line, records: Iterable[Record]) -> Record | None:
    ours = {name.casefold() for name in line.repos}
    return next((record for record in records if ours & {name.casefold() for name in _names(record)}), None)


def _names(record: Record) -> list[str]:
    card = [record.repository.full_name, *record.repository.aliases] if record.repository else []
    return [record.subject.repo, *record.subject.former, *card]


def _months_known(history: History) -> int:
    """Before the first stargazer it knows that there were none."""
    told = {month.first: month.new is not None for month in history.months}
    before_all = history.is_whole and bool(told)
    return sum(told.get(month, before_all and month < min(told)) for month in months_from(FIRST, LAST))


def months_told() -> str:
    """The months in words."""
    return f"{FIRST:%B %Y} to {LAST:%B %Y}"


def as_json(collection: Collection) -> list[dict[str, Any]]:
    """The comparison for programs; unknown is null."""
    return [
        {
            **asdict(each.line),
            "article": TITLE,
            "months": [f"{FIRST:%Y-%m}", f"{LAST:%Y-%m}"],
            "now": {source: {**asdict(now), "ratio": now.ratio(each.line)} for source, now in each.now.items()},
        }
        for each in compared(collection)
    ]
