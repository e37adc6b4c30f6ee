"""The perfect warehouse beside the plan: everything joined in full, for one authority and for all of them.

What it costs is quoted in `region/costs/programme.csv`; what it is worth is the perfect record's value.
"""

from dataclasses import dataclass

from valuation.blueprint.cash_flow import FlowYear, Horizon, flow_of
from valuation.blueprint.plan import Plan
from valuation.blueprint.plan_settings import ProgrammeCosts

BLUEPRINT, WAREHOUSE = "blueprint", "warehouse"


@dataclass(frozen=True)
class Case:
    """One option for some authorities: years at the low end of the interval, and the expected value of each year."""

    option: str
    authorities: int
    flow: list[FlowYear]
    expected_gbp: list[float]


def warehouse_costs(costs: ProgrammeCosts, *, years: int, authorities: int) -> list[float]:
    """What the warehouse costs each year, as quoted."""
    return [
        authorities * (costs.warehouse_later_year_gbp if year else costs.warehouse_first_year_gbp)
        for year in range(years)
    ]


def cases(plan: Plan, costs: ProgrammeCosts, *, perfect_gbp: float, perfect_low_gbp: float) -> list[Case]:
    """Blueprint and warehouse, for one authority and for all. Every authority pays and gains alike."""
    over = plan.prices.horizon
    cost = plan.costs_by_year()
    value = plan.values_by_year(lambda step: step.value_gbp)
    low = plan.values_by_year(lambda step: step.value_low_gbp)
    found = []
    for authorities in sorted({1, costs.warehouse_authorities}):
        times = [[authorities * amount for amount in amounts] for amounts in (cost, low, value)]
        found.append(Case(BLUEPRINT, authorities, flow_of(over, costs=times[0], values=times[1]), times[2]))
        flow = flow_of(
            over,
            costs=warehouse_costs(costs, years=over.years, authorities=authorities),
            values=_each_year(over, authorities * perfect_low_gbp),
        )
        found.append(Case(WAREHOUSE, authorities, flow, _each_year(over, authorities * perfect_gbp)))
    return found


def _each_year(over: Horizon, value_year_gbp: float) -> list[float]:
    return [value_year_gbp * share for share in over.benefit_shares]
