"""What stands on top of the article: its title, and in one paragraph what is compared, how often, and the caveat."""

from __future__ import annotations

from scoreboard.meter.faults.base import NONE
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.words import listed
from scoreboard.results.comparison import is_deterministic
from scoreboard.runner.catalogue import BASELINE

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def title(gathered: Gathered) -> str:
    """ "Nine agent frameworks, compared with data and code (2026-11-21)": with the days of measuring."""
    count = _contestants(gathered)
    told = f"{_number(count)} agent framework{'' if count == 1 else 's'}".capitalize()
    return f"{told}, compared with data and code ({_days(gathered)})"


def opening(gathered: Gathered) -> str:
    """The experiment in one paragraph."""
    rows, count = gathered.healthy, _contestants(gathered)
    repeats = sorted({row.repeat + 1 for row in rows})[-1]
    tasks = len({row.task for row in rows})
    faulty = sum(row.fault != NONE for row in gathered.rows)
    plain = " and to a plain client loop with no framework, which is 1.0x below" if gathered.has_baseline else ""
    further = " with the further ways to use them" if len(gathered.frameworks) > len(gathered.families) else ""
    more = f", and {faulty:,} more in which something goes wrong on purpose" if faulty else ""
    return (
        f"The same {_plural(tasks, 'task')} went to {_plural(count, 'agent framework')}{plain}: {_often(repeats)}, "
        f"{len(rows):,} trials{further}{more}. Calls and tokens were counted at the wire, between the framework "
        f"and its model, and not taken from anybody's word. {_caveat(gathered)}"
    )


def _caveat(gathered: Gathered) -> str:
    models = sorted({row.model for row in gathered.rows})
    simulated = all(map(is_deterministic, models))
    machines = sorted({row.machine for row in gathered.rows})
    where = f"one machine ({machines[0]})" if len(machines) == 1 else f"{len(machines)} machines"
    model = (
        f"The model is simulated ({listed(models)}) and plays each task perfectly: this says what a framework does "
        "with a model's answers, not how good a real model's answers are."
        if simulated
        else f"The model: {listed(models)}. With a real model chance is at work, so rates have intervals."
    )
    return f"{model} Times are those of {where}."


def _contestants(gathered: Gathered) -> int:
    return sum(family != BASELINE for family in gathered.families)


def _days(gathered: Gathered) -> str:
    days = sorted({row.started_at[:10] for row in gathered.rows})
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def _often(repeats: int) -> str:
    return "once each" if repeats == 1 else "twice each" if repeats == 2 else f"{_number(repeats)} times each"


def _plural(count: int, noun: str) -> str:
    return f"{_number(count)} {noun}{'' if count == 1 else 's'}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
