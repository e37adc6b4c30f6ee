"""Every file is as its contract says, and the truth is not in the landing folder."""

import gzip
import stat

import pandas as pd
import pytest

from ingestion.ingest import ingest_dataset
from settings.paths import Home
from tests.demo.fenshire import contracts, extract, region, truth

NAMES_PEOPLE = sorted(name for name, contract in contracts().items() if contract.subject == "person")


@pytest.mark.parametrize("dataset", sorted(contracts()))
def test_ingestion_takes_every_night_and_rejects_only_a_tolerable_few(dataset: str, tmp_path):
    home, summary = region()
    own = Home(tmp_path)
    own.landing.symlink_to(home.landing)
    result = ingest_dataset(contracts()[dataset], own)
    assert result.status == "accepted", result.problems
    assert len(result.receipts) == sum(rows > 0 for rows in summary.rows[dataset])
    assert result.rows_read == sum(summary.rows[dataset])
    assert result.rows_rejected <= max(0.01 * result.rows_read, 3)


def test_some_rows_break_their_contract_so_that_rejects_are_seen(tmp_path):
    home, _ = region()
    own = Home(tmp_path)
    own.landing.symlink_to(home.landing)
    rejected = [ingest_dataset(contracts()[name], own).rows_rejected for name in ("gp_register", "police_incident")]
    assert all(count > 0 for count in rejected)


def test_adult_social_care_begins_with_a_byte_order_mark_and_has_thousands_separators():
    text = extract(region()[0], "adult_social_care").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfEpisode ID,Client Number,")
    costs = pd.read_csv(extract(region()[0], "adult_social_care"), dtype=str)["Weekly Cost (£)"]
    assert costs.str.contains(",").any()


def test_school_census_is_windows_1252_with_real_accents():
    data = extract(region()[0], "school_census").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert any(letter in data.decode("cp1252") for letter in "éèëïöüçã")


def test_council_tax_has_two_lines_above_the_header_and_a_footer_that_adds_up():
    lines = extract(region()[0], "council_tax").read_text().splitlines()
    assert lines[2].startswith("ACCOUNT_REF|BILLING_AUTHORITY|")
    arrears = lines[2].split("|").index("ARREARS")
    rows = [line.split("|") for line in lines[3:-1]]
    label, count, total = lines[-1].split("|")
    assert (label, int(count)) == ("TOTAL", len(rows))
    assert float(total) == pytest.approx(sum(float(row[arrears]) for row in rows), abs=0.01)


def test_emergency_attendance_is_gzip_without_a_time_in_its_header():
    data = extract(region()[0], "emergency_attendance").read_bytes()
    assert data[4:8] == b"\0\0\0\0"
    assert gzip.decompress(data).startswith(b"ATTENDANCE_ID,RECORD_STATUS,")


def test_truth_is_outside_the_landing_folder_and_restricted():
    home, _ = region()
    assert stat.S_IMODE(home.truth.stat().st_mode) == 0o700
    assert not [path for path in home.landing.rglob("*") if "truth" in path.name]
    readable = [path for path in home.landing.rglob("*.csv") if b"T00000001" in path.read_bytes()]
    assert not readable


@pytest.mark.parametrize("dataset", NAMES_PEOPLE)
def test_every_row_of_every_night_has_exactly_one_truth(dataset: str, tmp_path):
    home, _ = region()
    own = Home(tmp_path)
    own.landing.symlink_to(home.landing)
    result = ingest_dataset(contracts()[dataset], own)
    keys = truth(home).query("dataset == @dataset")["record_key"]
    assert keys.is_unique
    for receipt in result.receipts:
        folder = own.raw / dataset / f"extract_date={receipt.extract_date}"
        rows = pd.concat(pd.read_parquet(path) for path in folder.glob("snapshot-*.parquet"))
        written = rows[list(contracts()[dataset].key)].astype(str).agg("|".join, axis=1)
        assert set(written) <= set(keys)


def test_premises_and_wards_have_no_truth_about_people():
    assert set(truth(region()[0])["dataset"]) == set(NAMES_PEOPLE)
