"""Hostile text stays text."""

from __future__ import annotations

from scoreboard.report.untrusted import printable


def test_nothing_a_guest_says_can_steer_the_terminal() -> None:
    hostile = "\x1b]0;title\x07\x1b[2Jgone\r\x08\x9b31m\u202egnp.exe\u2066"
    shown = printable(hostile)
    assert not set(shown) & set("\x1b\x07\r\x08\x9b\u202e\u2066")
    assert "gone" in shown


def test_half_a_character_can_be_written() -> None:
    assert printable("a \ud83c b").encode() == "a \N{REPLACEMENT CHARACTER} b".encode()


def test_what_people_write_stays_as_it_is() -> None:
    text = "Würfel: 17 🎲\n\tzwei  骰子"
    assert printable(text) == text
