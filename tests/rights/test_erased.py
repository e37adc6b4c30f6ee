"""Erased persons are known again by their identifiers however a partner writes them, and nobody else is."""

from pathlib import Path

import pytest

from ingestion.contract import Contract
from ingestion.erased import erasure_key, folder, read_erased
from ingestion.ingest import ingest_dataset
from rights.erase_snapshots import digests_of, remove_rows
from settings.errors import UserError
from settings.files import restricted_folder, write_json
from settings.paths import Home
from tests.ingestion.partner import column, contract, land, rows, take

REGISTER: Contract = contract(
    column("id", key=True, required=True),
    column("nhs", identity="nhs_number"),
    column("given", identity="given_name"),
    column("family", identity="family_name"),
    column("born", "date", identity="birth_date"),
    column("postcode", identity="postcode"),
    column("visits", "integer"),
    rejected_share_tolerance=0.5,
)
HEADER = "id,nhs,given,family,born,postcode,visits\n"
ANN = "A,9434765919,Ann,O'Néill,1980-02-03,FE1 1AA,1\n"
BO = "B,9990000018,Bo,Smith,1990-01-01,FE1 1AA,1\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Ann was erased after the first extract."""
    found = Home(tmp_path)
    take(found, REGISTER, HEADER + ANN + BO + "C,,Cy,Jones,,,not a number\n")
    erase(found, "A")
    return found


def erase(home: Home, *keys: str) -> None:
    import hashlib

    restricted_folder(folder(home))
    ids = [hashlib.md5(f"things\x1f{key}".encode()).hexdigest() for key in keys]
    digests = digests_of(home, {"things": REGISTER}, ids, key=erasure_key(home))
    write_json(folder(home) / "erasure-000001.json", {"digests": digests})
    erased = read_erased(home)
    assert erased is not None
    removed = remove_rows(home, {"things": REGISTER}, erased)
    assert (removed.rows, removed.snapshots, removed.landing_files, removed.record_ids) == (1, 1, 1, tuple(ids))


def kept(home: Home, content: str) -> list[str]:
    result = take(home, REGISTER, HEADER + content, "2025-01-02")
    return [key for (key,) in rows(result, "id")]


def test_snapshot_quarantine_and_landing_file_are_rid_of_the_person(home: Home) -> None:
    for path in home.root.rglob("*"):
        if path.is_file():
            assert b"9434765919" not in path.read_bytes()
            assert not path.name.startswith("rows-")
    assert read_erased(home) is not None


@pytest.mark.parametrize(
    "row",
    [
        ANN,
        "A,,,,,,\n",
        "Z,943 476 5919,,,,,\n",
        "Z,,ANN,oneill,1980-02-03,fe11aa,\n",
        "Z,943-476-5919,Ann,Brown,2000-01-01,FE9 9ZZ,x\n",
    ],
    ids=["as sent", "record", "number in groups", "name, birth date and postcode", "a rejected row"],
)
def test_a_returning_person_is_left_out_and_counted(home: Home, row: str) -> None:
    assert kept(home, row + BO) == ["B"]
    result = ingest_dataset(REGISTER, home)
    assert not list(home.quarantine.rglob("rows-*.parquet"))
    note = (home.raw / "things/extract_date=2025-01-02/receipt.json").read_text()
    assert "1 row(s) of erased persons" in note
    assert '"rows_read": 1' in note
    assert result.status == "unchanged"


@pytest.mark.parametrize(
    "row",
    ["Z,,Ann,O'Neill,1980-02-03,,\n", "Z,,Ann,O'Neill,1980-02-04,FE1 1AA,\n", "Z,9990000026,,,,,\n", "Z,,,,,,\n"],
    ids=["no postcode", "another birth date", "another number", "nothing"],
)
def test_less_than_one_whole_identifier_is_nobody(home: Home, row: str) -> None:
    assert kept(home, row + BO) == ["Z", "B"]


def test_a_number_that_another_person_bears_too_takes_nobody_else_away(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take(home, REGISTER, HEADER + ANN + BO.replace("9990000018", "9434765919"))
    erase(home, "A")
    assert kept(home, ANN + BO.replace("9990000018", "9434765919")) == ["B"]


def test_without_erasures_nothing_is_looked_for_and_no_key_is_made(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "county/things_2025-01-01.csv", HEADER + ANN)
    assert ingest_dataset(REGISTER, home).rows_accepted == 1
    assert read_erased(home) is None
    assert not folder(home).exists()


def test_a_key_that_others_can_read_is_refused(home: Home) -> None:
    (folder(home) / "erasure.key").chmod(0o644)
    with pytest.raises(UserError, match="can be read by others"):
        read_erased(home)
