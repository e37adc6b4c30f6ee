"""Column lineage is read off SQL: what goes into a column, and nothing that was not followed."""

from lineage.column_sources import column_sources
from lineage.facts import Source

SCHEMA = {
    "linked/person": {"person_id": "VARCHAR", "age": "INTEGER", "ward_code": "VARCHAR"},
    "linked/record": {"person_id": "VARCHAR", "rag": "VARCHAR", "status": "VARCHAR"},
    "geography/ward": {"ward_code": "VARCHAR", "ward_name": "VARCHAR"},
}


def test_a_column_is_followed_through_stars_joins_and_ctes_to_its_tables() -> None:
    sql = """
    with people as (select * from "warehouse"."linked"."person"),
    known as (select person_id, upper(rag) as rag from "warehouse"."linked"."record" where status = 'current')
    select people.person_id as id, known.rag, coalesce(people.age, 0) as age
    from people left join known on people.person_id = known.person_id
    """
    assert column_sources(sql, SCHEMA) == {
        "id": (Source("linked/person", "person_id", "IDENTITY"),),
        "rag": (Source("linked/record", "rag", "TRANSFORMATION"),),
        "age": (Source("linked/person", "age", "TRANSFORMATION"),),
    }


def test_a_sum_is_an_aggregation_and_a_count_of_rows_is_made_from_no_column() -> None:
    sql = 'select ward_code, avg(age) as mean_age, count(*) as people from "warehouse"."linked"."person" group by 1'
    found = column_sources(sql, SCHEMA)
    assert found["mean_age"] == (Source("linked/person", "age", "AGGREGATION"),)
    assert "people" not in found


def test_every_branch_of_a_union_is_a_source() -> None:
    sql = """
    select person_id from "warehouse"."linked"."person" union all select person_id from "warehouse"."linked"."record"
    """
    tables = {source.table for source in column_sources(sql, SCHEMA)["person_id"]}
    assert tables == {"linked/person", "linked/record"}


def test_a_place_lookup_is_known_by_its_file() -> None:
    sql = "select ward_name from '/some/home/geography/ward.parquet'"
    assert column_sources(sql, SCHEMA) == {"ward_name": (Source("geography/ward", "ward_name", "IDENTITY"),)}


def test_sql_that_cannot_be_followed_tells_nothing() -> None:
    assert column_sources("select from where", SCHEMA) == {}
