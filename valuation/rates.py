"""What a unit of each resource costs on a date, from `region/costs/rates.csv`.

Only prices belong here. How much was used is `metering.py`; what was billed is `ledger.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from settings.dated_tables import Line, in_force, read_lines, refuse

FILE = "rates.csv"
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
    found = in_force(read_lines(folder / FILE, COLUMNS, _rate), lambda rate: rate.resource, as_of=as_of)
    problems = [
        f"resource '{resource}' has no price on {as_of}; add a line with unit {unit} valid from then or before"
        for resource, unit in UNITS.items()
        if resource not in found
    ]
    refuse(folder / FILE, problems)
    return found


def rate_on(rates: Sequence[Rate], resource: str, day: date) -> Rate | None:
    """The price of `resource` in force on `day` among `rates`, which are in the order of their dates."""
    found = [rate for rate in rates if rate.resource == resource and rate.valid_from <= day]
    return found[-1] if found else None


def all_rates(folder: Path) -> list[Rate]:
    """Every line of `rates.csv` in `folder`, by date. Raises RegionError that lists every wrong one."""
    return [rate for _, rate in read_lines(folder / FILE, COLUMNS, _rate)]


def _rate(valid_from: date, line: Line) -> Rate:
    if wrong := list(_wrong(line)):
        raise ValueError(*wrong)
    return Rate(line["resource"], line["unit"], Decimal(line["unit_price_gbp"]), valid_from, line["source"])


def _wrong(line: Line) -> Iterator[str]:
    resource = line["resource"]
    if resource not in UNITS:
        yield f"resource is '{resource}'; use one of {', '.join(UNITS)}"
    elif line["unit"] != UNITS[resource]:
        yield f"{resource} is measured in {UNITS[resource]}; state its price for that unit"
    if not line["source"]:
        yield "source is empty; say where the price comes from"
    if not _is_price(line["unit_price_gbp"]):
        yield "unit_price_gbp is not a price of at most six decimals; write pounds, such as 0.41"


def _is_price(text: str) -> bool:
    try:
        return Decimal(text) >= 0 and Decimal(text) == Decimal(text).quantize(MONEY)
    except InvalidOperation:  # no number at all, none that can be priced, or too large a one
        return False
