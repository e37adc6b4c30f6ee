"""Makes identity stores whose persons, pairs and households are given, for the tests of what judges them."""

from typing import Any

from settings.duck import connect
from settings.paths import Home
from tests.linkage.identity_store import write_records


def write_judged(
    home: Home, persons: dict[str, str], pairs: dict[tuple[str, str], float], **facts: dict[str, Any]
) -> None:
    """Write a store. persons: record -> person; a record's first letter is its data set. pairs: probability of each.

    facts: column of person_records -> value per record.
    """
    write_records(
        home,
        [
            {"record_id": record, "dataset": record[0]} | {name: told.get(record) for name, told in facts.items()}
            for record in persons
        ],
    )
    with connect(home.identity_db) as work:
        work.execute("create schema if not exists linkage")
        work.execute(
            "create table linkage.pairs (record_id_l varchar, record_id_r varchar, match_probability double);"
            "create table linkage.persons "
            "(record_id varchar, dataset varchar, person_id varchar, match_probability double)"
        )
        for (left, right), probability in pairs.items():
            work.execute("insert into linkage.pairs values (?, ?, ?)", [left, right, probability])
        for record, person in persons.items():
            work.execute("insert into linkage.persons values (?, ?, ?, null)", [record, record[0], person])
        work.execute("""
            create temp table inside as
            select pairs.*
            from linkage.pairs as pairs
            join linkage.persons as l on record_id_l = l.record_id
            join linkage.persons as r on record_id_r = r.record_id and l.person_id = r.person_id;
            update linkage.persons set match_probability = (
                select max(inside.match_probability) from inside
                where persons.record_id in (inside.record_id_l, inside.record_id_r)
            );
            create table linkage.households as
            select distinct
                person_id, person_id as household_id, 'W' || (person_id[-1]) as ward_code,
                1990 as birth_year, 6 as birth_month, 'F' as sex, date '2026-06-01' as valid_on
            from linkage.persons
        """)
