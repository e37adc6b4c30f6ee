"""What a night leaves behind: twenty tiers, a ledger, checks and reports, and no personal data where it must not be."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from settings.paths import Region
from sharing.leaks.scan import scan_home
from sharing.tiers import TIERS
from tests.pipeline.night import Installation

pytestmark = [pytest.mark.pipeline]

IDENTIFIERS = "nhs_number|upn|nino|phone|email|uprn|given_name|family_name|birth_date|address"


def test_all_twenty_tiers_are_published_with_rows(one_night: Installation) -> None:
    tables = {
        name
        for (name,) in one_night.published(
            "select table_name from information_schema.tables where table_schema = 'tiers'"
        )
    }
    assert tables == set(TIERS)
    for tier in TIERS:
        (rows,) = one_night.published(f"select count(*) from tiers.{tier}")[0]
        assert rows > 0, tier


def test_parquet_copies_hold_the_same_rows(one_night: Installation) -> None:
    for tier in TIERS:
        (rows,) = one_night.published(f"select count(*) from tiers.{tier}")[0]
        (copied,) = duckdb.sql(f"select count(*) from '{one_night.home.current}/tiers/{tier}.parquet'").fetchone() or (
            0,
        )
        assert copied == rows, tier


def test_no_published_column_is_an_identifier(one_night: Installation) -> None:
    columns = one_night.published("select table_name, column_name from information_schema.columns")
    assert not [column for column in columns if re.fullmatch(IDENTIFIERS, column[1])]


def test_no_count_from_one_to_seven_is_published(one_night: Installation) -> None:
    columns = one_night.published(
        """
        select table_name, column_name from information_schema.columns
        where table_schema = 'tiers' and column_name like 'people%' and data_type in ('BIGINT', 'INTEGER')
        """
    )
    assert columns
    for table, column in columns:
        (small,) = one_night.published(f"select count(*) from tiers.{table} where {column} between 1 and 7")[0]
        assert small == 0, f"{table}.{column}"


def test_a_partner_that_covers_some_ages_says_not_covered_and_never_none(one_night: Installation) -> None:
    found = dict(
        one_night.published(
            """
            select status, count(*) from tiers.person_known_to
            where dataset = 'school_census' and age_band in ('65-74', '75-84', '85+') group by 1
            """
        )
    )
    assert found.get("not_covered", 0) > 0
    assert "none" not in found


def test_premises_and_ward_data_sets_appear_in_no_finer_tier(one_night: Installation) -> None:
    for tier in TIERS:
        level = tier.split("_")[0]
        datasets = {name for (name,) in one_night.published(f"select distinct dataset from tiers.{tier}")}
        assert ("home_safety_visit" in datasets) <= (level != "person"), tier
        assert ("benefit_claims" in datasets) <= (level == "ward"), tier
    (visits,) = one_night.published(
        "select count(*) from tiers.household_known_to where dataset = 'home_safety_visit'"
    )[0]
    (claims,) = one_night.published("select count(*) from tiers.ward_known_to where dataset = 'benefit_claims'")[0]
    assert visits > 0
    assert claims > 0


def test_every_asset_wrote_the_ledger(one_night: Installation) -> None:
    assets = {name for (name,) in one_night.warehouse("select distinct asset_key from economics.cost_entry")}
    for expected in (
        "raw/gp_register",
        "staging/stg_gp_register",
        "linkage/pairs",
        "tiers/ward_full",
        "published/release",
    ):
        assert expected in assets
    (cpu,) = one_night.warehouse("select sum(ConsumedQuantity) from economics.cost_entry where resource = 'cpu'")[0]
    assert cpu > 1


def test_the_nights_blueprint_is_worth_more_than_it_costs_after_every_step(one_night: Installation) -> None:
    ((steps, region_people, net),) = one_night.warehouse(
        "select steps, region_people, net_present_gbp from economics.blueprint_summary"
    )
    assert region_people == one_night.warehouse("select count(*) from linked.person")[0][0]
    told = """select count(distinct step_no), max(cumulative_value_low_gbp - cumulative_cost_gbp),
        count(*) filter (cumulative_value_low_gbp < cumulative_cost_gbp),
        count(*) filter (step_no is null and explanation is null)
        from economics.blueprint"""
    ((told_steps, told_net, drowned, unexplained),) = one_night.warehouse(told)
    assert (told_steps, drowned, unexplained) == (steps, 0, 0)
    assert steps == 0 or abs(told_net - net) < 0.05
    warehouse = """select cumulative_cost_gbp, round(cumulative_discounted_cost_gbp) from economics.business_case
        where option = 'warehouse' and authorities = 150 and year = 3"""
    assert one_night.warehouse(warehouse) == [(45_000_000.0, 43_871_561.0)]


def test_what_tiers_data_sets_and_cells_bear_is_the_ledger_to_the_penny(one_night: Installation) -> None:
    (ledger,) = one_night.warehouse("select round(sum(BilledCost), 2) from economics.cost_entry")[0]
    for table in ("tier_cost", "dataset_cost", "cell_cost"):
        assert one_night.warehouse(f"select round(sum(allocated_gbp), 2) from economics.{table}") == [(ledger,)]
    people = "select resource, count(*) from economics.cost_entry where ChargeCategory = 'Purchase' group by 1"
    lines = dict(one_night.warehouse(people))
    (granted,) = one_night.published("select count(distinct (dataset, tier)) from about.access where is_permitted")[0]
    assert lines == {"integration": 11, "running": 12, "governance": granted}


def test_the_run_was_forecast_and_what_came_of_it_is_beside_it(one_night: Installation) -> None:
    history = json.loads(one_night.mvld("forecast", "--history", "--json").stdout)
    assert [line["input_bytes"] > 0 for line in history] == [True]
    assert all(line["actual_seconds"] > 0 and line["actual_gbp"] > 0 for line in history)
    told = one_night.mvld("forecast").stdout  # the next run has nothing new, and there was no such night yet
    assert "0.00 MB of new files" in told and "shipped figures" in told


def test_the_report_is_written_and_holds_no_id_and_no_place(one_night: Installation) -> None:
    folder = one_night.home.reports / "board"
    told = "".join(path.read_text() for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".csv"})
    assert one_night.mvld("report").stdout.strip() == str(folder / "index.html")
    assert "Which data are worth sharing" in told
    assert not re.search(r"\b[PH]\d{7,8}\b", told)
    numbers = set(re.findall(r"(?<![\d.])\d{10}(?![\d.])", told))  # not the digits of an amount
    for column in ("nhs_number", "upn", "nino", "postcode", "email"):
        query = f"select distinct {column} from identity.person_records where {column} is not null"
        values = [value for (value,) in one_night.identity(query)]
        assert not [value for value in values if value in (numbers if column == "nhs_number" else told)], column


def test_linkage_is_judged_against_the_truth(one_night: Installation) -> None:
    from linkage.evaluation.evaluate import evaluate

    quality = evaluate(one_night.home)
    assert quality is not None
    assert quality.pair_precision > 0.98
    assert quality.pair_recall > 0.9


def test_rejected_rows_are_counted_and_their_values_stay_in_quarantine(one_night: Installation) -> None:
    receipts = [json.loads(path.read_text()) for path in one_night.home.raw.rglob("receipt.json")]
    assert sum(receipt["rows_rejected"] for receipt in receipts) > 0
    for receipt in receipts:
        assert receipt["rows_read"] == receipt["rows_accepted"] + receipt["rows_rejected"]
    for path in one_night.home.raw.rglob("rejects-*.parquet"):
        columns = {
            row[0] for row in duckdb.sql(f"describe from read_parquet('{path}', hive_partitioning=false)").fetchall()
        }
        assert columns <= {"row_number", "column_name", "rule", "message"}


def test_whatever_a_night_writes_is_closed_to_others(one_night: Installation) -> None:
    home = one_night.home

    def modes(folder: Path) -> dict[bool, set[int]]:
        """Is it a folder? -> modes."""
        found: dict[bool, set[int]] = {True: {folder.stat().st_mode & 0o777}, False: set()}
        for path in folder.rglob("*"):
            if not path.is_symlink():
                found[path.is_dir()].add(path.stat().st_mode & 0o777)
        return found

    assert modes(home.identity) == {True: {0o700}, False: {0o600}}
    for folder in (home.dagster, home.reports, home.state, home.warehouse_db.parent):
        found = modes(folder)
        assert folder.stat().st_mode & 0o077 == 0, folder
        assert not [mode for mode in found[True] | found[False] if mode & 0o007], folder
    assert home.published.stat().st_mode & 0o777 == 0o750
    assert modes(home.current.resolve()) == {True: {0o550}, False: {0o440}}


def test_nothing_personal_leaves_the_restricted_folders(one_night: Installation) -> None:
    """Releases, shares, warehouse, Data Docs, reports, Dagster's storage, state: searched as `mvld scan` does."""
    found = scan_home(one_night.home, Region(one_night.region))
    assert found.sought["nhs_number"] > 500
    assert found.sought["full_name"] > 1_000
    assert found.files > 100
    assert not found.hits, "\n".join(map(str, found.hits))


def test_reports_load_nothing_from_a_network(one_night: Installation) -> None:
    pages = list(one_night.home.reports.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"""(src|href)=["']https?://""", text), page.name


def test_the_commands_answer(one_night: Installation) -> None:
    assert "ward" in one_night.mvld("tiers").stdout
    assert "linkage/pairs" in one_night.mvld("costs").stdout
    assert "adult_social_care" in one_night.mvld("sql", "select distinct dataset from tiers.ward_rag").stdout
    refused = one_night.mvld("sql", "create table x as select 1", check=False)
    assert refused.returncode != 0
    refused = one_night.mvld("sql", "from '/etc/passwd'", check=False)
    assert refused.returncode != 0


def test_the_release_names_its_version(one_night: Installation) -> None:
    version = Path(one_night.home.current).resolve().name
    assert one_night.published("select version from about.release") == [(version,)]
