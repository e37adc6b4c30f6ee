"""Thresholds and caps of linkage, read from the region's dated policy table.

No number that steers linkage lives in code: a setting that is missing here is an error, not a default.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from settings.dated_settings import read_settings


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
    """The linkage settings in force on `as_of`.

    policies: the folder that holds `linkage.csv`, or that file. Raises RegionError that lists every problem.
    """
    path = policies / "linkage.csv" if policies.is_dir() else policies
    return LinkagePolicy(**read_settings(path, SETTINGS, _parsed, as_of=as_of))


def _parsed(name: str, text: str) -> "float | int | tuple[float, ...]":
    try:
        if name in COUNTS:
            return int(text) if int(text) >= 0 else _refuse()
        shares = tuple(float(part) for part in text.split())
        if not shares or not all(0 < share < 1 for share in shares) or (name in SHARES and len(shares) != 1):
            _refuse()
        return shares[0] if name in SHARES else shares
    except ValueError:
        wanted = "a whole number" if name in COUNTS else "between 0 and 1"
        raise ValueError(f"'{name}' is not {wanted}") from None


def _refuse() -> NoReturn:
    raise ValueError
