"""Hostile text stays text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scoreboard.report.untrusted import printable

ROOT = Path(__file__).parents[2]


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


def published(text: str, home: str) -> str:
    """The text as somebody whose home folder that is may publish it."""
    code = "import sys; from scoreboard.report.untrusted import nameless; sys.stdout.write(nameless(sys.argv[1]))"
    environment = {**os.environ, "HOME": home}
    command = [sys.executable, "-X", "utf8", "-c", code, text]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_home_folder_names_nobody_in_what_is_published() -> None:
    text = 'File "/home/ann/.bakeoff/x.py", beside /home/ann and /home/bob'
    assert published(text, "/home/ann") == 'File "~/.bakeoff/x.py", beside ~ and /home/bob'
    assert published("nobody was here", "/home/ann") == "nobody was here"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cannot open /home/ann.", "cannot open ~."),
        ("PATH=/usr/bin:/home/ann/bin", "PATH=/usr/bin:~/bin"),
        ("-I/home/ann/include", "-I~/include"),
        ("file:///home/ann/x", "file://~/x"),
        ("https://host.example/home/ann", "https://host.example/home/ann"),
        ("/home/anna /home/ann-old /home/ann.old", "/home/anna /home/ann-old /home/ann.old"),
    ],
)
def test_a_home_folder_is_found_wherever_it_stands_and_another_ones_is_none(text: str, expected: str) -> None:
    assert published(text, "/home/ann") == expected


@pytest.mark.parametrize("way", ["/home/ann", "/srv/lab/environments"])
def test_a_line_that_begins_with_a_place_does_so_in_json_too(way: str) -> None:
    text = f"it failed:\n{way}/x.py\t{way}/y.py"
    assert way not in published(json.dumps(text), "/home/ann")
    assert way not in published(json.dumps({"text": text}), "/home/ann")


def test_a_home_folder_is_found_as_json_writes_it() -> None:
    home = "/home/jürgen"
    assert published(json.dumps(f"{home}/x"), home) == '"~/x"'
    assert published(json.dumps(f"{home}/x", ensure_ascii=False), home) == '"~/x"'
    assert published(json.dumps(json.dumps([home])), home) == json.dumps('["~"]')


def test_a_home_folder_is_found_by_either_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "disk" / "ann").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    text = f"{tmp_path}/home/ann/x {tmp_path}/disk/ann/x"
    assert published(text, f"{tmp_path}/home/ann") == "~/x ~/x"


@pytest.mark.parametrize("folder", ["environments", "guests", "scratch"])
def test_where_guests_lived_is_not_told(folder: str) -> None:
    rest = f"{folder}/strands-0a1b/x.py"
    for way in ("/home/ann/.bakeoff", "/srv/home", "/private/tmp/a-b_c"):
        assert published(f'File "{way}/{rest}", line 1', "/home/ann") == f'File "…/{rest}", line 1'
    for told in (f"https://host.example/{rest}", f"./{rest}", rest, f"my/{rest}"):
        assert published(told, "/home/ann") == told


def test_who_has_no_home_folder_publishes_what_there_is() -> None:
    text = "1 / 2, and /usr/bin is not ~/bin"
    assert published(text, "/") == text
    assert published("/root/x, not /rooted", "/root") == "~/x, not /rooted"


def test_a_program_that_belongs_to_nobody_has_no_home_folder() -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become somebody without a name")
    code = "import os; from scoreboard.report.untrusted import nameless; os.setuid(4_000_000); print(nameless('/root'))"
    homeless = {name: value for name, value in os.environ.items() if name != "HOME"}
    done = subprocess.run([sys.executable, "-c", code], env=homeless, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("/root\n", 0), done.stderr
