"""Error rates by subgroup, counted by hand."""

from pathlib import Path

import pytest

from linkage.evaluation.placed_pairs import place_pairs
from linkage.evaluation.subgroups import Rate, error_rates, falling_behind
from linkage.store import open_work
from settings.paths import Home
from tests.linkage.judged_store import write_judged


def rates(home: Home, truth: dict[str, str] | None = None) -> dict[tuple[str, str, str], Rate]:
    with open_work(home, read_only=True) as work:
        if truth:
            work.execute("create table truth (record_id varchar, true_id varchar)")
            work.executemany("insert into truth values (?, ?)", list(truth.items()))
        place_pairs(work)
        found = error_rates(work, home.geography, confidence=0.95, has_truth=bool(truth))
    return {(rate.kind, rate.subgroup, rate.measure): rate for rate in found}


def test_a_stray_record_is_false_where_it_is_and_missed_where_it_belongs(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_judged(home, {"a1": "P1", "b1": "P1", "c1": "P1", "a2": "P2", "b2": "P2"}, {("a1", "b1"): 0.9})
    found = rates(home, {"a1": "T1", "b1": "T1", "c1": "T2", "a2": "T2", "b2": "T2"})
    assert found["everybody", "everybody", "false_links"].value == pytest.approx(1 / 5)
    assert found["everybody", "everybody", "missed_links"].value == pytest.approx(1 / 5)
    assert found["data set", "c", "false_links"].value == 1.0
    assert found["data set", "a", "missed_links"].value == 0.0
    assert found["age", "30-39", "false_links"].records == 5


def test_without_truth_errors_are_expected_from_the_probabilities(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_judged(
        home,
        {"a1": "P1", "b1": "P1", "c1": "P1", "a2": "P2", "b3": "P3"},
        {("a1", "b1"): 0.9, ("b1", "c1"): 0.8, ("a2", "b1"): 0.6, ("a2", "c1"): 0.3},
        nhs_number={"a2": None, "b1": "9000000009"},
    )
    found = rates(home)
    # the best pair of a1 and b1 is wrong one time in ten, that of c1 two times in ten
    assert found["everybody", "everybody", "expected_false_links"].value == pytest.approx((0.1 + 0.1 + 0.2) / 5)
    # P2 is P1 with the mean of the three pairs between them; P3 has none
    assert found["everybody", "everybody", "expected_missed_links"].value == pytest.approx(0.3 / 5)
    assert found["data set", "a", "expected_missed_links"].value == pytest.approx(0.3 / 2)
    assert found["everybody", "everybody", "alone"].value == pytest.approx(2 / 5)


def test_persons_with_different_nhs_numbers_are_not_expected_to_be_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    numbers = {"a1": "9000000009", "b1": "9000000017"}
    write_judged(home, {"a1": "P1", "b1": "P2"}, {("a1", "b1"): 0.7}, nhs_number=numbers)
    assert rates(home)["everybody", "everybody", "expected_missed_links"].value == 0.0


def rate(kind: str, subgroup: str, value: float, low: float) -> Rate:
    return Rate(kind, subgroup, "missed_links", 100, value, low, 1.0, 100)


def test_only_what_is_beyond_the_margin_and_beyond_chance_falls_behind() -> None:
    whole = rate("everybody", "everybody", 0.02, 0.01)
    found = falling_behind(
        [whole, rate("sex", "M", 0.05, 0.03), rate("sex", "F", 0.05, 0.019), rate("age", "20-29", 0.0299, 0.025)],
        margin=0.01,
    )
    assert [(item.kind, item.subgroup) for item in found] == [("sex", "M")]


def test_records_of_one_person_are_not_so_many_independent_trials(tmp_path: Path) -> None:
    home = Home(tmp_path)
    persons = {f"{letter}{n}": f"P{n}" for n in range(40) for letter in "abcd"}
    write_judged(home, persons, {})
    truth = {record: ("T0" if record[1:] in ("0", "1") else f"T{record[1:]}") for record in persons}
    everybody = rates(home, truth)["everybody", "everybody", "missed_links"]
    assert everybody.value == pytest.approx(4 / 160)
    assert everybody.effective < 60  # forty persons with four records each, which err together
    assert 0 < everybody.low < everybody.value < everybody.high
