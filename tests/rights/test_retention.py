"""What a contract's retention has ended for is removed, by the run's date; the rest stays."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import Contract
from ingestion.ingest import ingest_dataset
from ingestion.receipts import read_receipts
from rights.retention import Retained, horizon, read_snapshots_kept, retain
from settings.errors import RegionError
from settings.paths import REPOSITORY, Home
from tests.ingestion.partner import column, contract, land, take
from tests.linkage.identity_store import rows

SPELLS: Contract = contract(
    column("id", key=True, required=True),
    column("start", "date", period="valid_from"),
    column("end", "date", period="valid_to"),
    retention_days=365.0,
)
EVENTS = contract(
    column("id", key=True, required=True),
    column("seen", "date", period="event_date"),
    column("action"),
    delivery="delta",
    deletion_column="action",
    deletion_value="D",
    retention_days=365.0,
)
HEADER = "id,start,end\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def night(home: Home, made: Contract, as_of: str, kept: int = 7) -> Retained:
    return retain(home, made, as_of=as_of, judged_on=date.fromisoformat(as_of), snapshots_kept=kept)


def ids(home: Home) -> list[str]:
    files = sorted(str(path) for path in home.raw.rglob("snapshot-*.parquet"))
    found = duckdb.execute(
        "select id from read_parquet($files, hive_partitioning = true) order by extract_date, id", {"files": files}
    ).fetchall()
    return [key for (key,) in found]


def test_records_whose_period_ended_before_retention_go_and_open_ones_stay(home: Home) -> None:
    take(home, SPELLS, HEADER + "A,1990-01-01,\nB,2020-01-01,2023-12-31\nC,2020-01-01,2024-01-02\n")
    found = night(home, SPELLS, "2025-01-01")
    assert (found.records, found.records_ever, found.extracts) == (1, 1, 0)
    assert ids(home) == ["A", "C"]
    assert night(home, SPELLS, "2025-01-01").records == 0
    assert night(home, SPELLS, "2025-01-02").records_ever == 2
    assert rows(home, "select as_of::varchar, what, records from rights.removal order by 1") == [
        ("2025-01-01", "records", 1),
        ("2025-01-02", "records", 1),
    ]


def test_an_extract_past_retention_goes_with_its_landing_file_even_if_nothing_newer_came(home: Home) -> None:
    take(home, SPELLS, HEADER + "A,1990-01-01,\n")
    assert night(home, SPELLS, "2026-01-01") == Retained()
    assert night(home, SPELLS, "2026-01-02") == Retained(extracts=1, landing_files=1)
    assert not read_receipts(home, "things")
    assert not list(home.landing.rglob("*.csv"))
    assert ingest_dataset(SPELLS, home).status == "no_extract"


def test_superseded_snapshots_go_and_the_newest_stay(home: Home) -> None:
    for day in (1, 2, 3, 4):
        take(home, SPELLS, HEADER + f"{day},2024-01-01,\n", f"2025-01-0{day}")
    assert night(home, SPELLS, "2025-01-04", kept=2) == Retained(extracts=2, landing_files=2)
    assert ids(home) == ["3", "4"]


def test_a_refused_file_and_its_rows_go_when_retention_ends(home: Home) -> None:
    assert take(home, replace(SPELLS, rejected_share_tolerance=0.0), HEADER + "A,never,\n").status == "refused"
    assert list(home.quarantine.rglob("rows-*.parquet"))
    night(home, SPELLS, "2026-01-02")
    assert not list(home.quarantine.rglob("*.parquet"))
    assert not list(home.landing.rglob("*.csv"))


def test_of_a_delta_the_last_line_decides_and_replaced_lines_go_by_themselves(home: Home) -> None:
    head = "id,seen,action\n"
    take(home, EVENTS, head + "A,2020-01-01,U\nB,2024-06-01,U\nC,2024-06-01,U\nD,2024-12-01,U\n", "2024-01-01")
    take(home, EVENTS, head + "B,2024-12-31,U\nC,,D\n", "2024-06-01")
    assert night(home, EVENTS, "2024-12-31").records == 1  # A's event is long past
    assert ids(home) == ["B", "C", "D", "B", "C"]
    night(home, EVENTS, "2025-01-01")  # the first extract is past retention: the lines replaced since go
    assert ids(home) == ["D", "B", "C"]
    night(home, EVENTS, "2025-06-02")  # and then the deletion itself
    assert ids(home) == ["D", "B"]


def test_without_retention_in_the_contract_only_superseded_snapshots_go(home: Home) -> None:
    take(home, replace(SPELLS, retention_days=None), HEADER + "A,1990-01-01,1990-02-01\n")
    assert night(home, replace(SPELLS, retention_days=None), "2099-01-01") == Retained()
    assert ids(home) == ["A"]


def test_one_file_with_a_mistyped_year_ends_nothing(home: Home) -> None:
    layouts = {name: replace(SPELLS.format, pattern=f"{name}_{{date}}.csv") for name in "ab"}
    others = [replace(SPELLS, dataset=name, format=layout) for name, layout in layouts.items()]
    land(home, "a_2025-01-01.csv", HEADER)
    land(home, "b_2052-01-01.csv", HEADER)
    assert horizon(others, home, as_of="2052-01-01") == date(2025, 1, 1)
    assert horizon(others[1:], home, as_of="2052-01-01") == date(2052, 1, 1)
    assert horizon(others, home, as_of="2024-01-01") == date(2024, 1, 1)


def test_the_policy_is_optional_and_judged(tmp_path: Path) -> None:
    assert read_snapshots_kept(tmp_path, as_of=date.today() - timedelta(days=1)) is None
    (tmp_path / "retention.csv").write_text("valid_from,setting,value,source\n2020-01-01,snapshots_kept,0,x\n")
    with pytest.raises(RegionError, match="line 2"):
        read_snapshots_kept(tmp_path, as_of="2026-01-01")
    assert read_snapshots_kept(REPOSITORY / "region" / "policies", as_of="2026-01-01") == 7
