"""What the store promises: everything is kept exactly, once, and never changed."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scoreboard.errors import StoreError
from scoreboard.meter.call import Call
from scoreboard.results import evidence, raw
from scoreboard.results.database import migrate, open_for_writing
from scoreboard.results.judge import Judgement, judge
from scoreboard.results.row import Row, row_of
from scoreboard.results.schema import MIGRATIONS
from scoreboard.results.store import Evidence, Store, Unreadable, database_path
from scoreboard.runner.outcome import GuestError, Outcome
from scoreboard.runner.plan import Trial
from tasks.dice import Dice
from tests.results.samples import PASSED, STAMPS, any_calls, any_outcome, call, played, trial

VOID = Judgement("void", ("the provider failed",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path)) as opened:
        yield opened


def add(store: Store, planned: Trial, judgement: Judgement = PASSED) -> bool:
    return store.add(planned, *played(), judgement, STAMPS)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(any_outcome, any_calls)
def test_raw_events_come_back_exactly(outcome: Outcome, calls: list[Call]) -> None:
    with TemporaryDirectory() as home, closing(Store.open(Path(home))) as store:
        assert store.add(trial(), outcome, calls, PASSED, STAMPS)
        evidence = store.evidence(trial().id)
        assert evidence.outcome == outcome
        assert evidence.calls == calls
        assert evidence.row == row_of(trial(), outcome, calls, PASSED, STAMPS)
        assert evidence.row.trial == trial()


def test_a_stored_trial_can_be_judged_again(store: Store) -> None:
    outcome, calls = played()
    judgement = judge(Dice(7), outcome, calls)
    assert judgement.verdict == "passed"
    store.add(trial(), outcome, calls, judgement, STAMPS)
    evidence = store.evidence(trial().id)
    assert judge(Dice(7), evidence.outcome, evidence.calls) == judgement
    assert row_of(evidence.row.trial, evidence.outcome, evidence.calls, judgement, STAMPS) == evidence.row
    assert evidence.row.trial.id == evidence.row.id == trial().id


def test_a_row_has_the_figures_of_its_trial(store: Store) -> None:
    add(store, trial())
    (row,) = store.rows()
    assert (row.total_ms, row.model_ms, row.tools_ms, row.framework_ms) == (20.0, 4.0, 1.0, 15.0)
    assert (row.calls, row.input_tokens, row.output_tokens, row.tool_runs) == (2, 100, 20, 1)
    assert (row.claimed_calls, row.claimed_input_tokens, row.claimed_output_tokens) == (2, 100, None)
    assert (row.connection_attempts, row.lines_of_code, row.framework_version) == (3, 20, "1.2.3")
    assert (row.take, row.verdict, row.reasons) == (1, "passed", ("the answer is right",))


def test_a_row_tells_what_a_fault_did_and_who_repeated_what(store: Store) -> None:
    outcome, (first, second) = played()
    outcome = replace(outcome, ending="raised", error=GuestError("APIError", "x" * 3_000), tool_log=outcome.tool_log)
    outcome = replace(outcome, stamps={"connections_refused": "2"})
    calls = [
        replace(first, step="tool_call"),
        replace(second, step="answer", fault="http_500", status=500),
        call(3, 10, "again", step="answer", attempt=2, retry_count=1, fault="http_500", status=500),
        call(4, 12, "again", step="answer", attempt=3, inapplicable="not here"),
    ]
    faulted = trial(fault="http_500")
    store.add(faulted, outcome, calls, Judgement("passed", ("right",), "recovered", 3), STAMPS)
    (row,) = store.rows()
    assert (row.fault, row.coping, row.delivered) == ("http_500", "recovered", 3)
    assert (row.calls, row.requests, row.turns, row.client_retries, row.framework_retries) == (4, 6, 2, 1, 1)
    assert (row.error_type, row.error_message) == ("APIError", "x" * 2_000)
    evidence = store.evidence(faulted.id)
    assert evidence.calls == calls
    assert evidence.row == row


def test_the_fault_of_a_tool_run_is_kept(store: Store) -> None:
    outcome, calls = played()
    struck = replace(outcome.tool_log[0], fault="lost_acknowledgement", error="ConnectionError: lost")
    outcome = replace(outcome, tool_log=(struck, outcome.tool_log[0]))
    store.add(trial(), outcome, calls, PASSED, STAMPS)
    assert store.evidence(trial().id).outcome.tool_log == outcome.tool_log


def test_without_a_fault_nothing_is_told_of_one(store: Store) -> None:
    add(store, trial())
    (row,) = store.rows()
    assert (row.coping, row.delivered, row.requests, row.turns) == ("", 0, 2, 2)
    assert (row.client_retries, row.framework_retries, row.error_type, row.error_message) == (0, 0, None, None)


def test_tokens_are_unknown_as_soon_as_one_answered_call_does_not_tell(store: Store) -> None:
    outcome, calls = played()
    failed = call(3, 10, status=500, input_tokens=None, output_tokens=None)
    store.add(trial(repeat=0), outcome, [*calls, failed], PASSED, STAMPS)
    store.add(trial(repeat=1), outcome, [*calls, replace(failed, status=200, output_tokens=1)], PASSED, STAMPS)
    rows = store.rows()
    assert [(row.input_tokens, row.output_tokens) for row in rows] == [(100, 20), (None, 21)]


def test_every_column_of_the_table_is_a_field_of_the_row(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('trials')")]
    assert columns == [field.name for field in fields(Row)]


def test_a_trial_is_stored_once(store: Store) -> None:
    assert add(store, trial())
    assert not add(store, trial(), Judgement("wrong", ("another story",)))
    assert [row.verdict for row in store.rows()] == ["passed"]
    assert len(store.evidence(trial().id).calls) == 2


def test_what_is_current_and_not_void_is_done(store: Store) -> None:
    good, void, missing, unwanted = (trial(repeat=number) for number in range(4))
    add(store, good)
    add(store, void, VOID)
    add(store, unwanted)
    assert store.done([good.id, void.id, missing.id]) == {good.id}


def test_a_take_is_replaced_in_the_moment_its_successor_is_stored(store: Store) -> None:
    outcome, calls = played()
    store.add(trial(), outcome, calls, VOID, STAMPS)
    assert store.add(trial(), outcome, calls, PASSED, STAMPS, replacing="void")
    assert not store.add(trial(), outcome, calls, PASSED, STAMPS, replacing="void"), "only a void take gives way"
    assert store.add(trial(), outcome, calls, PASSED, STAMPS, replacing="fresh")
    assert [(row.take, row.verdict) for row in store.rows()] == [(3, "passed")]


def test_a_retired_trial_can_be_measured_again_and_is_kept(store: Store) -> None:
    outcome, calls = played()
    store.add(trial(), outcome, calls, VOID, STAMPS)
    assert store.retire([trial().id, trial(repeat=5).id], why="void") == 1
    assert store.rows() == []
    assert store.done([trial().id]) == set()
    assert store.add(trial(), replace(outcome, stdout="again"), calls[:1], PASSED, STAMPS)
    assert [(row.take, row.verdict) for row in store.rows()] == [(2, "passed")]
    assert store.evidence(trial().id).outcome.stdout == "again"
    first = store.evidence(trial().id, take=1)
    assert (first.row.verdict, first.outcome, first.calls) == ("void", outcome, calls)


def test_retiring_all_of_a_plan_is_one_step(store: Store) -> None:
    planned = [trial(repeat=number) for number in range(50)]
    for each in planned:
        add(store, each)
    assert store.retire((each.id for each in planned[:30]), why="fresh") == 30
    assert {row.repeat for row in store.rows()} == set(range(30, 50))
    assert store.retire((each.id for each in planned[:30]), why="fresh") == 0


def test_rows_come_in_one_order_however_they_were_stored(store: Store) -> None:
    planned = [
        trial(framework, task, repeat)
        for repeat in (1, 0)
        for task in ("structured_output", "dice")
        for framework in ("zebra", "baseline")
    ]
    for each in planned:
        add(store, each)
    found = [(row.task, row.framework, row.repeat) for row in store.rows()]
    assert found == sorted(found)
    assert [row.id for row in store.rows([planned[0].id])] == [planned[0].id]
    assert store.rows([]) == []


def test_a_trial_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    planned = [trial(repeat=number) for number in range(20)]
    for each in planned:
        add(store, each)
    assert [row.id for row in store.find(planned[3].id[:12])] == [planned[3].id]
    assert [row.id for row in store.find("")] == sorted(each.id for each in planned)
    assert store.find("nothing") == []
    assert store.find("%") == []
    store.retire([planned[3].id], why="fresh")
    assert [row.take for row in store.find(planned[3].id)] == [1]
    add(store, planned[3])
    assert [row.take for row in store.find(planned[3].id)] == [2]


def test_a_trial_that_is_not_there_is_an_error_in_words(store: Store) -> None:
    with pytest.raises(StoreError, match="no trial abcd"):
        store.evidence("abcd")


@pytest.mark.parametrize("table", ["trials", "guests", "calls", "tool_runs", "connection_attempts", "retired"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET take = take + 1"])
def test_nothing_measured_can_be_changed_by_any_program(store: Store, tmp_path: Path, table: str, change: str) -> None:
    add(store, trial())
    store.retire([trial().id], why="fresh")
    with (
        closing(sqlite3.connect(database_path(tmp_path))) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(change.format(table))


def test_a_second_current_take_is_refused_by_the_database_itself(store: Store, tmp_path: Path) -> None:
    add(store, trial())
    names = ", ".join(field.name for field in fields(Row))
    copy = f"INSERT OR REPLACE INTO trials SELECT {names.replace('take', 'take + 1', 1)} FROM trials"
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        connection.execute(copy)
        assert connection.execute("SELECT id, take FROM trials").fetchall() == [(trial().id, 1)]


def test_no_event_without_its_trial(tmp_path: Path) -> None:
    with closing(open_for_writing(tmp_path / "new.db", patience_s=1)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)  # NORMAL
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            connection.execute("INSERT INTO retired VALUES ('nobody', 1, 'now', 'fresh')")


def test_a_failing_add_leaves_nothing_behind(store: Store) -> None:
    outcome, calls = played()
    with pytest.raises(sqlite3.IntegrityError):
        store.add(trial(), outcome, [calls[0], calls[0]], PASSED, STAMPS)
    assert store.rows() == []
    assert add(store, trial())


def test_text_that_is_not_unicode_cannot_hurt(store: Store) -> None:
    outcome, (first, second) = played()
    odd = "half \ud83d of a pair \x00"
    outcome = replace(outcome, stdout=odd, stderr=odd, framework_version=odd, error=GuestError(odd, odd, odd))
    outcome = replace(outcome, tool_log=(replace(outcome.tool_log[0], result=odd, arguments={odd: odd}),))
    first = replace(first, path=odd, method=odd, provider_failure=odd, request_headers={odd: odd})
    assert store.add(trial(), outcome, [first, second], PASSED, STAMPS)
    evidence = store.evidence(trial().id)
    assert evidence.outcome.stdout == odd
    assert evidence.calls[0].request_headers == {odd: odd}
    assert evidence.calls[0].path == "half \\ud83d of a pair \x00"


def test_a_count_of_tokens_beyond_belief_is_unknown(store: Store) -> None:
    outcome, (first, second) = played()
    store.add(trial(), outcome, [replace(first, input_tokens=10**30), second], PASSED, STAMPS)
    assert [(row.input_tokens, row.output_tokens) for row in store.rows()] == [(None, 20)]


def test_a_store_outlives_the_program(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        add(store, trial())
        before = store.rows()
    with closing(Store.open(tmp_path)) as store:
        assert store.rows() == before
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_later_migration_keeps_what_was_measured(store: Store, tmp_path: Path) -> None:
    add(store, trial())
    with closing(sqlite3.connect(database_path(tmp_path), isolation_level=None)) as connection:
        migrate(connection, [*MIGRATIONS, ["ALTER TABLE trials ADD COLUMN price_usd REAL"]])
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
        assert connection.execute("SELECT framework, price_usd FROM trials").fetchall() == [("baseline", None)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, [*MIGRATIONS, ["ALTER TABLE nowhere ADD COLUMN x"]])
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


BEFORE_FAULTS = MIGRATIONS[:2]


def insert(connection: sqlite3.Connection, table: str, columns: Mapping[str, Any]) -> None:
    """A row as it was written before there were faults: with the columns that the table has."""
    known = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    given = {name: value for name, value in columns.items() if name in known}
    names, values = ", ".join(given), ", ".join("?" * len(given))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", tuple(given.values()))


def write_before_faults(home: Path) -> None:
    """A scoreboard of the version before, with one trial in it."""
    outcome, calls = played()
    row = row_of(trial(), outcome, calls, PASSED, STAMPS)
    key = {"trial": row.id, "take": 1}
    home.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database_path(home), isolation_level=None)) as connection:
        migrate(connection, BEFORE_FAULTS)
        insert(connection, "trials", {**asdict(row), "reasons": json.dumps(row.reasons)})
        insert(connection, "guests", {**key, **raw.guest_columns(outcome)})
        for each in calls:
            insert(connection, "calls", {**key, **raw.call_columns(each, outcome.started_ns)})
        for number, run in enumerate(outcome.tool_log, start=1):
            insert(connection, "tool_runs", {**key, **raw.run_columns(number, run, outcome.started_ns)})


@pytest.mark.parametrize("read_only", [True, False])
def test_a_scoreboard_of_the_version_before_faults_can_still_be_read(tmp_path: Path, read_only: bool) -> None:
    write_before_faults(tmp_path)
    outcome, calls = played()
    with closing(Store.open(tmp_path, read_only=read_only)) as store:
        (row,) = store.rows()
        evidence = store.evidence(row.id)
    assert (row.id, row.verdict, row.calls, row.total_ms) == (trial().id, "passed", 2, 20.0)
    assert (row.coping, row.delivered, row.error_type, row.error_message) == ("", 0, None, None)
    assert row.trial == trial(), "its id is made of the same"
    assert evidence.calls == calls
    assert evidence.outcome == replace(outcome, connections=())
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_scoreboard_of_the_version_before_faults_can_be_added_to(tmp_path: Path) -> None:
    write_before_faults(tmp_path)
    with closing(Store.open(tmp_path)) as store:
        assert not add(store, trial()), "it is there already"
        assert add(store, trial(fault="http_500"), Judgement("passed", ("right",), "absorbed", 1))
        assert sorted((row.fault, row.coping, row.delivered) for row in store.rows()) == [
            ("http_500", "absorbed", 1),
            ("none", "", 0),
        ]


def test_many_trials_are_read_together_and_in_the_order_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "AT_ONCE", 2)
    outcome, calls = played()
    for repeat in range(5):
        told = replace(outcome, stdout=f"of {repeat}", tool_log=outcome.tool_log * repeat)
        assert store.add(trial(repeat=repeat), told, calls[: repeat % 3], PASSED, STAMPS)
    rows = store.rows()[::-1]
    assert [found.row for found in store.evidences(rows)] == rows
    assert list(store.evidences(rows)) == [store.evidence(row.id) for row in rows]


def test_the_take_that_is_asked_for_is_read(store: Store) -> None:
    outcome, calls = played()
    assert store.add(trial(), outcome, calls, PASSED, STAMPS)
    (old,) = store.rows()
    assert store.add(trial(), replace(outcome, stdout="again"), calls[:1], PASSED, STAMPS, replacing="fresh")
    (new,) = store.rows()
    first, second = store.evidences([old, new])
    assert isinstance(first, Evidence)
    assert isinstance(second, Evidence)
    assert (first.outcome.stdout, len(first.calls)) == ("hello\n", 2)
    assert (second.outcome.stdout, len(second.calls)) == ("again", 1)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE calls SET request_body = x'00'",
        "UPDATE calls SET request_headers = '{'",
        "UPDATE calls SET path = CAST(x'ff' AS TEXT)",
        "UPDATE guests SET stdout = 7",
        "UPDATE guests SET answer = '[]'",
        "DELETE FROM guests",
    ],
)
def test_a_damaged_trial_is_told_and_the_others_are_read(store: Store, tmp_path: Path, damage: str) -> None:
    for repeat in range(3):
        assert add(store, trial(repeat=repeat))
    _, harmed, _ = rows = store.rows()
    with closing(sqlite3.connect(database_path(tmp_path))) as connection:
        for table in ("calls", "guests"):
            connection.execute(f"DROP TRIGGER {table}_keep_on_{'delete' if 'DELETE' in damage else 'update'}")
        connection.execute(f"{damage} WHERE trial = ?", (harmed.id,))
        connection.commit()
    assert [type(found) for found in store.evidences(rows)] == [Evidence, Unreadable, Evidence]
    with pytest.raises(StoreError, match=f"What was said in trial {harmed.id} is damaged"):
        store.evidence(harmed.id)


def test_a_damaged_page_of_the_file_takes_one_trial_with_it(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(200_000)
    with closing(Store.open(tmp_path)) as store:
        for repeat in range(3):
            outcome, (asked, answered) = played()
            calls = [replace(asked, response_body=noise if repeat == 1 else b"{}"), answered]
            assert store.add(trial(repeat=repeat), outcome, calls, PASSED, STAMPS)
    path = database_path(tmp_path)
    content = path.read_bytes()
    page = content.index(raw.packed(noise)[100_000:100_016]) // 4096 * 4096
    path.write_bytes(content[:page] + b"\xff" * 4 + content[page + 4 :])
    with closing(Store.open(tmp_path, read_only=True)) as store:
        rows = store.rows()
        harmed = trial(repeat=1).id
        assert {found.row.id: type(found) for found in store.evidences(rows)} == {
            row.id: Unreadable if row.id == harmed else Evidence for row in rows
        }


def test_a_store_that_is_locked_is_not_taken_for_damaged(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        assert add(store, trial())
    with closing(sqlite3.connect(database_path(tmp_path))) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        with closing(Store.open(tmp_path, read_only=True, patience_s=0)) as store:
            rows = store.rows()
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked by another program"):
                list(store.evidences(rows))


def test_in_which_trials_the_model_was_asked_for_a_stream(store: Store) -> None:
    """In any of their calls; a take that is retired speaks for none."""
    outcome, (first, second) = played()
    streamed = [first, replace(second, streamed=True)]
    one, other, plain = trial("ant"), trial("ant", repeat=1), trial("bee")
    assert store.streaming() == set()
    for planned, calls in ((one, streamed), (other, [replace(first, streamed=True), *streamed[1:]]), (plain, [first])):
        assert store.add(planned, outcome, calls, PASSED, STAMPS)
    assert store.streaming() == {one.id, other.id}
    assert store.add(one, outcome, [first, second], PASSED, STAMPS, replacing="fresh")
    assert store.streaming() == {other.id}
    assert store.add(one, outcome, streamed, PASSED, STAMPS, replacing="fresh")
    assert store.streaming() == {one.id, other.id}
