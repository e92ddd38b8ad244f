"""The page of a trial: it tells everything, needs nothing, and never obeys what a guest said."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from scoreboard.errors import StoreError
from scoreboard.meter.call import Call
from scoreboard.report.site import turns
from scoreboard.report.site.gathered import gather
from scoreboard.report.site.trial_pages import trial_page, write_trial_pages
from scoreboard.report.summary import Selection
from scoreboard.results.judge import Judgement
from scoreboard.results.store import Store, database_path
from scoreboard.runner.outcome import AnswerSent, ConnectionAttempt, GuestError, Outcome
from scoreboard.runner.plan import Trial
from tasks.base import ToolRun
from tests.results.samples import PASSED, STAMPS, ZERO_NS, call, played, trial

EVERYTHING = Selection(variants=True, faults="all")
WHOLE = "html head meta title link body header nav main h1 h2 h3"
PARTS = "a p strong span svg rect ol li div b pre details summary dl dt dd code"
HOSTILE = "<script>alert(1)</script></pre></details><img src=x onerror=alert(1)>&lt;b&gt;'\"><a href='javascript:1'>"
HIDING = "\x1b[2J\u202egnp\u2066\x00"


class Seen(HTMLParser):
    """The elements, attributes and text of a page, as a browser would come to see them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def store_one(
    home: Path,
    planned: Trial | None = None,
    outcome: Outcome | None = None,
    calls: list[Call] | None = None,
    **told: Any,
) -> str:
    """Stores a trial that went as played but for what is given; its id."""
    planned, (as_played, played_calls) = planned or trial(), played()
    calls = played_calls if calls is None else calls
    judgement, stamps = told.get("judgement", PASSED), told.get("stamps", STAMPS)
    with closing(Store.open(home)) as store:
        assert store.add(planned, outcome or as_played, calls, judgement, stamps)
    return planned.id


def page_of(home: Path, trial_id: str) -> str:
    """As the report writes it."""
    folder = home / "report"
    assert f"trials/{trial_id}.html" in write_trial_pages(gather(home, EVERYTHING), folder)
    return (folder / "trials" / f"{trial_id}.html").read_text(encoding="utf-8")


def replied(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def test_every_trial_has_a_page_and_all_share_a_style_sheet(tmp_path: Path) -> None:
    ids = [store_one(tmp_path, trial(framework, repeat=n)) for framework in ("baseline", "oracle") for n in range(2)]
    written = write_trial_pages(gather(tmp_path, EVERYTHING), tmp_path / "site")
    assert sorted(written) == sorted(["trials/trial.css", *(f"trials/{each}.html" for each in ids)])
    assert all((tmp_path / "site" / path).stat().st_size for path in written)
    assert "--ground" in (tmp_path / "site" / "trials" / "trial.css").read_text()


def test_a_plain_page_says_it_all_and_stays_small(tmp_path: Path) -> None:
    _, (first, second) = played()
    second = replace(second, response_body=replied("You rolled it."))
    page = page_of(tmp_path, store_one(tmp_path, calls=[first, second]))
    text = " ".join(Seen(page).text.split())
    assert "No framework bakes dice: passed" in text
    for told in (
        "One agent rolls one dice.",
        "Why this verdict: the answer is right.",
        "20.0 ms in all: 4.0 ms in the model, 1.0 ms in tools, 15.0 ms in the framework itself.",
        'Tool roll_dice({"sides": 20})',
        "The model replies You rolled it.",
        "(1 message as before)",
        "The framework says it used 2 calls, 100 tokens in",
        "connect telemetry.example:443 (during trial, 3 times)",
        "2, 100 tokens in, 20 out",
        "2026-01-02 03:04:05 UTC",
        "adapter adapter1, task task1, lock lock1, harness harness1, Bakeoff 0.1.0",
        f"bakeoff trial {trial().id} --raw",
    ):
        assert told in text, told
    assert text.index("Call 1") < text.index("Tool roll_dice") < text.index("Call 2") < text.index("How it ended")
    assert len(page.encode()) < 8_000


def test_it_links_back_but_only_to_pages_that_there_are(tmp_path: Path) -> None:
    variant, control = store_one(tmp_path, trial("baseline/hardened")), store_one(tmp_path, trial("oracle"))
    links = [
        [value for name, value in Seen(page_of(tmp_path, each)).attributes if name == "href"]
        for each in (variant, control)
    ]
    assert links == [["trial.css", "../index.html", "../frameworks/baseline.html"], ["trial.css", "../index.html"]]


def test_no_script_can_run_and_nothing_be_loaded(tmp_path: Path) -> None:
    seen = Seen(page_of(tmp_path, store_one(tmp_path)))
    (policy,) = (value for name, value in seen.attributes if name == "content" and "default-src" in (value or ""))
    nowhere = "default-src 'none'; base-uri 'none'; form-action 'none'"
    assert policy == f"{nowhere}; script-src 'none'; style-src 'self' file:; img-src data:"
    assert not {"script", "style", "img", "iframe"} & {*seen.elements}
    assert "style" not in dict(seen.attributes)


def test_a_fault_is_told_in_words_and_where_it_acted(tmp_path: Path) -> None:
    outcome, (first, second) = played()
    retried = replace(second, ordinal=3, attempt=2, retry_count=1, started_ns=ZERO_NS + 15_000_000)
    calls = [first, replace(second, status=500, fault="http_500"), retried]
    judgement = Judgement("passed", ("the answer is right",), "absorbed", 1)
    page = page_of(tmp_path, store_one(tmp_path, trial(fault="http_500"), outcome, calls, judgement=judgement))
    text = " ".join(Seen(page).text.split())
    assert "No framework bakes dice under http_500: passed" in text
    assert "The provider fails. (http_500: HTTP 500 with an OpenAI error body)" in text
    assert "passed, absorbed: right answer, because the client library repeated the request." in text
    assert "HTTP 500" in text
    assert "http_500 acted here" in text
    assert "attempt 2 at the same request, retry 1 by the client library" in text


def test_an_exception_has_its_traceback_folded(tmp_path: Path) -> None:
    error = GuestError("APIError", "no luck", "Traceback (most recent call last):\n  line 1")
    outcome = replace(played()[0], ending="raised", answer=None, error=error)
    seen = Seen(
        page_of(tmp_path, store_one(tmp_path, outcome=outcome, judgement=Judgement("raised", ("it gave up.",))))
    )
    assert "APIError: no luck" in seen.text
    assert "Traceback (most recent call last):\n  line 1" in seen.text
    assert seen.elements["details"] == 1
    assert "Why this verdict: it gave up.\n" in seen.text


def test_what_was_sent_before_is_only_pointed_at(tmp_path: Path) -> None:
    offer = {"type": "function", "function": {"name": "roll_dice", "parameters": {"type": "object"}}}
    messages = [{"role": "system", "content": "Be a roller. " * 200}, {"role": "user", "content": "Roll"}]
    body = json.dumps({"model": "sim", "messages": messages, "tools": [offer]}).encode()
    calls = [call(number, 2 * number, request_body=body) for number in (1, 2, 3)]
    page = page_of(tmp_path, store_one(tmp_path, calls=calls))
    assert page.count("Be a roller. " * 200) == 1
    assert page.count("System text as in call 1. Tools on offer as in call 1. (1 message as before)") == 2
    assert "(2,600 characters)</span></summary>" in page


def test_the_longest_texts_and_calls_are_cut_and_say_so(tmp_path: Path) -> None:
    asked = call(1, 2, *(f"question {number}" for number in range(500)), response_body=replied("x" * 1_000_000))
    page = page_of(tmp_path, store_one(tmp_path, calls=[asked]))
    assert len(page) < 40_000
    assert f"({1_000_000 - turns.LONGEST_TEXT:,} characters more; --raw has them all)" in page
    assert "messages are left out; --raw has them all)" in page
    assert "question 0" in page
    assert "question 250" not in page


def test_where_nothing_happened_it_says_so(tmp_path: Path) -> None:
    outcome = Outcome("unsupported", ZERO_NS, ZERO_NS)
    judgement = Judgement("unsupported", ("the adapter has no way to do it",))
    page = page_of(tmp_path, store_one(tmp_path, outcome=outcome, calls=[], judgement=judgement))
    assert "Nothing was sent, and nothing came back." in page
    assert "0.0 ms in all" in page


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    bad = HOSTILE + HIDING
    run = ToolRun(bad, {bad: bad}, bad, bad, ZERO_NS + 5_000_000, ZERO_NS + 6_000_000, bad)
    outcome = replace(
        played()[0],
        answer=AnswerSent("typed", {bad: bad}, bad),
        error=GuestError(bad, bad, bad * 50),
        tool_log=(run,),
        connections=(ConnectionAttempt(bad, "connect", "trial"),),
        stdout=bad * 20,
        stderr=bad,
        framework_version=bad,
        python_version=bad,
    )
    asking = {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": bad, "arguments": bad}}]}
    offer = {"type": "function", "function": {"name": bad, "description": bad, "parameters": {bad: bad}}}
    body = {
        "messages": [{"role": "system", "content": bad}, {"role": "user", "content": bad}, asking],
        "tools": [offer],
    }
    odd = {"path": bad, "method": bad, "step": bad, "fault": bad, "refused": bad, "provider_failure": bad}
    calls = [
        call(1, 2, request_body=json.dumps(body).encode(), response_body=replied(bad), request_headers={bad: bad}),
        call(2, 4, request_body=bad.encode(), response_body=bad.encode(), inapplicable=bad, **odd),
    ]
    stamps, judgement = replace(STAMPS, machine=bad, bakeoff_version=bad), Judgement("wrong", (bad,))
    page = page_of(tmp_path, store_one(tmp_path, trial(), outcome, calls, stamps=stamps, judgement=judgement))
    seen = Seen(page)
    assert {*seen.elements} <= {*f"{WHOLE} {PARTS}".split()}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert seen.elements["a"] == 2
    assert seen.text.count(HOSTILE) > 20
    assert not {*HIDING} - {*"[2Jgnp"} & {*page}


def test_names_of_any_kind_stay_words(tmp_path: Path) -> None:
    page = page_of(tmp_path, store_one(tmp_path, trial(HOSTILE, HOSTILE, model=HOSTILE)))
    seen = Seen(page)
    assert f"bakes {HOSTILE}: passed" in seen.text
    assert seen.text.count(HOSTILE) > 3
    assert {*seen.elements} <= {*f"{WHOLE} {PARTS}".split()}


def test_what_is_damaged_is_told_on_its_page_and_all_others_are_written(tmp_path: Path) -> None:
    fine, harmed = store_one(tmp_path), store_one(tmp_path, trial(repeat=1))
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        connection.execute("DROP TRIGGER calls_keep_on_update")
        connection.execute("UPDATE calls SET response_body = x'0102' WHERE trial = ?", (harmed,))
        connection.commit()
    page = page_of(tmp_path, harmed)
    assert "cannot be read: the stored data is damaged (error: Error -3" in page
    assert "20.0 ms in all" in page
    assert "How it ended" in page_of(tmp_path, fine)


def test_no_trial_writes_outside_the_folder(tmp_path: Path) -> None:
    store_one(tmp_path)
    gathered = gather(tmp_path, EVERYTHING)
    strange = replace(gathered, rows=[replace(gathered.rows[0], id="../../index")])
    with pytest.raises(StoreError, match="letters and digits"):
        write_trial_pages(strange, tmp_path / "site")


def test_one_page_can_be_had_by_itself(tmp_path: Path) -> None:
    written = page_of(tmp_path, store_one(tmp_path))
    gathered = gather(tmp_path, EVERYTHING)
    with closing(Store.open(tmp_path, read_only=True)) as store:
        (found,) = store.evidences(gathered.rows)
    assert trial_page(found, gathered) == written
