"""Planted values are found in every kind of file, and what only looks like one is not."""

import gzip
import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from settings.paths import Home, Region
from sharing.leaks.scan import scan_home

PEOPLE = """
create schema identity; create schema linkage;
create table identity.person_records (record_id varchar, given_name varchar, family_name varchar, birth_date date,
    address varchar, uprn varchar, nhs_number varchar, upn varchar, nino varchar, phone varchar, email varchar);
insert into identity.person_records values
    ('r0', 'ZÖE ANN', 'O''BRACKNELL', '1971-03-09', '14 MILL RACE COURT HARTON', '100012345678', '9434765919',
        'H801200001001', 'QQ123456C', '07700900123', 'zoe@example.org'),
    ('r1', 'AMBER', 'WHITE', '2014-07-01', null, null, null, null, null, null, null),
    ('r2', 'BEN', 'HURSTMEAD', '1999-12-31', null, null, null, null, null, null, 'desk@partner.example');
insert into identity.person_records
    select 'b' || i, null, null, date '1950-01-01' + i::integer, null, null, null, null, null, null, null
    from range(20) as made(i);
create table linkage.persons as select record_id, 'P' || record_id as person_id from identity.person_records;
"""
SAID = {
    "nhs_number": "9434765919",
    "upn": "H801200001001",
    "nino": "QQ123456C",
    "uprn": "100012345678",
    "phone": "07700900123",
    "email": "Zoe@example.org",
    "address": "14 Mill Race Court, Harton",
    "full_name": "Zoë Ann O'Bracknell",
    "birth_date": "1971-03-09",
}
AS_WRITTEN = [
    ("nhs_number", "943 476 5919"),
    ("phone", "+44 7700 900 123"),
    ("nino", "QQ 12 34 56 C"),
    ("full_name", "O'Bracknell, Zoe"),
    ("full_name", '{"given": "Zoe", "family": "OBracknell"}'),
    ("full_name", "zoe_obracknell"),
    ("birth_date", "09/03/1971"),
    ("birth_date", "9 March 1971"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.identity.mkdir(parents=True)
    (made.raw / "gp" / "extract_date=2025-01-31").mkdir(parents=True)
    with duckdb.connect(str(made.identity_db)) as connection:
        connection.execute(PEOPLE)
    return made


@pytest.fixture
def region(tmp_path: Path) -> Region:
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "contact.yaml").write_text("email: desk@partner.example\nward: White\n")
    return Region(tmp_path / "region")


def kinds(home: Home, region: Region) -> dict[str, set[str]]:
    """File -> kinds found in it."""
    found: dict[str, set[str]] = {}
    for hit in scan_home(home, region).hits:
        found.setdefault(hit.file, set()).add(hit.kind)
    return found


def in_duckdb(path: Path, text: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema tiers; create table tiers.t as select ? as note", [text])


def in_parquet(path: Path, text: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"copy (select [?] as notes) to '{path}' (format parquet, compression zstd)", [text])


def in_sqlite(path: Path, content: str | bytes) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table event_logs (id integer, event blob)")
        connection.execute("insert into event_logs values (1, ?)", [content])
    connection.close()


PLACES: dict[str, Callable[[Path, str], object]] = {
    "published/v/linked.duckdb": in_duckdb,
    "warehouse/shares/g/x/tiers/t.parquet": in_parquet,
    "dagster/history/runs.db": in_sqlite,
    "dagster/history/snapshots.db": lambda path, text: in_sqlite(path, zlib.compress(text.encode())),
    "reports/page.html": lambda path, text: path.write_text(f"<td>{text.replace(chr(39), '&#39;')}</td>"),
    "reports/lineage/events.jsonl": lambda path, text: path.write_text(json.dumps({"facet": f"row {text} failed"})),
    "dagster/storage/run.err": lambda path, text: path.write_text(f"ValueError: '{text}' is not a number\n"),
    "state/receipt.json.gz": lambda path, text: path.write_bytes(gzip.compress(text.encode())),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_kind_is_found_in_every_kind_of_file(home: Home, region: Region, place: str) -> None:
    path = home.root / place
    path.parent.mkdir(parents=True)
    PLACES[place](path, " | ".join(SAID.values()))
    assert kinds(home, region) == {place: set(SAID)}


def test_values_are_found_as_people_write_them_and_in_names_of_files(home: Home, region: Region) -> None:
    home.reports.mkdir()
    for number, (_, text) in enumerate(AS_WRITTEN):
        (home.reports / f"{number}.log").write_text(f"see {text}.")
    (home.reports / "9434765919.svg").write_text("<svg/>")
    found = kinds(home, region)
    for number, (kind, text) in enumerate(AS_WRITTEN):
        assert kind in found.get(f"reports/{number}.log", set()), text
    assert found["reports/9434765919.svg"] == {"nhs_number"}


def test_a_name_by_itself_is_one_only_where_it_is_all_that_a_cell_says(home: Home, region: Region) -> None:
    home.published.mkdir()
    in_duckdb(home.published / "cell.duckdb", "Hurstmead")
    in_duckdb(home.published / "text.duckdb", "the Hurstmead ward")
    assert kinds(home, region) == {"published/cell.duckdb": {"name"}}


def test_what_the_region_or_the_product_says_itself_is_public(home: Home, region: Region) -> None:
    home.published.mkdir()
    in_duckdb(home.published / "rating.duckdb", "amber")
    in_duckdb(home.published / "ward.duckdb", "White")
    in_duckdb(home.published / "contact.duckdb", "desk@partner.example")
    found = scan_home(home, region)
    assert not found.hits
    assert found.public == {"email": 1, "name": 2}


def test_a_column_of_dates_tells_birth_dates_when_people_stand_beside_their_own(home: Home, region: Region) -> None:
    home.published.mkdir()
    with duckdb.connect(str(home.published / "linked.duckdb")) as connection:
        connection.execute("""create schema tiers;
            create table tiers.own as select 'Pb' || i as person_id, date '1950-01-01' + i::integer as since
                from range(20) as made(i);
            create table tiers.others as select 'Pb' || i as person_id, date '1950-01-01' + (19 - i)::integer as since
                from range(20) as made(i);
            create table tiers.coarse as select 'Pb' || i as person_id, date '1950-01-01' as since
                from range(20) as made(i)""")
    (hit,) = scan_home(home, region).hits
    assert (hit.table, hit.column, hit.kind, hit.values) == ("tiers.own", "since", "birth_date", 20)


def test_folders_that_hold_people_by_design_are_not_searched(home: Home, region: Region) -> None:
    for folder in (home.landing, home.truth, home.geography, home.identity):
        folder.mkdir(exist_ok=True)
        (folder / "list.csv").write_text(SAID["nhs_number"])
    assert scan_home(home, region).files == 0


def test_a_hit_tells_how_many_and_not_what(home: Home, region: Region) -> None:
    home.reports.mkdir()
    (home.reports / "a.log").write_text(" ".join(SAID.values()))
    told = repr(scan_home(home, region))
    assert "nhs_number" in told
    assert not [value for value in SAID.values() if value.lower() in told.lower()]
