"""Each partner's error rates, measured against the truth, are those of the table."""

import numpy as np
import pandas as pd
import pytest

from demo.errors import RATES, with_typos
from demo.streams import Streams
from tests.demo.fenshire import extract, gp, region

PEOPLE = 8_000  # enough for rates of a few per cent


def home():
    return region(people=PEOPLE, nights=1)[0]


def near(share: float, rate: float, rows: int) -> bool:
    return abs(share - rate) <= 4 * np.sqrt(rate * (1 - rate) / rows) + 1e-9


@pytest.mark.parametrize(
    ("dataset", "header", "rate"),
    [
        ("adult_social_care", "NHS Number", "number_missing"),
        ("childrens_social_care", "UPN", "number_missing"),
        ("council_tax", "DOB", "birth_missing"),
        ("council_tax", "CONTACT_TEL", "phone_missing"),
        ("police_incident", "NOMINAL POSTCODE", "postcode_missing"),
        ("emergency_attendance", "POSTCODE_OF_USUAL_ADDRESS", "postcode_missing"),
    ],
)
def test_missing_values_are_as_frequent_as_the_table_says(dataset: str, header: str, rate: str):
    separator, skipped = ("|", 2) if dataset == "council_tax" else (",", 0)
    rows = pd.read_csv(
        extract(home(), dataset), sep=separator, skiprows=skipped, dtype=str, na_values=["NULL", "NOT KNOWN"]
    )
    rows = rows[~rows.iloc[:, 0].str.startswith("TOTAL")]
    client = [name for name in ("Client Number", "LAchildID") if name in rows]
    entries = rows.drop_duplicates(client) if client else rows
    share = entries[header].isna().mean()
    assert near(share, getattr(RATES[dataset], rate), len(entries) / 3)  # patients come several times


def test_the_register_has_missing_numbers_placeholder_dates_and_old_addresses_as_often_as_stated():
    rows, rates = gp(home()), RATES["gp_register"]
    assert near(rows["NhsNumber"].isna().mean(), rates.number_missing, len(rows))
    wrong = (rows["BirthDate"] != rows["true_birth_date"]) & (rows["BirthDate"] != pd.Timestamp("1900-01-01"))
    assert near(wrong.mean(), rates.birth_typo + rates.birth_day_month_swapped, len(rows))
    placeholder = (rows["BirthDate"] == pd.Timestamp("1900-01-01")).mean()
    assert near(placeholder, rates.birth_placeholder, len(rows))


def test_day_and_month_are_swapped_and_never_made_impossible():
    rows = gp(home())
    given, true = rows["BirthDate"], rows["true_birth_date"]
    swapped = (given.dt.day == true.dt.month) & (given.dt.month == true.dt.day) & (given != true)
    assert near(swapped.mean(), RATES["gp_register"].birth_day_month_swapped, len(rows))


def test_sources_differ_and_the_police_spell_worst():
    assert RATES["police_incident"].surname_typo > 5 * RATES["gp_register"].surname_typo
    assert RATES["council_tax"].birth_missing > 0.5 > RATES["gp_register"].birth_missing


def test_a_typo_changes_the_stated_share_by_at_most_one_letter_or_swap():
    names = np.array(["Margaret", "Al", None, "Setchell"] * 5_000, dtype=object)
    wrong = with_typos(Streams(3), "names", names, 0.1)
    long = np.array([name is not None and len(name) > 2 for name in names])
    changed = wrong[long] != names[long]
    assert 0.085 < changed.mean() < 0.101  # a replaced letter is sometimes the same letter
    assert all(abs(len(a) - len(b)) <= 1 and a[0] == b[0] for a, b in zip(names[long], wrong[long], strict=True))
    assert (wrong[~long] == names[~long]).all()


def test_nhs_numbers_are_of_the_test_ranges_and_nearly_all_valid():
    numbers = gp(home())["NhsNumber"].dropna()
    digits = np.array([[int(digit) for digit in number] for number in numbers[numbers.str.len() == 10]])
    check = (11 - (digits[:, :9] * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    assert numbers.str.startswith("99").mean() > 0.999
    assert (check == digits[:, 9]).mean() > 0.998
