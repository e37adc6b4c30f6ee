"""Steps that start one after another, as fast as a team can set them up, held to every possible answer."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.valuation.test_blueprint_choice import DATASETS, SETTINGS, every_choice, option, options_of_actions
from valuation.blueprint.cash_flow import Horizon, flow_of, pay_back_year, peak_outlay
from valuation.blueprint.options import Cell, Option
from valuation.blueprint.order import in_order
from valuation.blueprint.plan import make_plan
from valuation.blueprint.prices import Price, PriceList
from valuation.blueprint.refusals import TOO_LATE, refusals
from valuation.blueprint.start import start_year

YEARS = Horizon((1.0, 0.9, 0.8, 0.7), (0.0, 0.5, 1.0, 1.0))
POUNDS_A_DAY = 2.0


def prices(platform: float, integration: dict[str, float], governance: float, running: float = 0.0) -> PriceList:
    """From days: each costs two pounds. running: pounds a year of each data set."""

    def price(days: float, running_gbp: float = 0.0) -> Price:
        return Price(days * POUNDS_A_DAY, running_gbp, days)

    tiers = ("ward_rag", "street_rag")
    return PriceList(
        price(platform),
        {name: price(integration.get(name, 0.0), running) for name in DATASETS},
        {Cell(name, tier, "group"): price(governance) for name in DATASETS for tier in tiers},
        YEARS,
    )


few = st.integers(0, 12).map(float)
price_lists = st.builds(prices, few, st.fixed_dictionaries(dict.fromkeys(DATASETS, few)), few, few)
paces = st.sampled_from((6.0, 15.0, 30.0))


def chains(options: tuple[Option, ...]) -> Iterator[list[tuple[Option, ...]]]:
    """Every way to do all of the options in steps of one or more."""
    if not options:
        yield []
    for size in range(1, len(options) + 1):
        for first in combinations(options, size):
            for rest in chains(tuple(item for item in options if item not in first)):
                yield [first, *rest]


def net_of(chain: list[tuple[Option, ...]], list_: PriceList, days_year: float) -> float | None:
    """Present value less cost, year by year; None where a step leaves it below 0 or starts past the horizon."""
    done: list[Option] = []
    net = 0.0
    for step in chain:
        added = list_.of([*done, *step]) - list_.of(done)
        done += step
        year = start_year(list_.of(done).days, days_year=days_year)
        if year > YEARS.years:
            return None
        for number in range(year, YEARS.years + 1):
            share = YEARS.benefit_shares[number - year]
            value = sum(item.value_low_gbp for item in step) * share
            cost = added.running_year_gbp + (added.one_off_gbp if number == year else 0.0)
            net += YEARS.factors[number - 1] * (value - cost)
        if net < -0.005:
            return None
    return net


def best_of(options: tuple[Option, ...], list_: PriceList, days_year: float) -> float:
    nets = [net_of(chain, list_, days_year) for chain in chains(options)]
    return max((net for net in nets if net is not None), default=0.0)


@settings(max_examples=40, deadline=None)
@given(options_of_actions, price_lists, paces)
def test_no_staged_plan_is_worth_more_than_this_one_and_its_gap(
    options: list[Option], list_: PriceList, days_year: float
):
    plan = make_plan(options, list_, replace(SETTINGS, set_up_days_year=days_year))
    best = max(best_of(chosen, list_, days_year) for chosen in every_choice(options))
    assert plan.staged_net <= best + 0.05
    assert best <= plan.staged_net + plan.choice.gap_gbp + 0.5
    assert plan.staged_net <= plan.net(plan.chosen) + 0.05 or not plan.steps  # waiting never pays


@settings(max_examples=40, deadline=None)
@given(options_of_actions, price_lists, paces)
def test_no_order_of_what_was_chosen_is_worth_more_and_value_is_above_cost_after_every_step(
    options: list[Option], list_: PriceList, days_year: float
):
    chosen = max(every_choice(options), key=lambda some: sum(item.value_low_gbp for item in some))
    order = in_order(chosen, list_, days_year=days_year, exact_steps=8)
    parts = [some for size in range(len(chosen) + 1) for some in combinations(chosen, size)]
    assert order.net_gbp == pytest.approx(max(best_of(some, list_, days_year) for some in parts), abs=0.05)
    assert net_of(list(order.steps), list_, days_year) == pytest.approx(order.net_gbp, abs=0.05)
    greedy = in_order(chosen, list_, days_year=days_year, exact_steps=0)
    assert net_of(list(greedy.steps), list_, days_year) == pytest.approx(greedy.net_gbp, abs=0.05)
    assert greedy.net_gbp <= order.net_gbp + 0.05


@settings(max_examples=40, deadline=None)
@given(options_of_actions, price_lists, paces)
def test_no_more_days_are_started_than_the_years_so_far_have(options: list[Option], list_: PriceList, days_year: float):
    plan = make_plan(options, list_, replace(SETTINGS, set_up_days_year=days_year))
    years = [step.start_year for step in plan.steps]
    assert years == sorted(years)
    for year in range(1, YEARS.years + 1):
        assert sum(step.price.days for step in plan.steps if step.start_year <= year) <= days_year * year + 0.01
    flow = flow_of(YEARS, costs=plan.costs_by_year(), values=plan.values_by_year(lambda step: step.value_low_gbp))
    assert flow[-1].cumulative_discounted_net_gbp == pytest.approx(plan.staged_net, abs=0.05)


def test_a_later_step_costs_ramps_up_and_pays_back_later():
    some = [option("a", ("clinic",), 100.0), option("b", ("school",), 60.0)]
    list_ = prices(0.0, {"clinic": 10.0, "school": 10.0}, 0.0, running=1.0)
    at_once = make_plan(some, list_, SETTINGS)
    staged = make_plan(some, list_, replace(SETTINGS, set_up_days_year=10.0))
    assert [(step.options[0].action, step.start_year) for step in staged.steps] == [("a", 1), ("b", 2)]
    assert staged.costs_by_year() == [21.0, 22.0, 2.0, 2.0]
    assert staged.values_by_year(lambda step: step.value_low_gbp) == [0.0, 50.0, 130.0, 160.0]
    assert staged.choice.gap_gbp == 0
    flows = [
        flow_of(YEARS, costs=plan.costs_by_year(), values=plan.values_by_year(lambda step: step.value_low_gbp))
        for plan in (at_once, staged)
    ]
    assert [peak_outlay(flow) for flow in flows] == [42.0, 21.0]
    assert [pay_back_year(flow) for flow in flows] == [2, 2]
    assert flows[1][-1].cumulative_discounted_net_gbp < flows[0][-1].cumulative_discounted_net_gbp


def test_of_two_that_cannot_both_start_the_one_that_loses_less_by_waiting_waits():
    some = [option("a", ("clinic",), 40.0), option("b", ("school",), 90.0)]
    plan = make_plan(some, prices(0.0, {"clinic": 5.0, "school": 10.0}, 0.0), replace(SETTINGS, set_up_days_year=10.0))
    assert [(step.options[0].action, step.start_year) for step in plan.steps] == [("b", 1), ("a", 2)]


def test_unused_days_are_kept_and_a_step_may_take_more_than_a_years():
    plan = make_plan(
        [option("a", ("clinic",), 100.0), option("b", ("school",), 20.0)],
        prices(0.0, {"clinic": 25.0, "school": 5.0}, 0.0),
        replace(SETTINGS, set_up_days_year=15.0),
    )
    assert [(step.options[0].action, step.start_year) for step in plan.steps] == [("b", 1), ("a", 2)]


def test_what_would_start_too_late_is_refused_with_the_year():
    some = [
        option("a", ("clinic",), 100.0),
        option("late", ("school",), 60.0),
        option("never", ("police",), 5_000.0),
    ]
    list_ = prices(0.0, {"clinic": 10.0, "school": 25.0, "police": 900.0}, 0.0)
    plan = make_plan(some, list_, replace(SETTINGS, set_up_days_year=10.0))
    assert [item.action for item in plan.chosen] == ["a"]
    told = {item.option.action: (item.because, item.explanation) for item in refusals(some, plan)}
    assert told["late"] == (TOO_LATE, "after the steps it could start in year 4, and then adds £0 by year 4 for £35")
    assert told["never"] == (
        TOO_LATE,
        "after the steps its 900 days of set-up would end in year 91, past the 4 counted",
    )
