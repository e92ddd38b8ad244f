"""Claims audited: a wrong account stands out in words, and the sentence on top names the worst."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from scoreboard.report.site.claims import claims_section
from scoreboard.report.site.pages import render
from scoreboard.runner.outcome import ClaimedUsage
from tests.report.site.stock import Baked, stocked

TRUE, HALF, DOUBLE = ClaimedUsage(2, 100, 20), ClaimedUsage(2, 50, 15), ClaimedUsage(2, 200, 20)


def test_a_wrong_account_stands_out_in_words_and_opens_a_trial(tmp_path: Path) -> None:
    gathered = stocked(
        tmp_path,
        [
            Baked("baseline", usage=TRUE),
            Baked("autogen", usage=HALF),
            Baked("crewai", usage=DOUBLE),
            Baked("strands"),
            Baked("autogen/swarm", usage=ClaimedUsage(2, 0, 20)),
        ],
    )
    section = claims_section(gathered)
    told = render("claims.html.jinja", section=section, root="")
    ids = {row.framework: row.id for row in gathered.rows}
    assert f'href="trials/{ids["autogen"]}.html"' in told
    assert told.count("too low</strong>") == 3
    assert told.count("too high</strong>") == 1
    (audit,) = section.shown["audits"]
    assert audit.sentences == [
        "Most is missing from the account of AutoGen AgentChat: in “One agent rolls one dice” it claims 50% of the "
        "input tokens measured.",
        "Of 4, 1 report the truth throughout, 2 a wrong figure somewhere, 1 nothing.",
    ]
    assert {line.entry.framework: line.is_variant for line in audit.lines}["autogen/swarm"]


def test_nothing_claimed_is_not_the_same_as_not_baked(tmp_path: Path) -> None:
    section = claims_section(
        stocked(tmp_path, [Baked("baseline", usage=TRUE), Baked("autogen"), Baked("baseline", task="multi_agent")])
    )
    assert render("claims.html.jinja", section=section, root="").count(">n/a<") == 3


def test_the_trial_of_middle_length_is_the_one_that_is_opened(tmp_path: Path) -> None:
    gathered = stocked(tmp_path, [Baked("baseline", usage=TRUE, repeat=n) for n in range(3)])
    (line,) = csv.DictReader(io.StringIO(claims_section(gathered).data["claims.csv"]()))
    assert line["trial"] == sorted(gathered.rows, key=lambda row: (row.total_ms, row.id))[1].id
    assert line["claimed_input_tokens_ratio"] == "1.0"


def test_without_any_claim_it_says_so(tmp_path: Path) -> None:
    assert "bakeoff run" in claims_section(stocked(tmp_path, [Baked("baseline")])).missing
