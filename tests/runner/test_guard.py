"""The guard refuses at once and notes whatever is not the meter; and the surroundings hold nothing of the host's."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scoreboard.runner.outcome import ConnectionAttempt

if TYPE_CHECKING:
    from tests.runner.conftest import Workshop

IMPORTED = ConnectionAttempt("telemetry.example", "lookup", "import")


@pytest.fixture
def meter_port() -> Iterator[int]:
    """A real server that says hello."""

    class Hello(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello ")

        def log_message(self, *arguments: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_meter_can_be_reached(workshop: Workshop, meter_port: int) -> None:
    (outcome,) = workshop.serve(workshop.order("call_meter", port=meter_port), meter_port=meter_port)
    assert outcome.answer, outcome.error
    assert outcome.answer.value == "hello hello "
    beyond = {attempt.target for attempt in outcome.connections}
    assert beyond <= {"telemetry.example", f"[::1]:{meter_port}"}


def test_another_port_of_this_machine_cannot(workshop: Workshop, meter_port: int) -> None:
    outcome, _ = workshop.serve(workshop.order("call_meter", port=meter_port), "good")
    assert outcome.ending == "raised"
    assert ConnectionAttempt(f"127.0.0.1:{meter_port}", "connect", "trial") in outcome.connections


def test_every_way_out_is_refused_and_noted(workshop: Workshop) -> None:
    outcome = workshop.serve_one("phone_home")
    assert outcome.answer, outcome.error
    refused, unknown, failed = "ConnectionRefusedError", "gaierror", "URLError"
    assert outcome.answer.value == [
        *(unknown, refused, refused, refused, refused, unknown, refused, unknown),
        *(unknown, unknown, unknown, unknown, failed, unknown, refused, unknown, "111"),
    ]
    noted = {(attempt.kind, attempt.target) for attempt in outcome.connections if attempt.during == "trial"}
    assert noted == {
        ("lookup", "collector.example"),
        ("connect", "192.0.2.1:443"),
        ("connect", "127.0.0.1:9"),
        ("connect", "[2001:db8::1]:80"),
        ("connect", "192.0.2.2:53"),
        ("lookup", "statsd.example"),
        ("connect", "192.0.2.3:53"),
        ("lookup", "direct.example"),
        ("lookup", "name.example"),
        ("lookup", "name_ex.example"),
        ("lookup", "192.0.2.4"),
        ("lookup", "192.0.2.5"),
        ("lookup", "api.example"),
        ("lookup", "async.example"),
        ("connect", "192.0.2.6:80"),
        ("lookup", "thread.example"),
        ("connect", "192.0.2.7:80"),
    }


def test_attempts_during_import_belong_to_the_first_trial(workshop: Workshop) -> None:
    first, second = workshop.serve("good", "good")
    assert first.connections == (IMPORTED,)
    assert second.connections == ()


def test_the_same_attempt_is_counted_and_the_number_of_targets_is_bounded(workshop: Workshop) -> None:
    connections = workshop.serve_one("phone_home_for_ever").connections
    assert len(connections) == 101
    assert ConnectionAttempt("host0.example", "lookup", "trial", count=17) in connections
    assert sum(attempt.count for attempt in connections) == 5_000 + 1
    assert connections[-1].target == "(other targets)"


def test_a_forked_child_is_guarded_too(workshop: Workshop) -> None:
    answer = workshop.serve_one("phone_home_from_child").answer
    assert answer
    assert answer.value == 0


def test_sockets_of_the_file_system_are_the_guests_own(workshop: Workshop) -> None:
    outcome = workshop.serve_one("use_unix_sockets")
    assert outcome.answer, outcome.error
    assert outcome.connections == (IMPORTED,)


def test_surroundings_are_empty(workshop: Workshop) -> None:
    outcome = workshop.serve_one("look_around")
    assert outcome.answer, outcome.error
    seen = outcome.answer.value
    assert set(seen["environment"]) - {"LC_CTYPE"} == {
        *("HOME", "LANG", "PATH", "PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONPATH", "TMPDIR", "TZ")
    }
    assert "sk-secret-of-the-host" not in str(seen["environment"])
    assert os.environ["HOME"] != seen["environment"]["HOME"]
    assert seen["home"] == seen["cwd"][1] == []
    assert seen["stdin"] == ""
    assert seen["terminal"] == "OSError"
    assert seen["is_leader"]
    assert seen["scoreboard"] == []
    assert "" not in seen["path"]
    assert seen["cwd"][0] not in seen["path"]


def test_programs_of_the_guest_inherit_no_pipe_of_ours(workshop: Workshop) -> None:
    outcome = workshop.serve_one("inherit")
    assert outcome.answer, outcome.error
    assert len(outcome.answer.value.split()) == 4  # the three standard streams, and the folder being listed


WAYS = [["NoneType", "None"], ["int", "0"], ["int", "6"], ["NoneType", "None"]]  # connected; "hello " is six letters


def test_under_its_fault_the_meter_is_refused_by_every_way_once_a_tool_has_run(
    workshop: Workshop, meter_port: int
) -> None:
    orders = [
        workshop.order("reach_meter", port=meter_port, fault=fault) for fault in ("connection_refused/always", "none")
    ]
    struck, after = workshop.serve(*orders, meter_port=meter_port, framework="unlucky")
    assert struck.answer, struck.error
    assert after.answer, after.error
    refused = "[Errno 111] Connection refused"
    assert struck.answer.value == [
        WAYS,
        [
            *(["ConnectionRefusedError", refused], ["int", "111"]),
            *(["URLError", f"<urlopen error {refused}>"], ["ConnectionRefusedError", refused]),
        ],
    ]
    assert struck.stamps["connections_refused"] == "4"
    assert struck.connections == (), "that is no call home"
    assert after.answer.value == [WAYS, WAYS], "the next trial's connections are its own"
    assert "connections_refused" not in after.stamps


def test_refused_once_is_refused_once(workshop: Workshop, meter_port: int) -> None:
    order = workshop.order("reach_meter", port=meter_port, fault="connection_refused")
    (outcome,) = workshop.serve(order, meter_port=meter_port, framework="unlucky")
    assert outcome.answer, outcome.error
    before, (first, *others) = outcome.answer.value
    assert (before, first[0], others) == (WAYS, "ConnectionRefusedError", WAYS[1:])
    assert outcome.stamps["connections_refused"] == "1"
