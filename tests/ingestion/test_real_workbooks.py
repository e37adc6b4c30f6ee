"""Real and published nasty workbooks are read as openpyxl reads them (18, and 7 in part) or refused (17)."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from settings.paths import Home
from tests.ingestion.partner import contract, rejects, rows, take
from tests.ingestion.real_files import MESSY, PARTNERS, texts, tidy

pytestmark = pytest.mark.real_data


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


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
