"""Who lives where: one person's records, the residence that should come of them, and why."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linkage.households import make_households
from linkage.id_registry import write_registry
from linkage.policy import read_policy
from linkage.store import STORE, open_work
from settings.duck import connect
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, POLICIES, write_records

NEW, NEAR, OLD = date(2026, 5, 30), date(2026, 5, 1), date(2024, 1, 1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.geography.mkdir()
    with connect() as connection:
        connection.execute(f"""
            copy (
                from (
                    values ('1', 'S1', 'FN1 1AA', 'W1', false), ('2', 'S1', 'FN1 1AB', 'W1', false),
                    ('3', 'S2', 'FN2 2BB', 'W2', true), ('4', 'S2', 'FN2 2BC', 'W2', false)
                ) as uprns(uprn, usrn, postcode, ward_code, is_communal)
            ) to '{home.geography / "uprn.parquet"}' (format parquet)
        """)
        connection.execute(f"""
            copy (
                select unnest(['FN1 1AA', 'FN1 1AB', 'FN9 9ZZ']) as postcode, unnest(['W1', 'W1', 'W9']) as ward_code
            ) to '{home.geography / "postcode.parquet"}' (format parquet)
        """)
    return home


def placed(home: Home, records: list[dict[str, Any]], **changes: Any) -> dict[str, dict[str, Any]]:
    """Person -> row of the household table. A record's `person` says whose it is; the night's ids are kept."""
    write_records(
        home,
        [
            {"record_id": f"r{n}", "last_seen_date": NEW, **{k: v for k, v in record.items() if k != "person"}}
            for n, record in enumerate(records)
        ],
    )
    policy = replace(read_policy(POLICIES, as_of=date(2026, 6, 1)), **changes)
    with open_work(home) as work:
        work.execute(f"create or replace table {STORE}.linkage.persons (record_id varchar, person_id varchar)")
        for n, record in enumerate(records):
            work.execute(f"insert into {STORE}.linkage.persons values (?, ?)", [f"r{n}", record["person"]])
        assigned = make_households(work, home.geography, policy=policy, as_of=AS_OF, batch="night")
        write_registry(work, "household", assigned, store=STORE)
        found = work.execute("from household")
        names = [column[0] for column in found.description]
        table = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    return {row["person_id"]: row for row in table}


def person(name: str, **facts: Any) -> dict[str, Any]:
    return {"person": name, "birth_date": date(1951, 3, 4), "sex": "F"} | facts


def test_facts_of_place_come_from_the_uprn(home: Home) -> None:
    found = placed(home, [person("1", uprn="1"), person("2", uprn="1"), person("3", uprn="2")])
    assert found["1"]["household_id"] == found["2"]["household_id"] != found["3"]["household_id"]
    assert (found["1"]["usrn"], found["1"]["postcode"], found["1"]["ward_code"]) == ("S1", "FN1 1AA", "W1")
    assert (found["1"]["birth_year"], found["1"]["birth_month"], found["1"]["sex"]) == (1951, 3, "F")
    assert found["1"]["valid_on"] == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("why", "records", "uprn", "ward_code"),
    [
        ("the newer address wins", [{"uprn": "1", "last_seen_date": OLD}, {"uprn": "4"}], "4", "W2"),
        ("near in time, a UPRN wins", [{"uprn": "1", "last_seen_date": NEAR}, {"postcode": "FN9 9ZZ"}], "1", "W1"),
        ("an old UPRN yields", [{"uprn": "1", "last_seen_date": OLD}, {"postcode": "FN9 9ZZ"}], None, "W9"),
        ("a postcode alone gives the ward", [{"postcode": "FN9 9ZZ"}], None, "W9"),
        ("an unknown postcode gives none", [{"postcode": "XX1 1XX"}], None, None),
        ("no address at all", [{}], None, None),
        ("the better told of two wins", [{"uprn": "1"}, {"uprn": "4"}, {"uprn": "4"}], "4", "W2"),
    ],
)  # fmt: skip
def test_the_best_current_address(
    home: Home, why: str, records: list[dict[str, Any]], uprn: str | None, ward_code: str | None
) -> None:
    found = placed(home, [person("1", **facts) for facts in records])["1"]
    assert (found["uprn"], found["ward_code"]) == (uprn, ward_code), why
    assert (found["household_id"] is None) == (uprn is None)


def test_an_address_without_uprn_finds_it_through_those_who_have_both(home: Home) -> None:
    found = placed(
        home,
        [
            person("1", uprn="2", address="7 High Street, Fenton", postcode="FN1 1AB"),
            person("2", address="7, HIGH STREET FENTON", postcode="FN1 1AB"),
            person("3", address="9 Nowhere Road", postcode="FN9 9ZZ"),
            person("4", address="9 NOWHERE ROAD", postcode="FN9 9ZZ"),
        ],
    )
    assert found["2"]["uprn"] == "2"
    assert found["1"]["household_id"] == found["2"]["household_id"]
    assert found["3"]["household_id"] == found["4"]["household_id"] is not None
    assert (found["3"]["uprn"], found["3"]["ward_code"]) == (None, "W9")


def test_communal_establishments_are_no_households(home: Home) -> None:
    found = placed(home, [person("1", uprn="3"), *(person(str(n), uprn="4") for n in range(2, 8))], communal_people=5)
    assert found["1"]["is_communal"] and found["1"]["household_id"] is None
    assert found["2"]["is_communal"] and found["2"]["household_id"] is None
    assert (found["2"]["uprn"], found["2"]["ward_code"]) == ("4", "W2")


def test_a_household_keeps_its_id_when_one_member_moves_out(home: Home) -> None:
    family = [person(str(n), uprn="1") for n in (1, 2, 3)]
    first = placed(home, family)
    second = placed(home, [*family[:2], person("3", uprn="4")])
    assert second["1"]["household_id"] == first["1"]["household_id"] == second["2"]["household_id"]
    assert second["3"]["household_id"] != first["3"]["household_id"]
