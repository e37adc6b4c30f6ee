"""Pounds by year: how benefits ramp up, what later pounds are worth, the deepest outlay and the year of pay-back.

Years count from 1; year 1 is not discounted. Which costs and values flow belongs to who asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from valuation.discount import Discounting


@dataclass(frozen=True)
class Horizon:
    """The years looked at: what a pound of each is worth in the first, and the share of the full benefit that comes."""

    factors: tuple[float, ...]
    benefit_shares: tuple[float, ...]

    @property
    def years(self) -> int:
        return len(self.factors)

    @property
    def annuity(self) -> float:
        """Pounds of the first year that a pound in every year is worth."""
        return self.annuity_from(1)

    @property
    def benefit_annuity(self) -> float:
        """Pounds of the first year that a yearly benefit of a pound, at full effect, is worth."""
        return self.benefit_annuity_from(1)

    def annuity_from(self, start_year: int) -> float:
        """Pounds of the first year that a pound in every year from `start_year` on is worth."""
        return sum(self.factors[start_year - 1 :])

    def benefit_annuity_from(self, start_year: int) -> float:
        """Pounds of the first year that a yearly benefit of a pound is worth if what brings it starts in that year."""
        return sum(
            factor * share for factor, share in zip(self.factors, self.benefit_shares_from(start_year), strict=True)
        )

    def benefit_shares_from(self, start_year: int) -> tuple[float, ...]:
        """The share of the full benefit that comes in each year if what brings it starts in `start_year`."""
        waits = min(start_year - 1, self.years)
        return (0.0,) * waits + self.benefit_shares[: self.years - waits]

    def costs_from(self, start_year: int, *, one_off_gbp: float, running_year_gbp: float) -> list[float]:
        """A cost in the year of the start, and a yearly cost from then on."""
        return [
            running_year_gbp * (year >= start_year) + one_off_gbp * (year == start_year)
            for year in range(1, self.years + 1)
        ]


@dataclass(frozen=True)
class FlowYear:
    """One year. Net and cumulative amounts are undiscounted, but where they say so."""

    year: int
    cost_gbp: float
    value_gbp: float
    discount_factor: float
    cumulative_cost_gbp: float
    cumulative_value_gbp: float
    cumulative_discounted_cost_gbp: float
    cumulative_discounted_value_gbp: float

    @property
    def cumulative_net_gbp(self) -> float:
        return self.cumulative_value_gbp - self.cumulative_cost_gbp

    @property
    def cumulative_discounted_net_gbp(self) -> float:
        return self.cumulative_discounted_value_gbp - self.cumulative_discounted_cost_gbp


def horizon(years: int, *, discounting: Discounting | None, offset_years: int, ramp: float) -> Horizon:
    """Benefits begin after the offset and grow by `ramp` of the full benefit a year. No discounting: factors of 1."""
    return Horizon(
        tuple(discounting.factor(year) if discounting else 1.0 for year in range(years)),
        tuple(min(1.0, ramp * max(0, year + 1 - offset_years)) for year in range(years)),
    )


def cash_flow(
    over: Horizon, *, one_off_gbp: float, running_year_gbp: float, value_year_gbp: float, start_year: int = 1
) -> list[FlowYear]:
    """A cost at the start, a yearly cost from then on, and a yearly value at full effect."""
    costs = over.costs_from(start_year, one_off_gbp=one_off_gbp, running_year_gbp=running_year_gbp)
    return flow_of(over, costs=costs, values=[value_year_gbp * share for share in over.benefit_shares_from(start_year)])


def flow_of(over: Horizon, *, costs: Sequence[float], values: Sequence[float]) -> list[FlowYear]:
    """Costs and values of each year, as they fall."""
    rows = list(zip(costs, values, over.factors, strict=True))
    sums = zip(
        accumulate(costs),
        accumulate(values),
        accumulate(cost * factor for cost, _, factor in rows),
        accumulate(value * factor for _, value, factor in rows),
        strict=True,
    )
    return [FlowYear(number, *row, *total) for number, (row, total) in enumerate(zip(rows, sums, strict=True), start=1)]


def peak_outlay(flow: Sequence[FlowYear]) -> float:
    """The most that is spent and not yet earned back at the end of a year, undiscounted; 0 if never."""
    return max([0.0, *(-year.cumulative_net_gbp for year in flow)])


def pay_back_year(flow: Sequence[FlowYear], *, is_discounted: bool = True) -> int | None:
    """The first year from whose end on value stays at or above cost; None if there is none, or nothing was spent."""
    nets = [year.cumulative_discounted_net_gbp if is_discounted else year.cumulative_net_gbp for year in flow]
    if not any(year.cost_gbp or year.value_gbp for year in flow):
        return None
    under = [year.year for year, net in zip(flow, nets, strict=True) if net < 0]
    first = max(under, default=0) + 1
    return first if first <= len(flow) else None
