"""Delimited text is read exactly as its contract says, or refused with a message that a partner can act on."""

# ruff: noqa: E501 (the cases read as tables)

import gzip
from datetime import date, datetime
from pathlib import Path

import pytest

from settings.paths import Home
from tests.ingestion.partner import PEOPLE, column, contract, refused, rejects, rows, take

GOOD = "id,name,born,amount\nA,Ann,2000-01-02,1.5\nB,Bo,,\n"
ANN = ("A", "Ann", date(2000, 1, 2), 1.5)
BO = ("B", "Bo", None, None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


READ_RIGHT = {
    "plain": (GOOD, {}),
    "no line end at the end": (GOOD[:-1], {}),
    "carriage return and line feed": (GOOD.replace("\n", "\r\n"), {}),
    "carriage return only": (GOOD.replace("\n", "\r"), {}),
    "mixed line ends": ("id,name,born,amount\r\nA,Ann,2000-01-02,1.5\nB,Bo,,\r", {}),
    "byte order mark not in the contract": (b"\xef\xbb\xbf" + GOOD.encode(), {}),
    "byte order mark in the contract": (b"\xef\xbb\xbf" + GOOD.encode(), {"encoding": "utf-8-sig"}),
    "byte order mark in the contract only": (GOOD, {"encoding": "utf-8-sig"}),
    "utf-16": (GOOD.encode("utf-16"), {"encoding": "utf-16"}),
    "columns in another order": ("amount,born,id,name\n1.5,2000-01-02,A,Ann\n,,B,Bo\n", {}),
    "spaces around names and values": ("id , name,born,amount\n A, Ann ,2000-01-02, 1.5\nB,Bo\u00a0,,\t\n", {}),
    "quoted names with spaces before": (
        '"id", "name", "born", "amount"\n"A", "Ann", "2000-01-02", "1.5"\nB,Bo,,\n',
        {},
    ),
    "an extra column that may be": (
        "id,x,name,born,amount\nA,9,Ann,2000-01-02,1.5\nB,9,Bo,,\n",
        {"extra_columns": "ignore"},
    ),
    "no header": (GOOD.split("\n", 1)[1], {"header_rows": 0}),
    "preamble and footer": (
        f"Extract\n\n{GOOD}Total: 2\n",
        {"preamble_rows": 2, "footer_rows": 1, "footer_pattern": "Total.*"},
    ),
    "footer and blank lines after it": (f"{GOOD}Total: 2\n\n\n", {"footer_rows": 1, "footer_pattern": "Total.*"}),
    "stray quotation mark in the preamble": (f'5" of "rain\n{GOOD}', {"preamble_rows": 1}),
    "instruction row": (GOOD.replace("\nA", '\nText,"Text, or\nnone",Date,Number\nA'), {"instruction_rows": 1}),
    "rows of empty fields and blank lines": (GOOD.replace("\nB", "\n\n,,,\n  \nB") + "\n\n", {}),
    "pipe": (GOOD.replace(",", "|"), {"delimiter": "|"}),
    "tab": (GOOD.replace(",", "\t"), {"delimiter": "\t"}),
    "two characters": (GOOD.replace(",", "||"), {"delimiter": "||"}),
    "gzip": (gzip.compress(GOOD.encode()), {"compression": "gzip"}),
    "decimal comma": (GOOD.replace(",", ";").replace("1.5", "1,5"), {"delimiter": ";", "decimal": ","}),
    "null values": (GOOD.replace(",,", ",NULL,n/a"), {"null_values": ("NULL", "n/a")}),
    "dates as the county writes them": (GOOD.replace("2000-01-02", "02/01/2000"), {"date_format": "%d/%m/%Y"}),
    "header of two rows": ("id,,born,\n,name,,amount\nA,Ann,2000-01-02,1.5\nB,Bo,,\n", {"header_rows": 2}),
}


@pytest.mark.parametrize("case", READ_RIGHT)
def test_a_file_as_its_contract_says_is_read_right(home: Home, case: str) -> None:
    content, layout = READ_RIGHT[case]
    result = take(home, contract(**layout), content)
    assert result.problems == ()
    assert rows(result) == [ANN, BO]


ENCODED = "id,name,born,amount\nA,Renée Ångström,,\n"
REFUSED = {
    "zero bytes": (b"", {}, ["empty (0 bytes)"]),
    "header only": (GOOD.split("\n")[0] + "\n", {}, ["no data row"]),
    "gzip under .csv": (gzip.compress(b"x"), {}, ["expected CSV", "a gzip file"]),
    "workbook under .csv": (b"PK\x03\x04....", {}, ["Excel workbook"]),
    "parquet under .csv": (b"PAR1....", {}, ["a Parquet file"]),
    "pdf under .csv": (b"%PDF-1.7", {}, ["a PDF document"]),
    "web page under .csv": (b"\n <!DOCTYPE html><html>", {}, ["an HTML page"]),
    "old workbook under .csv": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", {}, ["old Microsoft Office"]),
    "utf-16 where utf-8 is stated": (GOOD.encode("utf-16"), {}, ["expected encoding utf-8", "UTF-16"]),
    "utf-16 without mark": (GOOD.encode("utf-16-le"), {}, ["expected encoding utf-8", "UTF-16"]),
    "zero bytes within": (GOOD.replace("Bo", "B\0o"), {}, ["line 3", "control character"]),
    "cp1252 where utf-8 is stated": (ENCODED.encode("cp1252"), {}, ["line 2", "expected encoding utf-8", "cp1252"]),
    "utf-8 where cp1252 is stated": (ENCODED, {"encoding": "cp1252"}, ["expected encoding cp1252", "UTF-8"]),
    "cp1252 where latin-1 is stated": (ENCODED.replace("é", "’").encode("cp1252"), {"encoding": "latin-1"}, ["line 2", "cp1252"]),
    "text garbled before": (GOOD.replace("Bo", "B\x96o"), {}, ["line 3", "U+0096", "cp1252"]),
    "cut off within a character": (ENCODED.encode()[: ENCODED.encode().index("é".encode()) + 1], {}, ["cut off"]),
    "plain text where gzip is stated": (GOOD, {"compression": "gzip"}, ["expected a gzip file"]),
    "gzip cut off": (gzip.compress(GOOD.encode() * 99)[:-9], {"compression": "gzip"}, ["cut off or damaged"]),
    "gzip of nothing": (gzip.compress(b""), {"compression": "gzip"}, ["0 bytes unpacked"]),
    "last line cut off": (GOOD + "C,Cy", {}, ["row 4", "2 of 4 fields", "cut off"]),
    "header glued to the first row": (GOOD.replace("\n", "", 1), {}, ["line 1", "runs on into the first row"]),
    "no header": (GOOD.split("\n", 1)[1], {}, ["line 1", "header seems to be missing"]),
    "header where none is stated": (GOOD, {"header_rows": 0}, ["line 1", "found a header"]),
    "renamed column": (GOOD.replace("name", "nom"), {}, ["column 'name' is missing", "position 2"]),
    "missing column": ("id,born,amount\nA,,\n", {}, ["column 'name' is missing"]),
    "column twice": (GOOD.replace("born,amount", "born,amount,name").replace("1.5", "1.5,"), {}, ["'name' is there 2 times"]),
    "extra column": (GOOD.replace("amount", "amount,surprise"), {}, ["does not name", "position 5", "surprise"]),
    "case of a name": (GOOD.replace("name", "NAME"), {}, ["expected column 'name', found 'NAME'", "case"]),
    "other delimiter": (GOOD.replace(",", ";"), {}, ["expected the delimiter comma, found semicolon"]),
    "one line more above": ("Extract\n" + GOOD, {}, ["line 2", "expected in line 1"]),
    "one line fewer above": (GOOD, {"preamble_rows": 1}, ["line 1", "expected in line 2"]),
    "cut off before the footer": (GOOD, {"footer_rows": 1, "footer_pattern": "Total.*"}, ["not the footer"]),
    "quotation mark never closed": (GOOD.replace("Ann", '"Ann'), {}, ["never closed"]),
    "text after a closing mark": (GOOD.replace("Ann", '"An"n'), {}, ["row 2", "quotation mark"]),
    "every row one field longer": (GOOD.replace("1.5\n", "1.5,\n").replace(",,\n", ",,,\n"), {}, ["2 of 2 rows", "mostly 5"]),
    "date in another order": (GOOD, {"date_format": "%d/%m/%Y"}, ["column 'born'", "rule type", "first in row 2", "%d/%m/%Y"]),
    "two-digit year": (GOOD.replace("2000-01-02", "00-01-02"), {}, ["column 'born'", "rule type"]),
    "decimal comma not stated": (GOOD.replace("1.5", '"1,5"'), {}, ["column 'amount'", "rule type"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_unlike_its_contract_is_refused_and_says_why(home: Home, case: str) -> None:
    content, layout, phrases = REFUSED[case]
    told = refused(take(home, contract(**layout), content))
    for phrase in phrases:
        assert phrase in told
    for value in ("Ann", "Bo", "Cy", "2000-01-02", "Renée"):
        assert value not in told


def test_all_problems_of_a_header_are_told_at_once(home: Home) -> None:
    told = refused(take(home, contract(), "id,NAME,amount,id,colour\n1,2,3,4,5\n"))
    for phrase in ("'id' is there 2 times", "found 'NAME'", "'born' is missing", "'colour'"):
        assert phrase in told


def test_values_keep_quotes_line_ends_and_leading_zeros(home: Home) -> None:
    made = contract(column("id", key=True), column("text"))
    result = take(home, made, 'id,text\r\n007,"say ""hi"", twice"\r\n008,"two\r\nlines"\r\n\r\n009,"lone\nfeed"\r\n')
    assert rows(result) == [("007", 'say "hi", twice'), ("008", "two\r\nlines"), ("009", "lone\nfeed")]
    assert [number for (number,) in rows(result, "row_number")] == [2, 3, 5]


def test_row_numbers_are_those_a_spreadsheet_shows(home: Home) -> None:
    content = "Extract\nid,name,born,amount\nA,Ann,,\n\nB,Bo,x,\n,,,\nC,Cy,,\n"
    result = take(home, contract(preamble_rows=1, rejected_share_tolerance=0.5), content)
    assert [number for (number,) in rows(result, "row_number")] == [3, 7]
    assert rejects(result) == [(5, "born", "type")]


def test_rows_with_more_or_fewer_fields_are_rejected_one_by_one(home: Home) -> None:
    content = GOOD + "C,Cy\nD,Di,,,5,6,7,8,9\nE,Ed,,\nF,Fay,,1\n"
    result = take(home, contract(rejected_share_tolerance=0.5), content)
    assert rejects(result) == [(4, None, "field_count"), (5, None, "field_count")]
    assert [key for (key,) in rows(result, "id")] == ["A", "B", "E", "F"]


def test_a_quoted_value_that_swallowed_a_line_is_rejected(home: Home) -> None:
    content = GOOD + 'C,"Cy,,\nD,Di,,\nE,",,\nF,Fay,,\n'
    result = take(home, contract(rejected_share_tolerance=0.5), content)
    assert rejects(result) == [(4, None, "field_count")]
    assert [key for (key,) in rows(result, "id")] == ["A", "B", "F"]


RULES = (
    column("id", key=True),
    column("code", pattern="[A-Z]{2}", max_length=2),
    column("kind", allowed=("x", "y")),
    column("age", "integer", minimum="0", maximum="120"),
    column("start", "date", minimum="1900-01-01"),
    column("seen", "timestamp"),
    column("is_open", "boolean", required=True),
    column("email", unique=True),
)


def test_every_rule_rejects_its_row_and_names_its_column(home: Home) -> None:
    content = "id,code,kind,age,start,seen,is_open,email\n" + "\n".join(
        (
            "1,AB,x,7,2020-01-01,2020-01-01 10:11:12,Y,a@b",
            "2,A1,x,7,,,N,",
            "3,,z,,,,no,",
            "4,,,-1,,,TRUE,",
            "5,,,121,,,1,",
            "6,,,,1899-12-31,,0,",
            "7,,,,,2020-01-01,Y,",
            "8,,,,,,,",
            "9,,,,,,Y,a@b",
            "1,,,,,,Y,",
            ",,,,,,Y,",
            "12,ABC,,1.5,,,maybe,",
            "13,,,7.0,,,Y,c@d",
        )
    )
    result = take(home, contract(*RULES, rejected_share_tolerance=1), content)
    assert rejects(result) == [
        (3, "code", "pattern"),
        (4, "kind", "allowed"),
        (5, "age", "minimum"),
        (6, "age", "maximum"),
        (7, "start", "minimum"),
        (8, "seen", "type"),
        (9, "is_open", "required"),
        (10, "email", "unique"),
        (11, "id", "duplicate_key"),
        (12, "id", "required"),
        (13, "age", "type"),
        (13, "code", "max_length"),
        (13, "code", "pattern"),
        (13, "is_open", "type"),
    ]
    assert rows(result) == [
        ("1", "AB", "x", 7, date(2020, 1, 1), datetime(2020, 1, 1, 10, 11, 12), True, "a@b"),
        ("13", None, None, 7, None, None, True, "c@d"),
    ]


def test_thousands_separators_are_taken_only_where_they_stand_right(home: Home) -> None:
    made = contract(
        column("id", key=True), column("n", "number"), column("i", "integer"),
        delimiter=";", thousands=",", rejected_share_tolerance=1,
    )  # fmt: skip
    result = take(home, made, "id;n;i\n1;1,234.5;1,000,000\n2;12,34;7\n3;-1234;-12\n4;.5;1e3\n")
    assert rows(result) == [("1", 1234.5, 1000000), ("3", -1234.0, -12)]
    assert rejects(result) == [(3, "n", "type"), (5, "i", "type")]


def test_a_wide_file_is_read(home: Home) -> None:
    names = [f"c{index}" for index in range(1100)]
    made = contract(*(column(name) for name in names))
    result = take(home, made, ",".join(names) + "\n" + ",".join("v" for _ in names) + "\n")
    assert rows(result) == [("v",) * 1100]


def test_a_snapshot_has_the_contracts_columns_in_the_contracts_order(home: Home) -> None:
    result = take(home, contract(*PEOPLE), "amount,name,id,born\n1,x,A,\n")
    assert rows(result, "*") == [("A", "x", None, 1.0, 2)]
