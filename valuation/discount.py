"""What a pound of a later year is worth today, from the dated schedule `region/policies/discount.csv`."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from settings.errors import RegionError


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
    if not path.exists():
        raise RegionError(
            "policies/discount.csv is missing", ["write it with valid_from, kind, years, rate and source"]
        )
    problems: list[str] = []
    dated: dict[date, list[DiscountRate]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                valid_from = date.fromisoformat(row["valid_from"])
                last = int(row["last_year"]) if row["last_year"] else None
                read = DiscountRate(row["kind"], int(row["first_year"]), last, float(row["rate"]))
            except (KeyError, TypeError, ValueError):
                problems.append(
                    f"line {line}: needs valid_from, kind, first_year, last_year (or none) and rate (0.035)"
                )
                continue
            if read.kind == kind and valid_from <= date.fromisoformat(str(as_of)):
                dated.setdefault(valid_from, []).append(read)
    if not problems and not dated:
        problems.append(f"no '{kind}' rate is in force on {as_of}; add lines valid from then or before")
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in policies/discount.csv", problems)
    return Discounting(tuple(sorted(dated[max(dated)], key=lambda item: item.first_year)))
