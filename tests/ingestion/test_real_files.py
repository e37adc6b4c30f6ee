"""Real and published nasty files are read right or refused; none is read wrongly without a word.

pollock_half has the right reading beside each file (`clean/`). Read by position, 37 of its 41 files are right, 4 are
refused, none is different; of the 23 whose header can be matched by the names that come with them, 16 are right and 7
refused. The other CSV files are compared with Python's csv module as a second reader, every row allowed to be rejected
("in part": the rows that are not rejected are right):

| files | right | in part | refused | different |
| --- | --- | --- | --- | --- |
| csv_spectrum (also against its JSON) | 11 | 0 | 0 | 0 |
| csvlint | 10 | 0 | 2 | 0 |
| frictionless_bad | 80 | 6 | 17 | 0 |
| messytables_horror | 11 | 0 | 8 | 0 |
| nhs_mavis_import_fixtures | 38 | 2 | 6 | 0 |
| ssda903_fake | 13 | 0 | 0 | 0 |
| family_context_live | 2 | 0 | 0 | 0 |
| workbooks of all folders, against openpyxl | 18 | 7 | 17 | 0 |

By contracts with rules, every NHS import called valid is accepted (33 with those called neither) and every one called
invalid, empty or malformed is refused (13).
"""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Column, Contract
from ingestion.headers import joined
from settings.paths import Home
from tests.ingestion.partner import column, contract, rejects, rows, take
from tests.shared_data import SHARED

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared real data are not beside the repository"),
]
MESSY, PARTNERS = SHARED / "messy_csv", SHARED / "partner_samples"
POLLOCK = MESSY / "pollock_half"
DELIMITERS = {".tsv": "\t", ".psv": "|", ".ssv": ";"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def tidy(cell: str) -> str | None:
    return cell.strip(" \t\r\n\u00a0") or None


def filled(found: list[list[str]]) -> list[tuple[str | None, ...]]:
    """Rows as a snapshot has them: trimmed, empty as None, without the rows that have nothing."""
    return [row for row in (tuple(map(tidy, cells)) for cells in found) if any(row)]


def texts(headers: list[str], *, by_position: bool) -> tuple[Column, ...]:
    return tuple(column(f"c{i}", header=f"c{i}" if by_position else name) for i, name in enumerate(headers))


def outcome(home: Home, made: Contract, content: bytes, want: list[tuple[str | None, ...]], width: int) -> str:
    """right, part (the rows not rejected are right), refused or different."""
    result = take(home, made, content)
    if result.snapshot is None:
        assert result.problems
        return "refused"
    got = rows(result)
    if got == want and not rejects(result):
        return "right"
    return "part" if rejects(result) and got == [row for row in want if len(row) == width] else "different"


# Where the dialect that comes with a file is not what the file is, or its header has fewer cells than its rows.
POLLOCK_FACTS: dict[str, dict[str, Any]] = {
    "2004-2016.csv": {"null_values": ("missing",)},
    "Copy_of_2016-17_Q3_Final_V2.csv": {"encoding": "utf-8"},
    "Sustainability_-_Water_consumption_P_56.csv": {"encoding": "utf-8"},
    "vissim_data_conf2473_i7_v1987.csv": {"delimiter": ";"},
    "workforce-management-information-dft_201706.csv": {"preamble_rows": 23},
}


def pollock_outcome(home: Home, number: int, path: Path) -> str:
    facts = json.loads((POLLOCK / "parameters" / f"{path.name}_parameters.json").read_text())
    above, header = int(facts["preamble_lines"]), int(facts["header_lines"])
    with (POLLOCK / "clean" / path.name).open(encoding="utf-8-sig", newline="") as file:
        clean = list(csv.reader(file))
    has_names = header > 0 or clean[0][0].startswith("col_0")
    want = filled(clean[1:] if has_names else clean)
    width = Counter(len(row) for row in clean[has_names:] if row).most_common(1)[0][0] if want else len(clean[0])
    layout = {
        "delimiter": facts["delimiter"],
        "quote": facts["quotechar"],
        "encoding": facts["encoding"],
        "footer_rows": int(facts["footnote_lines"]),
        "header_rows": 0,
        "preamble_rows": above + header,
        **POLLOCK_FACTS.get(path.name, {}),
    }
    columns = texts([""] * width, by_position=True)
    made = contract(*columns, dataset=f"d{number}", rejected_share_tolerance=0.999, **layout)
    return outcome(home, made, path.read_bytes(), want, width)


def test_every_pollock_file_is_read_as_its_clean_copy_or_refused(home: Home) -> None:
    files = sorted((POLLOCK / "csv").iterdir())
    found = {path.name: pollock_outcome(home, number, path) for number, path in enumerate(files)}
    assert [name for name, what in found.items() if what == "different"] == []
    assert Counter(found.values()) == {"right": 37, "refused": 4}


def test_pollock_headers_are_matched_by_name(home: Home) -> None:
    counts: Counter[str] = Counter()
    for number, path in enumerate(sorted((POLLOCK / "csv").iterdir())):
        facts = json.loads((POLLOCK / "parameters" / f"{path.name}_parameters.json").read_text())
        names = [" ".join(name.split()) for name in facts["column_names"]]
        if int(facts["header_lines"]) == 0 or len(set(names)) < len(names) or not all(names):
            continue
        layout = {
            "delimiter": facts["delimiter"],
            "quote": facts["quotechar"],
            "encoding": facts["encoding"],
            "header_rows": int(facts["header_lines"]),
            "preamble_rows": int(facts["preamble_lines"]),
            **{key: value for key, value in POLLOCK_FACTS.get(path.name, {}).items() if key != "preamble_rows"},
        }
        made = contract(
            *texts(names, by_position=False), dataset=f"d{number}", rejected_share_tolerance=0.999, **layout
        )
        with (POLLOCK / "clean" / path.name).open(encoding="utf-8-sig", newline="") as file:
            want = filled(list(csv.reader(file))[1:])
        counts[outcome(home, made, path.read_bytes(), want, len(names))] += 1
    assert counts == {"right": 16, "refused": 7}


def second_reader(path: Path) -> tuple[list[list[str]] | None, str]:
    """The rows as Python's csv module reads them, or None where it refuses; and the delimiter."""
    delimiter = DELIMITERS.get(path.suffix, ",")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    csv.field_size_limit(1 << 30)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return list(reader), delimiter
    except csv.Error:
        return None, delimiter


FOLDERS = {
    "messy_csv/csv_spectrum": {"right": 11},
    "messy_csv/csvlint": {"right": 10, "refused": 2},
    "messy_csv/frictionless_bad": {"right": 80, "part": 6, "refused": 17},
    "messy_csv/messytables_horror": {"right": 11, "refused": 8},
    "partner_samples/nhs_mavis_import_fixtures": {"right": 38, "part": 2, "refused": 6},
    "partner_samples/ssda903_fake": {"right": 13},
    "partner_samples/family_context_live": {"right": 2},
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_read_otherwise_than_by_a_second_reader(home: Home, folder: str) -> None:
    counts: Counter[str] = Counter()
    different = []
    files = [path for path in sorted((SHARED / folder).rglob("*")) if path.suffix in (".csv", ".unknown", *DELIMITERS)]
    for number, path in enumerate(files):
        found, delimiter = second_reader(path)
        header = [name.strip() for name in found[0]] if found else ["a", "b", "c"]
        by_position = not (found and all(header) and len(set(header)) == len(header))
        made = contract(
            *texts(header, by_position=by_position), dataset=f"d{number}", delimiter=delimiter,
            header_rows=0 if by_position else 1, preamble_rows=1 if by_position else 0, rejected_share_tolerance=1.0,
        )  # fmt: skip
        what = outcome(home, made, path.read_bytes(), filled((found or [])[1:]), len(header))
        counts[what] += 1
        if what == "different" or (found is None and what != "refused"):
            different.append(path.name)
    assert different == []
    assert counts == FOLDERS[folder]


def test_csv_spectrum_is_read_as_its_json_says(home: Home) -> None:
    for number, path in enumerate(sorted((MESSY / "csv_spectrum/csvs").iterdir())):
        expected = json.loads((MESSY / "csv_spectrum/json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if b"\r" not in path.read_bytes():  # newlines_crlf.csv came without its carriage returns
            expected = [{name: text.replace("\r", "") for name, text in row.items()} for row in expected]
        made = contract(*texts(list(expected[0]), by_position=False), dataset=f"d{number}")
        assert rows(take(home, made, path.read_bytes())) == filled([list(row.values()) for row in expected]), path.name


DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{8}"
CHILD = (
    column("first", header="CHILD_FIRST_NAME", required=True),
    column("last", header="CHILD_LAST_NAME", required=True),
    column("born", header="CHILD_DATE_OF_BIRTH", required=True, pattern=DAY),
)
VACCINATION = (
    column("first", header="PERSON_FORENAME", required=True),
    column("last", header="PERSON_SURNAME", required=True),
    column("born", header="PERSON_DOB", required=True, pattern=DAY),
    column("given_on", header="DATE_OF_VACCINATION", required=True, pattern=DAY),
    column("organisation", header="ORGANISATION_CODE", pattern="[A-Z0-9]{3,5}"),
)
SYSTM_ONE = (column("first", header="First name", required=True), column("born", "date", header="Date of birth"))
NOT_TAKEN = ("empty.csv", "malformed.csv")  # and all that are called invalid


def test_nhs_immunisation_imports_are_accepted_where_valid_and_refused_where_not(home: Home) -> None:
    counts: Counter[str] = Counter()
    folder = PARTNERS / "nhs_mavis_import_fixtures"
    for number, path in enumerate(sorted(folder.rglob("*.csv"))):
        columns = VACCINATION if "immunisation_import" in path.parts else CHILD
        made = contract(
            *(SYSTM_ONE if path.name == "systm_one.csv" else columns), dataset=f"d{number}", date_format="%Y%m%d",
            extra_columns="ignore", instruction_rows=int("instruction_row" in path.name),
            encoding="latin-1" if "iso_8859_1" in path.name else "utf-8",
        )  # fmt: skip
        result = take(home, made, path.read_bytes())
        is_bad = path.name.startswith("invalid") or path.name in NOT_TAKEN
        assert (result.status == "refused") == is_bad, f"{path.name}: {result.problems}"
        counts[result.status] += 1
    assert counts == {"accepted": 33, "refused": 13}


LOOKED_AFTER = {
    "header.csv": (
        column("child", header="CHILD", key=True),
        column("sex", header="SEX", allowed=("1", "2")),
        column("born", "date", header="DOB"),
    ),
    "episodes.csv": (
        column("child", header="CHILD", key=True),
        column("started", "date", header="DECOM", key=True),
        column("need", header="CIN", pattern="N[1-8]"),
        column("ended", "date", header="DEC"),
    ),
    "uasc.csv": (
        column("child", header="CHILD", key=True),
        column("born", "date", header="DOB"),
        column("until", "date", header="DUC"),
    ),
}


def test_statutory_tables_are_typed_without_a_reject(home: Home) -> None:
    for name, columns in LOOKED_AFTER.items():
        made = contract(*columns, dataset=name[:-4], date_format="%d/%m/%Y", extra_columns="ignore")
        result = take(home, made, (PARTNERS / "ssda903_fake" / name).read_bytes())
        assert (result.status, result.rows_rejected) == ("accepted", 0), result.problems
        assert result.rows_read > 50


def test_addresses_of_several_lines_stay_whole_and_rows_in_order(home: Home) -> None:
    for name in ("csc", "education"):
        columns = (
            column("id", header="Cms Id", key=True),
            column("born", "date", header="Date Of Birth", required=True),
            column("address", header="Address"),
        )
        content = (PARTNERS / f"family_context_live/{name}.csv").read_bytes()
        result = take(home, contract(*columns, dataset=name, extra_columns="ignore"), content)
        assert (result.rows_read, result.rows_rejected) == (500, 0)
        assert [number for (number,) in rows(result, "row_number")] == list(range(2, 502))
        assert all("\n" in address for (address,) in rows(result, "address"))


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_workbooks_are_read_as_openpyxl_reads_them_or_refused(home: Home) -> None:
    import openpyxl

    counts: Counter[str] = Counter()
    paths = sorted((*MESSY.rglob("*.xls*"), *PARTNERS.rglob("*.xlsx")))
    for number, path in enumerate(paths):
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            cells = [list(row) for row in sheet.values]
        except Exception:  # .xls and broken ones
            cells, sheet = [["a"]], None
        header = ["" if cell is None else str(cell) for cell in (cells or [[]])[0]]
        while header and not header[-1]:
            header.pop()
        made = contract(
            *texts(header or ["a"], by_position=True), dataset=f"d{number}", kind="xlsx", header_rows=0,
            preamble_rows=1, sheet=sheet.title if sheet else None, rejected_share_tolerance=1.0,
        )  # fmt: skip
        result = take(home, made, path.read_bytes())
        if result.snapshot is None:
            counts["refused"] += 1
            continue
        bad = {number for number, _column, _rule in rejects(result)}
        want = [
            list(row[: len(header) or 1])
            for row_number, row in enumerate(cells[1:], start=2)
            if any(tidy(str(cell)) for cell in row if cell is not None) and row_number not in bad
        ]
        assert same_cells(rows(result), want), path.name
        counts["right" if not bad else "part"] += 1
    assert counts == {"right": 18, "part": 7, "refused": 17}


def same_cells(got: list[tuple[Any, ...]], want: list[list[Any]]) -> bool:
    """Whether two tables are equal, numbers as numbers; dates, which text columns hold as serials, are passed over."""
    if len(got) != len(want):
        return False
    for one, other in zip(got, want, strict=True):
        for left, right in zip(one, [*other, *[None] * (len(one) - len(other))], strict=True):
            if right is None or isinstance(right, str):
                if left != (tidy(right) if right else None):
                    return False
            elif isinstance(right, int | float) and abs(float(left) - right) > 1e-9 * max(1, abs(right)):
                return False
    return True


def test_joined_headers_spread_merged_cells() -> None:
    assert joined([["Staff", "", "Cost"], ["paid", "unpaid", ""]]) == [
        ["Staff paid", "unpaid", "Cost"],
        ["Staff paid", "Staff unpaid", "Cost"],
    ]
