"""`bakeoff upgrade` through the real check: a newer lock is taken only where the adapter stays green."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scoreboard.kit import upgrade as kit
from scoreboard.kit.upgrade import Change, Upgrader, changes_between
from scoreboard.report.progress import progress
from scoreboard.runner.catalogue import Card, read_cards
from scoreboard.runner.locks import LOCKS
from tests.conftest import ROOT, Kitchen

BASELINE = (LOCKS / "baseline.txt").read_text()
OLDER = re.sub(r"^anyio==\S+", "anyio==4.0.0", BASELINE, flags=re.MULTILINE)


def test_what_changed_is_told_by_package() -> None:
    changes = changes_between({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"})
    assert changes == (Change("b", "1", "2"), Change("c", "1", None), Change("d", None, "1"))
    assert [str(change) for change in changes] == ["b 1 -> 2", "c 1 is gone", "d 1 comes along"]


@pytest.fixture
def served(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> Card:
    """The baseline outside the tree with an old lock; resolving it brings the lock of today, without a network."""
    path = kitchen.home.parent / "mine.py"
    path.write_text((ROOT / "adapters" / "baseline.py").read_text())
    lock = kitchen.home / "locks" / "mine.txt"
    lock.parent.mkdir()
    lock.write_text(OLDER)
    monkeypatch.setattr(kit, "compile_outside", lambda _path, lock, _say, upgrade: lock.write_text(BASELINE))
    (card,) = read_cards(path, group="mine", lock=lock)
    return card


def upgraded(card: Card, home: Path) -> kit.Upgrade:
    with progress() as display:
        (done,) = Upgrader(home, display, jobs=2, timeout_s=60).run([card])
    return done


def test_a_newer_lock_is_taken_where_the_check_is_green(kitchen: Kitchen, served: Card) -> None:
    done = upgraded(served, kitchen.home)
    assert (done.ending, done.why) == ("upgraded", ())
    assert [change.package for change in done.changes] == ["anyio"]
    assert served.lock.read_text() == BASELINE
    assert upgraded(served, kitchen.home).ending == "unchanged"


def test_the_old_lock_stays_where_the_check_is_not_green(
    kitchen: Kitchen, served: Card, capsys: pytest.CaptureFixture[str]
) -> None:
    source = served.path.read_text()
    served.path.write_text(source.replace("completions[-1].choices[0].message.parsed", "None"))
    done = upgraded(served, kitchen.home)
    assert done.ending == "kept"
    assert any(why.startswith("mine, typed answer: ") for why in done.why)
    assert served.lock.read_text() == OLDER
    assert not list((kitchen.home / "upgrades").iterdir())
    assert kit.conclude([done], as_json=False) == 1
    assert "mine stays as it was: the check finds its newest versions worse" in capsys.readouterr().out
    assert kit.conclude([done], as_json=True) == 1
    assert json.loads(capsys.readouterr().out)[0]["changes"] == [
        {"package": "anyio", "old": "4.0.0", "new": done.changes[0].new}
    ]


def test_a_lock_whose_environment_cannot_be_built_is_not_taken(
    kitchen: Kitchen, served: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = BASELINE.replace("--hash=sha256:", "--hash=sha256:0000")
    monkeypatch.setattr(kit, "compile_outside", lambda _path, lock, _say, upgrade: lock.write_text(broken + "\nx==1\n"))
    done = upgraded(served, kitchen.home)
    assert done.ending == "kept"
    assert any("could not be built" in why for why in done.why)
    assert served.lock.read_text() == OLDER


def test_a_line_that_failed_before_does_not_keep_the_old_versions(
    kitchen: Kitchen, served: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a framework does by itself it does in every version: it must not be held back for it."""
    marker = "python_full_version < '3'"
    served.lock.write_text(BASELINE + f"unneeded==1 ; {marker} \\\n    --hash=sha256:{'0' * 64}\n")
    source = served.path.read_text()
    served.path.write_text(source.replace("completions[-1].choices[0].message.parsed", "None"))
    done = upgraded(served, kitchen.home)
    assert (done.ending, done.why) == ("upgraded", ())
    assert [str(change) for change in done.changes] == ["unneeded 1 is gone"]
