"""A framework that does its work and leaves things lying about: threads, children, files, and a call home."""

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from adapters.base import Answer
from adapters.oracle import OracleAdapter
from tasks.base import Task

BALLAST_BYTES = 80_000_000


class Untidy(OracleAdapter):
    title = "Untidy"

    def run(self, task: Task) -> Answer:
        (Path.home() / ".config").mkdir(exist_ok=True)
        (Path.home() / ".config" / "untidy.json").write_text('{"visits": 1}')
        Path("notes.txt").write_text("x" * 100)
        Path(tempfile.gettempdir(), "untidy.lock").touch()
        bytearray(os.urandom(1) * BALLAST_BYTES)
        subprocess.Popen(["sleep", "600"])
        away = subprocess.Popen(["sleep", "600"], start_new_session=True)
        print(away.pid)
        threading.Thread(target=time.sleep, args=(0.1,)).start()  # ends by itself
        threading.Thread(target=call_home_later, daemon=True).start()
        return super().run(task)


def call_home_later() -> None:
    time.sleep(1)  # when the trial is over
    with contextlib.suppress(OSError):
        socket.create_connection(("telemetry.example", 4318))
    time.sleep(3600)
