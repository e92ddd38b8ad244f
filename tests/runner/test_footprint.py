"""What is read from an environment's files, and that nothing is made up where they do not tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from scoreboard.runner.footprint import admits, footprint, release_date

numbers = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, [3, *parts])))
clauses = st.builds("{}{}".format, st.sampled_from([">=", "<=", ">", "<", "==", "!=", "~="]), numbers)
prefixes = st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), numbers)


@given(st.lists(clauses | prefixes, max_size=4), st.tuples(st.integers(0, 14), st.integers(0, 20)))
def test_requirements_are_read_as_pip_reads_them(asked: list[str], python: tuple[int, int]) -> None:
    requires, version = ", ".join(asked), f"3.{python[0]}.{python[1]}"
    assert admits(requires, version) == SpecifierSet(requires).contains(version)


def test_no_requirement_admits_every_python() -> None:
    assert admits("", "3.11.7")


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name, requires in (("Some_Framework-1.2.3", ">=3.10,<4"), ("other-0.1", ">=3.12")):
        info = packages / f"{name}.dist-info"
        info.mkdir(parents=True)
        title, _, version = name.partition("-")
        text = f"Metadata-Version: 2.4\nName: {title}\nVersion: {version}\nRequires-Python: {requires}\n\nWords.\n"
        (info / "METADATA").write_text(text)
    (packages / "some_framework" / "__pycache__").mkdir(parents=True)
    (packages / "some_framework" / "core.py").write_bytes(b"x" * 2_000_000)
    (packages / "some_framework" / "__pycache__" / "core.pyc").write_bytes(b"x" * 9_000_000)
    (packages / "some_framework" / "__pycache__" / "core.nbi").write_bytes(b"x" * 5_000_000)
    (packages / "some_framework" / "sourceless.pyc").write_bytes(b"x" * 3_000_000)
    return tmp_path


def test_packages_and_megabytes_without_what_python_compiled(environment: Path) -> None:
    found = footprint(environment, "some-framework", "3.11.7")
    assert (found.version, found.packages, found.released) == ("1.2.3", 2, None)
    assert found.megabytes == pytest.approx(2.0, abs=0.01)
    assert found.requires_python == ">=3.10,<4"


def test_a_python_fits_only_if_every_package_admits_it(environment: Path) -> None:
    assert not footprint(environment, "some-framework", "3.11.7").python_fits
    assert footprint(environment, "some-framework", "3.12.0").python_fits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## v1.2.3 (2026-11-04)\n\nwords\n\n## v1.2.2 (2026-01-01)", "2026-11-04"),
        ("## [1.2.3](https://x.example/compare/1.2.2...1.2.3) (2026-09-29)", "2026-09-29"),
        ("## [1.2.4](https://x.example/compare/1.2.3...1.2.4) (2026-09-29)", None),
        ("## 1.2.3.1 (2026-09-29)\n## 1.2.3rc1 (2026-09-29)\n## 11.2.3 2026-09-29", None),
        ("1.2.3 was written on 2026-09-29", None),
        ("", None),
    ],
)
def test_a_release_date_is_told_only_by_a_heading_of_that_version(text: str, expected: str | None) -> None:
    assert release_date(text, "1.2.3") == expected
