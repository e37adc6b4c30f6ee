"""The options laid out as variables and constraints of a mixed-integer programme. Solving it is `choose.py`.

Each item (an option, then what options take: platform, data sets, cells) has a variable for every year: 1 if it has
started by the end of that year. So a later variable is never below an earlier one, and what starts in a year is the
difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from valuation.blueprint.options import Option
from valuation.blueprint.prices import Price, PriceList

Vector = NDArray[np.float64]
Entries = list[list[tuple[int, float]]]  # a row each: (variable, coefficient)


@dataclass(frozen=True)
class Programme:
    """Variables: year by year for each option, then for each thing taken. rows @ variables <= limits.

    costs: present pounds of every variable; options themselves cost nothing.
    """

    options: tuple[Option, ...]
    years: int
    costs: Vector
    rows: Any
    limits: Vector

    @property
    def is_whole(self) -> Vector:
        """1 for the variables that must be 0 or 1; what is taken follows by itself."""
        return self.of_options(np.ones((len(self.options), self.years)), is_by_start=False)

    def of_options(self, amounts: Vector, *, is_by_start: bool = True) -> Vector:
        """A coefficient per variable, 0 for what is taken. amounts: (options, years), of an option that starts then."""
        own = _by_then(amounts) if is_by_start else amounts
        return np.concatenate([own.ravel(), np.zeros(len(self.costs) - own.size)])

    def picked(self, variables: Vector) -> tuple[Option, ...]:
        """The options that start in any year."""
        last = variables[: len(self.options) * self.years].reshape(-1, self.years)[:, -1]
        return tuple(option for option, is_in in zip(self.options, np.rint(last), strict=True) if is_in)


def programme(options: Sequence[Option], prices: PriceList, *, years: int = 1, days_year: float = 0.0) -> Programme:
    """Lay out the options. Of actions that prevent the same outcome one is taken: a benefit belongs to one action.

    years: in how many of the first years an option may start. days_year: person-days of set-up that a year has, unused
    ones kept for later years; 0: no limit.
    """
    takes = _takes(options, prices)
    place = {name: len(options) + number for number, name in enumerate(takes)}

    def variable(item: int, year: int) -> int:
        return item * years + year

    rows: Entries = []
    limits: list[float] = []
    by_outcome: dict[str, list[int]] = {}
    linked: dict[tuple[str, Any], list[int]] = {}
    for item, option in enumerate(options):
        by_outcome.setdefault(option.outcome, []).append(item)
        for name in ("platform", *option.data_sets, *sorted(option.cells)):
            linked.setdefault((option.outcome, name), []).append(item)
    for items in by_outcome.values():  # at most one option an outcome, and so at most one an action
        rows.append([(variable(item, years - 1), 1.0) for item in items])
        limits.append(1.0)
    for (_, name), items in linked.items():  # whatever takes it pays it; summed over an outcome, which binds tightest
        for year in range(years):
            rows.append([(variable(item, year), 1.0) for item in items] + [(variable(place[name], year), -1.0)])
            limits.append(0.0)
    for item in range(len(options) + len(takes)):
        for before, after in pairwise(range(years)):
            rows.append([(variable(item, before), 1.0), (variable(item, after), -1.0)])
            limits.append(0.0)
    for year in range(years if days_year else 0):
        rows.append([(variable(place[name], year), price.days) for name, price in takes.items() if price.days])
        limits.append(days_year * (year + 1))
    starts = range(1, years + 1)
    taken = np.array([[prices.present(price, year) for year in starts] for price in takes.values()])
    costs = np.concatenate([np.zeros(len(options) * years), _by_then(taken).ravel()])
    return Programme(tuple(options), years, costs, _matrix(rows, len(costs)), np.array(limits))


def _takes(options: Sequence[Option], prices: PriceList) -> Mapping[Any, Price]:
    cells = sorted({cell for option in options for cell in option.cells})
    return {
        "platform": prices.platform,
        **{name: prices.datasets[name] for name in sorted({cell.dataset for cell in cells})},
        **{cell: prices.cells[cell] for cell in cells},
    }


def _by_then(amounts: Vector) -> Vector:
    """Coefficients of "started by then" from amounts of "starts then", both (items, years)."""
    return amounts - np.concatenate([amounts[:, 1:], np.zeros((len(amounts), 1))], axis=1)


def _matrix(rows: Entries, variables: int) -> Any:
    columns = np.array([column for row in rows for column, _ in row], dtype=np.int64)
    values = np.array([value for row in rows for _, value in row])
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return csr_array((values, columns, ends), shape=(len(rows), variables))
