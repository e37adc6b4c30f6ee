"""The FOCUS export has the columns that the published specification lists, with its types and allowed values."""

import csv
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from settings.errors import UserError
from settings.paths import Home
from tests.valuation.test_ledger import CONTRACT, HEADER, LINES, entries
from valuation import ledger
from valuation.focus import VERSION, export
from valuation.people import people_entries
from valuation.rates import all_rates, read_rates
from valuation.running import RunningDays, running_entries

PUBLISHED = json.loads(Path(__file__).with_name("focus_1_2.json").read_text())
COLUMNS = {column["name"]: column for column in PUBLISHED["columns"]}
SQL_TYPES = {
    "String": ("VARCHAR",),
    "Decimal": ("DECIMAL(18,6)",),
    "Date/Time": ("TIMESTAMP",),
    "JSON": ("JSON", "VARCHAR"),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Measured, one-off, corrected and running lines."""
    home = Home(tmp_path)
    (tmp_path / "rates.csv").write_text(HEADER + LINES)
    rates = read_rates(tmp_path, as_of="2025-06-01")
    ledger.record(home, entries(rates))
    for days, on in ((12, "2025-06-02"), (11, "2025-06-03"), (9, "2025-07-02")):
        contract = CONTRACT.__class__(**{**CONTRACT.__dict__, "integration_days": days})
        held = ledger.declared(home)
        ledger.record(home, people_entries({"visits": contract}, rates, as_of=on, held=held))
    running = [RunningDays(datetime(2020, 1, 1).date(), "", Decimal(10), "a")]
    ledger.record(home, running_entries(running, all_rates(tmp_path), datasets=[], as_of="2025-06-30", accrued_to={}))
    return home


def exported(home: Home) -> list[dict]:
    path = home.root / "focus.parquet"
    export(home, path)
    with duckdb.connect() as connection:
        found = connection.execute(f"from '{path}'")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_mandatory_column_is_there_and_no_other_but_those_published_or_marked_as_ours(home):
    assert PUBLISHED["version"] == VERSION
    names = set(exported(home)[0])
    assert {name for name, column in COLUMNS.items() if column["level"] == "Mandatory"} <= names
    assert {name for name in names if not name.startswith("x_")} <= set(COLUMNS)


def test_types_are_those_published(home):
    export(home, home.root / "focus.parquet")
    with duckdb.connect() as connection:
        types = dict(
            connection.execute(
                f"select column_name, column_type from (describe from '{home.root}/focus.parquet')"
            ).fetchall()
        )
    assert {name: types[name] for name in COLUMNS if types[name] not in SQL_TYPES[COLUMNS[name]["type"]]} == {}


def test_values_are_allowed_and_nulls_are_where_they_may_be(home):
    for line in exported(home):
        for name, column in COLUMNS.items():
            assert line[name] is not None or column["allows_nulls"], name
            if "allowed" in column and line[name] is not None:
                assert line[name] in column["allowed"], name


def test_rules_between_columns_hold(home):
    lines = exported(home)
    assert {line["ChargeFrequency"] for line in lines} == {"Usage-Based", "One-Time", "Recurring"}
    corrections = [line["BilledCost"] for line in lines if line["ChargeClass"] == "Correction"]
    assert corrections == [Decimal(-1500)]  # one within the month of what it corrects is not called so
    for line in lines:
        assert line["ChargePeriodStart"] <= line["ChargePeriodEnd"]
        assert line["BillingPeriodStart"] <= line["ChargePeriodStart"] < line["BillingPeriodEnd"]
        assert line["ListCost"] == line["BilledCost"] == line["EffectiveCost"] == line["ContractedCost"]
        assert (line["ConsumedQuantity"] is None) == (line["ChargeCategory"] != "Usage")
        assert (line["ConsumedUnit"] is None) == (line["ConsumedQuantity"] is None)
        assert line["ChargeFrequency"] != "Usage-Based" or line["ChargeCategory"] == "Usage"
        assert line["ServiceSubcategory"] == f"Other ({line['ServiceCategory']})"
        assert abs(line["PricingQuantity"] * line["ListUnitPrice"] - line["ListCost"]) < Decimal("0.000001")


def test_every_charge_names_the_line_of_the_price_list_that_it_was_priced_by(home):
    listed = {line.split(",")[1] for line in LINES.splitlines()}
    for line in exported(home):
        assert line["SkuPriceId"] == line["SkuId"] in listed
        assert line["SkuMeter"] is not None


def test_a_csv_has_the_same_lines_and_times_as_iso_8601_in_utc(home):
    count = export(home, home.root / "focus.csv", since="2025-06-02")
    with (home.root / "focus.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == count == 4
    assert list(lines[0]) == list(exported(home)[0])
    assert lines[0]["ChargePeriodStart"] == "2025-06-02T00:00:00Z"
    assert lines[-1]["BillingPeriodEnd"] == "2025-08-01T00:00:00Z"


def test_another_kind_of_file_and_an_empty_home_are_refused_plainly(home, tmp_path):
    with pytest.raises(UserError, match="give the file one of these endings"):
        export(home, tmp_path / "focus.xlsx")
    with pytest.raises(UserError, match="no ledger yet"):
        export(Home(tmp_path / "empty"), tmp_path / "focus.csv")
