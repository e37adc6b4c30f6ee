"""What is kept of a partner's files over the nights: receipts, corrections, refusals, and what a killed run leaves."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingestion.ingest import IngestResult, ingest_dataset
from ingestion.receipts import read_receipts, read_refusals
from settings.paths import REPOSITORY, Home
from tests.ingestion.partner import column, contract, land, refused, rows, take

GOOD = "id,name,born,amount\nA,Ann,2000-01-02,1.5\nB,Bo,,\n"
BETTER = GOOD + "C,Cy,,\n"
BAD = "id,nom,born,amount\nA,Ann,,\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def files(home: Home) -> list[str]:
    """Everything in the identity store, receipts and refusals aside."""
    found = (path for path in home.identity.rglob("*") if path.is_file() and path.suffix != ".json")
    return sorted(str(path.relative_to(home.identity)) for path in found)


def ids(result: IngestResult) -> list[str]:
    return [key for (key,) in rows(result, "id")]


def test_a_receipt_says_what_was_taken(home: Home) -> None:
    result = take(home, contract(rejected_share_tolerance=0.5), GOOD + "C,Cy,nonsense,\n")
    (receipt,) = result.receipts
    assert (receipt.rows_read, receipt.rows_accepted, receipt.rows_rejected) == (3, 2, 1)
    assert (receipt.file_name, receipt.bytes) == ("things_2025-01-01.csv", len(GOOD) + 15)
    assert receipt.rejected_by_rule == [["born", "type", 1]]
    assert read_receipts(home, "things") == {"2025-01-01": receipt}
    assert (result.status, result.is_stale, result.extract_date) == ("accepted", False, "2025-01-01")


def test_the_same_file_again_is_not_read_again(home: Home) -> None:
    first = take(home, contract(), GOOD)
    path = home.landing / "county/things_2025-01-01.csv"
    os.utime(path, (1, 1))  # another time, the same bytes
    for _ in range(2):
        again = ingest_dataset(contract(), home)
        assert (again.status, again.receipts, again.rows_read) == ("unchanged", (), 0)
    assert read_receipts(home, "things")["2025-01-01"].finished_at == first.receipts[0].finished_at


def test_a_corrected_file_replaces_the_first_and_keeps_its_receipt(home: Home) -> None:
    first = take(home, contract(), GOOD)
    second = take(home, contract(), BETTER)
    assert (second.status, ids(second)) == ("accepted", ["A", "B", "C"])
    folder = home.raw / "things/extract_date=2025-01-01"
    kept = json.loads((folder / f"receipt-{first.receipts[0].sha256[:12]}.json").read_text())
    assert kept["rows_read"] == 2
    assert [path.name for path in folder.glob("snapshot-*")] == [second.receipts[0].snapshot]


def test_a_refused_file_leaves_the_last_good_snapshot_and_is_stale_until_mended(home: Home) -> None:
    take(home, contract(), GOOD)
    for result in (take(home, contract(), BAD, "2025-01-02"), ingest_dataset(contract(), home)):
        assert (result.status, result.is_stale, result.extract_date) == ("refused", True, "2025-01-01")
        assert "'name' is missing" in refused(result)
        assert ids(result) == ["A", "B"]
    mended = take(home, contract(), BETTER, "2025-01-02")
    assert (mended.status, mended.is_stale, mended.problems) == ("accepted", False, ())
    assert read_refusals(home, "things") == {}
    assert list((home.quarantine / "things/extract_date=2025-01-02").glob("refusal-*.json"))


def test_a_refused_file_is_not_read_twice(home: Home) -> None:
    take(home, contract(), BAD)
    first = read_refusals(home, "things")["2025-01-01"]
    ingest_dataset(contract(), home)
    assert read_refusals(home, "things")["2025-01-01"] == first


def test_a_refused_correction_is_stale_and_the_first_file_sent_again_heals(home: Home) -> None:
    take(home, contract(), GOOD)
    worse = take(home, contract(), BAD)
    assert (worse.status, worse.is_stale, ids(worse)) == ("refused", True, ["A", "B"])
    healed = take(home, contract(), GOOD)
    assert (healed.status, healed.is_stale) == ("unchanged", False)


def test_a_later_good_snapshot_heals_an_earlier_refusal(home: Home) -> None:
    take(home, contract(), BAD, "2025-01-01")
    result = take(home, contract(), GOOD, "2025-01-02")
    assert (result.status, result.is_stale) == ("accepted", False)
    assert result.problems  # still told, for the partner


def test_a_refused_delta_leaves_a_hole_that_a_later_delta_does_not_mend(home: Home) -> None:
    made = contract(delivery="delta", deletion_column="name", deletion_value="gone")
    take(home, made, BAD, "2025-01-01")
    assert take(home, made, GOOD, "2025-01-02").is_stale
    assert not take(home, made, GOOD, "2025-01-01").is_stale


def test_another_contract_reads_a_refused_and_an_accepted_file_anew(home: Home) -> None:
    take(home, contract(), GOOD)
    narrower = contract(column("id", key=True), column("name"), extra_columns="ignore")
    assert ingest_dataset(narrower, home).status == "accepted"
    assert ingest_dataset(replace(narrower, title="Other", digest="other"), home).status == "unchanged"
    assert ingest_dataset(contract(column("id"), column("x")), home).status == "refused"
    assert ingest_dataset(narrower, home).status == "unchanged"


def test_nothing_after_as_of_is_taken_or_counted(home: Home) -> None:
    take(home, contract(), GOOD, "2025-01-01")
    land(home, "county/things_2025-01-02.csv", BETTER)
    land(home, "county/things_2025-01-03.csv", BAD)
    assert ingest_dataset(contract(), home, as_of="2025-01-01").status == "unchanged"
    second = ingest_dataset(contract(), home, as_of="2025-01-02")
    assert (second.status, second.extract_date) == ("accepted", "2025-01-02")
    assert ingest_dataset(contract(), home).is_stale
    assert ingest_dataset(contract(), home, as_of="2025-01-01").extract_date == "2025-01-01"


def test_with_no_file_there_is_no_extract(home: Home) -> None:
    result = ingest_dataset(contract(), home)
    assert (result.status, result.is_stale, result.extract_date, result.snapshot) == ("no_extract", False, None, None)


def test_rejects_above_tolerance_refuse_the_extract_and_keep_its_rows_in_quarantine(home: Home) -> None:
    take(home, contract(rejected_share_tolerance=0.2), GOOD)
    bad = GOOD + "C,Secret Name,nonsense,\n"
    told = refused(take(home, contract(rejected_share_tolerance=0.2), bad))
    assert "1 of 3 rows are rejected (33.3%); the contract allows 20.0%" in told
    assert "column 'born', rule type: 1 row(s), first in row 4" in told
    folder = home.quarantine / "things/extract_date=2025-01-01"
    ((number, fields),) = duckdb.sql(f"select row_number, fields from '{folder}/rows-*.parquet'").fetchall()
    assert (number, fields[:3]) == (4, ["C", "Secret Name", "nonsense"])


def test_values_of_rejected_rows_are_in_the_quarantine_only(home: Home) -> None:
    take(home, contract(rejected_share_tolerance=1), GOOD + "C,Secret Name,nonsense,\nC2,Secret Name,x,,,\n")
    for path in home.identity.rglob("*"):
        if path.is_file() and path.suffix == ".json":
            assert "Secret" not in path.read_text()
        if path.is_file() and path.suffix == ".parquet":
            held = str(duckdb.sql(f"from read_parquet('{path}', hive_partitioning=false)").fetchall())
            assert ("Secret" in held) == path.is_relative_to(home.quarantine), path


def test_a_delta_keeps_repeated_keys_and_spares_deletions_their_values(home: Home) -> None:
    made = contract(
        column("id", key=True), column("action", allowed=("set", "drop")), column("name", required=True),
        delivery="delta", deletion_column="action", deletion_value="drop",
    )  # fmt: skip
    result = take(home, made, "id,action,name\nA,set,Ann\nA,set,Anne\nA,drop,\n")
    assert rows(result, "*") == [
        ("A", "set", "Ann", 2, False),
        ("A", "set", "Anne", 3, False),
        ("A", "drop", None, 4, True),
    ]
    assert take(home, made, "id,action,name\n", "2025-01-02").status == "accepted"  # a quiet day


def test_equal_files_give_equal_snapshots(home: Home, tmp_path: Path) -> None:
    content = "id,name,born,amount\n" + "".join(f"{number},N{number % 7},,{number}\n" for number in range(5000))
    results = [take(Home(tmp_path / name), contract(), content) for name in ("one", "two")]
    first, second = (result.snapshot.read_bytes() for result in results if result.snapshot)
    assert first == second


def test_the_identity_store_is_closed_to_others_and_leaves_no_working_files(home: Home) -> None:
    take(home, contract(), GOOD)
    assert home.identity.stat().st_mode & 0o777 == 0o700
    assert all("/.work" not in name and "/." not in name for name in files(home))


def test_the_same_bytes_under_another_date_are_taken_and_said(home: Home) -> None:
    take(home, contract(), GOOD, "2025-01-01")
    again = take(home, contract(), GOOD, "2025-01-02")
    assert again.status == "accepted"
    assert again.receipts[0].notes == [
        "byte for byte the extract of 2025-01-01; is it yesterday's file under a new name?"
    ]
    assert take(home, contract(), BETTER, "2025-01-03").receipts[0].notes == []


def test_an_older_snapshot_that_comes_late_is_kept_and_does_not_replace_the_newer(home: Home) -> None:
    take(home, contract(), BETTER, "2025-01-02")
    late = take(home, contract(), GOOD, "2025-01-01")
    assert (late.status, late.is_stale, late.extract_date, ids(late)) == (
        "accepted",
        False,
        "2025-01-02",
        ["A", "B", "C"],
    )
    assert list(read_receipts(home, "things")) == ["2025-01-01", "2025-01-02"]


KILLED_RUNS = """
import os, pathlib, shutil, sys
from settings.paths import Home
from tests.ingestion.partner import contract
from ingestion.ingest import ingest_dataset

def mortal(function):
    def step(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os._exit(9)  # like SIGKILL: nothing is cleaned up
        return function(*arguments, **options)
    return step

os.replace = mortal(os.replace)
for name in ("replace", "unlink"):
    setattr(pathlib.Path, name, mortal(getattr(pathlib.Path, name)))
root = sys.argv[1]
for step in range(1, 60):
    left = 1_000_000
    shutil.copytree(f"{root}/template", f"{root}/step{step}")
    child = os.fork()
    if child == 0:
        left = step
        ingest_dataset(contract(rejected_share_tolerance=0.5), Home(pathlib.Path(f"{root}/step{step}")))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        print(step)
        break
"""


@pytest.mark.parametrize("before", ["nothing", "an accepted file", "a refused file"])
def test_a_run_killed_at_any_step_is_made_good_by_the_next(tmp_path: Path, before: str) -> None:
    made = contract(rejected_share_tolerance=0.5)
    content = BETTER + "D,Di,nonsense,\n"
    whole, template = Home(tmp_path / "whole"), Home(tmp_path / "template")
    expected = take(whole, made, content)
    if before != "nothing":
        take(template, made, GOOD + "Z,,nonsense,\n" if before == "an accepted file" else BAD)
    land(template, "county/things_2025-01-01.csv", content)
    run = subprocess.run(
        [sys.executable, "-c", KILLED_RUNS, str(tmp_path)], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    steps = int(run.stdout)  # the last one was not killed
    assert steps > 4
    for step in range(1, steps + 1):
        home = Home(tmp_path / f"step{step}")
        receipt = read_receipts(home, "things").get("2025-01-01")
        if receipt:  # whatever is in force at the moment of the kill is whole
            assert (home.raw / "things/extract_date=2025-01-01" / receipt.snapshot).is_file()
        result = ingest_dataset(made, home)
        assert (result.is_stale, result.problems, ids(result)) == (False, (), ["A", "B", "C"])
        assert files(home) == files(whole)
        assert result.snapshot and expected.snapshot
        assert result.snapshot.read_bytes() == expected.snapshot.read_bytes()
