"""What somebody gets of one person's number from all released means, by a programme over sums of values.

The attacker holds all counts and means of streets, postcodes and wards, and the map; values are not negative.
"""

from collections.abc import Iterator
from math import floor, log10

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from sharing.tiers import PLACE_LEVELS, UNIT_COLUMNS
from tests.sharing.place_release import tier_sql
from tests.sharing.random_places import draw_region, fill

THRESHOLD, ROUNDING, LEAST_VALUES, MOST = 7, 5, 3, 1_000


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def set_values(connection: duckdb.DuckDBPyConnection, people: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    """`linked` of these people, with a number for everybody on the list who is coded."""
    fill(connection, people, left_out_share=0, least_values=LEAST_VALUES)
    valued = people.assign(value=pd.Series(values, people.index).where(people.code.notna()))
    connection.register("valued", valued)
    connection.execute("""update linked.measure set kind = 'number', value = valued.value
        from valued where measure.person_id = valued.person_id""")
    connection.unregister("valued")
    return valued


def one_of_a_hundred(share: float, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Two postcodes with fifty on the list each; a third with one, who has this share of the ward's sum."""
    places = ["PC0"] * 60 + ["PC1"] * 60 + ["PC2"] * 20
    within = [*range(60), *range(60), *range(20)]
    on_list = np.array([n < (1 if place == "PC2" else 50) for place, n in zip(places, within, strict=True)])
    people = pd.DataFrame({"postcode": places, "ward_code": "W0", "sex": "F"}).assign(
        usrn=lambda frame: "S" + frame.postcode,
        person_id=[f"P{n:04d}" for n in range(len(places))],
        status=np.where(on_list, "current", None),
        rag=np.where(on_list, "green", None),
        code=np.where(on_list, "A", None),
    )
    values = np.random.default_rng(seed).lognormal(5, 0.3, len(people))
    alone = np.array(places) == "PC2"
    values[alone] = share / (1 - share) * values[on_list & ~alone].sum()
    return people, values


def half_a_figure(value: float) -> float:
    """How far a number may be from what two figures of it tell."""
    return 0.0 if value == 0 else 10 ** (floor(log10(abs(value))) - 1) / 2


def told_counts(row: dict) -> tuple[int, int]:
    """The least and the most people of a released row."""
    if row["people_reason"] == "complementary":
        return 0, MOST
    if row["people"] is None:
        return 0, THRESHOLD
    half = ROUNDING // 2
    return (max(row["people"] - half, THRESHOLD + 1), row["people"] + half) if row["people"] else (0, 0)


def attack(connection: duckdb.DuckDBPyConnection, people: pd.DataFrame) -> pd.DataFrame:
    """Of each withheld count of 1 to 7: people, their values' true sum, its bounds by all counts and means."""
    columns = [UNIT_COLUMNS[level][0] for level in PLACE_LEVELS]
    homes = people[columns].drop_duplicates().reset_index(drop=True)
    number = len(homes)
    rows, limits, withheld = [], [], []
    for level, column in zip(PLACE_LEVELS, columns, strict=True):
        found = connection.execute(f"select * from ({tier_sql(level, 'full')}) where code = 'all'").df()
        for row in found.astype(object).where(found.notna(), None).to_dict("records"):
            here = (homes[column] == row[column]).to_numpy(float)
            least, most = told_counts(row)
            nobody = np.zeros(number)
            rows += [np.concatenate([here, nobody]), np.concatenate([-here, nobody])]
            limits += [most, -least]
            if row["value_mean"] is not None:
                mean, half = row["value_mean"], half_a_figure(row["value_mean"])
                rows.append(np.concatenate([-(mean + half) * here, here]))
                rows.append(np.concatenate([(mean - half) * here, -here]))
                limits += [0, 0]
            own = people[people[column] == row[column]].value
            if row["people"] is None and 1 <= own.count() <= THRESHOLD:
                withheld.append((own.count(), own.sum(), own.max(), np.concatenate([nobody, here])))
    ends = [[linprog(sign * wanted, rows, limits, bounds=(0, None)) for sign in (1, -1)] for *_, wanted in withheld]
    facts = [
        (*fact[:3], low.fun, -high.fun if high.status == 0 else np.inf)
        for fact, (low, high) in zip(withheld, ends, strict=True)
    ]
    return pd.DataFrame(facts, columns=["people", "sum", "greatest", "least", "most"])


@pytest.mark.parametrize("seed", [300, 301])
def test_nothing_is_told_of_the_withheld_sums_of_random_regions(connection, seed):
    people = draw_region(seed)
    found = attack(connection, set_values(connection, people, np.random.default_rng(seed).lognormal(5, 1, len(people))))
    assert len(found) and (found["sum"] <= found.most + 0.5).all()
    assert (found.least < 0.5).all()


def test_who_has_half_of_a_wards_sum_is_told_of_unless_dominance_forbids(connection):
    people = set_values(connection, *one_of_a_hundred(0.5))
    found = attack(connection, people)
    assert (found.people == 1).all() and (found.least <= found["sum"]).all() and (found["sum"] <= found.most).all()
    assert (found.most < 2 * found.least).all(), "decision 0135 says so"
    connection.execute("""update linked.disclosure_rule set dominance_people = 1, dominance_share = 0.2
        where level = 'ward'""")
    assert (attack(connection, people).least < 0.5).all()
