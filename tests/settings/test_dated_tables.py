"""The dated tables of a region: which lines are in force, and how wrong ones are told."""

from datetime import date
from pathlib import Path

import pytest

from settings.dated_tables import Line, in_force, read_lines
from settings.errors import RegionError

COLUMNS = ("valid_from", "tool", "price")


def priced(_valid_from: date, line: Line) -> tuple[str, int]:
    wrong = [f"{name} is empty" for name in ("tool", "price") if not line[name]]
    if wrong:
        raise ValueError(*wrong)
    return line["tool"], int(line["price"])


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "costs" / "tools.csv"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_the_latest_line_by_the_date_is_in_force_and_of_one_date_the_later_line(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "valid_from,tool,price\n2026-01-01,axe,3\n2025-01-01,axe,1\n2025-01-01,axe,2\n2026-01-01,saw,9\n",
    )
    lines = read_lines(path, COLUMNS, priced)
    assert [item for _, item in lines] == [("axe", 1), ("axe", 2), ("axe", 3), ("saw", 9)]
    for day, found in (
        ("2024-12-31", {}),
        ("2025-12-31", {"axe": ("axe", 2)}),
        ("2026-01-01", {"axe": ("axe", 3), "saw": ("saw", 9)}),
    ):
        assert in_force(lines, lambda item: item[0], as_of=day) == found


def test_every_problem_of_every_line_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = table(tmp_path, "valid_from,tool,price\nsoon,,\n2025-01-01,axe,1\n2025-01-01,saw\n")
    with pytest.raises(RegionError) as refusal:
        read_lines(path, COLUMNS, priced)
    assert refusal.value.heading == "4 problem(s) in costs/tools.csv"
    assert refusal.value.problems == (
        "costs/tools.csv: line 2: valid_from is not a date; write it as 2025-04-01",
        "costs/tools.csv: line 2: tool is empty",
        "costs/tools.csv: line 2: price is empty",
        "costs/tools.csv: line 4: price is empty",
    )


def test_a_table_without_its_columns_or_not_there_says_what_to_write(tmp_path: Path) -> None:
    path = table(tmp_path, "tool,price\naxe,1\n")
    with pytest.raises(RegionError, match=r"line 1: column 'valid_from' is missing; the columns are valid_from, tool"):
        read_lines(path, COLUMNS, priced)
    path.unlink()
    with pytest.raises(RegionError, match=r"costs/tools.csv is missing\n.*valid_from, tool, price"):
        read_lines(path, COLUMNS, priced)
