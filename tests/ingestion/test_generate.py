"""The generated half of the dbt project: the same text from the same contracts, and nothing rewritten for nothing."""

from dataclasses import replace

import pytest

from ingestion.contract import Measure
from ingestion.generate import dbt_environment, generate, generated_files
from ingestion.generate_facts import band_codes, dataset_facts
from ingestion.generate_staging import staging_model
from settings.errors import RegionError
from settings.paths import REPOSITORY, Home, Region
from tests.ingestion.partner import column, contract

FENSHIRE = Region(REPOSITORY / "region")


def test_the_second_generation_changes_no_file(tmp_path):
    home = Home(tmp_path)
    first = generate(FENSHIRE, home)
    stamps = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*.*")}
    second = generate(FENSHIRE, home)
    assert (first.changed, second.changed) == (True, False)
    assert first.digest == second.digest
    assert stamps == {path: path.stat().st_mtime_ns for path in first.folder.rglob("*.*")}


def test_a_data_set_that_is_gone_leaves_no_model_behind(tmp_path):
    home = Home(tmp_path)
    folder = generate(FENSHIRE, home).folder
    orphan = folder / "models" / "staging" / "stg_gone.sql"
    orphan.write_text("select 1")
    assert generate(FENSHIRE, home).changed
    assert not orphan.exists()


def test_there_is_a_staging_model_for_every_contract(tmp_path):
    folder = generate(FENSHIRE, Home(tmp_path)).folder
    models = {path.stem.removeprefix("stg_") for path in (folder / "models" / "staging").glob("*.sql")}
    assert models == {path.name.split(".")[0] for path in FENSHIRE.contracts.glob("*.odcs.yaml")}


def test_identity_columns_are_named_by_role_and_cleaned():
    made = contract(column("id", key=True), column("Fore Name", identity="given_name"))
    assert """{{ clean_name('"Fore Name"') }} as given_name""" in staging_model(made)


def test_a_delta_keeps_the_last_line_of_each_key_unless_deleted():
    made = contract(
        column("id", key=True),
        column("part", key=True),
        delivery="delta",
        deletion_column="part",
        deletion_value="x",
    )
    sql = staging_model(made)
    assert 'partition by "id", "part" order by extract_date desc, row_number desc' in sql
    assert "where not is_deleted" in sql


def test_conditions_of_the_rating_are_tried_red_first():
    made = contract(column("id", key=True), rag_red=("a > 1", "b"), rag_amber=("c",))
    assert "case when (a > 1) or (b) then 'red' when (c) then 'amber' else 'green' end as rag" in staging_model(made)


def test_a_measure_that_bears_a_staging_columns_name_is_refused():
    flagged = column("phone", measure=Measure(kind="code", label="Has a phone"))
    with pytest.raises(RegionError, match="measure 'phone' bears the name of a staging column"):
        generated_files({"things": contract(column("id", key=True), flagged)})


@pytest.mark.parametrize(
    ("bands", "labels"),
    [
        ((), []),
        ((0, 5, 10), ["0-4", "5-9", "10+"]),
        ((0, 1, 3), ["0", "1-2", "3+"]),
        ((0, 0.12, 0.24), ["0-<0.12", "0.12-<0.24", "0.24+"]),
        ((10, 0), ["0-9", "10+"]),
    ],
)
def test_bands_become_codes(bands, labels):
    assert [label for _, _, label in band_codes(bands)] == labels


def test_a_data_set_without_a_promised_frequency_is_never_stale():
    made = contract(column("id", key=True))
    assert dataset_facts(made)["stale_after_days"] is None
    assert dataset_facts(replace(made, frequency_days=7.0, latency_days=2.0))["stale_after_days"] == 9.0


def test_words_of_a_contract_cannot_break_out_of_the_macro():
    made = contract(column("id", key=True), title='The "new" list \\ of {{ things }} %} and\nmore')
    import jinja2

    text = generated_files({"things": made})["macros/region_datasets.sql"]
    given: list = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.from_string(text + "{% do region_datasets() %}").render(**{"return": given.extend})
    assert given[0]["title"] == 'The "new" list \\ of {{ things }} %} and more'


def test_dbt_is_told_where_everything_is_and_phones_nobody(tmp_path):
    environment = dbt_environment(FENSHIRE, Home(tmp_path), as_of="2025-03-31")
    assert environment["MVLD_AS_OF"] == "2025-03-31"
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert not environment["MVLD_DBT_GENERATED"].startswith("/")
