"""What a chooser may insist on: has it, has it by a variant, has it not, or nobody has measured it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scoreboard.report.site.gathered import Gathered
from scoreboard.report.site.traits import TRAITS, Finding, findings, pattern, patterns_of_variants, variants_of
from scoreboard.results.judge import Coping, Verdict
from scoreboard.results.row import Row
from scoreboard.runner.catalogue import Card, framework_cards
from tests.report.site.compared import REAL, compared, facts_on, several
from tests.results.samples import row

YES, NO, UNKNOWN = (True, ""), (False, ""), (None, "")


def finding(gathered: Gathered, trait: str, framework: str = "strands", model: str = "sim") -> Finding:
    (only,) = [each for each in findings(gathered, framework, model) if each.trait.name == trait]
    return only


def found(gathered: Gathered, trait: str, framework: str = "strands", model: str = "sim") -> tuple[bool | None, str]:
    """Whether it has it as it is, and which variant has it where it has not."""
    told = finding(gathered, trait, framework, model)
    return told.has, told.by


def under(fault: str, verdict: Verdict = "passed", coping: Coping = "", framework: str = "strands", **more: Any) -> Row:
    return row(verdict, framework, fault=fault, coping=coping, **more)


def quiet(framework: str = "strands", **fields: Any) -> Row:
    return row(framework=framework, connection_attempts=0, **fields)


def test_whoever_asked_for_a_stream_in_any_trial_streams() -> None:
    rows = [row(framework="strands"), *several("autogen", ["passed", "passed"]), row(framework="autogen", model=REAL)]
    asked = compared(rows, streaming=frozenset({rows[2].id}))
    assert (found(asked, "streams"), found(asked, "streams", "autogen")) == (NO, YES)
    assert found(asked, "streams", "autogen", REAL) == NO
    assert found(asked, "streams", "strands", REAL) == UNKNOWN


def test_what_was_seen_with_one_model_is_not_told_of_another() -> None:
    tried = [row(framework="strands", task="structured_output"), under("tool_raises"), under("never_finishes")]
    shown = compared([row(framework="strands"), row(framework="strands", model=REAL), *tried])
    for trait in ("recovers", "stops", "typed"):
        assert (found(shown, trait), found(shown, trait, model=REAL)) == (YES, UNKNOWN), trait


@pytest.mark.parametrize(
    ("verdict", "coping", "expected"),
    [
        ("passed", "recovered", YES),
        ("passed", "absorbed", YES),
        ("passed", "dirty", NO),
        ("raised", "", NO),
        ("wrong", "", NO),
        ("void", "", UNKNOWN),
        ("unsupported", "", UNKNOWN),
    ],
)
def test_it_recovers_from_a_tool_error_with_the_right_answer_and_nothing_done_twice(
    verdict: Verdict, coping: Coping, expected: tuple[bool | None, str]
) -> None:
    assert found(compared([row(framework="strands"), under("tool_raises", verdict, coping)]), "recovers") == expected


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("passed", YES),
        ("raised", YES),
        ("wrong", YES),
        ("runaway", NO),
        ("timeout", NO),
        ("crashed", NO),
        ("void", UNKNOWN),
        ("unsupported", UNKNOWN),
    ],
)
def test_it_stops_by_itself_however_it_ends_but_for_our_budget(
    verdict: Verdict, expected: tuple[bool | None, str]
) -> None:
    assert found(compared([row(framework="strands"), under("never_finishes", verdict)]), "stops") == expected


@pytest.mark.parametrize("trait", ["recovers", "stops", "typed", "phones_nobody"])
def test_what_was_not_tried_is_not_measured(trait: str) -> None:
    others = [under("tool_raises", framework="autogen"), under("never_finishes", framework="autogen")]
    others += [row(framework="autogen", task="structured_output"), under("http_500", "wrong", connection_attempts=0)]
    assert found(compared([quiet(), *others]), trait) == UNKNOWN


@pytest.mark.parametrize("worse", ["dice", "multi_agent"])
def test_a_fault_tried_in_two_tasks_has_to_be_got_over_in_both(worse: str) -> None:
    tasks = ("dice", "multi_agent")
    rows = [row(framework="strands", task=task) for task in tasks]
    rows += [under("tool_raises", "wrong" if task == worse else "passed", task=task) for task in tasks]
    rows += [under("never_finishes", "runaway" if task == worse else "raised", task=task) for task in tasks]
    shown = compared(rows)
    assert (found(shown, "recovers"), found(shown, "stops")) == (NO, NO)


@pytest.mark.parametrize("idle", ["dice", "multi_agent"])
def test_a_task_in_which_a_fault_did_not_arrive_does_not_count(idle: str) -> None:
    tasks = ("dice", "multi_agent")
    rows = [row(framework="strands", task=task) for task in tasks]
    rows += [under("tool_raises", "void" if task == idle else "passed", task=task) for task in tasks]
    assert found(compared(rows), "recovers") == YES


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["passed", "passed"], YES),
        (["passed", "wrong"], NO),
        (["passed", "void"], YES),
        (["unsupported", "unsupported"], UNKNOWN),
        (["void"], UNKNOWN),
    ],
)
def test_a_typed_answer_is_had_where_every_one_passed(
    verdicts: list[Verdict], expected: tuple[bool | None, str]
) -> None:
    rows = [*several("strands", verdicts, task="structured_output"), row("wrong", "strands", task="dice")]
    assert found(compared(rows), "typed") == expected


def test_a_typed_answer_under_a_fault_is_another_matter() -> None:
    rows = [row(framework="strands", task="structured_output")]
    rows += [under("http_500", "wrong", task="structured_output")]
    assert found(compared(rows), "typed") == YES


def test_it_phones_nobody_where_neither_trials_nor_facts_saw_it() -> None:
    asked = row(framework="strands", repeat=1, connection_attempts=1)
    assert found(compared([quiet()], [facts_on("strands")]), "phones_nobody") == YES
    assert found(compared([quiet()], [facts_on("strands", "telemetry.example:443")]), "phones_nobody") == NO
    assert found(compared([quiet(), asked], [facts_on("strands")]), "phones_nobody") == NO
    assert found(compared([quiet(), asked]), "phones_nobody") == NO, "one call is enough"
    assert (
        found(compared([quiet(), replace(asked, framework="autogen")], [facts_on("strands")]), "phones_nobody") == YES
    )


def test_a_variant_that_phones_somebody_speaks_for_its_framework() -> None:
    rows = [quiet(), row(framework="strands/swarm", connection_attempts=1)]
    assert found(compared(rows, [facts_on("strands")]), "phones_nobody") == NO


def test_what_the_default_lacks_a_variant_may_have() -> None:
    clean = [row(framework=name) for name in ("strands", "strands/hardened", "autogen/hardened")]
    hardened = under("tool_raises", coping="recovered", framework="strands/hardened")
    by_hardened = compared([*clean, under("tool_raises", "wrong"), hardened])
    assert found(by_hardened, "recovers") == (False, "hardened")
    assert found(by_hardened, "recovers", "strands/hardened") == YES, "a variant has it by itself"
    assert found(compared([*clean, hardened]), "recovers") == (None, "hardened"), "though the default was not tried"
    assert found(compared([*clean, under("tool_raises"), hardened]), "recovers") == YES
    anothers = under("tool_raises", coping="recovered", framework="autogen/hardened")
    assert found(compared([*clean, under("tool_raises", "wrong"), anothers]), "recovers") == NO


def test_what_no_variant_has_either_is_as_the_default_has_it() -> None:
    rows = [row(framework="strands"), row(framework="strands/hardened")]
    failing = under("tool_raises", "wrong", framework="strands/hardened")
    assert found(compared([*rows, failing]), "recovers") == UNKNOWN
    assert found(compared([*rows, failing, under("tool_raises", "wrong")]), "recovers") == NO


def test_a_variant_has_not_what_only_another_one_has() -> None:
    rows = [row(framework=name) for name in ("strands", "strands/hardened", "strands/swarm")]
    rows += [under("tool_raises", framework="strands/hardened"), under("tool_raises", framework="strands")]
    assert (
        found(compared([*rows, under("tool_raises", "wrong", framework="strands/swarm")]), "recovers", "strands/swarm")
        == NO
    )


def test_phoning_nobody_is_not_had_by_a_variant() -> None:
    rows = [quiet(), quiet("strands/hardened")]
    shown = compared(rows, [facts_on("strands", "telemetry.example:443"), facts_on("strands/hardened")])
    assert found(shown, "phones_nobody") == NO


def test_variants_are_those_of_one_framework() -> None:
    names = ("strands", "strands/swarm", "strands/graph", "autogen/swarm")
    assert variants_of(compared([row(framework=name) for name in names]), "strands") == [
        "strands/graph",
        "strands/swarm",
    ]


def note(gathered: Gathered, trait: str) -> str:
    return finding(gathered, trait).note


def test_who_stops_by_itself_says_after_how_many_calls() -> None:
    clean = [row(framework=name) for name in ("strands", "strands/hardened")]
    stopped = under("never_finishes", "raised", requests=21)
    assert note(compared([*clean, stopped]), "stops") == "after 21 calls"
    assert note(compared([*clean, replace(stopped, requests=1)]), "stops") == "after 1 call"
    assert note(compared([*clean, replace(stopped, requests=1200)]), "stops") == "after 1,200 calls"
    uncounted = replace(stopped, id="x", task="structured_output", requests=None)
    assert note(compared([*clean, uncounted]), "stops") == ""
    longer = replace(stopped, id="y", task="multi_agent", requests=30)
    assert note(compared([*clean, stopped, longer, uncounted]), "stops") == "after 30 calls"


def test_only_who_has_it_says_how() -> None:
    clean = [row(framework=name) for name in ("strands", "strands/hardened")]
    ran_away = under("never_finishes", "runaway", requests=30)
    assert note(compared([*clean, ran_away]), "stops") == ""
    assert note(compared(clean), "stops") == ""
    by_hardened = under("never_finishes", "raised", framework="strands/hardened", requests=12)
    assert note(compared([*clean, ran_away, by_hardened]), "stops") == "after 12 calls"
    assert note(compared([*clean, under("tool_raises")]), "recovers") == ""


def cards(**patterns: str) -> dict[str, Card]:
    """The adapters as they are, but for how these teams work together."""
    known = framework_cards()
    told = {name.replace("__", "/"): pattern for name, pattern in patterns.items()}
    return known | {name: replace(known[name], pattern=pattern) for name, pattern in told.items()}


def team(framework: str, *verdicts: Verdict, **fields: Any) -> list[Row]:
    return several(framework, verdicts or ["passed"], task="multi_agent", **fields)


def ways(gathered: Gathered, framework: str = "strands", model: str = "sim") -> tuple[str, dict[str, str]]:
    """How its team works together, and how else its variants' teams do."""
    return pattern(gathered, framework, model), patterns_of_variants(gathered, framework, model)


def test_a_team_pattern_is_had_where_the_team_passed_every_trial() -> None:
    known = cards(strands="manager", strands__swarm="hand-off", strands__graph="sequence")
    rows = [*team("strands"), *team("strands/swarm", "passed", "void"), *team("strands/graph", "passed", "wrong")]
    assert ways(compared(rows, cards=known)) == ("manager", {"hand-off": "swarm"})
    assert ways(compared(rows, cards=known), "strands/swarm") == ("hand-off", {})
    assert ways(compared(rows[1:], cards=known)) == ("", {"hand-off": "swarm"})


def test_variants_that_work_alike_bring_no_further_pattern() -> None:
    known = cards(strands="manager", strands__swarm="manager", strands__graph="sequence", strands__hardened="sequence")
    rows = [*team("strands"), *team("strands/swarm"), *team("strands/graph"), *team("strands/hardened")]
    assert ways(compared(rows, cards=known)) == ("manager", {"sequence": "graph"})


def test_no_pattern_without_a_team_that_passed_or_a_word_for_it() -> None:
    assert ways(compared([row(framework="strands")], cards=cards(strands="manager"))) == ("", {})
    assert ways(compared(team("strands", "unsupported"), cards=cards(strands="manager"))) == ("", {})
    assert ways(compared(team("strands"), cards=cards(strands=""))) == ("", {})
    assert ways(compared(team("unheard_of")), "unheard_of") == ("", {})
    failing_elsewhere = compared([*team("strands"), *team("strands", "wrong", model=REAL)])
    assert ways(failing_elsewhere, model=REAL) == ("", {})
    assert ways(failing_elsewhere)[0] == failing_elsewhere.cards["strands"].pattern


def test_every_trait_says_what_it_means() -> None:
    assert len({trait.name for trait in TRAITS}) == len(TRAITS)
    for trait in TRAITS:
        assert trait.definition.endswith("."), trait.name
        assert trait.words
        assert trait.lacks
