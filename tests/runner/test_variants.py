"""A variant is planned for what it writes itself, and served by a worker that picks its class."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from scoreboard.errors import WorkerError
from scoreboard.runner.catalogue import read_cards, task_files
from scoreboard.runner.locks import lock_digest, lock_file
from scoreboard.runner.plan import Budget, Trial, Wish, plan
from scoreboard.runner.supervisor import Worker
from tests.runner.conftest import GUESTS

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop

WAYS = {card.name: card for card in read_cards(GUESTS / "several_ways.py")}
TASKS = ("dice", "multi_agent", "structured_output")


def planned(*frameworks: str, tasks: tuple[str, ...] = TASKS, repeats: int = 1) -> list[Trial]:
    return plan(Wish(frameworks, tasks, "sim", repeats, 0, Budget()), WAYS, task_files())


def test_a_variant_is_planned_only_for_the_shapes_that_it_writes() -> None:
    assert [(trial.framework, trial.task) for trial in planned(*WAYS)] == [
        *(("several_ways", task) for task in TASKS),
        ("several_ways/quick", "dice"),
        ("several_ways/thorough", "multi_agent"),
        ("several_ways/thorough", "structured_output"),
    ]
    assert len(planned(*WAYS, repeats=3)) == 3 * 6
    assert planned("several_ways/quick", tasks=("multi_agent", "structured_output")) == []


def test_a_variant_faces_the_same_dice_in_trials_of_its_own() -> None:
    default, quick = planned("several_ways", "several_ways/quick", tasks=("dice",))
    assert quick.seed == default.seed
    assert quick.origin == default.origin
    assert quick.id != default.id


def test_a_variant_with_a_group_of_its_own_is_made_from_that_lock() -> None:
    default, thorough = planned("several_ways", "several_ways/thorough", tasks=("multi_agent",))
    assert default.origin.lock == lock_digest(lock_file("controls"))
    assert thorough.origin.lock == lock_digest(lock_file("baseline"))


@pytest.mark.parametrize(
    ("framework", "answer"),
    [
        ("several_ways", "the way of SeveralWays"),
        ("several_ways/quick", "in a hurry"),
        ("several_ways/thorough", "the way of Thorough"),
    ],
)
def test_a_worker_picks_the_class_of_the_way_that_it_is_started_for(
    workshop: Workshop, framework: str, answer: str
) -> None:
    async def run() -> None:
        worker = await Worker.start(workshop.post(framework))
        outcome = await worker.serve(workshop.order("whoever"))
        await worker.stop()
        assert outcome.answer, outcome.error
        assert outcome.answer.value == answer

    asyncio.run(run())


def test_a_worker_for_a_way_that_is_not_there_says_so(workshop: Workshop) -> None:
    with pytest.raises(WorkerError, match="should define one Adapter; it defines 0") as caught:
        asyncio.run(Worker.start(workshop.post("several_ways/slow")))
    assert "adapters/several_ways.py" in str(caught.value)
