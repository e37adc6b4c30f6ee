"""JSON lines, Excel workbooks and Parquet files are read as their contracts say, or refused with a reason."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from ingestion.headers import joined
from settings.paths import Home
from tests.ingestion.partner import column, contract, refused, rejects, rows, take

ANN = ("A", "Ann", date(2000, 1, 2), 1.5)
BO = ("B", "Bo", None, None)
HEADER = ["id", "name", "born", "amount"]
SHEET = [HEADER, ["A", "Ann", date(2000, 1, 2), 1.5], ["B", "Bo", None, None]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def workbook(cells: list[list[Any]], *, sheet: str = "Data", more: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in cells:
        book.active.append(row)
    for name in more:
        book.create_sheet(name)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


PEOPLE_FRAME = pd.DataFrame(
    {"amount": [1.5, None], "name": ["Ann ", "Bo"], "id": ["A", "B"], "born": [date(2000, 1, 2), None]}
)
JSON_ANN = '{"id": "A", "name": "Ann", "born": "2000-01-02", "amount": 1.5}\n'
JSON_BO = '{"id": "B", "amount": null, "name": " Bo "}\n'


def test_json_lines_are_read_by_name(home: Home) -> None:
    result = take(home, contract(kind="jsonl"), JSON_ANN + "\n" + JSON_BO)
    assert rows(result, "*") == [(*ANN, 1), (*BO, 3)]


def test_json_lines_that_are_not_one_plain_object_are_rejected(home: Home) -> None:
    broken = ("not json\n", "[1]\n", '{"id": "C", "name": {"first": "Cy"}}\n', '{"id": "D", "id": "E"}\n')
    result = take(home, contract(kind="jsonl", rejected_share_tolerance=0.9), JSON_ANN + "".join(broken) + JSON_BO)
    assert rejects(result) == [(number, None, "json") for number in (2, 3, 4, 5)]
    assert rows(result) == [ANN, BO]


def test_json_booleans_and_numbers_are_taken_as_they_are(home: Home) -> None:
    made = contract(column("id", key=True), column("yes", "boolean"), column("n", "integer"), kind="jsonl")
    assert rows(take(home, made, '{"id": 7, "yes": true, "n": 5}\n')) == [("7", True, 5)]


JSON_REFUSED = {
    "cut off": (JSON_ANN + JSON_BO[:20], ["row 2", "cut off"]),
    "renamed": (JSON_ANN.replace("name", "nom"), ["column 'name' is missing", "nom"]),
    "a JSON array": ("[" + JSON_ANN.strip() + "]\n", ["expected one object per line"]),
    "no key": ('{"name": "Ann", "born": null, "amount": 1}\n', ["column 'id' is missing"]),
    "gzip": (b"\x1f\x8b0000", ["a gzip file"]),
    "wrong encoding": (JSON_ANN.replace("Ann", "Zoë").encode("cp1252"), ["line 1", "expected encoding utf-8"]),
}


@pytest.mark.parametrize("case", JSON_REFUSED)
def test_json_lines_unlike_the_contract_are_refused(home: Home, case: str) -> None:
    content, phrases = JSON_REFUSED[case]
    told = refused(take(home, contract(kind="jsonl"), content))
    assert all(phrase in told for phrase in phrases), told
    assert "Ann" not in told


def test_a_sheet_is_read_with_its_dates_numbers_and_text(home: Home) -> None:
    made = contract(
        column("id", key=True), column("d", "date"), column("t", "timestamp"), column("n", "number"),
        column("b", "boolean"), column("code"), kind="xlsx",
    )  # fmt: skip
    cells = [
        ["id", "d", "t", "n", "b", "code"],
        ["007", date(1900, 1, 31), datetime(2020, 2, 3, 4, 5, 6), 0.1, True, 100012345678],
        [None] * 6,
        ["008", date(2024, 2, 29), datetime(2020, 2, 3), 1e-7, False, " two\nlines "],
        ["009", "2024-02-29", None, None, None, "#N/B"],
    ]
    result = take(home, made, workbook(cells))
    assert rows(result, "*") == [
        ("007", date(1900, 1, 31), datetime(2020, 2, 3, 4, 5, 6), 0.1, True, "100012345678", 2),
        ("008", date(2024, 2, 29), datetime(2020, 2, 3), 1e-7, False, "two\nlines", 4),
        ("009", date(2024, 2, 29), None, None, None, "#N/B", 5),
    ]


def test_a_merged_header_of_two_rows_preamble_and_footer_are_read(home: Home) -> None:
    cells = [["Extract"], [], ["id", "who", None, "amount"], [None, "name", "born", None], *SHEET[1:], ["Total", 2]]
    names = (column("id", key=True), column("name", header="who name"), column("born", "date", header="who born"))
    made = contract(
        *names, column("amount", "number"), kind="xlsx",
        preamble_rows=2, header_rows=2, footer_rows=1, footer_pattern="Total.*",
    )  # fmt: skip
    assert rows(take(home, made, workbook(cells)), "*") == [(*ANN, 5), (*BO, 6)]


def test_cells_with_errors_lost_digits_and_values_outside_the_table_are_rejected(home: Home) -> None:
    cells = [["id", "x"], ["1", "#REF!"], ["2", 12345678901234567890], ["3", "ok", "outside"], ["4", "ok"]]
    made = contract(column("id", key=True), column("x"), kind="xlsx", rejected_share_tolerance=0.9)
    result = take(home, made, workbook(cells))
    assert rejects(result) == [(2, "x", "type"), (3, "x", "type"), (4, None, "field_count")]


XLSX_REFUSED = {
    "sheet missing": (workbook(SHEET), {"sheet": "People"}, ["expected the sheet 'People'", "'Data'"]),
    "two sheets, none named": (workbook(SHEET, more=("Other",)), {}, ["2 sheets", "'Other'"]),
    "csv as xlsx": (b"id,name\n", {}, ["expected an Excel workbook"]),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {}, ["old .xls"]),
    "zero bytes": (b"", {}, ["empty (0 bytes)"]),
    "cut off": (workbook(SHEET)[:-300], {}, ["cut off"]),
    "no rows": (workbook([HEADER]), {}, ["no data row"]),
    "no header": (workbook(SHEET[1:]), {}, ["row 1", "seems to be missing"]),
    "header lower down": (workbook([["Extract"], *SHEET]), {}, ["row 2", "expected in row 1"]),
    "renamed": (workbook([["id", "nom", "born", "amount"], *SHEET[1:]]), {}, ["'name' is missing"]),
    "footer missing": (workbook(SHEET), {"footer_rows": 1, "footer_pattern": "Total.*"}, ["not the footer"]),
    "numbers for dates": (workbook([HEADER, ["A", "Ann", 2020, 1]]), {}, ["column 'born', row 2", "plain number"]),
}


@pytest.mark.parametrize("case", XLSX_REFUSED)
def test_a_workbook_unlike_its_contract_is_refused(home: Home, case: str) -> None:
    content, layout, phrases = XLSX_REFUSED[case]
    told = refused(take(home, contract(kind="xlsx", **layout), content))
    assert all(phrase in told for phrase in phrases), told
    assert "Ann" not in told


def test_a_zip_that_is_no_workbook_is_refused(home: Home) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("people.csv", "id,name\n")
    assert "no workbook" in refused(take(home, contract(kind="xlsx"), content.getvalue()))


def test_parquet_is_read_by_name_whatever_the_order(home: Home) -> None:
    assert rows(take(home, contract(kind="parquet"), parquet(PEOPLE_FRAME)), "*") == [(*ANN, 1), (*BO, 2)]


def test_parquet_types_that_lose_nothing_are_taken(home: Home) -> None:
    made = contract(
        column("id", key=True), column("n", "integer"), column("d", "date"), column("b", "boolean"),
        column("w", "date"),
        kind="parquet", rejected_share_tolerance=0.9,
    )  # fmt: skip
    frame = pd.DataFrame(
        {
            "id": [9990000018, 2, 3],
            "n": [1.0, None, 2.5],
            "d": pd.to_datetime(["2020-01-02 00:00", None, "2020-01-02 10:00"]),
            "b": [1, 0, 7],
            "w": ["2020-01-02", " ", "02/01/2020"],
        }
    )
    result = take(home, made, parquet(frame))
    assert rows(result) == [
        ("9990000018", 1, date(2020, 1, 2), True, date(2020, 1, 2)),
        ("2", None, None, False, None),
    ]
    assert rejects(result) == [(3, name, "type") for name in ("b", "d", "n", "w")]


PARQUET_REFUSED = {
    "cut off": (parquet(PEOPLE_FRAME)[:-40], ["cut off or damaged"]),
    "zero bytes": (b"", ["empty (0 bytes)"]),
    "csv as parquet": (b"id,name,born,amount\nA,Ann,,\n", ["expected a Parquet file"]),
    "renamed": (parquet(PEOPLE_FRAME.rename(columns={"name": "Name"})), ["found 'Name'"]),
    "a number for an identifier": (parquet(PEOPLE_FRAME.assign(id=[1.5, 2.5])), ["column 'id'", "DOUBLE"]),
    "a list for text": (parquet(PEOPLE_FRAME.assign(name=[["x"], ["y"]])), ["column 'name'", "VARCHAR[]"]),
}


@pytest.mark.parametrize("case", PARQUET_REFUSED)
def test_parquet_unlike_its_contract_is_refused(home: Home, case: str) -> None:
    content, phrases = PARQUET_REFUSED[case]
    told = refused(take(home, contract(kind="parquet"), content))
    assert all(phrase in told for phrase in phrases), told
    assert "Ann" not in told


def test_joined_headers_spread_merged_cells() -> None:
    assert joined([["Staff", "", "Cost"], ["paid", "unpaid", ""]]) == [
        ["Staff paid", "unpaid", "Cost"],
        ["Staff paid", "Staff unpaid", "Cost"],
    ]
