"""What a clerk is asked first, and what is not asked again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkage.decisions import record_decision, undo_decision
from linkage.policy import read_policy
from linkage.review_queue import Waiting, make_queue, side_by_side, waiting, write_queue
from linkage.store import STORE, open_work
from settings.paths import Home
from tests.linkage.identity_store import POLICIES, write_records

NOON = "2026-06-01T12:00:00"
REASON = "given_name: nickname +4.1; birth_date: day and month swapped -0.5"
PERSONS = {"a": "P1", "b": "P2", "c": "P2", "d": "P2", "e": "P3", "f": "P3", "g": "P4", "h": "P5"}
PAIRS = [
    ("a", "b", 0.6),  # joins one record and three
    ("a", "c", 0.9),  # the same two persons: asked only once
    ("e", "f", 0.6),  # within one person of two
    ("g", "h", 0.6),  # joins two single records
    ("a", "h", 0.49),
    ("b", "c", 0.99),
]


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Any]:
    home = Home(tmp_path)
    write_records(home, [{"record_id": name, "given_name": f"JO {name}"} for name in PERSONS])
    with open_work(home) as work:
        persons = f"{STORE}.linkage.persons"
        work.execute(f"create table {persons} (record_id varchar, person_id varchar, dataset varchar)")
        work.executemany(f"insert into {persons} values (?, ?, 'gp')", [list(item) for item in PERSONS.items()])
        work.execute(f"""
            create table {STORE}.linkage.pairs (
                record_id_l varchar, record_id_r varchar, match_weight double, match_probability double,
                match_reason varchar
            )
        """)
        work.executemany(
            f"insert into {STORE}.linkage.pairs values (?, ?, 3.5, ?, ?)", [[*pair, REASON] for pair in PAIRS]
        )
        work.execute(f"insert into {STORE}.linkage.pairs values ('a', 'g', null, 1.0, 'rule: nhs_number')")
        yield work


def queue(work: Any) -> list[Waiting]:
    make_queue(work, policy=band(), model_version="m1")
    write_queue(work)
    return waiting(work)


def band(low: float = 0.5, high: float = 0.95) -> Any:
    return replace(read_policy(POLICIES, as_of=date(2026, 6, 1)), review_low=low, review_high=high)


def decide(work: Any, pair: str, decision: str) -> int:
    return record_decision(
        work, (pair[0], pair[1]), decision, reviewer="ann", decided_at=NOON, match_probability=0.6, model_version="m1"
    )


def test_the_doubtful_pairs_that_change_most_come_first_and_two_persons_are_asked_about_once(work: Any) -> None:
    found = queue(work)
    assert [item.pair for item in found] == [("a", "b"), ("e", "f"), ("g", "h")]
    assert [(item.is_joined, item.records_l, item.records_r) for item in found] == [
        (False, 1, 3),
        (True, 2, 2),
        (False, 1, 1),
    ]
    entropy = 0.970951
    assert [item.priority for item in found] == pytest.approx([entropy * 2.098612, entropy, entropy], abs=1e-5)


def test_the_evidence_is_read_from_the_reason(work: Any) -> None:
    assert queue(work)[0].evidence == [("given_name", "nickname", 4.1), ("birth_date", "day and month swapped", -0.5)]


def test_the_band_is_the_policys(work: Any) -> None:
    make_queue(work, policy=band(0.4, 0.5), model_version=None)
    write_queue(work)
    assert [item.pair for item in waiting(work)] == [("a", "h")]


@pytest.mark.parametrize("decision", ["same", "different", "unsure"])
def test_what_is_decided_is_not_asked_again_tonight_or_tomorrow(work: Any, decision: str) -> None:
    queue(work)
    number = decide(work, "ab", decision)
    assert [item.pair for item in waiting(work)] == [("e", "f"), ("g", "h")]
    assert [item.pair for item in queue(work)] == [("e", "f"), ("g", "h")], "nor is a-c, of the same two persons"
    undo_decision(work, number, reviewer="ann", decided_at=NOON)
    assert queue(work)[0].pair == ("a", "b")


def test_a_pair_whose_values_changed_since_the_decision_is_asked_again(work: Any) -> None:
    decide(work, "ab", "different")
    work.execute(f"update {STORE}.identity.person_records set given_name = 'ZOE' where record_id = 'b'")
    assert queue(work)[0].pair == ("a", "b")


def test_the_stored_queue_holds_no_value_of_a_record(work: Any) -> None:
    queue(work)
    stored = work.execute(f"select string_agg(queue::varchar) from {STORE}.linkage.review_queue as queue").fetchone()[0]
    assert "JO" not in stored
    assert side_by_side(work, ("b", "a"))[-1] == ("given_name", "JO a", "JO b")


def test_before_the_first_night_nothing_waits(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    write_records(home, [])
    with open_work(home) as work:
        assert waiting(work) == []
