"""The audit finds, from a release alone, small counts that could be bounded too well; none where the guard worked."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from settings import duck
from settings.errors import PublicationRefused
from sharing.bounds_audit import narrow_counts
from sharing.policy import CountRule
from sharing.release import current
from sharing.tiers import DETAILS, PLACE_LEVELS
from tests.sharing.place_release import tier_sql
from tests.sharing.random_places import DATASET, draw_region, fill, two_sevens

LEAST_VALUES = 3
TIERS = [f"{level}_{detail}" for level in PLACE_LEVELS for detail in DETAILS]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def build(connection: duckdb.DuckDBPyConnection, people: pd.DataFrame, least_values: int) -> None:
    """Make `linked` and the place tiers of it; nothing is withheld for others' sake where least_values is 1."""
    fill(connection, people, left_out_share=0, least_values=least_values)
    connection.execute("create schema if not exists tiers")
    for tier in TIERS:
        connection.execute(f"create or replace table tiers.{tier} as {tier_sql(*tier.split('_', 1))}")


def told(connection: duckdb.DuckDBPyConnection, left_out_share: float = 0) -> list[str]:
    rules = {
        level: CountRule(7, 5, level == "ward", left_out_share=left_out_share, least_values=LEAST_VALUES)
        for level in PLACE_LEVELS
    }
    return narrow_counts(connection, rules=rules, datasets=[DATASET], tiers=TIERS, linked="linked")


@pytest.mark.parametrize("seed", range(200, 206))
def test_what_the_guard_withholds_is_enough(connection, seed):
    build(connection, draw_region(seed), LEAST_VALUES)
    assert told(connection) == []


def test_without_the_guard_two_postcodes_are_given_away_by_their_ward(connection):
    build(connection, two_sevens(), 1)
    assert told(connection) == [
        f"{tier}: 2 withheld {name} of list can be bounded to fewer than 3 values"
        for tier, name in [
            ("postcode_coded", "people"),
            ("postcode_full", "people"),
            ("postcode_known_to", "people_current"),
            ("postcode_rag", "people_green"),
            ("street_coded", "people"),
            ("street_full", "people"),
            ("street_known_to", "people_current"),
            ("street_rag", "people_green"),
        ]
    ]
    assert told(connection, left_out_share=0.25) == [], "drawn people are not judged"


def test_counts_that_are_told_although_the_guard_withheld_them_are_found(connection):
    build(connection, two_sevens(), LEAST_VALUES)
    put_back = "update tiers.{} set people_current = {}, people_current_reason = {} where people_current_reason = {}"
    connection.execute(put_back.format("ward_known_to", 15, "null", "'complementary'"))
    connection.execute(put_back.format("postcode_known_to", "null", "'below_threshold'", "'complementary'"))
    found = told(connection)
    assert "postcode_known_to: 2 withheld people_current of list can be bounded to fewer than 3 values" in found


def test_a_release_that_gives_small_counts_away_is_refused_and_yesterdays_stays(home, region, publish_night):
    publish_night(1)
    policy = "valid_from,level,threshold,rounding,zero_released,least_values,source\n"
    policy += "".join(f"2020-01-01,{level},7,5,{level == 'ward'},3,x\n" for level in PLACE_LEVELS)
    (region.policies / "disclosure.csv").write_text(policy)
    known_to = """create table tiers.{} as
        select {}, 'homelessness' as dataset, {} as people_current, {} as people_current_reason,
            0 as people_historic, null::varchar as people_historic_reason,
            {} as people_living, null::varchar as people_living_reason"""
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("drop table tiers.postcode_known_to")
        postcodes = "unnest(['AA1 1AA', 'AA1 1AB']) as postcode"
        connection.execute(known_to.format("postcode_known_to", postcodes, "null::integer", "'below_threshold'", 20))
        connection.execute(known_to.format("ward_known_to", "'W1' as ward_code", "15", "null::varchar", 40))
        connection.execute("""create table linked.person as select 'P' || i as person_id, null::varchar as usrn,
            'AA1 1A' || if(i < 7, 'A', 'B') as postcode, 'W1' as ward_code, null::varchar as age_band,
            null::varchar as sex, null::varchar as uprn from range(14) as people (i)""")
        connection.execute("""create table linked.person_dataset as select person_id, 'homelessness' as dataset,
            'current' as status, 'green' as rag from linked.person""")
        connection.execute("""create table linked.measure (dataset varchar, measure varchar, code varchar,
            subject varchar, person_id varchar, uprn varchar, is_latest boolean, status varchar)""")
    told = "postcode_known_to: 2 withheld people_current of homelessness can be bounded to fewer than 3 values"
    with pytest.raises(PublicationRefused, match=told):
        publish_night(2, tiers=["postcode_known_to", "ward_known_to"])
    assert current(home).version == "2025-01-01-00000001"
