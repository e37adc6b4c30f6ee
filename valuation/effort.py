"""How long each layer's work takes by the size of new files, until a region has nights of its own to go by.

Reads `region/costs/forecast.csv`; the forecast itself is `forecast.py`.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.dated_tables import Line, is_amount, read_lines

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
    found: dict[str, Effort] = {}
    for valid_from, effort in read_lines(path, COLUMNS, _effort) if path.exists() else ():
        if effort.layer not in found or valid_from <= date.fromisoformat(str(as_of)):
            found[effort.layer] = effort
    return found


def _effort(_valid_from: date, line: Line) -> Effort:
    wrong = [f"{name} is not a number, such as 2.5" for name in NUMBERS if not is_amount(line[name])]
    if not line["source"]:
        wrong.append("source is empty; say where the figures come from")
    if wrong:
        raise ValueError(*wrong)
    return Effort(line["layer"], *(float(line[name]) for name in NUMBERS))
