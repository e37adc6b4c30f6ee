"""The raw view reads the extracts that count at a date, and is typed even when there is none."""

from datetime import date
from pathlib import Path

import pytest

from ingestion.raw_view import register_raw_view
from settings.duck import connect
from settings.paths import Home
from tests.ingestion.partner import column, contract, take

COLUMNS = ["id", "name", "born", "amount", "row_number", "extract_date"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def people(*keys: str) -> str:
    return "id,name,born,amount\n" + "".join(f"{key},,2000-01-01,1\n" for key in keys)


def test_with_no_extract_the_view_is_empty_and_typed(home: Home) -> None:
    connection = connect(home.identity_db)
    assert register_raw_view(connection, contract(), home) == []
    view = connection.sql("from raw.things")
    assert view.columns == COLUMNS
    assert list(map(str, view.types)) == ["VARCHAR", "VARCHAR", "DATE", "DOUBLE", "BIGINT", "DATE"]
    assert view.fetchall() == []


def test_a_snapshot_view_reads_the_latest_at_or_before_as_of(home: Home) -> None:
    connection = connect(home.identity_db)
    for day, keys in (("01", "A"), ("02", "AB"), ("04", "ABC")):
        take(home, contract(), people(*keys), f"2025-01-{day}")
    for as_of, expected in (("2025-01-03", 2), ("2025-01-04", 3), (None, 3), ("2024-12-31", 0)):
        paths = register_raw_view(connection, contract(), home, as_of=as_of)
        assert connection.sql("select count(*) from raw.things").fetchone() == (expected,)
        assert len(paths) == min(expected, 1)
    register_raw_view(connection, contract(), home, as_of="2025-01-03")
    assert connection.sql("select distinct extract_date from raw.things").fetchall() == [(date(2025, 1, 2),)]
    assert connection.sql("from raw.things").columns == COLUMNS


def test_a_delta_view_reads_all_up_to_as_of(home: Home) -> None:
    made = contract(delivery="delta", deletion_column="name", deletion_value="gone")
    connection = connect(home.identity_db)
    for day, keys in (("01", "AB"), ("02", "B"), ("03", "C")):
        take(home, made, people(*keys), f"2025-01-{day}")
    assert len(register_raw_view(connection, made, home, as_of="2025-01-02")) == 2
    found = connection.sql("select id, extract_date, is_deleted from raw.things order by extract_date, id").fetchall()
    assert [(key, day.day, is_deleted) for key, day, is_deleted in found] == [
        ("A", 1, False),
        ("B", 1, False),
        ("B", 2, False),
    ]


def test_snapshots_of_an_earlier_contract_are_read_by_name(home: Home) -> None:
    take(home, contract(), people("A"))
    (home.landing / "county/things_2025-01-01.csv").unlink()
    wider = contract(column("amount", "string"), column("id", key=True), column("new", "date"))
    connection = connect(home.identity_db)
    register_raw_view(connection, wider, home)
    assert connection.sql("from raw.things").fetchall() == [("1.0", "A", None, 2, date(2025, 1, 1))]


def test_the_latest_extract_is_known_though_it_holds_only_deletions_or_nothing(home: Home) -> None:
    made = contract(delivery="delta", deletion_column="name", deletion_value="gone")
    connection = connect(home.identity_db)
    for day, content in (("01", people("A")), ("02", "id,name,born,amount\nA,gone,,\n"), ("03", people())):
        take(home, made, content, f"2025-01-{day}")
    for as_of, day in (("2024-12-31", None), ("2025-01-02", date(2025, 1, 2)), ("2025-01-03", date(2025, 1, 3))):
        register_raw_view(connection, made, home, as_of=as_of)
        assert connection.sql("from raw.latest_extract").fetchall() == [("things", day)]
