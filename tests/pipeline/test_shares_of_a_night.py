"""What an analyst of each user group gets after a night: what the agreements say, joinable to nobody else's copy."""

from typing import Any

import duckdb
import pytest

from ingestion.contract_reader import read_contracts
from settings.paths import Region
from sharing.access import Access, read_access
from sharing.keyed_ids import group_key, keyed_id, master_key
from tests.pipeline.night import Installation

pytestmark = [pytest.mark.pipeline]

IDENTIFIERS = ("nhs_number", "upn", "nino", "phone", "email", "address", "given_name", "family_name")
SHORTEST_TELLING_TEXT = 4  # shorter names are also codes


def rules(night: Installation) -> Access:
    (as_of,) = night.published("select as_of from about.release")[0]
    region = Region(night.region)
    return read_access(region, read_contracts(region.contracts), as_of=as_of)


def ask(night: Installation, group: str, sql: str) -> list[tuple[Any, ...]]:
    database = night.home.current.resolve() / "shares" / group / "share.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def groups(night: Installation) -> list[str]:
    return sorted(path.name for path in (night.home.current / "shares").iterdir())


def test_every_group_that_is_permitted_anything_has_a_share_of_exactly_that(one_night: Installation) -> None:
    access = rules(one_night)
    assert groups(one_night) == sorted(group for group in access.governance.groups if access.permitted(group))
    for group in groups(one_night):
        permitted = {(item.tier, item.dataset) for item in access.permitted(group)}
        tables = ask(one_night, group, "select table_name from duckdb_tables() where schema_name = 'tiers'")
        assert {tier for (tier,) in tables} == {tier for tier, _ in permitted}
        for (tier,) in tables:
            for (dataset,) in ask(one_night, group, f"select distinct dataset from tiers.{tier}"):
                assert (tier, dataset) in permitted, f"{group}: {tier}, {dataset}"


def test_two_analysts_who_hold_the_same_people_share_no_id(one_night: Installation) -> None:
    ids = {
        group: {name for (name,) in ask(one_night, group, "select distinct person_id from tiers.person_known_to")}
        for group in ("county_early_help", "icb_population_health", "marsh_housing_options")
    }
    everybody = {name for (name,) in one_night.published("select distinct person_id from tiers.person_known_to")}
    assert all(len(found) > len(everybody) / 2 for found in ids.values())
    assert len(set.union(everybody, *ids.values())) == len(everybody) + sum(map(len, ids.values()))


def test_nobody_is_in_a_share_only_to_be_called_not_covered(one_night: Installation) -> None:
    objected = "select count(*) from tiers.person_known_to where dataset = 'gp_register' and status = 'not_covered'"
    assert one_night.published(objected)[0][0] > 10
    for group in groups(one_night):
        with_status = "select table_name from duckdb_columns() where schema_name = 'tiers' and column_name = 'status'"
        tables = ask(one_night, group, with_status)
        for (tier,) in tables:
            assert ask(one_night, group, f"select count(*) from tiers.{tier} where status = 'not_covered'") == [(0,)]


def test_the_order_of_rows_and_the_number_of_a_record_join_no_two_copies(one_night: Installation) -> None:
    first, second = "county_early_help", "icb_population_health"
    master = master_key(one_night.home, None)
    everybody = [name for (name,) in one_night.published("select distinct person_id from tiers.person_known_to")]
    place: dict[str, dict[str, int]] = {}
    for group in (first, second):
        ids = ask(one_night, group, "select person_id from tiers.person_known_to group by 1 order by min(rowid)")
        stands = {name: number for number, (name,) in enumerate(ids)}
        key, length = group_key(master, group), len(ids[0][0]) - 1
        keyed = {name: keyed_id(key, "person", name, length=length) for name in everybody}
        place[group] = {name: stands[id_] for name, id_ in keyed.items() if id_ in stands}
    both = place[first].keys() & place[second].keys()
    assert len(both) > len(everybody) / 2
    assert sum(place[first][name] == place[second][name] for name in both) < 10  # by chance it is 1
    numbers = ask(one_night, second, "select min(record_no) from tiers.person_full group by person_id, dataset")
    assert set(numbers) == {(1,)}


def test_a_group_with_conditions_holds_nobody_who_looks_too_much_alone(one_night: Installation) -> None:
    found = ask(
        one_night,
        "icb_population_health",
        "select tier, minimum_k, smallest_k, held_back_units from about.anonymity where dataset = 'adult_social_care'",
    )
    assert found
    for tier, minimum_k, smallest_k, held_back in found:
        assert minimum_k == 5 and (smallest_k is None or smallest_k >= 5) and held_back > 0, tier
    alone = """select min(people) from (select count(distinct person_id) as people from tiers.person_rag
        where dataset = 'adult_social_care' group by age_band, sex, ward_code)"""
    assert ask(one_night, "icb_population_health", alone)[0][0] >= 5
    days = "select count(*) from tiers.person_full where valid_from <> date_trunc('month', valid_from)"
    assert ask(one_night, "icb_population_health", days) == [(0,)]


def test_no_identifier_that_a_partner_sent_is_a_value_of_any_share(one_night: Installation) -> None:
    sent = " union ".join(f"select {name} as sent from identity.person_records" for name in IDENTIFIERS)
    values = one_night.identity(f"select sent from ({sent}) where length(sent) >= {SHORTEST_TELLING_TEXT}")
    assert len(values) > 2_000
    for group in groups(one_night):
        database = one_night.home.current.resolve() / "shares" / group / "share.duckdb"
        with duckdb.connect(str(database), read_only=True) as connection:
            connection.execute(
                "create temp table sent as select unnest(?::varchar[]) as value", [[v for (v,) in values]]
            )
            columns = connection.execute(
                """select schema_name, table_name, column_name from duckdb_columns()
                where database_name = 'share' and data_type = 'VARCHAR'"""
            ).fetchall()
            assert columns
            for schema, table, column in columns:
                (hits,) = connection.execute(
                    f"select count(*) from {schema}.{table} where {column} in (from sent)"
                ).fetchone() or (0,)
                assert hits == 0, f"{hits} value(s) in {group}: {schema}.{table}.{column}"


def test_every_share_is_an_asset_with_its_cost(one_night: Installation) -> None:
    assets = {name for (name,) in one_night.warehouse("select distinct asset_key from economics.cost_entry")}
    assert {f"shares/{group}" for group in rules(one_night).governance.groups} <= assets


def test_explain_access_and_check_region_answer(one_night: Installation) -> None:
    told = one_night.mvld("explain-access", "county_early_help", "person_rag", "police_incident").stdout
    assert told.startswith("no: fsa-03") and "police_vetting" in told
    told = one_night.mvld("explain-access", "county_early_help", "ward_rag", "police_incident").stdout
    assert told.startswith("yes: fsa-03")
    assert "are sound" in one_night.mvld("check-region").stdout
    assert "group(s)" in one_night.mvld("tiers").stdout
