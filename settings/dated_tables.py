"""Reads dated tables of a region: CSV files with a line per fact and `valid_from`, the date from which it holds.

What a line says belongs to the package that asks. Tables of `setting, value` are read by `dated_settings.py`.
"""

import csv
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from settings.errors import RegionError

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)
Line = dict[str, str]  # cells by column; a cell that the file lacks is empty
Parse = Callable[[date, Line], T]  # valid_from, line -> what it says; raises ValueError(*what is wrong with it)


def read_lines(path: Path, columns: Sequence[str], parse: Parse[T]) -> list[tuple[date, T]]:
    """Every line with its date, by date. columns: those that the table must have.

    Raises RegionError that lists every problem with file, line and remedy.
    """
    lines, problems = lines_and_problems(path, columns, parse)
    refuse(path, problems)
    return lines


def lines_and_problems(path: Path, columns: Sequence[str], parse: Parse[T]) -> tuple[list[tuple[date, T]], list[str]]:
    """As `read_lines`, of the lines that are right, with what is wrong with others, for a caller that finds more."""
    if not path.exists():
        remedy = f"write it with the columns {', '.join(columns)}; the product's own region/{_name(path)} shows how"
        raise RegionError(f"{_name(path)} is missing", [remedy])
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        rows = [{name: row[name] or "" for name in reader.fieldnames or ()} for row in reader]
    if missing:
        told = f"the columns are {', '.join(columns)}"
        return [], [f"line 1: column '{name}' is missing; {told}" for name in missing]
    lines: list[tuple[date, T]] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        valid_from = _date(row["valid_from"])
        wrong = [] if valid_from else ["valid_from is not a date; write it as 2025-04-01"]
        try:
            read = parse(valid_from or date.min, row)
        except ValueError as error:
            wrong += error.args or ["cannot be read"]
        else:
            lines += [(valid_from, read)] if valid_from else []
        problems += [f"line {number}: {problem}" for problem in wrong]
    return sorted(lines, key=lambda line: line[0]), problems


def in_force(lines: Iterable[tuple[date, T]], key: Callable[[T], Key], *, as_of: date | str) -> dict[Key, T]:
    """Key -> the latest of `lines`, which are by date, that is valid on `as_of`; of two of one date the later line."""
    day = date.fromisoformat(str(as_of))
    return {key(item): item for valid_from, item in lines if valid_from <= day}


def is_amount(text: str) -> bool:
    """Whether `text` is a finite number from 0 on."""
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False


def refuse(path: Path, problems: Sequence[str]) -> None:
    """Raise RegionError that lists `problems`, if there are any, with the table's name before each."""
    if problems:
        name = _name(path)
        raise RegionError(f"{len(problems)} problem(s) in {name}", [f"{name}: {problem}" for problem in problems])


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
