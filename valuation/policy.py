"""How valuation is done on a date, from `region/policies/valuation.csv`.

No number that steers valuation lives in code: a setting that is missing here is an error, not a default.
"""

import csv
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from settings.errors import RegionError


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
    """Per setting, the latest line that is valid on `as_of`. Raises RegionError that lists every problem."""
    path = policies / "valuation.csv"
    if not path.exists():
        raise RegionError("policies/valuation.csv is missing", ["write it with valid_from, setting, value and source"])
    problems: list[str] = []
    latest: dict[str, tuple[date, Any]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            setting = row.get("setting") or ""
            try:
                valid_from = date.fromisoformat(row.get("valid_from") or "")
                value = _parsed(setting, row.get("value") or "")
            except KeyError:
                problems.append(f"line {line}: no setting '{setting}'; use one of {', '.join(KINDS)}")
            except ValueError as error:
                problems.append(f"line {line}: {error}")
            else:
                before = latest.get(setting)
                if valid_from <= date.fromisoformat(str(as_of)) and (before is None or before[0] <= valid_from):
                    latest[setting] = (valid_from, value)
    if not problems:
        problems = [f"'{name}' has no value on {as_of}; add a line" for name in KINDS if name not in latest]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in policies/valuation.csv", problems)
    return ValuationPolicy(**{name: value for name, (_, value) in latest.items()})


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
