"""A framework that takes every third trial down with its process."""

import itertools
import os

from adapters.base import Answer
from adapters.oracle import OracleAdapter
from tasks.base import Task

TRIALS = itertools.count(1)


class Moody(OracleAdapter):
    title = "Moody"

    def run(self, task: Task) -> Answer:
        if next(TRIALS) % 3 == 0:
            os._exit(1)
        return super().run(task)
