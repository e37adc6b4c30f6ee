"""Data about one service informs another, families are alike, and inequality sets how much areas differ."""

import numpy as np
import pandas as pd
import pytest

from tests.demo.fenshire import people, region, truth

PEOPLE = 8_000


def home(inequality: float = 0.5):
    return region(people=PEOPLE, nights=1, inequality=inequality)[0]


def known(dataset: str) -> pd.Series:
    """Per person whether the data set has a record."""
    records = truth(home())
    return people(home())["true_person_id"].isin(records.loc[records["dataset"] == dataset, "true_person_id"])


def standard_errors(outcome: pd.Series, signal: pd.Series) -> float:
    """How many standard errors apart the outcome is among those with and without the signal."""
    with_, without = outcome[signal], outcome[~signal]
    error = np.sqrt(with_.var() / len(with_) + without.var() / len(without))
    return float((with_.mean() - without.mean()) / error)


@pytest.mark.parametrize(
    ("dataset", "outcome"),
    [
        ("adult_social_care", "fall_year_after"),
        ("police_incident", "homeless_year_after"),
        ("emergency_attendance", "care_year_after"),
        ("homelessness", "homeless_year_after"),
    ],
)
def test_being_known_to_one_service_foretells_another_services_outcome(dataset: str, outcome: str):
    adults = (people(home())["birth_date"] < pd.Timestamp("2008-06-01")).to_numpy()
    happened = (people(home())[outcome] > 0).astype(float)
    assert standard_errors(happened[adults], known(dataset)[adults]) > 4


def test_a_fall_last_year_foretells_one_this_year_even_at_one_age():
    old = people(home()).query("birth_date < '1951-06-01' and is_alive")
    before, after = old["fall_year_before"] > 0, (old["fall_year_after"] > 0).astype(float)
    assert standard_errors(after, before) > 3


def test_needs_are_alike_within_households_and_between_needs():
    table = people(home()).query("not is_communal")
    pairs = table.merge(table, on="household_number", suffixes=("", "_other")).query(
        "true_person_id < true_person_id_other"
    )
    assert 0.3 < pairs["need_hardship"].corr(pairs["need_hardship_other"]) < 0.8
    strangers = table["need_hardship"].corr(table["need_hardship"].shift(1000))
    assert abs(strangers) < 0.05
    assert table["need_hardship"].corr(table["need_strain"]) > 0.4


def test_inequality_sets_how_much_wards_differ():
    spread = [people(home(level)).groupby("ward_code")["need_hardship"].mean().std() for level in (0.0, 0.5, 1.0)]
    assert spread[0] < 0.12  # chance alone
    assert spread[1] > 3 * spread[0]
    assert spread[2] > 1.6 * spread[1]


def test_hard_cases_of_linkage_are_there():
    table = people(home())
    twins = table[table["is_twin"]].groupby(["household_number", "birth_date"]).size()
    assert (twins >= 2).all()
    assert len(twins) > 5
    for case in ("is_same_named", "is_communal", "has_moved", "has_former_surname"):
        assert table[case].sum() > 20, case
    assert (~table["is_alive"]).sum() > 20


def test_people_have_four_to_six_records_on_average():
    assert 3.5 < len(truth(home())) / PEOPLE < 6
