"""How long each layer's work takes by the size of new files, until a region has nights of its own to go by.

Reads `region/costs/forecast.csv`; the forecast itself is `forecast.py`.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.errors import RegionError

NUMBERS = ("fixed_seconds", "seconds_per_mb", "idle_seconds", "memory_gb")
COLUMNS = ("valid_from", "layer", *NUMBERS, "source")
BYTES_PER_MB = 10**6


@dataclass(frozen=True)
class Effort:
    """Seconds of one layer: fixed and per megabyte of new files; idle where nothing is new. memory_gb: meanwhile."""

    layer: str
    fixed_seconds: float
    seconds_per_mb: float
    idle_seconds: float
    memory_gb: float

    def seconds(self, new_bytes: int) -> float:
        """Of a night with so many bytes of new files."""
        if not new_bytes:
            return self.idle_seconds
        return self.fixed_seconds + self.seconds_per_mb * new_bytes / BYTES_PER_MB


def read_efforts(folder: Path, *, as_of: date | str) -> dict[str, Effort]:
    """The figures of each layer, from the last line valid on `as_of`; where all lines are later, the first.

    {} where the folder has no `forecast.csv`. Raises RegionError that lists every wrong line.
    """
    path = folder / "forecast.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        lines = list(enumerate(reader, start=2))
    problems = [f"column '{name}' is missing; the columns are {', '.join(COLUMNS)}" for name in missing]
    if not missing:
        problems += [problem for number, line in lines for problem in _wrong(number, line)]
    if problems:
        raise RegionError(
            f"{len(problems)} problem(s) in costs/forecast.csv", [f"costs/forecast.csv: {item}" for item in problems]
        )
    found: dict[str, Effort] = {}
    for _, line in sorted(lines, key=lambda item: item[1]["valid_from"]):
        if line["layer"] not in found or line["valid_from"] <= str(as_of):
            found[line["layer"]] = Effort(line["layer"], *(float(line[name]) for name in NUMBERS))
    return found


def _wrong(number: int, line: Mapping[str, str]) -> Iterator[str]:
    if not line["source"]:
        yield f"line {number}: source is empty; say where the figures come from"
    for name in NUMBERS:
        try:
            is_number = 0 <= float(line[name]) < float("inf")
        except ValueError:
            is_number = False
        if not is_number:
            yield f"line {number}: {name} is not a number, such as 2.5"
    try:
        date.fromisoformat(line["valid_from"])
    except ValueError:
        yield f"line {number}: valid_from is not a date; write it as 2025-04-01"
