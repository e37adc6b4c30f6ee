"""What sharing costs: the platform, each data set and each cell, once and a year; and what that is worth today.

Declared days come from contracts, `region/costs/running.csv` and `programme.csv`; pounds a day from `rates.csv`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ingestion.contract import Contract
from valuation.blueprint.cash_flow import Horizon
from valuation.blueprint.options import PENNIES, Cell, Option
from valuation.blueprint.plan_settings import TODAY, PlanSettings, ProgrammeCosts
from valuation.blueprint.standing import Standing


@dataclass(frozen=True)
class Price:
    """Pounds at the start, pounds in every year from then on, the first included, and planned person-days of set-up."""

    one_off_gbp: float = 0.0
    running_year_gbp: float = 0.0
    days: float = 0.0

    def __add__(self, other: "Price") -> "Price":
        return Price(
            round(self.one_off_gbp + other.one_off_gbp, PENNIES),
            round(self.running_year_gbp + other.running_year_gbp, PENNIES),
            round(self.days + other.days, PENNIES),
        )

    def __sub__(self, other: "Price") -> "Price":
        return self + Price(-other.one_off_gbp, -other.running_year_gbp, -other.days)


FREE = Price()


@dataclass(frozen=True)
class PriceList:
    """Optimism is in the pounds already, not in the days. What is done already, where the plan starts from today, is
    free.
    """

    platform: Price
    datasets: Mapping[str, Price]
    cells: Mapping[Cell, Price]
    horizon: Horizon

    def of(self, options: Iterable[Option]) -> Price:
        """Of all the options together: what they share is paid once. Nothing chosen costs nothing."""
        cells = frozenset(cell for option in options for cell in option.cells)
        if not cells:
            return FREE
        parts = [self.datasets[name] for name in sorted({cell.dataset for cell in cells})]
        return sum([*parts, *(self.cells[cell] for cell in sorted(cells))], self.platform)

    def present(self, price: Price, start_year: int = 1) -> float:
        """What a price paid from `start_year` on comes to over the horizon, in pounds of the first year."""
        over = self.horizon
        factor = over.factors[start_year - 1] if start_year <= over.years else 0.0
        return price.one_off_gbp * factor + price.running_year_gbp * over.annuity_from(start_year)


def price_list(
    options: Iterable[Option],
    contracts: Mapping[str, Contract],
    standing: Standing,
    settings: PlanSettings,
    costs: ProgrammeCosts,
    *,
    running_days: Mapping[str, float],
    day_gbp: Decimal,
    compute_year_gbp: float,
    horizon: Horizon,
) -> PriceList:
    """Prices of everything that the options could take.

    running_days: person-days a year by data set, and of the platform (''). compute_year_gbp: a year of nightly runs, as
    measured.
    """
    uplift = 1 + settings.cost_optimism
    is_done = settings.starts_from == TODAY

    def priced(days: float, days_a_year: float = 0.0, more_a_year_gbp: float = 0.0) -> Price:
        yearly = days_a_year * float(day_gbp) + more_a_year_gbp
        return Price(round(days * float(day_gbp) * uplift, PENNIES), round(yearly * uplift, PENNIES), days)

    cells = sorted({cell for option in options for cell in option.cells})
    integrated = standing.integrated if is_done else frozenset()
    granted = standing.granted if is_done else frozenset()
    return PriceList(
        platform=FREE if integrated else priced(costs.platform_days, running_days[""], compute_year_gbp),
        datasets={
            name: FREE if name in integrated else priced(contracts[name].integration_days, running_days[name])
            for name in sorted({cell.dataset for cell in cells})
        },
        cells={cell: FREE if cell in granted else priced(contracts[cell.dataset].governance_days) for cell in cells},
        horizon=horizon,
    )
