"""Thresholds and caps of linkage, read from the region's dated policy table.

No number that steers linkage lives in code: a setting that is missing here is an error, not a default.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from settings.errors import RegionError


@dataclass(frozen=True)
class LinkagePolicy:
    """The settings in force on a date. Probabilities are 0 to 1; sizes are counts of records, people or pairs."""

    match_threshold: float
    sweep_thresholds: tuple[float, ...]
    pair_floor: float
    max_pairs_per_rule: int
    max_block_size: int
    max_loose_block_size: int
    max_settled_size: int
    max_pairs_at_once: int
    max_rescored_share: float
    training_pairs_u: int
    training_pairs_m: int
    seed: int
    prior_recall: float
    address_recency_days: int
    communal_people: int
    review_low: float
    review_high: float
    subgroup_margin: float
    trend_margin: float
    trend_least_runs: int
    confidence: float

    @property
    def thresholds(self) -> tuple[float, ...]:
        """All thresholds at which clusters are made, ascending, the default among them."""
        return tuple(sorted({*self.sweep_thresholds, self.match_threshold}))


SHARES = (
    "match_threshold",
    "pair_floor",
    "max_rescored_share",
    "prior_recall",
    "subgroup_margin",
    "trend_margin",
    "confidence",
    "review_low",
    "review_high",
)
COUNTS = (
    "max_pairs_per_rule",
    "max_block_size",
    "max_loose_block_size",
    "max_settled_size",
    "max_pairs_at_once",
    "training_pairs_u",
    "training_pairs_m",
    "seed",
    "address_recency_days",
    "communal_people",
    "trend_least_runs",
)
SETTINGS = (*SHARES, "sweep_thresholds", *COUNTS)


def read_policy(policies: Path, *, as_of: date) -> LinkagePolicy:
    """The linkage settings in force on `as_of`: per setting, the latest row that is valid by then.

    policies: the folder that holds `linkage.csv`, or that file.

    Raises RegionError that lists every problem of the table.
    """
    problems: list[str] = []
    path = policies / "linkage.csv" if policies.is_dir() else policies
    latest: dict[str, tuple[str, str, int]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            setting, valid_from = row.get("setting") or "", row.get("valid_from") or ""
            if setting not in SETTINGS:
                problems.append(f"{path.name}: line {line}: no setting '{setting}'; use one of {', '.join(SETTINGS)}")
            elif not _is_date(valid_from):
                problems.append(f"{path.name}: line {line}: valid_from is not a date like 2025-04-01")
            elif valid_from <= as_of.isoformat() and valid_from >= latest.get(setting, ("",))[0]:
                latest[setting] = (valid_from, row.get("value") or "", line)
    problems += [
        f"{path.name}: '{setting}' has no value on {as_of}; add a row" for setting in SETTINGS if setting not in latest
    ]
    values: dict[str, Any] = {
        name: _parsed(name, value, f"{path.name}: line {line}", problems) for name, (_, value, line) in latest.items()
    }
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in the linkage policy", problems)
    return LinkagePolicy(**values)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _parsed(name: str, text: str, where: str, problems: list[str]) -> "float | int | tuple[float, ...]":
    try:
        if name in COUNTS:
            count = int(text)
            if count < 0:
                raise ValueError
            return count
        shares = tuple(float(part) for part in text.split())
        if not shares or not all(0 < share < 1 for share in shares) or (name in SHARES and len(shares) != 1):
            raise ValueError
    except ValueError:
        wanted = "a whole number" if name in COUNTS else "between 0 and 1"
        problems.append(f"{where}: '{name}' is not {wanted}")
        return 0
    return shares[0] if name in SHARES else shares
