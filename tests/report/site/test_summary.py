"""What stands on top of the page: short, true, and silent where nothing is known."""

from __future__ import annotations

from scoreboard.report.site.pages import render
from scoreboard.report.site.summary import summary
from scoreboard.results.judge import Verdict
from scoreboard.results.row import Row
from tests.report.site.compared import REAL, compared, several
from tests.results.samples import row

PLAYS = "plays perfectly"
ALIKE = "By pass rate nobody can be told from anybody"
UNCHECKED = "The ruler was not checked"


def came_out(*rows: Row) -> list[str]:
    return summary(compared(rows)).came_out


def trust(*rows: Row) -> list[str]:
    return summary(compared(rows)).trust


def headline(*rows: Row) -> str:
    return summary(compared(rows)).headline


def test_the_headline_counts_tasks_and_frameworks() -> None:
    base, own, other = row(), row(framework="strands"), row(framework="autogen", task="multi_agent")
    assert headline(own) == "The same task in one agent framework"
    assert headline(base, own) == "The same task in one agent framework, and without one"
    assert headline(own, other) == "The same 2 tasks in 2 agent frameworks"
    assert headline(row(framework="strands", fault="http_500")) == "The same tasks in one agent framework"
    ruler = [row(framework="oracle"), row("wrong", "nop", task="structured_output")]
    variant = row(framework="strands/swarm")
    assert headline(base, own, other, variant, *ruler) == "The same 2 tasks in 2 agent frameworks, and without one"


def test_what_is_compared_is_named() -> None:
    rows = [row(framework=name, task="dice") for name in ("strands", "autogen", "crewai", "strands/swarm")]
    gathered = compared([*rows, row(framework="strands", task="multi_agent", started_at="2026-03-04T05:06:07+00:00")])
    titles = [gathered.title(name) for name in ("autogen", "crewai", "strands")]
    assert summary(gathered).compared == [
        f"{titles[0]}, {titles[1]} and {titles[2]}.",
        f"Tasks: {gathered.task_title('dice')} (dice) and {gathered.task_title('multi_agent')} (multi_agent).",
        "5 trials with the built-in simulated model (sim).",
        "Measured 2026-01-02 to 2026-03-04 on x86_64 2 cores.",
    ]


def test_the_baseline_stands_beside_what_is_compared() -> None:
    beside = "no framework: a plain client loop, the baseline of every comparison."
    assert summary(compared([row(), row(framework="strands")])).compared[0] == f"Strands Agents; beside {beside}"
    assert summary(compared([row()])).compared[0] == beside


def test_trials_are_counted_and_those_that_go_wrong_on_purpose_apart() -> None:
    rows = several("strands", ["passed"] * 1000)
    faulty = [row(framework="strands", fault="tool_raises"), row(framework="strands", fault="http_500", model=REAL)]
    ruler = [row(framework="oracle"), row("wrong", "nop")]
    assert summary(compared([*rows, *faulty, *ruler])).compared[2] == (
        f"1,000 trials with {REAL} and the built-in simulated model (sim), and 2 more in which something goes wrong on "
        "purpose."
    )


def test_it_says_when_and_where_it_was_measured() -> None:
    rows = [row(machine="small"), row(framework="strands", machine="large")]
    assert summary(compared(rows)).compared[3] == "Measured 2026-01-02 on large and small."


def test_who_passed_everything_is_counted() -> None:
    base, own, other = row(), row(framework="strands"), row(framework="autogen")
    assert came_out(base, own, other)[0] == "All 3 passed every trial."
    assert came_out(own)[0] == "It passed every trial."


def test_who_did_not_is_named() -> None:
    rows = [*several("baseline", ["passed", "wrong"]), *several("strands", ["raised", "wrong", "void"])]
    assert came_out(*rows, row(framework="autogen"))[0] == (
        "1 of 3 passed every trial; plain code without a framework 1 of 2 and Strands Agents 0 of 2."
    )


def test_variants_and_what_no_rate_is_about_are_left_out() -> None:
    variant, idle = row("wrong", "strands/swarm"), row("unsupported", "autogen")
    assert came_out(row(), row(framework="strands"), variant, idle)[0] == "All 2 passed every trial."
    assert came_out(row("void", "strands")) == []


def test_the_least_and_the_most_are_told_as_times_the_baselines() -> None:
    rows = [
        row(input_tokens=100, framework_ms=10.0, lines_of_code=20),
        row(framework="strands", input_tokens=150, framework_ms=50.0, lines_of_code=None),
        row(framework="crewai", input_tokens=1200, framework_ms=20.0, lines_of_code=10),
        row(framework="autogen", input_tokens=300, framework_ms=35.0, lines_of_code=16),
        row(framework="autogen/swarm", input_tokens=9000, framework_ms=900.0, lines_of_code=200),
    ]
    assert came_out(*rows)[1:] == [
        "Fewest input tokens: Strands Agents, 1.5x the baseline's; most: CrewAI, 12.0x.",
        "Fewest lines of code to write: CrewAI, 0.5x the baseline's; most: AutoGen AgentChat, 0.8x.",
        "Least time of its own: CrewAI, 2.0x the baseline's; most: Strands Agents, 5.0x.",
    ]


def test_times_of_several_sittings_are_not_compared() -> None:
    moments = ("2026-01-02T03:00:00+00:00", "2026-01-02T04:00:00+00:00")
    rows = [row(framework=name, started_at=at) for name, at in zip(("baseline", "strands"), moments, strict=True)]
    assert [words.partition(":")[0] for words in came_out(*rows)[1:]] == ["Input tokens", "Lines of code to write"]


def test_one_alone_is_neither_the_least_nor_the_most() -> None:
    assert came_out(row(calls=1), row(framework="strands", input_tokens=250))[1:] == [
        "Input tokens: 2.5x the baseline's.",
        "Lines of code to write: 1.0x the baseline's.",
        "Time of its own: 1.0x the baseline's.",
    ]
    assert len(came_out(row(framework="strands"), row(framework="autogen"))) == 1, "without a baseline nothing is"


def under(framework: str, fault: str, verdict: Verdict = "passed") -> Row:
    return row(verdict, framework, fault=fault)


def test_what_is_proven_when_things_go_wrong_comes_with_the_number_of_ways() -> None:
    rows = [row(framework=name) for name in ("baseline", "strands", "autogen")]
    one = [under("strands", "http_500"), under("autogen", "http_500", "wrong"), under("strands", "http_500/always")]
    alike = "Nobody can be told from anybody by how many faults they get over (one pair compared)."
    assert came_out(*rows, *one)[-1] == f"When something goes wrong (1 way): {alike}"
    both = [*one, under("strands", "tool_raises")]
    assert came_out(*rows, *both)[-1] == f"When something goes wrong (2 ways): {alike}"


def test_faults_of_one_framework_compare_nobody() -> None:
    rows = [row(framework="strands"), row(framework="autogen"), under("strands", "http_500")]
    assert not any("goes wrong" in words for words in came_out(*rows))
    idle = [*rows, under("autogen", "http_500", "void")]
    assert not any("goes wrong" in words for words in came_out(*idle))


def test_several_models_speak_one_after_the_other() -> None:
    rows = [*several("strands", ["passed", "wrong"], model=REAL), row(framework="strands"), row(framework="autogen")]
    faults = [under("strands", "http_500"), under("autogen", "http_500", "wrong")]
    told = came_out(*rows, *faults)
    assert sorted(told[:2]) == [
        f"With {REAL}: 0 of 1 passed every trial; Strands Agents 1 of 2.",
        "With sim: all 2 passed every trial.",
    ]
    assert told[2].startswith("With sim: when something goes wrong (1 way): ")


def test_with_several_tasks_all_of_them_count() -> None:
    rows = [row(framework="strands"), row("wrong", "strands", task="multi_agent")]
    assert came_out(*rows) == ["0 of 1 passed every trial; Strands Agents 1 of 2."]


def said(told: list[str], about: str) -> str:
    """The one sentence about something; nothing where there is none."""
    found = [words for words in told if about in words]
    assert len(found) < 2
    return "".join(found)


def test_what_the_controls_did_is_told_where_they_did_as_they_should() -> None:
    rows = [row(framework="strands"), *several("oracle", ["passed", "passed", "void"])]
    told = said(trust(*rows, *several("nop", ["wrong"] * 3)), "controls behaved")
    assert "oracle (plain code, has to pass) passed 2 of 2" in told
    assert "nop (does nothing, has to fail) passed 0 of 3" in told


def test_a_ruler_is_checked_in_every_task_or_not_at_all() -> None:
    rows = [row(framework="strands"), row(framework="oracle")]
    checked = [*rows, row("wrong", "nop")]
    assert said(trust(*rows), UNCHECKED)
    assert said(trust(*rows, row("void", "nop")), UNCHECKED)
    assert said(trust(*checked, row(framework="strands", task="multi_agent")), UNCHECKED)
    assert not said(trust(*checked), UNCHECKED)
    assert not said(trust(*checked, row("wrong", "nop", task="multi_agent")), UNCHECKED), "more is no harm"


def test_a_bent_ruler_comes_first() -> None:
    told = trust(row(framework="strands"), row(framework="oracle"), row("passed", "nop"))
    assert told[0].startswith("THE RULER IS BENT: ")
    assert not said(told, "behaved")


def test_what_a_simulated_model_cannot_tell() -> None:
    sim, real = row(framework="strands"), row(framework="strands", model=REAL)
    assert said(trust(sim), PLAYS).startswith("The model is simulated")
    assert said(trust(sim, real), PLAYS).startswith("The simulated model")
    assert not said(trust(real), PLAYS)


def test_whether_anybody_can_be_told_from_anybody() -> None:
    alike = [*several("strands", ["passed"] * 9), *several("autogen", ["passed"] * 9)]
    assert said(trust(*alike), ALIKE)
    apart = [*several("strands", ["passed"] * 9, model=REAL), *several("autogen", ["wrong"] * 9, model=REAL)]
    assert not said(trust(*apart), ALIKE)
    assert not said(trust(*alike, *apart), ALIKE), "with one of the models they can"
    assert said(trust(*alike, *apart[:9]), ALIKE), "with the other model one is alone"
    assert not said(trust(*alike[:9]), ALIKE), "who is alone is compared with nobody"


def test_times_of_one_sitting_on_one_machine_vary_and_others_are_not_compared() -> None:
    first, second = "2026-01-02T03:00:00+00:00", "2026-01-02T04:00:00+00:00"
    rows = [row(framework="strands", repeat=repeat, started_at=at) for repeat, at in enumerate((first, first, second))]
    faulty = row(framework="strands", fault="http_500", started_at=second)
    assert trust(*rows[:2], faulty)[-1] == "Times vary with the machine; calls, tokens and lines do not."
    assert trust(*rows)[-1] == "Measured in 2 sittings: do not compare times."
    elsewhere = row(framework="strands", repeat=9, started_at=first, machine="another")
    assert trust(rows[0], elsewhere)[-1] == "Measured on 2 machines: do not compare times."
    assert "real model" in trust(row(framework="strands", model=REAL))[-1]


def test_all_of_it_stands_on_the_page() -> None:
    gathered = compared([row(), row(framework="<b>mine")])
    told = summary(gathered)
    page = render("summary.html.jinja", summary=told)
    assert page.count("<li>") == len([*told.compared, *told.came_out, *told.trust])
    assert "&lt;b&gt;mine; beside no framework" in page
    assert "All 2 passed every trial." in page
    assert UNCHECKED in page
    assert ALIKE in page
