"""Rows of the tables that sum the plan up and lay it beside the warehouse."""

from collections.abc import Sequence
from dataclasses import dataclass

from valuation.blueprint.cash_flow import FlowYear, pay_back_year, peak_outlay
from valuation.blueprint.counterfactual import BLUEPRINT, WAREHOUSE, Case
from valuation.blueprint.options import PENNIES
from valuation.blueprint.plan import Plan
from valuation.blueprint.prices import FREE
from valuation.blueprint.rows import BusinessCaseRow, SummaryRow

ONE = "one authority"


@dataclass(frozen=True)
class Scale:
    """People in the region's data, and in the authority that the plan is for."""

    region_people: int
    authority_people: int

    @property
    def factor(self) -> float:
        return self.authority_people / self.region_people if self.region_people else 1.0


def case_rows(cases: Sequence[Case]) -> list[BusinessCaseRow]:
    """Every option and scope in every year."""
    return [
        BusinessCaseRow(
            option=case.option,
            scope=ONE if case.authorities == 1 else f"{case.authorities} authorities",
            authorities=case.authorities,
            year=year.year,
            cost_gbp=_pounds(year.cost_gbp),
            value_gbp=_pounds(expected),
            value_low_gbp=_pounds(year.value_gbp),
            discount_factor=year.discount_factor,
            cumulative_cost_gbp=_pounds(year.cumulative_cost_gbp),
            cumulative_discounted_cost_gbp=_pounds(year.cumulative_discounted_cost_gbp),
            cumulative_net_gbp=_pounds(year.cumulative_net_gbp),
            cumulative_discounted_net_gbp=_pounds(year.cumulative_discounted_net_gbp),
        )
        for case in cases
        for year, expected in zip(case.flow, case.expected_gbp, strict=True)
    ]


def summary_row(
    plan: Plan,
    cases: Sequence[Case],
    scale: Scale,
    *,
    as_of: str,
    refused: int,
    compute_year_gbp: float,
    perfect_gbp: float,
    perfect_low_gbp: float,
) -> SummaryRow:
    """The plan in one row, for one authority."""
    price = sum((step.price for step in plan.steps), FREE)
    own, warehouse = _flow(cases, BLUEPRINT), _flow(cases, WAREHOUSE)
    return SummaryRow(
        as_of=as_of,
        starts_from=plan.settings.starts_from,
        region_people=scale.region_people,
        authority_people=scale.authority_people,
        people_scale=scale.factor,
        horizon_years=plan.prices.horizon.years,
        set_up_days_year=plan.settings.set_up_days_year,
        set_up_days=price.days,
        last_start_year=max((step.start_year for step in plan.steps), default=None),
        waiting_gbp=_pounds(plan.net(plan.chosen) - plan.staged_net),
        steps=len(plan.steps),
        refused=refused,
        one_off_gbp=price.one_off_gbp,
        running_year_gbp=price.running_year_gbp,
        compute_year_gbp=compute_year_gbp,
        value_year_gbp=_pounds(sum(step.value_gbp for step in plan.steps)),
        value_low_year_gbp=_pounds(sum(step.value_low_gbp for step in plan.steps)),
        perfect_value_year_gbp=perfect_gbp,
        perfect_value_low_year_gbp=perfect_low_gbp,
        present_value_low_gbp=_pounds(own[-1].cumulative_discounted_value_gbp),
        present_cost_gbp=_pounds(own[-1].cumulative_discounted_cost_gbp),
        net_present_gbp=_pounds(own[-1].cumulative_discounted_net_gbp),
        peak_outlay_gbp=_pounds(peak_outlay(own)),
        pay_back_year=pay_back_year(own),
        warehouse_present_cost_gbp=_pounds(warehouse[-1].cumulative_discounted_cost_gbp),
        warehouse_net_present_gbp=_pounds(warehouse[-1].cumulative_discounted_net_gbp),
        warehouse_peak_outlay_gbp=_pounds(peak_outlay(warehouse)),
        warehouse_pay_back_year=pay_back_year(warehouse),
        gap_gbp=plan.choice.gap_gbp,
        solver_status=plan.choice.status,
        is_order_exact=plan.is_order_exact,
        order_gap_steps=0 if plan.is_order_exact else len(plan.chosen) - len(plan.steps),
    )


def _flow(cases: Sequence[Case], option: str) -> list[FlowYear]:
    return next(case.flow for case in cases if case.option == option and case.authorities == 1)


def _pounds(amount: float) -> float:
    return round(amount, PENNIES)
