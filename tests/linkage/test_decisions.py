"""Clerical decisions: the latest holds, contradictions are settled, and precision is counted by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage import decisions
from linkage.decision_conflicts import without_conflicts
from linkage.evaluation.decision_precision import precision, wilson
from linkage.store import STORE, open_work
from settings.paths import Home
from tests.linkage.identity_store import write_records

NOON = "2026-06-01T12:00:00"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Any]:
    home = Home(tmp_path)
    write_records(home, [{"record_id": name, "given_name": "JO", "birth_date": date(1980, 1, 1)} for name in "abcdef"])
    with open_work(home) as work:
        yield work


def decide(work: Any, pair: str, decision: str, probability: float = 0.7) -> int:
    return decisions.record_decision(
        work,
        (pair[0], pair[1]),
        decision,
        reviewer="ann",
        decided_at=NOON,
        match_probability=probability,
        model_version="m1",
    )


def linked(work: Any, table: str) -> set[str]:
    return {left + right for left, right in work.execute(f"select record_id_l, record_id_r from {table}").fetchall()}


def test_without_decisions_the_tables_are_empty(work: Any) -> None:
    assert decisions.constraints(work) == decisions.Constraints(0, 0, 0)
    assert linked(work, "must_link") == linked(work, "cannot_link") == set()


def test_the_latest_decision_of_a_pair_holds_whatever_the_order_of_its_records(work: Any) -> None:
    decide(work, "ab", "different")
    decide(work, "ba", "same")
    decide(work, "cd", "same")
    decide(work, "cd", "unsure")
    assert decisions.constraints(work) == decisions.Constraints(1, 0, 0)
    assert linked(work, "must_link") == {"ab"}


def test_an_undone_decision_brings_back_the_one_before_and_nothing_is_deleted(work: Any) -> None:
    before = decisions.digest(work)
    decide(work, "ab", "different")
    once = decisions.digest(work)
    number = decide(work, "ab", "same")
    decisions.undo_decision(work, number, reviewer="ann", decided_at=NOON)
    assert decisions.digest(work) == once != before
    decisions.constraints(work)
    assert linked(work, "cannot_link") == {"ab"}
    assert work.execute(f"select count(*) from {STORE}.linkage.decision").fetchone() == (3,)


def test_a_later_decision_overrules_a_chain_of_earlier_ones(work: Any) -> None:
    decide(work, "ab", "same")
    decide(work, "bc", "same")
    decide(work, "ac", "different")
    assert decisions.constraints(work) == decisions.Constraints(1, 1, 1)
    assert (linked(work, "must_link"), linked(work, "cannot_link")) == ({"bc"}, {"ac"})


def test_a_decision_about_a_record_that_is_away_waits(work: Any) -> None:
    decide(work, "ab", "same")
    work.execute(f"delete from {STORE}.identity.person_records where record_id = 'a'")
    assert decisions.constraints(work).must_link == 0


def test_another_word_is_refused(work: Any) -> None:
    with pytest.raises(ValueError, match="same, different, unsure"):
        decide(work, "ab", "maybe")


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.sampled_from(["same", "different"])),
        max_size=14,
    )
)
def test_what_is_kept_never_contradicts_itself_and_the_latest_is_always_kept(drawn: list[tuple[str, str, str]]) -> None:
    latest_first = [(left, right, what, -at) for at, (left, right, what) in enumerate(drawn) if left != right]
    must, cannot = without_conflicts(latest_first)
    person = {name: {name} for name in "abcdef"}
    for left, right, _ in must:
        joined = person[left] | person[right]
        person |= dict.fromkeys(joined, joined)
    assert not any(right in person[left] for left, right, _ in cannot)
    if latest_first:
        assert latest_first[0][3] in {number for *_, number in must + cannot}


def test_precision_is_counted_by_band(work: Any) -> None:
    work.execute(f"""
        create table {STORE}.linkage.pairs as
        select * from (values ('a', 'b', 3.0, 0.7), ('a', 'c', 5.0, 0.85), ('a', 'd', 5.0, 0.85), ('a', 'e', 9.0, 0.99),
            ('c', 'd', null, 1.0)) as t(record_id_l, record_id_r, match_weight, match_probability)
    """)
    for pair, decision, probability in (
        ("ab", "same", 0.7),
        ("ac", "same", 0.85),
        ("ad", "different", 0.85),
        ("bc", "unsure", 0.9),
        ("ae", "same", 0.95),
    ):
        decide(work, pair, decision, probability)
    found = precision(work, threshold=0.8, edges=(0.95,), confidence=0.95)
    assert [(band.low, band.pairs, band.same, band.different, band.unsure) for band in found.bands] == [
        (0.0, 1, 1, 0, 0),
        (0.8, 2, 1, 1, 1),
        (0.95, 1, 1, 0, 0),
    ]
    assert (found.decided.same, found.decided.different, found.decided.share) == (2, 1, pytest.approx(2 / 3))
    assert found.estimate == pytest.approx((2 * 0.5 + 1 * 1.0) / 3)
    assert found.covered == 1.0


def test_without_decisions_precision_is_unknown(work: Any) -> None:
    found = precision(work, threshold=0.8, edges=(), confidence=0.95)
    assert (found.estimate, found.decided.share) == (None, None)


def test_wilson_agrees_with_a_published_table() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20, 95%
    assert wilson(81, 263, confidence=0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20, confidence=0.95) == pytest.approx((0.0, 0.1611), abs=5e-5)
