"""The ledger prices what was used, records it once, and its sums are exact."""

import dataclasses
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from ingestion.contract import Column, Contract, DeliveryFormat
from settings.errors import RegionError
from settings.paths import REPOSITORY, Home
from valuation.ledger import cost_entries_for, record
from valuation.metering import Usage
from valuation.people import people_entries
from valuation.rates import read_rates
from valuation.spending import summary

HEADER = "valid_from,resource,unit,unit_price_gbp,source\n"
LINES = (
    "2024-01-01,cpu,CPU-second,0.00001,a\n2024-01-01,memory,GB-hour,0.004,a\n"
    "2024-01-01,storage,GB-month,0.02,a\n2024-01-01,people,person-day,750,a\n"
)
USAGE = Usage(wall_seconds=1800.0, cpu_seconds=250.5, peak_bytes=2 * 10**9, bytes_written=3 * 10**9)
CONTRACT = Contract(
    dataset="visits",
    version="1.2.0",
    title="Visits",
    description="",
    grain="",
    partner="",
    organisation_type="",
    owner="",
    subject="person",
    delivery="snapshot",
    format=DeliveryFormat("{date}.csv", "csv"),
    columns=(Column("ref", "Ref", "string", key=True),),
    lead_service="",
    integration_days=12,
    governance_days=2,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def rates(tmp_path: Path):
    (tmp_path / "rates.csv").write_text(HEADER + LINES)
    return read_rates(tmp_path, as_of="2025-01-01")


def entries(rates, *, asset="raw/visits", run="r1", day=1, usage=USAGE):
    started = datetime(2025, 6, day, 2, 0, tzinfo=ZoneInfo("Europe/London"))
    return cost_entries_for(
        usage, asset_key=asset, run_id=run, rows=10, rates=rates, started_at=started, ended_at=started, account="Fen"
    )


def table(home: Home, sql: str):
    with duckdb.connect(str(home.warehouse_db), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_an_asset_is_billed_for_cpu_memory_and_storage(rates):
    billed = {entry.resource: (entry.consumed_quantity, entry.billed_cost) for entry in entries(rates)}
    assert billed == {
        "cpu": (Decimal("250.5"), Decimal("0.002505")),
        "memory": (Decimal("1"), Decimal("0.004")),
        "storage": (Decimal("0.098563"), Decimal("0.001971")),  # 3 GB for one day of 30.4375
    }


def test_the_table_has_focus_names_and_utc_times(home, rates):
    record(home, entries(rates))
    assert table(
        home,
        """select BillingAccountId, ChargePeriodStart, ChargeCategory, ResourceId, ServiceName, ConsumedUnit,
        BillingCurrency, rows from economics.cost_entry where resource = 'cpu'""",
    ) == [("Fen", datetime(2025, 6, 1, 1, 0), "Usage", "raw/visits", "raw", "CPU-second", "GBP", 10)]


def test_recording_twice_bills_once_and_a_correction_replaces(home, rates):
    record(home, entries(rates))
    before = summary(home)
    record(home, entries(rates))
    assert summary(home) == before
    record(home, entries(rates, usage=dataclasses.replace(USAGE, cpu_seconds=1.0)))
    assert summary(home)[0].cpu_seconds == 1


def test_another_run_leaves_the_lines_of_the_first_as_they_were(home, rates):
    record(home, entries(rates) + people_entries({"visits": CONTRACT}, rates, as_of="2025-06-01"))
    before = table(home, "from economics.cost_entry order by all")
    record(home, entries(rates, run="r2", day=2))
    dearer = dataclasses.replace(rates["people"], unit_price_gbp=Decimal(900))
    record(home, people_entries({"visits": CONTRACT}, {"people": dearer}, as_of="2025-06-01"))  # as if not looked up
    assert table(home, "from economics.cost_entry where run_id <> 'r2' order by all") == before


def test_a_ledger_from_before_corrections_had_a_column_is_read_and_added_to(home, rates):
    record(home, entries(rates))
    with duckdb.connect(str(home.warehouse_db)) as connection:
        connection.execute("alter table economics.cost_entry drop column ChargeClass")
    record(home, entries(rates, run="r2", day=2))
    assert [line.name for line in summary(home, by="run")] == ["r1", "r2"]


def test_nothing_is_recorded_of_a_batch_that_fails(home, rates):
    wrong = dataclasses.replace(entries(rates)[0], run_id=None)
    with pytest.raises(duckdb.Error):
        record(home, [*entries(rates), wrong])
    assert summary(home) == []


def test_every_summary_adds_up_to_the_ledger(home, rates):
    record(home, entries(rates) + entries(rates, asset="staging/stg_visits") + entries(rates, asset="linkage/pairs"))
    record(home, entries(rates, run="r2", day=2))
    record(home, people_entries({"visits": CONTRACT}, rates, as_of="2025-06-02", granted=[("visits", "ward_rag")]))
    (total,) = table(home, "select sum(BilledCost) from economics.cost_entry")[0]
    for by in ("asset", "resource", "run", "dataset"):
        lines = summary(home, by=by)
        assert sum(line.billed_gbp for line in lines) == total
        assert [line.billed_gbp for line in lines] == sorted((line.billed_gbp for line in lines), reverse=True)
    by_dataset = {line.name: line for line in summary(home, by="dataset")}
    assert set(by_dataset) == {"visits", "shared by all data sets"}
    assert by_dataset["visits"].person_days == 14
    assert by_dataset["shared by all data sets"].cpu_seconds == Decimal("250.5")
    assert {line.name for line in summary(home, run="r2")} == {"raw/visits"}
    assert {line.name for line in summary(home, asset="*/*visits")} == {"raw/visits", "staging/stg_visits"}
    assert summary(home, run="latest") == summary(home, run="r2")
    assert sum(line.person_days for line in summary(home, category="Usage")) == 0
    assert sum(line.cpu_seconds for line in summary(home, since="2025-06-02")) == Decimal("250.5")


def test_an_empty_home_has_no_costs(home):
    assert summary(home) == []


def test_the_rate_in_force_on_the_date_is_taken(tmp_path):
    (tmp_path / "rates.csv").write_text(HEADER + "2025-04-01,people,person-day,800,b\n" + LINES)
    assert read_rates(tmp_path, as_of="2025-03-31")["people"].unit_price_gbp == 750
    assert read_rates(tmp_path, as_of="2025-04-01")["people"].unit_price_gbp == 800


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + LINES.replace(",750,", ",lots,"), "line 5: unit_price_gbp is not a price"),
        (HEADER + LINES.replace(",750,", ",NaN,"), "line 5: unit_price_gbp is not a price"),
        (HEADER + LINES.replace("person-day", "hour"), "people is measured in person-day"),
        (HEADER + LINES.replace("2024-01-01,people", "01/01/2024,people"), "line 5: valid_from is not a date"),
        (HEADER + LINES.replace("2024-01-01,people", "2026-01-01,people"), "'people' has no price on 2025-01-01"),
        (HEADER + LINES.replace(",a\n", ",\n"), "line 2: source is empty"),
        (HEADER.replace("unit,", ""), "column 'unit' is missing"),
    ],
)
def test_wrong_rates_are_refused_by_line_and_remedy(tmp_path, text, words):
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(RegionError) as refusal:
        read_rates(tmp_path, as_of="2025-01-01")
    assert words in str(refusal.value)


def test_the_demo_region_has_sourced_rates():
    rates = read_rates(REPOSITORY / "region" / "costs", as_of="2025-01-01")
    assert rates["people"].unit_price_gbp == 750 and all(rate.source for rate in rates.values())
