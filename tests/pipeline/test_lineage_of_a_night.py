"""What a real night tells of itself: valid events, true columns, costs that add up, and nobody's values."""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from settings.paths import REPOSITORY
from tests.lineage.specification import faults
from tests.pipeline.night import Installation

pytestmark = [pytest.mark.pipeline]

Event = dict[str, Any]
IN_PYTHON = "linked.complementary"  # a model without SQL to follow
COLUMNS_NOT_TOLD = {"geography.lookups", "raw.latest_extract"}  # several files; a table that is no asset


@pytest.fixture(scope="module")
def told(one_night: Installation) -> list[Event]:
    (path,) = one_night.home.lineage.glob("*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def completed(told: list[Event]) -> dict[str, Event]:
    """The COMPLETE event of each asset, by the name of what it made."""
    return {event["outputs"][0]["name"]: event for event in told if event["outputs"]}


def test_every_event_of_a_night_is_valid_by_the_specification(told: list[Event]) -> None:
    assert len(told) > 150
    assert Counter(fault for event in told for fault in faults(event)) == {}


def test_whatever_began_ended_once(told: list[Event]) -> None:
    begun = Counter(event["run"]["runId"] for event in told if event["eventType"] == "START")
    ended = Counter(event["run"]["runId"] for event in told if event["eventType"] != "START")
    assert begun == ended
    assert set(begun.values()) == {1}
    assert {event["eventType"] for event in told} == {"START", "COMPLETE"}
    assert [told[0]["job"]["name"], told[-1]["job"]["name"]] == ["nightly", "nightly"]


def test_every_asset_tells_its_cost_as_in_the_ledger(
    one_night: Installation, told: list[Event], completed: dict[str, Event]
) -> None:
    billed = dict(
        one_night.warehouse(
            "select replace(asset_key, '/', '.'), sum(BilledCost) from economics.cost_entry "
            "where ChargeCategory = 'Usage' group by 1"
        )
    )
    own = {name: Decimal(repr(event["run"]["facets"]["mvld_cost"]["ownCost"])) for name, event in completed.items()}
    assert own == billed
    whole = told[-1]["run"]["facets"]["mvld_cost"]["ownCost"]
    assert Decimal(repr(whole)) == sum(billed.values())


def test_cumulative_cost_is_of_the_asset_and_all_upstream_each_once(
    one_night: Installation, completed: dict[str, Event]
) -> None:
    upstream: dict[str, set[str]] = {}
    for asset, above in one_night.warehouse(
        "select replace(asset_key, '/', '.'), replace(upstream_key, '/', '.') from economics.asset_lineage"
    ):
        upstream.setdefault(asset, set()).add(above)
    assert "raw.gp_register" in upstream["tiers.ward_full"]
    costs = {name: event["run"]["facets"]["mvld_cost"] for name, event in completed.items()}
    for name in ("raw.gp_register", "tiers.ward_full", "published.release"):
        made = {name, *upstream.get(name, ())} & set(costs)  # a policy file is upstream too, and no run makes it
        expected = sum(Decimal(repr(costs[item]["ownCost"])) for item in made)
        assert Decimal(repr(costs[name]["cumulativeCost"])) == expected


def test_tables_tell_their_columns_as_they_are(one_night: Installation, completed: dict[str, Event]) -> None:
    for name, query in (("tiers.ward_rag", one_night.warehouse), ("staging.stg_gp_register", one_night.identity)):
        fields = completed[name]["outputs"][0]["facets"]["schema"]["fields"]
        described = query(f"describe {name}")
        assert [(field["name"], field["type"]) for field in fields] == [(row[0], row[1]) for row in described]


def test_staging_and_tiers_tell_which_columns_they_are_made_from(completed: dict[str, Event]) -> None:
    for name in completed:
        facets = completed[name]["outputs"][0]["facets"]
        is_sql = name.startswith(("raw.", "staging.", "identity.", "linked.", "tiers.")) and name != IN_PYTHON
        assert ("columnLineage" in facets) == is_sql
    staged = _sources(completed["staging.stg_gp_register"])
    assert staged["given_name"] == {("raw.gp_register", "given_name")}
    assert _sources(completed["raw.gp_register"])["nhs_number"] == {("landing.gp_register", "NhsNumber")}
    assert ("linkage.persons", "person_id") in _sources(completed["linked.record"])["person_id"]


def test_every_column_named_as_a_source_is_a_column_of_a_table_that_the_asset_reads(
    completed: dict[str, Event],
) -> None:
    columns = {
        dataset["name"]: {field["name"] for field in dataset["facets"]["schema"]["fields"]}
        for event in completed.values()
        for dataset in [*event["inputs"], *event["outputs"]]
        if "schema" in dataset["facets"]
    }
    followed = 0
    for name, event in completed.items():
        reads = {dataset["name"] for dataset in event["inputs"]}
        for column, sources in _sources(event).items():
            assert column in columns[name]
            for table, field in sources:
                assert table in reads, f"{name}.{column} from {table}"
                if table not in COLUMNS_NOT_TOLD:
                    assert field in columns[table], f"{name}.{column} from {table}.{field}"
                    followed += 1
    assert followed > 500


def _sources(event: Event) -> dict[str, set[tuple[str, str]]]:
    lineage = event["outputs"][0]["facets"].get("columnLineage", {"fields": {}})
    return {
        column: {(item["name"], item["field"]) for item in field["inputFields"]}
        for column, field in lineage["fields"].items()
    }


def test_checks_tell_their_outcomes(told: list[Event]) -> None:
    ended = [event for event in told if event["job"]["name"].endswith(".checks") and event["eventType"] == "COMPLETE"]
    assertions = {
        event["inputs"][0]["name"]: event["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
        for event in ended
    }
    assert {"raw.gp_register", "linkage.quality", "tiers.ward_rag"} <= set(assertions)
    assert all(item["success"] for item in assertions["tiers.ward_rag"])


def test_no_event_tells_a_value_of_a_row(one_night: Installation, told: list[Event]) -> None:
    text = "\n".join(json.dumps(event, ensure_ascii=False) for event in told)
    for column in ("nhs_number", "upn", "nino", "phone", "email", "address", "postcode", "birth_date"):
        values = {
            str(value)
            for (value,) in one_night.identity(
                f"select distinct {column} from identity.person_records where {column} is not null"
            )
        }
        assert values, column
        assert not [value for value in values if value in text], column
    names = {
        name
        for (name,) in one_night.identity(
            "select given_name from identity.person_records union select family_name from identity.person_records"
        )
        if name
    }
    said = {word for value in _values(told) for word in _words(value)}
    assert len(names) > 300
    assert not (names & said) - _plain_words()


def _words(text: str) -> set[str]:
    return {word.upper() for word in re.findall(r"[A-Za-z'-]+", text)}


def _plain_words() -> set[str]:
    """Words that descriptions are written with: Ward, Green and Bill are names too, and tell nothing there."""
    folders = ("region", "dbt_project", "orchestration", "ingestion", "quality")
    paths = [path for folder in folders for path in (REPOSITORY / folder).rglob("*")]
    return {word for path in paths if path.suffix in {".py", ".yml", ".yaml"} for word in _words(path.read_text())}


def _values(value: Any) -> list[str]:
    """Every string that is a value, not a name of a field of the specification."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _values(item)]
    if isinstance(value, list):
        return [text for item in value for text in _values(item)]
    return [value] if isinstance(value, str) else []
