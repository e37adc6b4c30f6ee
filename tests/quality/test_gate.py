"""A blocking rule sets an extract aside; the last good one goes on; a mended file heals."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.contract import Column, Contract, DeliveryFormat, QualityRule
from ingestion.ingest import ingest_dataset
from ingestion.receipts import read_receipts, read_refusals
from quality.gate import Judgement, judge
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


def judged(home: Home, date: str) -> Judgement:
    return judge(CONTRACT, ingest_dataset(CONTRACT, home, as_of=date), home, as_of=date)


def test_a_fall_that_was_stopped_is_not_the_measure_of_the_next_night(tmp_path: Path) -> None:
    home = Home(tmp_path)
    found = {}
    for date, rows in (("2026-01-01", 10), ("2026-01-02", 4), ("2026-01-03", 4), ("2026-01-04", 5)):
        deliver(home, date, "ref,state\n" + "".join(f"{row},open\n" for row in range(rows)))
        found[date] = judged(home, date).is_stale
    assert found == {"2026-01-01": False, "2026-01-02": True, "2026-01-03": True, "2026-01-04": False}


def test_an_older_extract_that_comes_late_does_not_overturn_the_one_in_force(tmp_path: Path) -> None:
    home = Home(tmp_path)
    deliver(home, "2026-01-02", GOOD)
    assert judged(home, "2026-01-02").set_aside == ()
    deliver(home, "2026-01-01", "ref,state\n" + "".join(f"{row},open\n" for row in range(50)))
    for _ in range(2):  # fifty rows before its two would have been a fall; they were not known then
        late = judged(home, "2026-01-02")
        assert late.set_aside == () and not late.is_stale
        assert {outcome.evaluated for outcome in late.outcomes if outcome.name == "ref_not_null"} == {2}
    deliver(home, "2026-01-01", BAD)
    late = judged(home, "2026-01-02")
    assert late.set_aside and not late.is_stale  # said, but what is in force is newer
