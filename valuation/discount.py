"""What a pound of a later year is worth today, from the dated schedule `region/policies/discount.csv`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.dated_tables import Line, read_lines, refuse

COLUMNS = ("valid_from", "kind", "first_year", "last_year", "rate")


@dataclass(frozen=True)
class DiscountRate:
    """A yearly rate for the years from `first_year` to `last_year` (None: for ever); year 0 is not discounted."""

    kind: str
    first_year: int
    last_year: int | None
    rate: float


@dataclass(frozen=True)
class Discounting:
    """The rates of one kind of effect in force on a date."""

    rates: tuple[DiscountRate, ...]

    def factor(self, year: int) -> float:
        """What a pound of `year` is worth in year 0. Raises ValueError for a year that no rate covers."""
        worth = 1.0
        for number in range(1, year + 1):
            found = [item for item in self.rates if item.first_year <= number <= (item.last_year or number)]
            if not found:
                raise ValueError(f"no discount rate covers year {number}")
            worth /= 1 + found[-1].rate
        return worth

    def present_value(self, pounds_by_year: Sequence[float]) -> float:
        """The sum of yearly amounts in pounds of year 0, the first amount undiscounted."""
        return sum(amount * self.factor(year) for year, amount in enumerate(pounds_by_year))


def read_discounting(policies: Path, *, as_of: date | str, kind: str = "standard") -> Discounting:
    """The schedule of that kind with the latest `valid_from` by `as_of`. Raises RegionError listing every problem."""
    path = policies / "discount.csv"
    until = date.fromisoformat(str(as_of))
    dated = [(day, rate) for day, rate in read_lines(path, COLUMNS, _rate) if rate.kind == kind and day <= until]
    if not dated:
        refuse(path, [f"no '{kind}' rate is in force on {as_of}; add lines valid from then or before"])
    latest = dated[-1][0]
    return Discounting(tuple(sorted((rate for day, rate in dated if day == latest), key=lambda rate: rate.first_year)))


def _rate(_valid_from: date, line: Line) -> DiscountRate:
    try:
        last = int(line["last_year"]) if line["last_year"] else None
        return DiscountRate(line["kind"], int(line["first_year"]), last, float(line["rate"]))
    except ValueError:
        raise ValueError("needs first_year, last_year (or none) in whole years, and rate (0.035)") from None
