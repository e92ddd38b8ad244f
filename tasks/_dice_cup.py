"""The dice that the tasks share: they fall the same way for the same seed, and each result says which roll it was.

Annotations are not postponed here: a framework may show the tool's signature to the model as it finds it.
"""

import inspect
import itertools
import random
import re

from tasks.base import Tool

RESULT = re.compile(r"Roll #(\d+): (\d+) on a (\d+)-sided dice")


def dice_tool(seed: int) -> Tool:
    """A fresh `roll_dice`; its n-th roll depends on the seed, n and the number of sides alone."""
    rolls = itertools.count(1)

    def roll_dice(sides: int) -> str:
        """Roll a dice with the given number of sides.

        Args:
            sides: The number of sides of the dice.
        """
        number = next(rolls)
        value = random.Random(f"{seed}/{number}/{sides}").randint(1, sides)  # noqa: S311
        return f"Roll #{number}: {value} on a {sides}-sided dice."

    roll_dice.__doc__ = inspect.getdoc(roll_dice)  # as a tool at the left margin has it, on every Python
    return roll_dice


def rolled_values(text: str) -> dict[int, int]:
    """The rolls that a text tells of, by roll number: a roll told twice is still one roll."""
    return {int(number): int(value) for number, value, _sides in RESULT.findall(text)}


def told_numbers(answer: str) -> set[int]:
    """The numbers an answer gives, without those that only name a dice ("20-sided", "1d20") or a roll ("#1")."""
    plain = re.sub(r"#\d+|\b\d+[- ]side[ds]?\b|\b\d*d\d+", " ", answer, flags=re.IGNORECASE)
    return {int(number) for number in re.findall(r"\d+", plain)}
