"""What the figures do not say, and how far to trust them: in plain words, and only what is so of what is shown."""

from __future__ import annotations

from collections.abc import Iterator

from scoreboard.report.remarks import ruler, sittings
from scoreboard.report.site.gathered import Gathered
from scoreboard.results.comparison import is_deterministic

SIMULATED = (
    "How good the answers of a real model are. The simulated model is a script that plays each task perfectly, in "
    "every framework alike: a pass says that the framework carried the conversation to its end, and nothing about how "
    "its hidden prompts make a real model behave. bakeoff run --model openai:NAME tells that.",
    "What share of a real answer's time is the framework's. The simulated model answers at once unless it is told to "
    "be slow (--sim-latency), so the framework's own milliseconds are real, and their share of the total is not.",
    "Money. Tokens of the simulated model are counted with one tokenizer for all; prices, and what a provider saves by "
    "remembering a prompt, are not in them.",
)
ALWAYS_SO = (
    "What an expert would get out of a framework. Each is used the way its own documentation leads with; nobody tuned "
    "its prompts, and settings were changed only where a note or a variant says so.",
    "Retrieval, memory across sessions, many tools, long conversations, human approval, tracing, deployment: the tasks "
    "are small on purpose, so that everything that is sent can be read.",
    "Other providers' own protocols. Every framework is reached through an endpoint that speaks OpenAI's.",
    "Many users at once. A worker bakes one trial after another.",
    "Secure connections. Frameworks speak plain HTTP to the meter, so the time to load root certificates is left out.",
    "What a framework would do with the rest of the network. Each attempt to reach another host is refused and stored; "
    "compiled code and child programs that go around Python's own sockets are not seen.",
    "Documentation, bugs, the pace of releases, how pleasant it is to work with. Lines of code are all there is of "
    "that, and stars are attention, not use.",
)


def not_measured(gathered: Gathered) -> list[str]:
    """What these figures cannot say."""
    is_simulated = all(is_deterministic(row.model) for row in gathered.rows)
    titles = ", ".join(f"“{task.title}”" for task in gathered.tasks.values())
    other = f"Any task but these: {titles}. Another task may turn any order around."
    return [*(SIMULATED if is_simulated else ()), other, *ALWAYS_SO]


def how_far_to_trust(gathered: Gathered) -> list[str]:
    """What stands behind the figures, and what shakes them."""
    return [*_exactness(gathered), *_times(gathered), *ruler(gathered.board), *_left_out(gathered), *_authors()]


def _exactness(gathered: Gathered) -> Iterator[str]:
    kinds = {is_deterministic(row.model) for row in gathered.rows}
    if True in kinds:
        yield (
            "With the simulated model verdicts, calls and tokens repeat exactly: the same plan, versions and seed give "
            "the same figures on any machine. There is no chance in them, so the pass rates have no interval."
        )
    if False in kinds:
        yield (
            "With a real model chance is at work: each pass rate has Wilson's 95 % interval; few repeats make it wide."
        )
    if gathered.matrices:
        yield (
            "Two frameworks are called different only by an exact paired test with a correction for the number of "
            "pairs; otherwise they share a tier. There is no ranking and no overall score."
        )


def _times(gathered: Gathered) -> Iterator[str]:
    yield (
        "Times and memory are this machine's. Each worker's first, cold trial is among them; the meter's own work "
        "counts as the model's time, never as a framework's."
    )
    if len(moments := sittings(gathered.rows)) > 1:
        yield (
            f"The trials were measured in {len(moments)} sittings, the first begun at {_minute(moments[0])}, the last "
            f"at {_minute(moments[-1])} UTC. Compare calls and tokens across them, times with care."
        )
    facts = gathered.board.facts
    busy = [gathered.title(each.framework) for each in facts if each.stamp.load > _cores(each.stamp.machine) / 2]
    if busy:
        whose = "all" if len(busy) == len(facts) else ", ".join(busy)
        yield f"Memory and time to import were measured while the machine was busy, so they are unsteady: {whose}."


def _left_out(gathered: Gathered) -> Iterator[str]:
    if gathered.board.set_aside:
        yield (
            f"{gathered.board.set_aside} stored trials are not shown: they were measured with another version of the "
            "task, the adapter or Bakeoff, or with another budget. bakeoff export has them all."
        )
    voids = sum(row.verdict == "void" for row in gathered.rows)
    if voids:
        yield f"{voids} trials are void, for no fault of a framework. They are counted here and are in no rate."


def _authors() -> Iterator[str]:
    yield (
        "An adapter can be written badly, and that would be our fault, not the framework's. Each stands on this page "
        "beside its results, and each framework's page says where it departs from the documented default."
    )
    yield "Where a framework beats the plain client loop, the page says so in the same place and size."


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _cores(machine: str) -> int:
    """As told in the words for a machine, "Linux x86_64, 2 cores"."""
    words = machine.split()
    return int(words[-2]) if len(words) > 1 and words[-2].isdigit() else 1
