"""A town whose truth is known: what each choice of data is worth there, and by which way its signals come."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from settings import duck
from settings.paths import Home
from tests.valuation import small_town as town
from valuation import dataset_lines, worth_lines
from valuation.action_worth import ActionWorth, value_action
from valuation.actions import Outcome, OutcomeRecords
from valuation.outcomes import Outcomes, read_outcomes
from valuation.signals import Signals, read_signals
from valuation.units import Units, open_valuation, read_units


@pytest.fixture(scope="module")
def found(home: Home) -> ActionWorth:
    with open_valuation(home, release=home.root / "release") as opened:
        judged = value_action(opened, town.action(), home, town.contracts(), town.policy())
    assert isinstance(judged, ActionWorth)
    return judged


def units(work: Any, **changes: Any) -> Units:
    return read_units(work, town.action(**changes), folds=2, seed=1)


def signals(work: Any, level: str, **changes: Any) -> Signals:
    action = town.action(**changes)
    return read_signals(work, action, level, datasets=action.candidates, minimum_support=15)


def test_units_are_those_of_the_right_age_and_households_stay_in_one_part(work: Any):
    people = units(work)
    fold_of_household = work.execute("select household_id from unit order by unit_no").fetchall()
    parts: dict[str, set[int]] = {}
    for (household,), fold in zip(fold_of_household, people.fold, strict=True):
        parts.setdefault(household, set()).add(int(fold))
    assert len(people) == 1200
    assert {len(folds) for folds in parts.values()} == {1}
    assert 0.4 < people.fold.mean() < 0.6


def test_a_ward_tells_the_same_of_everybody_who_lives_there(work: Any):
    units(work)
    ward = signals(work, "ward")
    where = np.array([row[0] for row in work.execute("select ward_code from unit order by unit_no").fetchall()])
    assert ward.values.shape[1] > 0
    assert "harbour" not in ward.dataset  # a third of either ward: a signal that is the same for all is none
    for code in ("W1", "W2"):
        assert len(np.unique(ward.values[where == code], axis=0)) == 1


def test_a_count_withheld_is_told_as_withheld(work: Any):
    units(work)
    street = signals(work, "street")
    share = street.values[:, (street.dataset == "clinic") & (street.name == "share_current")][:, 0]
    withheld = street.values[:, (street.dataset == "clinic") & (street.name == "withheld")][:, 0]
    assert 0 < (withheld == 1).sum() < len(share)
    assert ((share == 0) == (withheld == 1)).all()


def test_a_household_hears_what_is_known_of_any_of_its_members(work: Any):
    units(work, unit="household")
    person = signals(work, "person", unit="household")
    current = person.values[:, (person.dataset == "clinic") & (person.name == "current")][:, 0]
    expected = work.execute("""
        select max((status = 'current')::integer) from release.tiers.person_known_to
        join warehouse.linked.person using (person_id) where dataset = 'clinic'
        group by household_id order by household_id""").fetchnumpy()
    assert current.tolist() == next(iter(expected.values())).tolist()


def test_a_detail_includes_what_lesser_details_say_and_no_more(work: Any):
    units(work)
    person = signals(work, "person")
    sizes = [len(person.chosen(["clinic"], detail)) for detail in ("known_to", "rag", "coded", "full")]
    assert sizes == sorted(sizes)
    assert set(person.dataset[person.chosen(["clinic"], "full")]) == {"clinic"}
    assert set(person.detail[person.chosen(["clinic"], "known_to")]) == {0}


def test_signals_that_too_few_have_are_left_out(work: Any):
    units(work)
    action = town.action()
    few = read_signals(work, action, "person", datasets=action.candidates, minimum_support=10_000)
    assert few.values.shape == (1200, 0)


def test_the_data_set_that_knows_is_worth_something_and_noise_is_not(found: ActionWorth):
    worths = found.tiers["person", "known_to"]
    gain = {name: worths[frozenset({name})].net_value_gbp - found.own.net_value_gbp for name in ("clinic", "noise")}
    low, _ = found.judge.interval(worths[frozenset({"clinic"})].resampled_gbp - found.own.resampled_gbp)
    assert low > 20_000
    assert abs(gain["noise"]) < gain["clinic"] / 5


def test_the_person_is_worth_more_than_the_household_and_that_more_than_the_ward(found: ActionWorth):
    values = [found.everything(level, "known_to").net_value_gbp for level in ("person", "household", "ward")]
    assert values == sorted(values, reverse=True)


def test_the_ward_is_worth_what_reaching_the_worse_ward_first_brings(found: ActionWorth):
    """Its share of trouble is that of people anywhere in it: between random and the person's own record."""
    ward = found.everything("ward", "known_to").net_value_gbp
    assert found.baselines["random"].net_value_gbp < ward < found.everything("person", "known_to").net_value_gbp


def test_baselines_are_what_arithmetic_says(found: ActionWorth):
    outcomes, base = found.judge.outcomes.judged, found.baselines
    assert base["treat_none"].net_value_gbp == 0
    assert base["treat_all"].net_value_gbp == pytest.approx(1000 * outcomes.sum() - 100 * 1200)
    assert base["random"].net_value_gbp == pytest.approx(240 * (1000 * outcomes.mean() - 100))
    assert base["clairvoyant"].true_positives == min(240, outcomes.sum())
    assert base["clairvoyant"].net_value_gbp >= max(worth.net_value_gbp for worth in base.values())


def test_the_same_seed_gives_the_same_lines(home: Home, found: ActionWorth):
    with open_valuation(home, release=home.root / "release") as opened:
        again = value_action(opened, town.action(), home, town.contracts(), town.policy())
    assert isinstance(again, ActionWorth)
    assert worth_lines.action_values(again) == worth_lines.action_values(found)


def test_lines_have_one_row_per_choice_and_shapley_values_add_up(found: ActionWorth):
    lines = worth_lines.action_values(found)
    keys = [(line.baseline, line.tier, line.data_sets) for line in lines]
    assert len(set(keys)) == len(keys)
    assert {line.tier for line in lines if line.data_sets == ("harbour",)} == {
        "ward_known_to",
        "ward_rag",
        "ward_coded",
        "ward_full",
    }
    parts = [line for line in dataset_lines.dataset_values(found) if line.tier == "person_rag"]
    (everything,) = [line for line in lines if line.tier == "person_rag" and line.is_all_candidates]
    assert sum(part.shapley_gbp or 0 for part in parts) == pytest.approx(everything.gain_gbp)


def test_a_tier_that_too_few_accept_is_vetoed_whatever_its_value(found: ActionWorth):
    vetoed = {line.tier for line in worth_lines.action_values(found) if line.is_vetoed}
    assert vetoed == {"person_full"}


def test_the_bend_is_nothing_where_value_is_linear_in_detail():
    straight = np.array([[1.0], [2.0], [3.0], [4.0]])
    early = np.array([[0.0], [9.0], [9.0], [9.0]])
    assert worth_lines._bend(straight)[0] == 0
    assert worth_lines._bend(early)[0] == 4.5


def test_without_the_truth_the_action_is_not_valued_and_says_why(home: Home, work: Any):
    missing = town.action(outcome=Outcome(name="nothing", what="x", source="demo_truth"))
    assert (
        value_action(work, missing, home, town.contracts(), town.policy())
        == "the truth has no column nothing_year_after"
    )


def test_outcomes_are_read_from_records_that_began_after_the_release(tmp_path: Path):
    home = Home(tmp_path)
    release = town.build(home, people=40)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("update linked.dataset set extract_date = '2028-06-01'")
        for person, day in {
            1: "2026-06-01",
            2: "2026-06-02",
            3: "2027-06-01",
            4: "2027-06-02",
            5: "2028-06-01",
        }.items():
            connection.execute(
                "insert into linked.record values (?, 'noise', printf('P%06d', ?), ?, null)", [str(person), person, day]
            )
    outcome = Outcome(name="event", what="x", source="records", records=OutcomeRecords("noise"))
    action = town.action(outcome=outcome)
    with open_valuation(home, release=release) as work:
        read_units(work, action, folds=2, seed=1)
        came = read_outcomes(work, action, home)
        assert isinstance(came, Outcomes)
        assert np.flatnonzero(came.fitted).tolist() == [2, 3]
        assert np.flatnonzero(came.judged).tolist() == [4]


def test_records_that_do_not_reach_far_enough_are_told(home: Home, work: Any):
    outcome = Outcome(name="event", what="x", source="records", records=OutcomeRecords("clinic"))
    action = town.action(outcome=outcome)
    read_units(work, action, folds=2, seed=1)
    assert read_outcomes(work, action, home) == (
        "clinic must reach 730 days beyond a release, and none kept is so old; "
        f"the release in force is of {date(2026, 6, 1)}"
    )
