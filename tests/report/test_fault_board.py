"""The board of faults, printed: what is in no rate is listed with the reason, and what never ends has its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoreboard.report.fault_board import set_aside, show_faults
from scoreboard.results.matrix import matrix
from scoreboard.runner.catalogue import framework_cards
from tests.results.samples import row

if TYPE_CHECKING:
    import pytest

    from scoreboard.results.judge import Verdict
    from scoreboard.results.row import Row


def under(fault: str, verdict: Verdict, framework: str = "baseline", **more: Any) -> Row:
    return row(verdict, framework, **{"fault": fault, "requests": 4, "delivered": 3, "client_retries": 2, **more})


def printed(capsys: pytest.CaptureFixture[str], *rows: Row) -> str:
    show_faults([matrix("sim", rows)], framework_cards(), "fault")
    return capsys.readouterr().out


def test_what_is_in_no_rate_is_listed_with_the_reason() -> None:
    rows = [
        under("missing_call_id", "unsupported", reasons=("not applicable: calls written as code have no ids",)),
        under("duplicate_call_id", "unsupported", reasons=("not applicable: calls written as code have no ids",)),
        under("http_500", "void", reasons=("the fault http_500 never reached the framework",)),
        under("tool_raises", "raised", "langgraph"),
        row("wrong", "langgraph", requests=2),
    ]
    assert list(set_aside(matrix("sim", rows))) == [
        "In no rate:",
        "  baseline: not applicable: calls written as code have no ids (missing_call_id, duplicate_call_id)",
        "  baseline: void: the fault http_500 never reached the framework (http_500)",
        "  langgraph: void: it fails the task without any fault (tool_raises)",
    ]


def test_trouble_without_end_tells_requests_seconds_and_what_the_user_sees(capsys: pytest.CaptureFixture[str]) -> None:
    error = {"error_type": "openai.RateLimitError", "error_message": "Error code: 429\nslow down"}
    told = printed(
        capsys,
        under("http_429/always", "raised", total_ms=2345.6, **error),
        under("http_500/always", "raised", delivered=9, client_retries=6, total_ms=1000.0, **error),
        under("slow_first_byte/always", "timeout", delivered=1, client_retries=0, total_ms=122_000.0),
        under("tool_raises", "raised"),
    )
    assert "! 3 = 1 x 3, 2.3 s" in told
    assert "! 9 = 3 x 3, 1.0 s" in told
    assert "# >=1, 122.0 s" in told
    assert "baseline: openai.RateLimitError: Error code: 429 slow down" in told


def test_limits_tell_calls_seconds_tokens_and_the_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(
        capsys,
        under(
            "never_finishes", "raised", requests=10, total_ms=200.0, input_tokens=2000, output_tokens=570,
            error_type="agents.exceptions.MaxTurnsExceeded", error_message="Max turns (10) exceeded",
        ),
        *(under(name, "raised") for name in ("http_500", "http_503", "http_429")),
    )  # fmt: skip
    (line,) = [line for line in told.splitlines() if "MaxTurnsExceeded" in line]
    assert line.split()[:4] == ["baseline", "10", "0.2", "2,570"]


def test_what_a_framework_says_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b[2J" not in printed(capsys, under("tool_raises", "raised", error_type="X", error_message="\x1b[2Jboo"))
