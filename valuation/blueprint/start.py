"""When a step can start: a team has so many person-days a year for setting up, and works through the steps in order.

A step starts in the year in which the last of its days falls. Days that a year has left go to the next step. Which
steps there are belongs to `choose.py` and `order.py`.
"""

from collections.abc import Sequence
from math import ceil

from valuation.blueprint.options import Option
from valuation.blueprint.prices import PriceList

ROUNDING = 1e-6  # of a year, as solvers keep their limits


def start_year(days: float, *, days_year: float) -> int:
    """The year in which the last of `days` falls, from year 1 on; days_year 0: no limit, so always the first."""
    return max(1, ceil(days / days_year - ROUNDING)) if days_year else 1


def years_that_count(options: Sequence[Option], prices: PriceList, *, days_year: float) -> int:
    """How many years of the horizon something may start in: by the last, all that a plan could take is set up."""
    cells: dict[str, float] = {}
    for option in options:
        own = sum(prices.cells[cell].days for cell in option.cells)
        cells[option.outcome] = max(cells.get(option.outcome, 0.0), own)
    datasets = sum(prices.datasets[name].days for name in {name for option in options for name in option.data_sets})
    most = prices.platform.days + datasets + sum(cells.values())
    return min(prices.horizon.years, start_year(most, days_year=days_year))
