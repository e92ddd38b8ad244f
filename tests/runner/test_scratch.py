"""The surroundings of a guest: empty folders, and nothing in the environment that it was not meant to see."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from scoreboard.runner.scratch import Scratch, guest_environment, make_scratch, one_certificate, sweep


def test_each_worker_has_empty_folders_of_its_own(tmp_path: Path) -> None:
    first, second = make_scratch(tmp_path, "baseline"), make_scratch(tmp_path, "baseline")
    folders = {folder for scratch in (first, second) for folder in (scratch.home, scratch.work, scratch.temporary)}
    assert len(folders) == 6
    assert not any(path for folder in folders for path in folder.iterdir())
    (first.home / "left").write_text("behind")
    first.remove()
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == [second.root.name]


def test_sweeping_removes_what_a_killed_host_left(tmp_path: Path) -> None:
    (make_scratch(tmp_path, "baseline").home / "left").write_text("behind")
    sweep(tmp_path)
    sweep(tmp_path)
    assert not (tmp_path / "scratch").exists()


def test_the_bundle_has_one_certificate(tmp_path: Path) -> None:
    if not ssl.create_default_context().get_ca_certs():
        pytest.skip("this machine has no root certificates")
    path = one_certificate(tmp_path)
    assert path
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    assert len(context.get_ca_certs()) == 1
    assert one_certificate(tmp_path) == path
    assert [left.name for left in path.parent.iterdir()] == [path.name]


def test_the_certificate_is_named_where_there_is_one(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    without = guest_environment(Path("/env/bin/python"), tmp_path, scratch, None)
    with_one = guest_environment(Path("/env/bin/python"), tmp_path, scratch, tmp_path / "one.pem")
    assert with_one == {**without, "SSL_CERT_FILE": str(tmp_path / "one.pem")}
    assert without["PATH"] == "/env/bin:/usr/bin:/bin"
