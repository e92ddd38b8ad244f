"""A framework that rings the test's bell and then hangs."""

import socket
import time
from pathlib import Path
from typing import NoReturn

from adapters.base import Adapter
from tasks.base import Task


class Hanging(Adapter):
    title = "Hanging"
    group = "controls"
    package = "pydantic"

    def agent(self, task: Task) -> NoReturn:
        with socket.socket(socket.AF_UNIX) as bell:
            bell.connect(str(Path.home().parents[2] / "bell"))
        while True:
            time.sleep(3600)
