"""A real server in a process of its own, over a real store that grows while it serves."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scoreboard.results.judge import Judgement
from scoreboard.results.store import Store, database_path
from tests.results.samples import PASSED, STAMPS, played, trial

ROOT = Path(__file__).parents[3]
SERVE = """
import sys
from pathlib import Path
from scoreboard.cli import main
from scoreboard.report.site import server
from scoreboard.report.site.gathered import gather
from scoreboard.report.summary import Selection
home, port, frameworks = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] or None

class Stub:
    def __init__(self, rows, state):
        self.rows, self.state = rows, state
    def page(self, path):
        if path == "broken.html":
            raise ZeroDivisionError
        pages = {"index.html": f"<p>{len(self.rows)} rows <script>{server.live_script(self.state)}</script>",
                 "data/rows.json": "[]", "trials/abc.html": "one trial"}
        return pages[path].encode() if path in pages else None

selection = Selection(frameworks, None, None, True, "all")
def make(state):
    return Stub(gather(home, selection).rows, state)
manner = server.Manner(None if port < 0 else port, opens_browser=False)
import scoreboard.cli
scoreboard.cli.cli = scoreboard.cli.click.command()(lambda: server.view(home, selection, make, manner))
main([])
"""


class Served:
    """`bakeoff view` of a home, and whoever asks it."""

    def __init__(self, home: Path, port: int = 0, frameworks: str = "") -> None:
        arguments = [sys.executable, "-c", SERVE, str(home), str(port), frameworks]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ}
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.removeprefix("http://127.0.0.1:").removesuffix("/") or 0) if self.address else 0

    def ask(self, path: str, method: str = "GET", host: str | None = None) -> tuple[http.client.HTTPResponse, str]:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}"})
            with connection.getresponse() as answer:
                return answer, answer.read().decode()

    def events(self) -> Iterator[dict[str, Any]]:
        """What is told, one event after the other, for as long as somebody listens."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", "/live")
            with connection.getresponse() as answer:
                assert answer.getheader("Content-Type") == "text/event-stream; charset=utf-8"
                while line := answer.readline():
                    if line.startswith(b"data: "):
                        yield json.loads(line.removeprefix(b"data: "))

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        stdout, stderr = self.process.communicate(timeout=30)
        return self.process.returncode, stdout, stderr


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(home: Path, port: int = 0, frameworks: str = "") -> Served:
        started.append(Served(home, port, frameworks))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def add(home: Path, framework: str = "baseline", repeat: int = 0) -> None:
    with contextlib.closing(Store.open(home)) as store:
        assert store.add(trial(framework, repeat=repeat), *played(), PASSED, STAMPS)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One trial, served. For reading only."""
    home = tmp_path_factory.mktemp("served")
    add(home)
    served = Served(home)
    yield served
    served.process.kill()
    served.process.communicate()


def test_it_serves_pages_and_files(served: Served) -> None:
    for path in ("/", "/index.html", "/index.html?x=1"):
        answer, page = served.ask(path)
        assert (answer.status, answer.getheader("Content-Type")) == (200, "text/html; charset=utf-8")
        assert "1 rows" in page
    answer, text = served.ask("/data/rows.json")
    assert (answer.getheader("Content-Type"), text) == ("application/json; charset=utf-8", "[]")
    answer, text = served.ask("/index.html", "HEAD", f"LOCALHOST:{served.port}")
    assert (answer.status, text) == (200, "")
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Referrer-Policy") == "no-referrer"


def test_it_answers_to_this_machines_name_only(served: Served) -> None:
    for host in (
        "evil.example",
        f"evil.example:{served.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1:{served.port}.",
    ):
        for path in ("/", "/live"):
            answer, page = served.ask(path, host=host)
            assert answer.status == 403, host
            assert "1 rows" not in page


def test_it_listens_on_loopback_only(served: Served) -> None:
    assert served.address == f"http://127.0.0.1:{served.port}/"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", served.port), timeout=5)


def test_what_is_no_page_is_not_there(served: Served) -> None:
    strange = ("/../scoreboard.db", "/trials/../../scoreboard.db", "/%2e%2e/scoreboard.db", "//etc/passwd", "/.")
    for path in ("/nowhere.html", *strange):
        answer, page = served.ask(path)
        assert answer.status == 404, path
        assert "There is no such page" in page


def test_nothing_can_be_changed(served: Served) -> None:
    answer, _ = served.ask("/", "POST")
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")


def test_a_page_that_cannot_be_made_ends_nothing(served: Served) -> None:
    answer, page = served.ask("/broken.html")
    assert answer.status == 500
    assert "ZeroDivisionError" in page
    assert served.ask("/")[0].status == 200


def test_browsers_hear_of_a_new_trial(tmp_path: Path, serve: Callable[..., Served]) -> None:
    add(tmp_path)
    served = serve(tmp_path)
    first, _ = served.ask("/")
    events = served.events()
    told = next(events)
    assert f'"{told["state"]}"' == first.getheader("ETag")
    assert (told["trials"], told["running"], told["newest"]) == (1, False, "baseline / dice passed")
    add(tmp_path, repeat=1)
    fresh = next(event for event in events if event["state"] != told["state"])
    assert (fresh["trials"], fresh["trouble"]) == (2, "")
    answer, page = served.ask("/")
    assert answer.getheader("ETag") == f'"{fresh["state"]}"'
    assert "2 rows" in page


def test_before_the_first_trial_it_waits(tmp_path: Path, serve: Callable[..., Served]) -> None:
    home = tmp_path / "not yet"
    served = serve(home)
    answer, page = served.ask("/")
    assert answer.status == 200
    assert "Nothing measured yet in" in page
    assert '<html lang="en" data-waiting>' in page
    assert not home.exists()
    assert served.ask("/trials/abc.html")[0].status == 404
    events = served.events()
    assert next(events)["state"] == ""
    add(home)
    assert next(event for event in events if event["state"])["trials"] == 1
    assert "1 rows" in served.ask("/")[1]


def test_a_store_that_breaks_leaves_the_last_good_page(tmp_path: Path, serve: Callable[..., Served]) -> None:
    add(tmp_path)
    served = serve(tmp_path)
    assert "1 rows" in served.ask("/")[1]
    events = served.events()
    state = next(events)["state"]
    for file in tmp_path.glob("scoreboard.db*"):
        file.unlink()
    database_path(tmp_path).write_bytes(b"no database" * 1000)
    told = next(event for event in events if event["trouble"])
    assert "damaged" in told["trouble"]
    assert told["state"] == state
    assert "1 rows" in served.ask("/")[1]
    database_path(tmp_path).unlink()
    add(tmp_path)
    add(tmp_path, repeat=1)
    assert next(event for event in events if not event["trouble"] and event["state"] != state)["trials"] == 2


def test_only_what_was_asked_for_is_waited_for(tmp_path: Path, serve: Callable[..., Served]) -> None:
    add(tmp_path, "nop")
    served = serve(tmp_path, frameworks="baseline")
    assert "Nothing is measured of these yet" in served.ask("/")[1]  # a control alone is nothing to look at
    misspelt = serve(tmp_path, frameworks="baselin")
    assert misspelt.process.wait(timeout=30) == 2
    assert misspelt.process.stderr
    assert "Did you mean baseline?" in misspelt.process.stderr.read()


def test_a_port_that_is_taken(tmp_path: Path, serve: Callable[..., Served]) -> None:
    add(tmp_path)
    first, other = serve(tmp_path, -1), serve(tmp_path, -1)
    assert first.port >= 8400
    assert other.port > first.port
    refused = serve(tmp_path, first.port)
    assert refused.process.wait(timeout=30) == 2
    assert refused.process.stderr
    assert f"Port {first.port} is taken by another program." in refused.process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_waits_for_nobody(tmp_path: Path, serve: Callable[..., Served], number: int) -> None:
    add(tmp_path)
    served = serve(tmp_path)
    events = served.events()
    next(events)
    status, stdout, stderr = served.stop(number)
    assert status == 0
    assert stdout == ""
    assert stderr.splitlines()[-1] == "Stopped."
    assert "Traceback" not in stderr


def test_hostile_words_of_a_trial_are_words(tmp_path: Path, serve: Callable[..., Served]) -> None:
    with contextlib.closing(Store.open(tmp_path)) as store:
        store.add(trial("</script>\n\ndata: x"), *played(), Judgement("wrong", ("because",)), STAMPS)
    assert next(serve(tmp_path).events())["newest"] == "</script>\n\ndata: x / dice wrong"
