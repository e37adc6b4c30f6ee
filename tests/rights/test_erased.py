"""Erased persons are known again by their identifiers however a partner writes them, and nobody else is."""

from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Contract
from ingestion.erased import erasure_key, folder, read_erased
from ingestion.ingest import ingest_dataset
from rights.erase import erase as erase_person
from rights.erase import interrupted, read_erasures, withdraw
from rights.erase_snapshots import digests_of, remove_rows
from rights.person import Person
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


def record_ids(*keys: str) -> list[str]:
    import hashlib

    return [hashlib.md5(f"things\x1f{key}".encode()).hexdigest() for key in keys]


def erase(home: Home, *keys: str, landing_files: int = 1) -> None:
    restricted_folder(folder(home))
    ids = record_ids(*keys)
    digests = digests_of(home, {"things": REGISTER}, ids, key=erasure_key(home))
    write_json(folder(home) / "erasure-000001.json", {"digests": digests})
    erased = read_erased(home)
    assert erased is not None
    removed = remove_rows(home, {"things": REGISTER}, erased)
    assert (removed.rows, removed.snapshots, removed.record_ids) == (1, 1, tuple(ids))
    assert removed.landing_files == landing_files


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


def test_landing_files_with_refused_rows_go_too_and_one_that_no_run_has_read_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    take(home, REGISTER, HEADER + ANN + BO)
    take(home, REGISTER, HEADER + BO + "A,,Ann,,,,not a number\n", "2025-01-02")
    land(home, "county/things_2025-01-03.csv", "no,such,columns\nA,9434765919,Ann\n")
    ingest_dataset(REGISTER, home)
    unread = land(home, "county/things_2025-01-04.csv", HEADER + ANN + BO)
    erase(home, "A", landing_files=3)
    assert [path.name for path in home.landing.rglob("*.csv")] == [unread.name]
    assert kept(home, ANN + BO) == ["B"]


def test_an_interrupted_erasure_is_known_and_ended_under_its_own_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    take(home, REGISTER, HEADER + ANN + BO)
    person = Person("P00000002", None, {"things": 1}, tuple(record_ids("B")))
    facts: dict[str, Any] = {"policies": home.root, "as_of": "2025-01-01", "erased_at": "2025-01-05T00:00:00+00:00"}

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rights.erase.remove_rows", killed)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            erase_person(home, {"things": REGISTER}, person, **facts)
        assert interrupted(home) == person
    assert [receipt["number"] for receipt in read_erasures(home)] == [1]
    assert kept(home, BO + "D,,Di,Jones,,,\n") == ["D"], "who is half erased stays out already"
    withdraw(home, keep_current=False)
    assert interrupted(home) is None


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
