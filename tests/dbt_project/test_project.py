"""The project as a whole: what reads what, what is documented, what its own tests catch."""

import json
import re
import shutil

import duckdb
import pytest

from ingestion.generate import DBT_PROJECT
from settings.paths import REPOSITORY, Home
from tests.dbt_project.conftest import Build

IDENTIFYING = {"given_name", "family_name", "birth_date", "address", "nhs_number", "upn", "nino", "phone", "email"}


@pytest.fixture(scope="module")
def manifest(built: Build) -> dict:
    return json.loads((built.home.generated / "target" / "manifest.json").read_text())


def models(manifest: dict, layer: str) -> list[dict]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == layer
        and node["config"]["materialized"] != "ephemeral"
    ]


def test_there_are_twenty_tiers_and_they_read_linked_only(manifest):
    tiers = models(manifest, "tiers")
    assert len(tiers) == 20
    for tier in tiers:
        parents = [manifest["nodes"][parent] for parent in tier["depends_on"]["nodes"]]
        assert {parent["schema"] for parent in parents} == {"linked"}


def test_every_tier_is_one_line_under_an_enforced_contract(manifest):
    for tier in models(manifest, "tiers"):
        assert tier["raw_code"].strip().count("\n") == 0
        assert tier["contract"]["enforced"]


def test_every_linked_and_tier_column_is_described(manifest, warehouse):
    for layer in ("linked", "tiers"):
        for model in models(manifest, layer):
            columns = warehouse(
                f"""select column_name from duckdb_columns()
                where schema_name = '{layer}' and table_name = '{model["name"]}'"""
            )
            described = {name for name, column in model["columns"].items() if column["description"]}
            assert {name for (name,) in columns} == described, model["name"]
            assert model["description"]


def test_no_identifying_column_reaches_the_warehouse(warehouse):
    assert not IDENTIFYING & {name for (name,) in warehouse("select column_name from duckdb_columns()")}


def test_no_handwritten_sql_names_a_data_set_or_partner():
    names = {path.name.split(".")[0] for path in (REPOSITORY / "region" / "contracts").glob("*.odcs.yaml")}
    pattern = re.compile("|".join(rf"\b{name}\b" for name in names))
    for path in DBT_PROJECT.rglob("*.sql"):
        assert not pattern.search(path.read_text(encoding="utf-8")), path.name


def test_macros_are_under_thirty_lines():
    for path in (DBT_PROJECT / "macros").rglob("*.sql"):
        for body in re.findall(r"{% macro .*?endmacro -?%}", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            assert sum(1 for line in body.splitlines() if line.strip()) < 30, path.name


def test_the_cleaning_steps_pass_their_literal_rows(built):
    assert len(re.findall(r"PASS identity_cleaned::", built.output)) == 11


def test_a_small_count_and_a_false_none_are_caught(built, tmp_path):
    """The singular tests can fail: a copy of the stores is spoilt, and dbt says which sentence is false."""
    spoilt = Home(tmp_path / "home")
    shutil.copytree(built.home.root, spoilt.root)
    with duckdb.connect(str(spoilt.warehouse_db)) as connection:
        connection.execute("update tiers.ward_known_to set people_current = 5 where people_current = 15")
        connection.execute("update tiers.person_known_to set status = 'none' where status = 'not_covered'")
        connection.execute(
            "insert into tiers.person_coded select * replace ('visit' as dataset) from tiers.person_coded limit 1"
        )
        connection.execute("delete from tiers.person_rag where person_id = 'P01'")
        connection.execute("update tiers.household_known_to set members_current = 0 where household_id = 'H101'")
    finished = Build(built.region, spoilt, "").dbt("test", "--select", "test_type:singular")
    failed = set(re.findall(r"FAIL \d+ (assert_\w+)", finished.stdout))
    assert failed == {
        "assert_no_cell_below_threshold",
        "assert_no_one_outside_coverage_is_none",
        "assert_no_data_set_finer_than_its_subject",
        "assert_every_person_has_a_row_for_every_data_set",
        "assert_totals_agree_between_levels",
    }
    assert finished.returncode == 1
    assert "P01" not in finished.stdout
