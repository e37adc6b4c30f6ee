"""The settings of shares in force on a date, from `region/policies/sharing.csv`.

A setting that is missing there is an error, not a default: no number that steers sharing lives in code.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.dated_settings import read_settings
from sharing.governance import PRECISIONS, Precision

ROW_LEVELS = ("person", "household")
NUMBERS = {
    "minimum_approvers": 1,
    "minimum_release_approvers": 0,
    "id_length": 12,
} | {  # smallest value that makes sense
    f"{level}_{name}": 1 for level in ROW_LEVELS for name in ("minimum_k", "minimum_l")
}
PRECISION_SETTINGS = tuple(f"{level}_date_precision" for level in ROW_LEVELS)
SETTINGS = (*NUMBERS, *PRECISION_SETTINGS)
DIGITS_OF_SHA256 = 64


@dataclass(frozen=True)
class SharePolicy:
    """minimum_approvers: of an agreement. minimum_release_approvers: of a share; 0 asks for none. id_length:
    hexadecimal digits of a keyed id. The rest by row level.
    """

    minimum_approvers: int
    minimum_release_approvers: int
    id_length: int
    minimum_k: dict[str, int]
    minimum_l: dict[str, int]
    date_precision: dict[str, Precision]


def read_share_policy(policies: Path, *, as_of: date | str) -> SharePolicy:
    """The settings in force on `as_of`. Raises RegionError that lists every problem of the table."""
    values = read_settings(policies / "sharing.csv", SETTINGS, _parsed, as_of=as_of)
    return SharePolicy(
        minimum_approvers=values["minimum_approvers"],
        minimum_release_approvers=values["minimum_release_approvers"],
        id_length=values["id_length"],
        minimum_k={level: values[f"{level}_minimum_k"] for level in ROW_LEVELS},
        minimum_l={level: values[f"{level}_minimum_l"] for level in ROW_LEVELS},
        date_precision={level: values[f"{level}_date_precision"] for level in ROW_LEVELS},
    )


def _parsed(setting: str, value: str) -> int | str:
    if setting in PRECISION_SETTINGS:
        if value not in PRECISIONS:
            raise ValueError(f"{setting} is not one of {', '.join(PRECISIONS)}")
        return value
    smallest, largest = NUMBERS[setting], DIGITS_OF_SHA256 if setting == "id_length" else None
    if value.isdigit() and int(value) >= smallest and (largest is None or int(value) <= largest):
        return int(value)
    raise ValueError(f"{setting} is not a whole number from {smallest}" + (f" to {largest}" if largest else ""))
