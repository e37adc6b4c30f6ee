"""No small count can be bounded to fewer than `least_values` values: the attacker against complementary suppression."""

from collections.abc import Iterator
from random import Random

import duckdb
import pandas as pd
import pytest

from sharing.complementary import complementary
from tests.sharing.attacker import atoms, cells, matrix_of, solve, truth
from tests.sharing.place_release import release
from tests.sharing.random_places import draw_region, fill, two_sevens

LEAST_VALUES = 3  # as in region/policies/disclosure.csv
TRIED = 12  # small counts of a region


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def _narrow(connection, frame: pd.DataFrame, least_values: int, seed: int = 0) -> tuple[int, int]:
    """How many small counts the attacker tries, and how many it bounds to fewer than LEAST_VALUES."""
    fill(connection, frame, left_out_share=0, least_values=least_values)
    people = frame.astype(object).where(frame.notna(), None).to_dict("records")
    known = list(dict.fromkeys(cells(release(connection))))
    matrix = matrix_of(known, atoms(sorted({(row["postcode"], row["ward_code"], row["usrn"]) for row in people})))
    small = [n for n, cell in enumerate(known) if cell.is_told and 1 <= truth(cell, people) <= 7]
    wanted = sorted(Random(seed).sample(small, min(TRIED, len(small))))
    bounds = solve(known, matrix, wanted, whole=False)
    for number, (least, most) in bounds.items():
        assert least <= truth(known[number], people) <= most
    return len(wanted), sum(most - least + 1 < LEAST_VALUES for least, most in bounds.values())


@pytest.mark.parametrize("seed", [1, 102, 103])
def test_no_small_count_is_bounded_to_fewer_values_than_promised(connection, seed):
    tried, narrow = _narrow(connection, draw_region(seed), LEAST_VALUES, seed)
    assert tried and not narrow


def test_a_ward_total_that_gives_two_postcodes_away_is_withheld(connection):
    tried, narrow = _narrow(connection, two_sevens(), 1)
    assert narrow == tried > 0, "without the guard each is bounded to 6 or 7"
    assert _narrow(connection, two_sevens(), LEAST_VALUES) == (tried, 0)


def test_a_list_without_codes_and_ratings_is_guarded_too(connection):
    frame = two_sevens().assign(code=None, rag=None)
    tried, narrow = _narrow(connection, frame, 1)
    assert narrow == tried > 0
    assert _narrow(connection, frame, LEAST_VALUES) == (tried, 0)


def test_residents_are_guarded_where_nobody_is_drawn(connection):
    """Seven live in each of two postcodes, and most of them are on the list: the ward shows 15."""
    frame = two_sevens().groupby("postcode").head(7).reset_index(drop=True)
    frame.loc[frame.index % 7 > 4, ["status", "rag", "code"]] = None
    tried, narrow = _narrow(connection, frame, 1)
    assert 0 < narrow < tried
    assert _narrow(connection, frame, LEAST_VALUES) == (tried, 0)
    assert "complementary" in {row["people_living_reason"] for row in release(connection)["postcode_known_to"]}


def test_what_is_not_withheld_is_the_true_count_rounded_as_before(connection):
    frame = draw_region(102)
    fill(connection, frame, left_out_share=0)
    before = release(connection)
    fill(connection, frame, left_out_share=0, least_values=LEAST_VALUES)
    withheld = shown = 0
    for tier, rows in release(connection).items():
        grain = ("place", "dataset", "measure", "code", "age_band", "sex")
        as_before = {tuple(row.get(name) for name in grain): row for row in before[tier]}
        for row in rows:
            was = as_before.get(tuple(row.get(name) for name in grain))
            for name in (name for name in row if f"{name}_reason" in row):
                if row[f"{name}_reason"] == "complementary":
                    assert row[name] is None
                    withheld += 1
                else:
                    assert row[name] == was[name] and row[f"{name}_reason"] == was[f"{name}_reason"]
                    shown += row[name] is not None
    assert 0 < withheld < shown


def test_the_same_people_give_the_same_choice_in_any_order(connection):
    frame = draw_region(100)
    fill(connection, frame, left_out_share=0, least_values=LEAST_VALUES)
    first = complementary(connection).fetchall()
    fill(connection, frame.sample(frac=1, random_state=1), left_out_share=0, least_values=LEAST_VALUES)
    assert complementary(connection).fetchall() == first and first
