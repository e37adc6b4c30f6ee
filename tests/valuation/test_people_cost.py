"""People cost: once, corrected by a line of its own, granted by agreements, running by the day."""

import dataclasses
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from settings.errors import RegionError
from settings.paths import REPOSITORY, Home
from tests.valuation.test_ledger import CONTRACT, HEADER, LINES
from valuation import ledger
from valuation.people import people_entries
from valuation.rates import all_rates, read_rates
from valuation.running import days_a_year, read_running, running_entries
from valuation.spending import summary

RUNNING_HEADER = "valid_from,dataset,person_days_a_year,source\n"
GRANTED = [("visits", "person_rag"), ("visits", "ward_rag"), ("other", "ward_full")]


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def rates(tmp_path):
    (tmp_path / "rates.csv").write_text(HEADER + LINES + "2026-01-01,people,person-day,800,a\n")
    return all_rates(tmp_path)


def declare(home, rates, *, on="2025-06-01", contract=CONTRACT, granted=()):
    """One night's people cost: how many lines it added."""
    priced = read_rates(home.root, as_of=on)
    added = people_entries({"visits": contract}, priced, as_of=on, granted=granted, held=ledger.declared(home))
    ledger.record(home, added)
    return len(added)


def lines(home, columns="asset_key, resource, BilledCost, ChargePeriodStart::date::varchar"):
    with duckdb.connect(str(home.warehouse_db), read_only=True) as connection:
        return connection.execute(f"select {columns} from economics.cost_entry order by 4, 1, 2").fetchall()


def test_people_are_charged_once_however_many_nights_pass_and_for_granted_tiers_alone(home, rates):
    assert declare(home, rates, granted=GRANTED) == 3
    assert declare(home, rates, on="2025-06-02", granted=GRANTED) == 0
    assert lines(home) == [
        ("raw/visits", "integration", Decimal("9000"), "2025-06-01"),
        ("tiers/person_rag", "governance", Decimal("1500"), "2025-06-01"),
        ("tiers/ward_rag", "governance", Decimal("1500"), "2025-06-01"),
    ]


def test_a_new_grant_is_a_new_line_and_an_ended_one_takes_nothing_back(home, rates):
    declare(home, rates, granted=GRANTED[:1])
    before = lines(home)
    assert declare(home, rates, on="2025-07-01", granted=GRANTED[1:2]) == 1
    assert lines(home) == [*before, ("tiers/ward_rag", "governance", Decimal("1500"), "2025-07-01")]
    assert declare(home, rates, on="2025-08-01", granted=GRANTED) == 0  # granted again: the work was done once


def test_an_edited_figure_is_a_correction_beside_the_line_that_was(home, rates):
    declare(home, rates)
    before = lines(home)
    fewer, more = (dataclasses.replace(CONTRACT, version="1.3.0", integration_days=days) for days in (10, 11))
    assert declare(home, rates, on="2026-02-01", contract=fewer) == 1
    assert declare(home, rates, on="2026-02-02", contract=more) == 1
    assert declare(home, rates, on="2026-02-03", contract=more) == 0
    assert lines(home) == [
        *before,
        ("raw/visits", "integration", Decimal("-1500"), "2026-02-01"),  # two days, at the price they were booked at
        ("raw/visits", "integration", Decimal("800"), "2026-02-02"),  # one more, at today's
    ]
    classes = lines(home, "ChargeClass, ChargeCategory, ConsumedQuantity, ChargePeriodStart")
    assert [row[0] for row in classes] == [None, "Correction", "Correction"]
    assert summary(home, by="resource")[0].person_days == 11


def test_a_contract_that_breaks_with_its_past_is_integrated_again(home, rates):
    declare(home, rates)
    declare(home, rates, contract=dataclasses.replace(CONTRACT, version="2.0.0", integration_days=4))
    assert summary(home, by="resource")[0].person_days == 16


def run_to(home, rates, text, day):
    (home.root / "running.csv").write_text(RUNNING_HEADER + text)
    added = running_entries(
        read_running(home.root, datasets=["visits"]),
        rates,
        datasets=["visits"],
        as_of=day,
        accrued_to=ledger.accrued_to(home),
    )
    ledger.record(home, added)
    return [(line.asset_key, line.run_id, line.consumed_quantity, line.billed_cost) for line in added]


def test_running_cost_accrues_each_day_once(home, rates):
    text = "2020-01-01,,36.525,a\n2020-01-01,*,3.6525,a\n"
    assert run_to(home, rates, text, "2025-06-01") == [
        ("platform/running", "running:2025-06-01", Decimal("0.1"), Decimal("75")),
        ("raw/visits", "running:2025-06-01", Decimal("0.01"), Decimal("7.5")),
    ]
    assert run_to(home, rates, text, "2025-06-01") == []
    assert [days for _, _, days, _ in run_to(home, rates, text, "2025-06-11")] == [1, Decimal("0.1")]
    assert run_to(home, rates, text, "2025-06-05") == []  # a night replayed


def test_a_gap_over_a_change_of_figure_and_of_price_is_a_line_for_each(home, rates):
    text = "2020-01-01,visits,36.525,a\n2026-01-11,visits,73.05,a\n"
    run_to(home, rates, text, "2025-12-31")
    assert run_to(home, rates, text, "2026-01-20") == [
        ("raw/visits", "running:2026-01-10", Decimal("1"), Decimal("800")),
        ("raw/visits", "running:2026-01-20", Decimal("2"), Decimal("1600")),
    ]
    assert run_to(home, rates, text, "2026-01-21")[0][1] == "running:2026-01-21"


def test_a_data_sets_own_figure_goes_before_that_of_each(tmp_path):
    (tmp_path / "running.csv").write_text(RUNNING_HEADER + "2020-01-01,*,2,a\n2021-01-01,visits,5,a\n")
    read = read_running(tmp_path, datasets=["visits"])
    assert [days_a_year(read, "visits", date(year, 6, 1)) for year in (2019, 2020, 2021)] == [0, 2, 5]
    assert days_a_year(read, "", date(2021, 6, 1)) == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2020-01-01,nobodys,2,a", "line 2: no contract names that data set"),
        ("2020-01-01,*,two,a", "line 2: person_days_a_year is not a number"),
        ("2020-01-01,*,-1,a", "line 2: person_days_a_year is not a number"),
        ("1/1/2020,*,2,a", "line 2: valid_from is not a date"),
        ("2020-01-01,*,2,", "line 2: source is empty"),
    ],
)
def test_wrong_running_lines_are_refused_by_line_and_remedy(tmp_path, line, words):
    (tmp_path / "running.csv").write_text(RUNNING_HEADER + line + "\n")
    with pytest.raises(RegionError) as refusal:
        read_running(tmp_path, datasets=["visits"])
    assert words in str(refusal.value)


def test_a_region_without_the_table_has_no_running_cost(tmp_path):
    assert read_running(tmp_path, datasets=[]) == []


def test_the_demo_regions_running_cost_is_near_family_contexts(tmp_path):
    contracts = {path.name.split(".")[0] for path in (REPOSITORY / "region" / "contracts").glob("*.yaml")}
    read = read_running(REPOSITORY / "region" / "costs", datasets=contracts)
    on = date(2026, 6, 1)
    days = days_a_year(read, "", on) + sum(days_a_year(read, name, on) for name in contracts)
    assert abs(days * 750 - 32_500) < 2_000
