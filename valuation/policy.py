"""How valuation is done on a date, from `region/policies/valuation.csv`.

No number that steers valuation lives in code: a setting that is missing here is an error, not a default.
"""

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from settings.dated_settings import read_settings


@dataclass(frozen=True)
class ValuationPolicy:
    """The settings in force on a date; each is explained by its `source` in the table."""

    seed: int
    folds: int
    max_steps: int
    max_fit_units: int
    minimum_support: int
    resamples: int
    max_shapley_data_sets: int
    known_ridge: float
    expected_variance: float
    tolerance: float
    interval_low: float
    interval_high: float
    capacity_sweep: tuple[float, ...]


KINDS = {item.name: item.type for item in fields(ValuationPolicy)}
AT_LEAST = {"folds": 2, "max_shapley_data_sets": 0, "seed": 0}  # other whole numbers: at least 1


def read_policy(policies: Path, *, as_of: date | str) -> ValuationPolicy:
    """The settings in force on `as_of`. Raises RegionError that lists every problem of the table."""
    return ValuationPolicy(**read_settings(policies / "valuation.csv", tuple(KINDS), _parsed, as_of=as_of))


def _parsed(setting: str, text: str) -> Any:
    kind = KINDS[setting]
    try:
        if kind is int:
            return _at_least(int(text), AT_LEAST.get(setting, 1))
        if kind is float:
            number = _at_least(float(text), 0.0)
            return number if not setting.startswith("interval") or number <= 1 else _refuse()
        return tuple(_at_least(float(part), 0.0) for part in text.split()) or _refuse()
    except ValueError:
        raise ValueError(f"{setting} is not a number in its range; see docs/valuation.md") from None


def _at_least(number: Any, least: Any) -> Any:
    return number if least <= number < float("inf") else _refuse()


def _refuse() -> Any:
    raise ValueError
