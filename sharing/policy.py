"""The disclosure policy in force on a date, from `region/policies/disclosure.csv`.

The warehouse applies the policy in SQL; publication reads it again, independently, to audit the result.
"""

import csv
from datetime import date
from pathlib import Path

from settings.errors import RegionError


def read_thresholds(folder: Path, *, as_of: date | str) -> dict[str, int]:
    """Level -> the largest count that must not be shown on `as_of`; `level/dataset` -> a data set's own.

    Raises RegionError that lists every line that cannot be read, and says so where no line is in force.
    """
    path = folder / "disclosure.csv"
    if not path.exists():
        raise RegionError("policies/disclosure.csv is missing", ["write it with valid_from, level and threshold"])
    problems: list[str] = []
    in_force: dict[str, tuple[date, int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, line in enumerate(csv.DictReader(file), start=2):
            try:
                valid_from, threshold = date.fromisoformat(line["valid_from"]), int(line["threshold"])
                level = "/".join(filter(None, (line["level"], line.get("dataset"))))
            except (KeyError, TypeError, ValueError):
                problems.append(f"line {number}: needs valid_from (2025-04-01), level and threshold (a whole number)")
                continue
            before = in_force.get(level)
            if valid_from <= date.fromisoformat(str(as_of)) and (before is None or before[0] <= valid_from):
                in_force[level] = (valid_from, threshold)
    if not problems and not in_force:
        problems.append(f"no line is in force on {as_of}; add thresholds valid from then or before")
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in policies/disclosure.csv", problems)
    return {level: threshold for level, (_, threshold) in in_force.items()}
