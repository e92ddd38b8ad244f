"""The article: complete, true to the figures that the commands show, of one run, and inert whatever it quotes."""

from __future__ import annotations

import ast
import json
import re
import struct
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scoreboard.errors import UsageError
from scoreboard.report.post.article import article_of, write_article
from scoreboard.report.post.folder import MARK
from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.publish import ReportError
from scoreboard.report.summary import Selection
from scoreboard.runner.outcome import ClaimedUsage, GuestError
from tests.conftest import Kitchen
from tests.report.site.stock import Baked, stocked
from tests.star_history.collections_ import collection, history, record

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the tokenizer's package
ALL = Selection(variants=True, faults="all")
HOSTILE = (
    "it | said |\n| x | y |\n\n# so <script>alert(1)</script> ![p](https://evil.example/p.png) [l](javascript:x) "
    "`code` **bold** <!-- &lt; \\| a@evil.example www.evil.example"
)
SEEN = " ".join(HOSTILE.split())
OURS = {"text", "code_inline", "image", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}
FAULTY = (
    Baked("baseline"),
    Baked("autogen"),
    Baked("baseline", "http_500", coping="absorbed"),
    Baked("autogen", "http_500", "wrong", reason="it is wrong"),
)


def tokens_of(article: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(article)


def lines_of(tokens: Iterable[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or []]


def words_of(token: Token) -> str:
    """What a reader sees of a cell or a paragraph."""
    return "".join(child.content for child in token.children or []).replace("\N{WORD JOINER}", "")


def rows_of(article: str) -> list[list[str]]:
    """The cells of every table."""
    rows: list[list[str]] = []
    for before, token in zip(tokens_of(article), tokens_of(article)[1:], strict=False):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            rows[-1].append(words_of(token))
    return rows


def written(folder: Path) -> str:
    return (folder / "article.md").read_text(encoding="utf-8")


def said_nothing(_line: str) -> None:
    pass


@pytest.fixture(scope="module")
def article(baked: Kitchen, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the command line writes of all frameworks."""
    folder = tmp_path_factory.mktemp("post") / "article"
    done = baked.run("report", "--post", "--output", str(folder))
    assert done.returncode == 0, done.stderr
    assert str(folder) not in written(folder)
    assert str(baked.home) not in written(folder)
    return written(folder)


def test_it_names_every_framework_with_its_version(article: str, baked: Kitchen) -> None:
    rows = rows_of(article)
    for trial in baked.rows():
        if trial["framework"] not in ("oracle", "nop"):
            assert any(trial["framework_version"] in row for row in rows), trial["framework"]
    assert article.splitlines()[2].startswith("# Nine agent frameworks, compared with data and code (20")


def test_its_figures_are_those_of_the_scoreboard(article: str, baked: Kitchen) -> None:
    shown = json.loads(baked.run("show", "--json").stdout)
    rows = rows_of(article)
    for comparison in shown["comparisons"]:
        for entry in comparison["entries"]:
            median, times = entry["medians"], entry["relative"]
            figures = [f"{entry['passed']} of {entry['rated']}"] + [
                f"{median[name]:,.{digits}f} ({times[name]:.1f}x)"
                for name, digits in (("calls", 0), ("input_tokens", 0), ("total_ms", 1), ("lines_of_code", 0))
            ]
            assert any({*figures} <= {*row} for row in rows), (comparison["task"], entry["framework"])


def test_the_code_is_python_and_there_is_one_block_for_each_framework(article: str) -> None:
    blocks = [token.content for token in tokens_of(article) if token.type == "fence" and token.info == "python"]
    assert len(blocks) == 10
    for block in blocks:
        assert any(isinstance(node, ast.ClassDef) for node in ast.parse(block).body)


def test_it_is_plain_markdown_with_whole_tables(article: str) -> None:
    tokens = tokens_of(article)
    assert [token.content.strip() for token in tokens if token.type == "html_block"] == [MARK]
    assert not [each for each in lines_of(tokens) if each.type in ("html_inline", "link_open")]
    for block in re.findall(r"(?:^\|.*\|\n)+", article, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block
    for token in (token for token in tokens if token.type == "fence"):
        article = article.replace(token.content, "\n")
    assert "\n\n\n" not in article


def test_it_says_what_to_run_for_what_is_missing(article: str) -> None:
    for command in ("bakeoff facts", "bakeoff stars", "bakeoff run --faults all"):
        assert f"`{command}`" in article
    assert "sh\nbakeoff run --repeats 2\nbakeoff report --post\n" in article


def test_hostile_words_stay_where_they_are_quoted(tmp_path: Path) -> None:
    gathered = stocked(
        tmp_path,
        [
            *FAULTY,
            Baked("crewai", verdict="wrong", reason=HOSTILE),
            Baked("autogen", "http_429/always", "raised", error=GuestError("evil.Error", HOSTILE)),
        ],
    )
    cards = {**gathered.cards, "autogen": replace(gathered.cards["autogen"], notes=(HOSTILE,), title="A | <b>B</b>")}
    told, _ = article_of(replace(gathered, cards=cards))
    tokens, cells = tokens_of(told), [cell for row in rows_of(told) for cell in row]
    assert cells.count(SEEN) == 2, "the reason and the note"
    assert any(cell.startswith("evil.Error: it | said | | x | y | # so <script>alert(1)") for cell in cells)
    assert "A | <b>B</b>" in cells
    assert not [token for token in tokens if token.type == "html_block"]
    assert {each.type for each in lines_of(tokens)} <= OURS
    pictures = [str(each.attrs["src"]) for each in lines_of(tokens) if each.type == "image"]
    assert pictures
    assert all(re.fullmatch(r"pictures/[a-z0-9-]+\.png", each) for each in pictures)


def test_pictures_are_there_say_what_they_show_and_stand_on_white_ground(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    stocked(tmp_path / "home", FAULTY)
    assert write_article(tmp_path / "home", ALL, None, folder, said_nothing) == 0
    shown = [each for each in lines_of(tokens_of(written(folder))) if each.type == "image"]
    assert {path.name for path in (folder / "pictures").glob("*.png")} == {
        Path(str(each.attrs["src"])).name for each in shown
    }
    assert all(len(each.content) > 40 for each in shown)
    for png in (folder / "pictures").glob("*.png"):
        svg = png.with_suffix(".svg").read_text()
        size = re.search(r'^<svg [^>]*width="([\d.]+)" height="([\d.]+)"', svg)
        assert size
        assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack_from(">II", png.read_bytes(), 16) == pytest.approx(
            [2 * float(each) for each in size.groups()], abs=2
        )
        assert '<rect width="100%" height="100%" fill="#ffffff"/>' in svg


def test_faults_are_told_in_totals_and_signs(tmp_path: Path) -> None:
    told, _ = article_of(stocked(tmp_path, FAULTY))
    assert ["http_500", "^2", "X2"] in rows_of(told)
    totals = next(row for row in rows_of(told) if row[0] == "AutoGen AgentChat" and row[1] == "0/1 (0%)")
    assert totals[-1] == "1", "silently wrong"
    assert "- `X` silently wrong" in told


def test_claims_stand_beside_what_was_measured(tmp_path: Path) -> None:
    claims = Baked("autogen", usage=ClaimedUsage(1, 100, 20))
    told, _ = article_of(stocked(tmp_path, [Baked("baseline", usage=ClaimedUsage(2, 100, 20)), claims]))
    assert ["AutoGen AgentChat", "1.00", "1.00", "0.50"] in rows_of(told)


def test_a_demonstration_of_stars_cannot_be_overlooked(tmp_path: Path) -> None:
    told, pictures = article_of(_starred(stocked(tmp_path, FAULTY), "DEMONSTRATION, not real."))
    assert "**DEMONSTRATION, not real.**" in told
    stars = [each for each in pictures if each.name.startswith("stars-")]
    assert len(stars) == 2
    assert all(each.alt.startswith("DEMONSTRATION") and "DEMONSTRATION" in each.svg for each in stars)


def test_kept_stars_are_charted_and_audit_the_article_of_march(tmp_path: Path) -> None:
    told, pictures = article_of(_starred(stocked(tmp_path, FAULTY)))
    assert "DEMONSTRATION" not in told
    assert any(row[0] == "AutoGen AgentChat" and "9,123" in row for row in rows_of(told))
    audited = next(row for row in rows_of(told) if row[0] == "AutoGen" and row[1] == "about 55,400")
    assert audited[3] == "1,982"
    assert "GitHub (api.github.com): fetched 2026-03-20" in told.replace("&#8288;", "")
    assert any(each.name == "stars-monthly" for each in pictures)


def _starred(gathered: Gathered, demonstration: str = "") -> Gathered:
    card = gathered.cards["autogen"]
    kept = record("alpha", history(news=(300, 200, 100, 150, 50)), stars=9123)
    named = replace(kept, subject=replace(kept.subject, title=card.title, repo=card.repo))
    assert named.repository
    named = replace(named, repository=replace(named.repository, full_name=card.repo, aliases=()))
    return replace(gathered, stars=collection(named, demonstration=demonstration))


def test_a_bent_ruler_is_told_first_and_fails(tmp_path: Path) -> None:
    stocked(tmp_path / "home", [Baked("baseline"), Baked("nop")])
    lines: list[str] = []
    assert write_article(tmp_path / "home", ALL, None, tmp_path / "out", lines.append) == 1
    assert written(tmp_path / "out").index("**THE RULER IS BENT") < written(tmp_path / "out").index("## In short")
    assert any("THE RULER IS BENT" in line for line in lines)


def test_controls_alone_are_no_article(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing is measured of these yet"):
        stocked(tmp_path / "home", [Baked("nop", verdict="wrong")])
    with pytest.raises(UsageError, match="Nothing is measured of these yet"):
        write_article(tmp_path / "home", ALL, None, tmp_path / "out", said_nothing)


def test_a_second_run_removes_what_it_does_not_draw(tmp_path: Path) -> None:
    stocked(tmp_path / "home", FAULTY)
    folder = tmp_path / "out"
    write_article(tmp_path / "home", ALL, None, folder, said_nothing)
    assert (folder / "pictures" / "faults.png").exists()
    (folder / "pictures" / "mine.txt").write_text("not the post's")
    write_article(tmp_path / "home", replace(ALL, faults=None), None, folder, said_nothing)
    assert not list((folder / "pictures").glob("faults.*"))
    assert (folder / "pictures" / "mine.txt").exists()
    assert "No fault was tried yet" in written(folder)


def test_a_list_that_names_other_files_removes_none_of_them(tmp_path: Path) -> None:
    stocked(tmp_path / "home", FAULTY)
    folder = tmp_path / "out"
    write_article(tmp_path / "home", ALL, None, folder, said_nothing)
    (tmp_path / "precious").write_text("mine")
    (folder / "pictures" / "files.json").write_text('["../precious", "article.md", "pictures/faults.png"]')
    for picture in (folder / "pictures").glob("cost-*"):
        picture.unlink()
    write_article(tmp_path / "home", replace(ALL, faults=None), None, folder, said_nothing)
    assert (tmp_path / "precious").exists()
    assert written(folder).startswith(MARK)


@pytest.mark.parametrize("path", ["article.md", "pictures/faults.png", "pictures/files.json"])
def test_what_no_post_wrote_is_never_overwritten(tmp_path: Path, path: str) -> None:
    stocked(tmp_path / "home", FAULTY)
    folder = tmp_path / "out"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("# mine")
    with pytest.raises(UsageError, match="no post wrote it"):
        write_article(tmp_path / "home", ALL, None, folder, said_nothing)
    assert [each for each in folder.rglob("*") if each.is_file()] == [folder / path]
    assert (folder / path).read_text() == "# mine"


def test_a_file_in_place_of_the_folder_is_refused_in_words(tmp_path: Path) -> None:
    stocked(tmp_path / "home", FAULTY)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        write_article(tmp_path / "home", ALL, None, tmp_path / "file", said_nothing)
    with pytest.raises(ReportError, match="cannot be written"):
        write_article(tmp_path / "home", ALL, None, tmp_path / "file" / "below", said_nothing)
