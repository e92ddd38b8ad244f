"""Text in an article stays text, whatever it says."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scoreboard.report.post.markdown import Markdown, bullets, code, fenced, table, text
from scoreboard.report.untrusted import printable

JOINER = "\N{WORD JOINER}"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

marks = st.text(st.sampled_from("\\`*_[]()<>|~$&#!+-=:/@.w {%}1ab\n\t\r\"'") | st.characters(), max_size=40)


def flat(words: str) -> str:
    return " ".join(printable(words).split())


def said(token: Token) -> str:
    """What a reader sees of a line; nothing but text may be in it."""
    assert {child.type for child in token.children or []} <= {"text"}
    return "".join(child.content for child in token.children or []).replace(JOINER, "")


@given(marks)
@example("| a |\n| - |\n<img src=x onerror=alert(1)>")
@example("![x](https://evil.example/x.png) [y](javascript:alert(1)) <https://evil.example>")
@example("__init__ *b* ~~c~~ `d` \\| &lt; \\\\")
def test_text_in_a_cell_is_one_cell_with_that_text(words: str) -> None:
    tokens = PARSER.parse(table(["head"], [[words], ["last"]]))
    cells = [token for token in tokens if token.type == "inline"]
    assert [said(cell) for cell in cells] == ["head", flat(words).replace(JOINER, ""), "last"]


@given(marks)
@example("# not a heading")
@example("1. not a list")
@example("- - -")
@example("=")
def test_text_in_a_paragraph_is_one_paragraph(words: str) -> None:
    tokens = PARSER.parse(f"before\n\n{text(words)}\n\nafter\n")
    assert {token.type for token in tokens} == {"paragraph_open", "inline", "paragraph_close"}
    assert flat(words).replace(JOINER, "") in [*(said(token) for token in tokens if token.type == "inline"), ""]


@given(marks)
def test_text_in_a_list_is_one_item(words: str) -> None:
    tokens = PARSER.parse(bullets([f"x {words}", "last"]))
    assert sum(token.type == "list_item_open" for token in tokens) == 2


@pytest.mark.parametrize(
    "words", ["https://evil.example", "www.evil.example", "a@evil.example", "{{ config }}", "{% x %}"]
)
def test_no_dialect_sees_an_address_or_a_template(words: str) -> None:
    """GitHub links addresses that stand bare, a blog's generator obeys templates before anybody parses Markdown."""
    assert words not in text(words)


@given(marks)
def test_code_holds_its_words_or_is_text(words: str) -> None:
    (inline,) = [token for token in PARSER.parse(table(["h"], [[code(words)]])) if token.type == "inline"][1:]
    children = inline.children or []
    assert {child.type for child in children} <= {"text", "code_inline"}
    told = "".join(child.content for child in children).replace(JOINER, "")
    assert told == flat(words).replace(JOINER, "") or told == printable(words).replace(JOINER, "")


@given(st.text(st.sampled_from("`~ab \n"), max_size=60))
def test_no_fence_inside_ends_a_block_of_code(source: str) -> None:
    (token,) = PARSER.parse(fenced(source, "python"))
    assert token.content.strip("\n") == source.strip("\n")


def test_what_is_markdown_already_is_left_alone() -> None:
    assert text(Markdown("**so**")) == "**so**"
    assert text("**so**") == r"\*\*so\*\*"
