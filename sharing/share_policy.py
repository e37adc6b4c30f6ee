"""The settings of shares in force on a date, from `region/policies/sharing.csv`.

A setting that is missing there is an error, not a default: no number that steers sharing lives in code.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from settings.errors import RegionError
from sharing.governance import PRECISIONS, Precision

ROW_LEVELS = ("person", "household")
NUMBERS = {"minimum_approvers": 1, "id_length": 12} | {  # smallest value that makes sense
    f"{level}_{name}": 1 for level in ROW_LEVELS for name in ("minimum_k", "minimum_l")
}
PRECISION_SETTINGS = tuple(f"{level}_date_precision" for level in ROW_LEVELS)
SETTINGS = (*NUMBERS, *PRECISION_SETTINGS)
DIGITS_OF_SHA256 = 64


@dataclass(frozen=True)
class SharePolicy:
    """minimum_approvers: of an agreement. id_length: hexadecimal digits of a keyed id. The rest by row level."""

    minimum_approvers: int
    id_length: int
    minimum_k: dict[str, int]
    minimum_l: dict[str, int]
    date_precision: dict[str, Precision]


def read_share_policy(policies: Path, *, as_of: date | str) -> SharePolicy:
    """Per setting, the latest line valid on `as_of`. Raises RegionError that lists every problem of the table."""
    path = policies / "sharing.csv"
    if not path.exists():
        raise RegionError("policies/sharing.csv is missing", ["write it with valid_from, setting, value and source"])
    problems: list[str] = []
    latest: dict[str, tuple[date, str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            setting, value = row.get("setting") or "", (row.get("value") or "").strip()
            try:
                valid_from = date.fromisoformat(row.get("valid_from") or "")
            except ValueError:
                problems.append(f"line {line}: valid_from is not a date like 2025-04-01")
                continue
            if setting not in SETTINGS:
                problems.append(f"line {line}: no setting '{setting}'; use one of {', '.join(SETTINGS)}")
            elif wrong := _wrong(setting, value):
                problems.append(f"line {line}: {setting} is not {wrong}")
            elif valid_from <= date.fromisoformat(str(as_of)):
                latest[setting] = max(latest.get(setting, (valid_from, value)), (valid_from, value))
    problems += [f"'{name}' has no value on {as_of}; add a line" for name in SETTINGS if name not in latest]
    if problems:
        raise RegionError(
            f"{len(problems)} problem(s) in policies/sharing.csv",
            [f"policies/sharing.csv: {item}" for item in problems],
        )
    values = {name: value for name, (_, value) in latest.items()}
    return SharePolicy(
        minimum_approvers=int(values["minimum_approvers"]),
        id_length=int(values["id_length"]),
        minimum_k={level: int(values[f"{level}_minimum_k"]) for level in ROW_LEVELS},
        minimum_l={level: int(values[f"{level}_minimum_l"]) for level in ROW_LEVELS},
        date_precision={level: cast(Precision, values[f"{level}_date_precision"]) for level in ROW_LEVELS},
    )


def _wrong(setting: str, value: str) -> str | None:
    """What the value should have been, or None where it is right."""
    if setting in PRECISION_SETTINGS:
        return None if value in PRECISIONS else f"one of {', '.join(PRECISIONS)}"
    smallest, largest = NUMBERS[setting], DIGITS_OF_SHA256 if setting == "id_length" else None
    if value.isdigit() and int(value) >= smallest and (largest is None or int(value) <= largest):
        return None
    return f"a whole number from {smallest}" + (f" to {largest}" if largest else "")
