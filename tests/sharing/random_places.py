"""Made-up small regions for the attacker: two wards, postcodes within them, streets across postcodes, one list.

Nothing here is like the demo region: sizes and shares are drawn so that many counts lie near the threshold.
"""

from random import Random
from typing import Any

import pandas as pd

from settings import duck
from sharing.complementary import complementary
from tests.sharing.place_release import SCHEMA

DATASET, MEASURE = "list", "kind"
RATINGS, CODES, SEXES = (None, "red", "amber", "green"), (None, "A", "B"), ("F", "M")


def draw_region(seed: int) -> pd.DataFrame:
    """One row per resident: id, places, sex and what the list says of them (`status` None: not on it)."""
    random = Random(seed)
    postcodes = [(f"PC{n}", f"W{n % 2}") for n in range(random.randint(4, 7))]
    streets = {name: [f"{ward}S{random.randint(0, 2)}" for _ in range(2)] for name, ward in postcodes}
    rows = []
    for postcode, ward in postcodes:
        share = random.choice([0.05, 0.15, 0.3, 0.6, 0.9])
        for _ in range(random.randint(8, 45)):
            rows.append(_resident(random, postcode, ward, random.choice(streets[postcode]), share))
    ids = random.sample(range(10**8), len(rows))
    return pd.DataFrame(rows).assign(person_id=[f"P{number:08d}" for number in ids])


def _resident(random: Random, postcode: str, ward: str, street: str, share: float) -> dict[str, Any]:
    known = random.random() < share
    is_current = known and random.random() < 0.75
    return {
        "postcode": postcode,
        "ward_code": ward,
        "usrn": street,
        "sex": random.choice(SEXES),
        "status": ("current" if is_current else "historic") if known else None,
        "rag": random.choices(RATINGS, (1, 4, 3, 3))[0] if is_current else None,
        "code": random.choices(CODES, (1, 6, 3))[0] if is_current else None,
    }


def busy_postcodes(people: pd.DataFrame) -> list[str]:
    """The half of each ward's postcodes in which anything changes from night to night."""
    return [name for number, name in enumerate(sorted(people.postcode.unique())) if number % 4 < 2]


def next_night(people: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The region a night later: a few people more or fewer on the list, in the busy postcodes only."""
    random = Random(seed)
    changed = people.copy()
    for index in random.sample(list(changed.index[changed.postcode.isin(busy_postcodes(changed))]), 3):
        place = changed.loc[index]
        fresh = _resident(random, place.postcode, place.ward_code, place.usrn, 0.6)
        changed.loc[index, ["status", "rag", "code"]] = pd.Series(fresh)[["status", "rag", "code"]]
    return changed


def two_sevens() -> pd.DataFrame:
    """Two postcodes with seven people on the list each: their ward shows 15, so that each is 6 or 7."""
    row = {"ward_code": "W0", "sex": "F", "rag": "green", "code": "A"}
    return pd.DataFrame(
        [
            {
                **row,
                "postcode": postcode,
                "usrn": street,
                "status": "current" if n < 7 else None,
                "person_id": f"{postcode}{n}",
            }
            for postcode, street in (("PC0", "S0"), ("PC1", "S1"))
            for n in range(20)
        ]
    ).assign(
        rag=lambda frame: frame.rag.where(frame.status.notna()),
        code=lambda frame: frame.code.where(frame.status.notna()),
    )


def fill(
    connection: Any,
    people: pd.DataFrame,
    *,
    left_out_share: float,
    threshold: int = 7,
    rounding: int = 5,
    least_values: int = 1,
    remembered_days: int = 0,
    as_of: str | None = None,
) -> None:
    """Make the schema `linked` of these people anew, under one rule for all levels; zero is told for wards.

    as_of: the night, where earlier ones are to be remembered.
    """
    remembers = as_of is not None and duck.has_table(connection, "linked", "remembered")
    if remembers:
        connection.execute("create or replace temp table remembered_before as from linked.remembered")
    connection.execute("drop schema if exists linked cascade")
    connection.execute(SCHEMA)
    if remembers:
        connection.execute("create table linked.remembered as from remembered_before")
    connection.register("people", people)
    connection.execute(f"""
        insert into linked.dataset values ('{DATASET}', 'person', null, null, [], true, true);
        insert into linked.person select person_id, null, '18-29', sex, null, usrn, postcode, ward_code, 'D1', 20
        from people;
        insert into linked.person_dataset select person_id, '{DATASET}', 'person', status, rag from people
        where status is not null;
        insert into linked.measure select person_id, '{DATASET}', 'person', null, ward_code, '{MEASURE}', 'code', false,
            code, null, 'current', true, null from people where code is not null;
        insert into linked.disclosure_rule select unnest(['street', 'postcode', 'ward']) as level, '{DATASET}',
            {threshold}, {rounding}, {left_out_share}, {least_values}, {remembered_days}, 20, 2, 0.9,
            level = 'ward', 1.5, 1.0""")
    connection.unregister("people")
    complementary(connection, as_of=as_of).insert_into("linked.complementary")
