"""Files damaged on their way (joined, padded, packed twice, never calculated) are read right or refused with a reason."""

# ruff: noqa: E501 (the cases read as tables)

import gzip
import io
import tarfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from settings.paths import Home
from tests.ingestion.partner import column, contract, refused, rejects, rows, take

HEADER = "id,name,born,amount\n"
GOOD = HEADER + "A,Ann,2000-01-02,1.5\nB,Bo,,\n"
MARK = "\ufeff"
LOOSE = {"rejected_share_tolerance": 0.9}
PACKED = {"compression": "gzip"}
COUNTED = {"footer_rows": 1, "footer_pattern": r"Total: (?P<rows>[0-9,]+)"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def archive(content: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("people.csv")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content.encode()))
    return packed.getvalue()


def damaged_checksum(packed: bytes) -> bytes:
    return packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]


REFUSED = {
    "utf-16 is stated and has no mark": (GOOD.encode("utf-16-le"), {"encoding": "utf-16"}, ["with a byte order mark, found none", "looks like utf-16-le"]),
    "utf-16 is stated and it is utf-8": (GOOD, {"encoding": "utf-16"}, ["with a byte order mark, found none", "looks like utf-8"]),
    "utf-16 in the other byte order": (GOOD.encode("utf-16-be"), {"encoding": "utf-16-le"}, ["expected encoding utf-16-le, found UTF-16-BE"]),
    "utf-16 cut within a character": (GOOD.encode("utf-16")[:-1], {"encoding": "utf-16"}, ["in the middle of a utf-16 character"]),
    "padded with zero bytes": (GOOD.encode() + b"\0" * 100, {}, ["line 4", "byte 0x00", "export it anew"]),
    "an end mark of an old system": (GOOD.encode() + b"\x1a", {}, ["line 4", "byte 0x1a"]),
    "two byte order marks": (MARK * 2 + GOOD, {}, ["expected column 'id', found '\\ufeffid'"]),
    "a space of no width in a name": ("\u200b" + GOOD, {}, ["found '\\u200bid'"]),
    "a name twice but for case": (HEADER.replace("born", "Name,born") + "A,Ann,x,,\n", {}, ["position 3 ('Name')"]),
    "a name twice but for a space": (HEADER.replace("born", "name ,born") + "A,Ann,x,,\n", {}, ["'name' is there 2 times"]),
    "a header of ten million characters": ("id,name," + "y" * 10_000_000 + "\nA,b,c\n", {}, ["line 1", "found 1 field(s)"]),
    "a line of thirty-four million characters": (HEADER + "A," + "x" * 34_000_000 + ",,\n", {}, ["about row 2", "longer than 32 MiB"]),
    "Excel's separator line": ("sep=,\n" + GOOD, {}, ["line 2: the header is here; expected in line 1"]),
    "quotation marks escaped by a backslash": (HEADER + 'A,"An\\"n",,\n', {}, ["about row 2", "double it"]),
    "a merge left unsettled": (HEADER + "<<<<<<< HEAD\nA,Ann,,\n=======\nA,Bo,,\n>>>>>>> x\n", {}, ["3 of 5 rows", "mostly 1"]),
    "a footer that counts more rows": (GOOD + "Total: 1,003\n", COUNTED, ["the footer states 1003 rows, the file has 2"]),
    "a footer that counts fewer rows": (GOOD + "Total: 1\n", COUNTED, ["the footer states 1 rows, the file has 2"]),
    "two files joined": (GOOD + GOOD.replace("A,", "C,").replace("B,", "D,"), {}, ["rule repeated_header: 1 row(s), first in row 4", "two files joined"]),
    "a tar archive": (archive(GOOD), PACKED, ["expected text inside the gzip file, found a tar archive"]),
    "gzip with text after it": (gzip.compress(GOOD.encode()) + b"trailing", PACKED, ["cut off or damaged"]),
    "gzip with a wrong checksum": (damaged_checksum(gzip.compress(GOOD.encode())), PACKED, ["cut off or damaged"]),
    "gzip that swells": (gzip.compress(HEADER.encode() + b"A,Ann,,\n" * 9_000_000, 6), PACKED, ["unpacks to more than 250 times its size"]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_damaged_file_is_refused_and_says_why(home: Home, case: str) -> None:
    content, facts, phrases = REFUSED[case]
    told = refused(take(home, contract(**facts), content))
    assert all(phrase in told for phrase in phrases), told
    assert not any(value in told for value in ("Ann", "Bo", "2000-01-02"))


READ_RIGHT = {
    "utf-16-le with a mark": (b"\xff\xfe" + GOOD.encode("utf-16-le"), {"encoding": "utf-16-le"}),
    "utf-16-be as stated": (GOOD.encode("utf-16-be"), {"encoding": "utf-16-be"}),
    "a mark before a quoted name": (MARK + '"id","name","born","amount"\nA,Ann,2000-01-02,1.5\nB,Bo,,\n', {}),
    "gzip padded with zero bytes": (gzip.compress(GOOD.encode()) + b"\0" * 512, PACKED),
    "gzip in two parts": (gzip.compress(GOOD[:30].encode()) + gzip.compress(GOOD[30:].encode()), PACKED),
    "a footer that counts the rows": (GOOD + "\nTotal: 2\n", COUNTED),
}


@pytest.mark.parametrize("case", READ_RIGHT)
def test_an_odd_but_whole_file_is_read_right(home: Home, case: str) -> None:
    content, facts = READ_RIGHT[case]
    result = take(home, contract(**facts), content)
    assert result.problems == ()
    assert rows(result) == [("A", "Ann", date(2000, 1, 2), 1.5), ("B", "Bo", None, None)]


def test_a_header_among_the_rows_is_nobody(home: Home) -> None:
    made = contract(column("id", key=True), column("name"), **LOOSE)
    result = take(home, made, f"id,name\nA,Ann\n{MARK}id,name\nB,Bo\nid,Ida\n")
    assert rejects(result) == [(3, None, "repeated_header")]
    assert [key for (key,) in rows(result, "id")] == ["A", "B", "id"]


def test_rows_keep_their_numbers_behind_mixed_line_ends_within_quotes(home: Home) -> None:
    content = 'id,name,born,amount\r\nA,"An\nn",,\nB,"B\r\no",x,\r\nC,Cy,y,\n'
    assert rejects(take(home, contract(**LOOSE), content)) == [(3, "born", "type"), (4, "born", "type")]


def test_values_that_no_calendar_and_no_number_holds_are_rejected(home: Home) -> None:
    bad = ("2001-02-29,", "2000-13-01,", "0000-00-00,", "٢٠٠٠-٠١-٠٢,", ",nan", ",inf", ",1e400", ",１")
    content = GOOD + "".join(f"C{number},Cy,{cells}\n" for number, cells in enumerate(bad))
    found = rejects(take(home, contract(**LOOSE), content))
    assert found == [(number, "born" if number < 8 else "amount", "type") for number in range(4, 12)]


ANN = '{"id": "A", "name": "Ann"}\n'
JSON_REJECTED = {
    "a zero byte": ('{"id": "B", "name": "x\\u0000y"}\n', (None, "type")),
    "half a character": ('{"id": "B", "name": "\\ud800"}\n', (None, "json")),
    "lists without end": ('{"id": "B", "name": ' + "[" * 100_000 + "]" * 100_000 + "}\n", (None, "json")),
    "null": ("null\n", (None, "json")),
    "a comment": ("// by hand\n", (None, "json")),
    "no number": ('{"id": "B", "amount": NaN}\n', ("amount", "type")),
    "a number beyond numbers": ('{"id": "B", "amount": 1e400}\n', ("amount", "type")),
    "a truth for a number": ('{"id": "B", "amount": true}\n', ("amount", "type")),
}


@pytest.mark.parametrize("case", JSON_REJECTED)
def test_an_odd_line_of_json_is_rejected_by_row(home: Home, case: str) -> None:
    line, (name, rule) = JSON_REJECTED[case]
    result = take(home, contract(kind="jsonl", **LOOSE), ANN + line)
    assert rejects(result) == [(2, name, rule)]
    assert [key for (key,) in rows(result, "id")] == ["A"]


def test_json_spread_over_lines_is_refused(home: Home) -> None:
    assert "one object per line" in refused(take(home, contract(kind="jsonl"), '{\n "id": "A"\n}\n'))


def workbook(*cells: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


NAMES = HEADER.strip().split(",")
XLSX_REFUSED = {
    "a formula never calculated": ([["A", "Ann", None, "=1+1"]], ["cell D2: a formula without a saved value"]),
    "a year below the first rows": ([["A", "Ann", None, 1], ["B", "Bo", date(2000, 1, 2), 1], ["C", "Cy", 2000, 1]], ["column 'born', row 4", "plain number"]),
    "a year in the first filled row": ([["A", "Ann", None, 1], ["B", "Bo", 2000, 1]], ["column 'born', row 3"]),
}  # fmt: skip


@pytest.mark.parametrize("case", XLSX_REFUSED)
def test_a_workbook_with_deceptive_cells_is_refused(home: Home, case: str) -> None:
    cells, phrases = XLSX_REFUSED[case]
    told = refused(take(home, contract(kind="xlsx"), workbook(NAMES, *cells)))
    assert all(phrase in told for phrase in phrases), told


def test_dates_in_the_years_of_small_serials_are_still_dates(home: Home) -> None:
    result = take(home, contract(kind="xlsx"), workbook(NAMES, ["A", "Ann", date(1905, 6, 22), 1]))
    assert rows(result, "born") == [(date(1905, 6, 22),)]


def test_a_workbook_that_swells_is_refused(home: Home) -> None:
    import zipfile

    swollen = io.BytesIO(workbook(NAMES))
    with zipfile.ZipFile(swollen, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/padding.xml", b" " * (65 << 20))
    assert "unpacks to more than 250 times" in refused(take(home, contract(kind="xlsx"), swollen.getvalue()))


def parquet(**columns: list[Any]) -> bytes:
    content = io.BytesIO()
    pd.DataFrame(columns).to_parquet(content)
    return content.getvalue()


def test_a_parquet_column_that_holds_nothing_has_no_wrong_type(home: Home) -> None:
    content = parquet(id=["A"], name=["Ann"], born=[None], amount=[None])
    assert rows(take(home, contract(kind="parquet"), content)) == [("A", "Ann", None, None)]


PARQUET_REFUSED = {
    "no rows": ({"id": [], "name": [], "born": [], "amount": []}, ["no data row"]),
    "bytes for text": ({"id": ["A"], "name": [b"\xff"], "born": [None], "amount": [1.0]}, ["column 'name'", "BLOB"]),
    "a truth for a number": ({"id": ["A"], "name": ["x"], "born": [None], "amount": [True]}, ["column 'amount'"]),
    "the reader's own name": ({"id": ["A"], "name": ["x"], "born": [None], "amount": [1.0], "file_row_number": [1]}, ["rename the column"]),
}  # fmt: skip


@pytest.mark.parametrize("case", PARQUET_REFUSED)
def test_an_odd_parquet_file_is_refused(home: Home, case: str) -> None:
    columns, phrases = PARQUET_REFUSED[case]
    told = refused(take(home, contract(kind="parquet", extra_columns="ignore"), parquet(**columns)))
    assert all(phrase in told for phrase in phrases), told


def test_a_zero_byte_within_parquet_text_rejects_its_row(home: Home) -> None:
    content = parquet(id=["A", "B"], name=["x\0y", "Bo"], born=[None, None], amount=[1.0, 2.0])
    result = take(home, contract(kind="parquet", **LOOSE), content)
    assert (rejects(result), rows(result, "id")) == ([(1, None, "type")], [("B",)])


def test_a_fault_that_no_one_foresaw_refuses_the_file_and_ends_no_night(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_up(*_: Any) -> None:
        raise RuntimeError("Ann")

    monkeypatch.setattr("ingestion.ingest.read_extract", gives_up)
    told = refused(take(home, contract(), GOOD))
    assert "gave up on the file (RuntimeError)" in told and "Ann" not in told
    monkeypatch.undo()
    assert take(home, contract(), GOOD).status == "accepted"
