"""Real and published nasty CSV files are read right or refused; none is read wrongly without a word.

pollock_half has the right reading beside each file (`clean/`). Read by position, 37 of its 41 files are right, 4 are
refused, none is different; of the 23 whose header can be matched by the names that come with them, 16 are right and 7
refused. The other files are compared with Python's csv module as a second reader, every row allowed to be rejected
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
"""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from settings.paths import Home
from tests.ingestion.partner import contract, rows, take
from tests.ingestion.real_files import MESSY, filled, outcome, texts
from tests.shared_data import SHARED

pytestmark = pytest.mark.real_data
POLLOCK = MESSY / "pollock_half"
DELIMITERS = {".tsv": "\t", ".psv": "|", ".ssv": ";"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


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
