"""What a unit of each resource costs on a date, from `region/costs/rates.csv`.

Only prices belong here. How much was used is `metering.py`; what was billed is `ledger.py`.
"""

import csv
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from settings.errors import RegionError

COLUMNS = ("valid_from", "resource", "unit", "unit_price_gbp", "source")
UNITS = {"cpu": "CPU-second", "memory": "GB-hour", "storage": "GB-month", "people": "person-day"}
"""Resource -> the unit in which it is measured, so that a price in another unit is refused."""
MONEY = Decimal("0.000001")  # a millionth of a pound: a run's cheapest entries are below a penny


@dataclass(frozen=True)
class Rate:
    """The price of one unit of a resource, in pounds, from `valid_from` until the next rate of that resource."""

    resource: str
    unit: str
    unit_price_gbp: Decimal
    valid_from: date
    source: str


def read_rates(folder: Path, *, as_of: date | str) -> dict[str, Rate]:
    """The rate of each resource in force on `as_of`, from `rates.csv` in `folder`.

    Raises RegionError that lists every wrong line and every resource without a price on that date.
    """
    day = date.fromisoformat(str(as_of))
    every = all_rates(folder)
    in_force = {resource: rate for resource in UNITS if (rate := rate_on(every, resource, day))}
    problems = [
        f"resource '{resource}' has no price on {day}; add a line with unit {unit} valid from then or before"
        for resource, unit in UNITS.items()
        if resource not in in_force
    ]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in costs/rates.csv", problems)
    return in_force


def rate_on(rates: Sequence[Rate], resource: str, day: date) -> Rate | None:
    """The price of `resource` in force on `day` among `rates`, which are in the order of their dates."""
    found = [rate for rate in rates if rate.resource == resource and rate.valid_from <= day]
    return found[-1] if found else None


def all_rates(folder: Path) -> list[Rate]:
    """Every line of `rates.csv` in `folder`, by date. Raises RegionError that lists every wrong one."""
    path = folder / "rates.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            lines = list(enumerate(reader, start=2))
    except FileNotFoundError:
        raise RegionError("costs/rates.csv is missing", [f"write it with the columns {', '.join(COLUMNS)}"]) from None
    problems = [f"column '{name}' is missing; the columns are {', '.join(COLUMNS)}" for name in missing]
    read = [] if missing else [rate for number, line in lines if (rate := _rate(number, line, problems))]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in costs/rates.csv", problems)
    return sorted(read, key=lambda rate: rate.valid_from)


def _rate(number: int, line: dict[str, str], problems: list[str]) -> Rate | None:
    found: list[str] = []
    resource = line["resource"]
    if resource not in UNITS:
        found.append(f"line {number}: resource is '{resource}'; use one of {', '.join(UNITS)}")
    elif line["unit"] != UNITS[resource]:
        found.append(f"line {number}: {resource} is measured in {UNITS[resource]}; state its price for that unit")
    if not line["source"]:
        found.append(f"line {number}: source is empty; say where the price comes from")
    price, valid_from = Decimal(-1), date.min
    with suppress(InvalidOperation):
        price = Decimal(line["unit_price_gbp"])
    if not price.is_finite() or price < 0 or price != price.quantize(MONEY):
        found.append(
            f"line {number}: unit_price_gbp is not a price of at most six decimals; write pounds, such as 0.41"
        )
    try:
        valid_from = date.fromisoformat(line["valid_from"])
    except ValueError:
        found.append(f"line {number}: valid_from is not a date; write it as 2025-04-01")
    problems.extend(found)
    return None if found else Rate(resource, line["unit"], price, valid_from, line["source"])
