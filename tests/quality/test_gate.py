"""A blocking rule sets an extract aside; the last good one goes on; a mended file heals."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.contract import Column, Contract, DeliveryFormat, QualityRule
from ingestion.ingest import ingest_dataset
from ingestion.receipts import read_receipts, read_refusals
from quality.gate import judge
from settings.errors import UserError
from settings.paths import Home

AT_LEAST_ONE_OPEN = QualityRule(
    name="some are open",
    expectation="expect_column_values_to_be_in_set",
    arguments={"column": "state", "value_set": ["open"]},
    severity="blocking",
)
CONTRACT = Contract(
    dataset="cases",
    version="1.0.0",
    title="Cases",
    description="",
    grain="One case.",
    partner="Partner",
    organisation_type="county",
    owner="Partner",
    subject="person",
    delivery="snapshot",
    format=DeliveryFormat(pattern="partner/cases_{date}.csv", kind="csv"),
    columns=(Column("ref", "ref", "string", required=True, key=True), Column("state", "state", "string")),
    lead_service="Service",
    quality=(AT_LEAST_ONE_OPEN,),
)
GOOD, BAD = "ref,state\n1,open\n2,open\n", "ref,state\n1,shut\n2,open\n"


def deliver(home: Home, date: str, text: str) -> None:
    path = home.landing / "partner" / f"cases_{date}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def night(home: Home, date: str, contract: Contract = CONTRACT) -> tuple[str, ...]:
    return judge(contract, ingest_dataset(contract, home, as_of=date), home, as_of=date).set_aside


def test_an_extract_that_breaks_a_blocking_rule_is_set_aside_and_the_last_good_one_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    deliver(home, "2026-01-01", GOOD)
    assert night(home, "2026-01-01") == ()
    deliver(home, "2026-01-02", BAD)
    (problem,) = night(home, "2026-01-02")
    assert "some_are_open" in problem.replace(" ", "_")
    assert list(read_receipts(home, "cases")) == ["2026-01-01"]
    assert list(read_refusals(home, "cases")) == ["2026-01-02"]
    assert list((home.quarantine / "cases").rglob("snapshot-*.parquet"))


def test_it_is_told_again_every_night_until_a_mended_file_heals_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    deliver(home, "2026-01-01", GOOD)
    night(home, "2026-01-01")
    deliver(home, "2026-01-02", BAD)
    assert night(home, "2026-01-02")
    assert night(home, "2026-01-02")
    deliver(home, "2026-01-02", GOOD)
    assert night(home, "2026-01-02") == ()
    assert list(read_receipts(home, "cases")) == ["2026-01-01", "2026-01-02"]
    assert read_refusals(home, "cases") == {}


def test_a_rule_hardened_after_the_fact_stops_the_night_plainly(tmp_path: Path) -> None:
    home = Home(tmp_path)
    relaxed = replace(CONTRACT, quality=())
    deliver(home, "2026-01-01", BAD)
    assert night(home, "2026-01-01", relaxed) == ()
    with pytest.raises(UserError, match="accepted earlier"):
        night(home, "2026-01-01", CONTRACT)
