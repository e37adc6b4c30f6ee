"""The money by year: published business cases come out of the same functions that make ours."""

import csv
from pathlib import Path

import pytest

from settings.paths import REPOSITORY, Region
from valuation.blueprint.cash_flow import cash_flow, flow_of, horizon, pay_back_year, peak_outlay
from valuation.blueprint.counterfactual import warehouse_costs
from valuation.blueprint.plan_settings import read_plan_settings, read_programme_costs
from valuation.discount import read_discounting

AS_OF = "2026-06-01"
REGION = Region(REPOSITORY / "region")


@pytest.fixture(scope="module")
def family_context() -> dict[str, float]:
    with Path(__file__).with_name("family_context.csv").open(encoding="utf-8") as file:
        return {row["line"]: float(row["amount_gbp"]) for row in csv.DictReader(file)}


def test_family_context_is_under_water_for_three_years_and_pays_back_in_the_fourth(family_context: dict[str, float]):
    settings = read_plan_settings(REGION, as_of=AS_OF)
    assert settings is not None
    over = horizon(4, discounting=None, offset_years=settings.benefit_offset_years, ramp=settings.benefit_ramp)
    flow = cash_flow(
        over,
        one_off_gbp=family_context["one_off"],
        running_year_gbp=family_context["running_year"],
        value_year_gbp=family_context["time_year"] + family_context["escalations_year"],
    )
    assert [round(year.cumulative_net_gbp) for year in flow] == [-174_500, -134_200, -21_100, 164_800]
    assert pay_back_year(flow) == 4
    assert round(peak_outlay(flow)) == 174_500


def test_family_contexts_benefits_come_to_half_a_million_a_year(family_context: dict[str, float]):
    lines = [family_context[name] for name in ("time_year", "escalations_year", "long_term_year")]
    assert lines == [109_000, 255_000, 140_000]
    over = horizon(6, discounting=None, offset_years=1, ramp=0.2)
    flow = cash_flow(over, one_off_gbp=0, running_year_gbp=0, value_year_gbp=sum(lines))
    assert [round(year.value_gbp) for year in flow] == [0, 100_800, 201_600, 302_400, 403_200, 504_000]


@pytest.mark.parametrize(("authorities", "cost", "discounted"), [(1, 300_000, 292_477), (150, 45_000_000, 43_871_561)])
def test_the_perfect_warehouse_costs_45_million_in_three_years(authorities: int, cost: int, discounted: int):
    costs = read_programme_costs(REGION, as_of=AS_OF)
    assert costs.warehouse_authorities == 150
    over = horizon(3, discounting=read_discounting(REGION.policies, as_of=AS_OF), offset_years=1, ramp=0.2)
    flow = flow_of(over, costs=warehouse_costs(costs, years=3, authorities=authorities), values=[0.0] * 3)
    assert flow[-1].cumulative_cost_gbp == cost
    assert round(flow[-1].cumulative_discounted_cost_gbp) == discounted


def test_what_never_earns_its_cost_never_pays_back():
    over = horizon(5, discounting=None, offset_years=0, ramp=1.0)
    flow = cash_flow(over, one_off_gbp=100, running_year_gbp=10, value_year_gbp=20)
    assert pay_back_year(flow) is None
    assert peak_outlay(flow) == 90


def test_pay_back_is_the_year_from_which_value_stays_above_cost():
    over = horizon(4, discounting=None, offset_years=0, ramp=1.0)
    flow = flow_of(over, costs=[10, 0, 50, 0], values=[20, 0, 0, 60])
    assert pay_back_year(flow) == 4


def test_nothing_done_neither_costs_nor_pays_back():
    flow = cash_flow(
        horizon(3, discounting=None, offset_years=1, ramp=0.5), one_off_gbp=0, running_year_gbp=0, value_year_gbp=0
    )
    assert pay_back_year(flow) is None
    assert peak_outlay(flow) == 0


def test_present_values_are_the_discounted_sums_of_the_years():
    discounting = read_discounting(REGION.policies, as_of=AS_OF)
    over = horizon(10, discounting=discounting, offset_years=1, ramp=0.2)
    flow = cash_flow(over, one_off_gbp=1000, running_year_gbp=100, value_year_gbp=500)
    assert flow[-1].cumulative_discounted_cost_gbp == pytest.approx(1000 + 100 * over.annuity)
    assert flow[-1].cumulative_discounted_value_gbp == pytest.approx(500 * over.benefit_annuity)
    assert over.annuity == pytest.approx(discounting.present_value([1.0] * 10))
