"""When the other end of the lifeline closes, the whole group dies: by the system's help, or by a thread's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

GUEST = """
import os, sys, time
from scoreboard.runner import lifeline
if os.fork() == 0:
    while True:
        time.sleep(3600)
lifeline.{tie}(int(sys.argv[1]))
print("tied", flush=True)
while True:
    {wait}
"""


@pytest.mark.parametrize(
    ("tie", "wait"),
    [
        ("tie", "time.sleep(3600)"),
        pytest.param(
            "tie", "pow(3, 3_000_000)", marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
        ),
        ("watch_in_thread", "time.sleep(3600)"),
    ],
)
def test_the_group_dies_with_the_host(tie: str, wait: str) -> None:
    theirs, ours = os.pipe()
    code = GUEST.format(tie=tie, wait=wait)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(theirs)], stdout=subprocess.PIPE, pass_fds=[theirs], start_new_session=True
    ) as guest:
        assert guest.stdout
        os.close(theirs)
        assert guest.stdout.readline() == b"tied\n"
        os.close(ours)
        assert guest.stdout.read() == b"", "the forked child, which holds stdout open, is dead too"
    assert guest.returncode == -signal.SIGKILL


def test_a_host_that_died_before_is_noticed() -> None:
    theirs, ours = os.pipe()
    os.close(ours)
    code = "import sys; from scoreboard.runner import lifeline; lifeline.tie(int(sys.argv[1])); print('alive')"
    done = subprocess.run(
        [sys.executable, "-c", code, str(theirs)], stdout=subprocess.PIPE, pass_fds=[theirs], start_new_session=True
    )
    os.close(theirs)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")
