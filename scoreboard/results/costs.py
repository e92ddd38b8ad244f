"""What a framework costs on top of the work itself. Every figure is a pure function; its docstring defines it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scoreboard.results.comparison import median_of
from scoreboard.results.facts import Facts
from scoreboard.results.matrix import Cell
from scoreboard.results.row import Row
from scoreboard.results.statistics import median


@dataclass(frozen=True)
class Asked:
    """One passed trial's requests that the model answered, in order: the input tokens of each, None where unknown."""

    input_tokens: tuple[int | None, ...]
    prompt_tokens: int | None = None  # of the user's own prompt, where that can be counted


def tokens_before_your_first_word(trials: Sequence[Asked]) -> float | None:
    """Input tokens of a trial's first request, less those of the user's own prompt: the task's instructions and tools,
    and all that the framework adds to them or wraps them in. Counted at the wire; the median over passed trials.
    """
    first = [(each.input_tokens[0], each.prompt_tokens) for each in trials if each.input_tokens]
    return _known_median(None if whole is None or own is None else whole - own for whole, own in first)


def tokens_of_the_first_request(trials: Sequence[Asked]) -> float | None:
    """Input tokens of a trial's first request, the user's own prompt among them, as the provider counted them: only it
    knows how a real model counts, and it does not tell the prompt's share. The median over passed trials.
    """
    return _known_median(each.input_tokens[0] for each in trials if each.input_tokens)


def tokens_a_turn_adds(trials: Sequence[Asked]) -> float | None:
    """By how many input tokens a request is larger than the one before it, because the conversation is sent again with
    every turn; below 0 where a later request leaves out what an earlier one had, such as the tools. The median over all
    requests but the first of all passed trials. Asked only of a single agent, because the members of a team hold
    conversations of their own; blank where it was done in one request.
    """
    return _known_median(
        None if before is None or after is None else after - before
        for each in trials
        for before, after in pairwise(each.input_tokens)
    )


def requests_for_one_turn(cell: Cell) -> int | None:
    """Requests made for the one turn of the model that fails for ever in the same way, the first among them, whoever
    repeats it: the client library, the framework, or both, which multiplies. At least so many (≥) where it was still
    trying when its time or its budget was spent. Blank where the fault does not apply.
    """
    return cell.row.delivered if cell.is_rated else None


def calls_per_task(rows: Sequence[Row]) -> float | None:
    """Requests made to the model for one task while nothing goes wrong; the median over passed trials."""
    return median_of(rows, "calls")


def own_ms_per_call(rows: Sequence[Row]) -> float | None:
    """Milliseconds of a trial in which neither the model nor a tool was at work, divided by the trial's calls. The
    median over passed trials. Times depend on the machine and on what else it does.
    """
    return median(row.framework_ms / row.calls for row in rows if row.verdict == "passed" and row.calls)


def peak_memory_mb(facts: Facts) -> float | None:
    """The most memory that a fresh process had resident up to the end of its first trial, with Python and Pydantic,
    which are the same for all (1 MB = 1,000,000 bytes). The median over fresh processes.
    """
    return facts.start.peak_mb


def install_size_mb(facts: Facts) -> float | None:
    """The size of all files that its installation puts on the disk, with everything it depends on, without what Python
    compiled from them (1 MB = 1,000,000 bytes).
    """
    return facts.footprint.megabytes


def import_s(facts: Facts) -> float | None:
    """Seconds to import the adapter, and the framework with it, in a fresh process in which Pydantic is there already.
    The median over fresh processes.
    """
    return facts.start.import_s


def ratio(value: float | None, baseline: float | None) -> float | None:
    """A figure divided by the baseline's: 1.0 is what no framework costs. Blank where either is unknown, where the
    baseline's is not above 0, and for a figure below 0, of which there is no multiple.
    """
    return value / baseline if value is not None and value >= 0 and baseline is not None and baseline > 0 else None


def was_stopped(cell: Cell) -> bool:
    """Whether it would have gone on, had its time or its budget not been spent: its figure is the least it can be."""
    return cell.mark in ("timeout", "runaway")


def _known_median(values: Iterable[float | None]) -> float | None:
    """None where there is no value, or one of them is unknown."""
    found = list(values)
    known = [value for value in found if value is not None]
    return median(known) if len(known) == len(found) else None
