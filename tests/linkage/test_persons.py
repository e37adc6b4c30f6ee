"""Nights that give ids only where clusters were made again leave the tables that a whole assignment leaves."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkage import run
from linkage.counts import PersonCounts
from linkage.decisions import undo_last
from linkage.steps import forget_step
from linkage.store import open_work
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, change, decide, quick_policies, rows, write_query

BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8")
RECORDS = "identity.person_records"
TABLES = ("persons", "households", "id_registry", "id_counter", "person_history", "review_queue")


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three hundred people in two data sets, linked once."""
    home = Home(tmp_path_factory.mktemp("linked"))
    write_query(home, BACKGROUND.format(people=300))
    night(home, policies(home.root))
    return home


@pytest.fixture
def home(linked: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(linked.root, tmp_path / "home"))


def policies(folder: Path) -> Path:
    return quick_policies(folder / "policies", max_rescored_share=0.99)


def cluster(home: Home, rules: Path) -> None:
    run.score_pairs(home, policies=rules, as_of=AS_OF)
    run.make_clusters(home, policies=rules, as_of=AS_OF)


def assign(home: Home, rules: Path) -> PersonCounts:
    counts = run.assign_persons(home, policies=rules, as_of=AS_OF)
    run.place_households(home, policies=rules, as_of=AS_OF)
    return counts


def night(home: Home, rules: Path) -> PersonCounts:
    cluster(home, rules)
    return assign(home, rules)


def undo(home: Home) -> None:
    with open_work(home) as work:
        undo_last(work, reviewer="ann", decided_at=datetime(2026, 6, 2, tzinfo=UTC).isoformat())


def contents(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows(home, f"select * from linkage.{table} order by all") for table in TABLES}


def assigned_in_whole(home: Home, rules: Path, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The tables when persons and households are made of all records, from the clusters as they are now."""
    other = Home(folder)
    shutil.copytree(home.root, other.root)
    with open_work(other) as work:
        forget_step(work, "persons")
        forget_step(work, "households")
    counts = assign(other, rules)
    assert counts.records_reassigned == rows(home, f"select count(*) from {RECORDS}")[0][0]
    return contents(other)


def persons(home: Home) -> dict[str, str]:
    return dict(rows(home, "select record_id, person_id from linkage.persons"))


Happening = Callable[[Home], None]


def sql(statements: str) -> Happening:
    return lambda home: change(home, statements)


def decision(word: str, first: str, second: str) -> Happening:
    return lambda home: decide(home, word, (f"background-{first}", f"background-{second}"))


def some(modulus: int, rest: int) -> str:
    return f"md5_number_lower(record_id) % {modulus} = {rest}"


# 'background-gp-N' and 'background-care-N' are one person's two records.
NIGHTS: dict[str, list[Happening]] = {
    "a quiet night": [sql(f"update {RECORDS} set last_seen_date = date '2026-06-02'")],
    "corrections": [sql(f"update {RECORDS} set family_name = 'ABBOTT' where {some(37, 0)}")],
    "a merge by decision": [decision("same", "gp-10", "gp-50")],
    "deletions, a person without records, and a split by decision": [
        decision("different", "care-20", "gp-20"),
        sql(f"create table identity.away as from {RECORDS} where {some(23, 2)} or record_id like '%-90'"),
        sql(f"delete from {RECORDS} where record_id in (select record_id from identity.away)"),
    ],
    "a merge while one of its records is away": [
        decision("same", "gp-66", "gp-80"),
        sql(f"delete from {RECORDS} where record_id = 'background-care-66'"),
    ],
    "newcomers, and records that are back": [
        sql(f"insert into {RECORDS} from identity.away"),
        sql(f"""
            insert into {RECORDS} select * replace ('a-' || record_id as record_id, 'housing' as dataset)
            from {RECORDS} where {some(31, 3)}
        """),
    ],
    "the last decision taken back": [undo],
    "moves": [sql(f"update {RECORDS} set postcode = 'FN5 5EX', uprn = '7' where {some(29, 1)}")],
}


def happens(home: Home, name: str) -> None:
    for happening in NIGHTS[name]:
        happening(home)


def test_nights_of_changes_equal_a_whole_assignment(home: Home, tmp_path: Path) -> None:
    rules = policies(tmp_path)
    seen = set()
    for number, name in enumerate(NIGHTS):
        happens(home, name)
        cluster(home, rules)
        expected = assigned_in_whole(home, rules, tmp_path / f"whole {number}")
        counts = assign(home, rules)
        found = contents(home)
        for table in TABLES:
            assert found[table] == expected[table], f"{table} after {name}"
        assert counts.persons == len(set(persons(home).values())) == counts.ids_kept + counts.ids_new, name
        assert counts.skipped or counts.records_reassigned < 250, name
        assert not rows(home, "from linkage.reclustered"), name
        seen |= {event for (event,) in rows(home, "select event from linkage.person_history where run_no > 2")}
    assert seen >= {"birth", "merge", "split", "retirement", "return"}, "what the nights are to show really happened"


def test_what_clustering_did_waits_for_persons_however_often_a_run_is_killed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = policies(tmp_path)
    before = contents(home)
    happens(home, "a merge by decision")
    cluster(home, rules)  # and killed before persons began
    happens(home, "corrections")
    cluster(home, rules)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run, "write_queue", killed)  # the last that is written
        run.assign_persons(home, policies=rules, as_of=AS_OF)
    assert contents(home) == before
    happens(home, "deletions, a person without records, and a split by decision")
    cluster(home, rules)
    expected = assigned_in_whole(home, rules, tmp_path / "whole")
    assert assign(home, rules).records_reassigned < 250
    assert contents(home) == expected


def test_clusters_made_wholly_anew_make_persons_wholly_anew(home: Home, tmp_path: Path) -> None:
    """Also where an incremental clustering follows before persons are made."""
    change(home, f"update {RECORDS} set sex = null where record_id = 'background-gp-3'")
    cluster(home, quick_policies(tmp_path / "lower", match_threshold=0.5, max_rescored_share=0.99))
    happens(home, "corrections")
    cluster(home, policies(tmp_path))
    assert night(home, policies(tmp_path)).records_reassigned == 600


NEWCOMER = f"""
    insert into {RECORDS} by name
    select 'newcomer' as record_id, 'gp' as dataset, 'YSOLDE' as given_name, 'QUARTERMAIN' as family_name
"""


def test_records_decided_to_be_the_same_are_one_person_from_the_next_night_on(home: Home, tmp_path: Path) -> None:
    change(home, NEWCOMER)
    run.link(home, policies=policies(tmp_path), as_of=AS_OF)
    before = persons(home)
    decide(home, "same", ("background-gp-10", "newcomer"))
    assert run.link(home, policies=policies(tmp_path), as_of=AS_OF).persons == len(set(before.values())) - 1
    assert persons(home) == before | {"newcomer": before["background-gp-10"]}
    told = "select match_reason, match_probability from linkage.persons where record_id = 'newcomer'"
    assert rows(home, told) == [("decision: same", 1.0)]
    undo(home)
    assert run.link(home, policies=policies(tmp_path), as_of=AS_OF).persons == len(set(before.values()))
    assert rows(home, told) == [(None, None)]


def test_records_decided_to_differ_are_two_persons_from_the_next_night_on(home: Home, tmp_path: Path) -> None:
    before = persons(home)
    assert before["background-gp-20"] == before["background-care-20"]
    decide(home, "different", ("background-gp-20", "background-care-20"))
    assert run.link(home, policies=policies(tmp_path), as_of=AS_OF).persons == len(set(before.values())) + 1
    after = persons(home)
    assert after["background-gp-20"] != after["background-care-20"]
    reasons = "select match_reason from linkage.persons where record_id in ('background-gp-20', 'background-care-20')"
    assert rows(home, reasons) == [(None,), (None,)]
    undo(home)
    run.link(home, policies=policies(tmp_path), as_of=AS_OF)
    assert persons(home) == before
