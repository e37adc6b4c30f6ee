"""Which options a blueprint takes and in which order, held to every possible answer on small random cases."""

from dataclasses import replace
from itertools import combinations, permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from valuation.blueprint.cash_flow import Horizon
from valuation.blueprint.choose import OPTIMAL
from valuation.blueprint.options import Cell, Option
from valuation.blueprint.order import in_order
from valuation.blueprint.plan import TERMS, Plan, keep_shares, make_plan, present_net
from valuation.blueprint.plan_settings import PlanSettings
from valuation.blueprint.prices import Price, PriceList
from valuation.blueprint.refusals import (
    BARRED,
    NOT_AT_LOW,
    NOTHING_MORE,
    TAKEN_ELSEWHERE,
    TOO_DEAR,
    UNSURE,
    VETOED,
    refusals,
)

DATASETS = ("clinic", "school", "police")
ONE_YEAR = Horizon((1.0,), (1.0,))
SETTINGS = PlanSettings(
    starts_from="nothing",
    authority_people=0,
    horizon_years=1,
    benefit_offset_years=0,
    benefit_ramp=1.0,
    cost_optimism=0.0,
    benefit_optimism=0.0,
    retained_shares=(0.5, 0.9),
    time_limit_seconds=30.0,
    exact_steps=8,
    set_up_days_year=0.0,
)


def option(action: str, data_sets: tuple[str, ...], low: float, **changes: object) -> Option:
    made = Option(action, "group", f"{action}_outcome", "ward_rag", data_sets, low * 1.5, low)
    return replace(made, **changes)  # type: ignore[arg-type]


def prices(platform: float, integration: dict[str, float], governance: float) -> PriceList:
    """Prices without running costs: the same governance for every cell of the tests."""
    return PriceList(
        Price(platform),
        {name: Price(integration.get(name, 0.0)) for name in DATASETS},
        {
            Cell(name, tier, group): Price(governance)
            for name in DATASETS
            for tier in ("ward_rag", "person_full", "street_rag")
            for group in ("group", "other")
        },
        ONE_YEAR,
    )


amounts = st.integers(0, 40).map(float)
choices = st.lists(st.sampled_from(DATASETS), min_size=1, max_size=3, unique=True).map(lambda some: tuple(sorted(some)))
options_of_actions = st.lists(
    st.tuples(st.sampled_from("abcd"), choices, amounts, st.sampled_from(("ward_rag", "street_rag"))),
    min_size=1,
    max_size=9,
    unique_by=lambda made: (made[0], made[1], made[3]),
).map(lambda some: [option(action, data, low, tier=tier) for action, data, low, tier in some])
price_lists = st.builds(prices, amounts, st.fixed_dictionaries(dict.fromkeys(DATASETS, amounts)), amounts)


def every_choice(options: list[Option]) -> list[tuple[Option, ...]]:
    """At most one option an action, in every way."""
    per_action = [
        [None, *(item for item in options if item.action == name)] for name in sorted({o.action for o in options})
    ]
    return [tuple(item for item in chosen if item) for chosen in product(*per_action)]


@settings(max_examples=60, deadline=None)
@given(options_of_actions, price_lists)
def test_the_plan_is_worth_as_much_as_the_best_of_all_choices(options: list[Option], list_: PriceList):
    plan = make_plan(options, list_, SETTINGS)
    best = max(present_net(chosen, list_) for chosen in every_choice(options))
    assert plan.choice.status == OPTIMAL
    assert plan.choice.gap_gbp == 0
    assert abs(plan.net(plan.chosen) - best) < 0.01


@settings(max_examples=60, deadline=None)
@given(options_of_actions, price_lists)
def test_value_is_at_or_above_cost_after_every_step_and_no_step_is_better_left_out(
    options: list[Option], list_: PriceList
):
    plan = make_plan(options, list_, SETTINGS)
    done: list[Option] = []
    for step in plan.steps:
        before = list_.of(done)
        done += step.options
        assert abs(list_.present(step.price) - list_.present(list_.of(done)) + list_.present(before)) < 0.01
        assert plan.net(done) >= -0.01
        assert step.start_year == 1
    for size in (1, 2):
        for left_out in combinations(plan.chosen, size):
            kept = [item for item in plan.chosen if item not in left_out]
            assert plan.net(kept) <= plan.net(plan.chosen) + 0.01


@settings(max_examples=60, deadline=None)
@given(options_of_actions, price_lists)
def test_the_cheapest_cells_for_a_share_cost_as_little_as_the_cheapest_of_all_choices(
    options: list[Option], list_: PriceList
):
    perfect = 3.0 + max((sum(item.value_gbp for item in some) for some in every_choice(options)), default=0.0)
    kept_on = {terms: [item for item in options if may_be_chosen(item)] for terms, may_be_chosen in TERMS.items()}
    for kept in keep_shares(options, list_, SETTINGS, perfect_gbp=perfect):
        able = kept_on[kept.terms]
        most = max((sum(item.value_gbp for item in chosen) for chosen in every_choice(able)), default=0.0)
        aim = min(kept.wanted * perfect, most)
        enough = [chosen for chosen in every_choice(able) if sum(item.value_gbp for item in chosen) >= aim - 1e-6]
        cheapest = min(list_.present(list_.of(chosen)) for chosen in enough)
        assert abs(list_.present(kept.price) - cheapest) < 0.01
        assert kept.value_gbp >= aim - 1e-6
        assert kept.is_reached == (kept.wanted * perfect <= most)


@settings(max_examples=60, deadline=None)
@given(options_of_actions, price_lists)
def test_no_order_has_more_steps_or_earns_sooner(options: list[Option], list_: PriceList):
    chosen = make_plan(options, list_, SETTINGS).chosen

    def judged(order: tuple[Option, ...]) -> tuple[int, float]:
        """How often value is at or above cost along an order of single options, and the sum of what is left then."""
        nets = [present_net(order[: place + 1], list_) for place in range(len(order))]
        return sum(net >= -0.005 for net in nets), round(sum(net for net in nets if net >= -0.005), 2)

    found = in_order(chosen, list_, days_year=0, exact_steps=8)
    done: list[Option] = []
    nets = []
    for step in found.steps:
        done += step
        nets.append(present_net(done, list_))
    assert (len(nets), round(sum(nets), 2)) == max(map(judged, permutations(chosen)), default=(0, 0.0))


def test_above_the_limit_of_exact_steps_value_is_still_above_cost_after_every_step():
    some = [
        option(name, (dataset,), low) for name, dataset, low in zip("abcdef", DATASETS * 2, range(4, 10), strict=True)
    ]
    list_ = prices(9.0, {"clinic": 3.0, "school": 2.0}, 1.0)
    plan = make_plan(some, list_, replace(SETTINGS, exact_steps=2))
    assert not plan.is_order_exact
    assert len(plan.chosen) == 6
    done: list[Option] = []
    for step in plan.steps:
        done += step.options
        assert plan.net(done) >= 0


def test_actions_that_pay_only_together_are_one_step():
    some = [option("a", ("clinic",), 8.0), option("b", ("clinic",), 8.0), option("c", ("school",), 3.0)]
    plan = make_plan(some, prices(0.0, {"clinic": 12.0, "school": 1.0}, 0.0), SETTINGS)
    assert [[item.action for item in step.options] for step in plan.steps] == [["a", "b"], ["c"]]


def test_what_is_shared_is_paid_by_the_first_step_that_takes_it():
    some = [option("a", ("clinic",), 50.0), option("b", ("clinic",), 20.0)]
    plan = make_plan(some, prices(10.0, {"clinic": 12.0}, 2.0), SETTINGS)
    assert [step.price for step in plan.steps] == [Price(24.0), Price(0.0)]


def test_a_benefit_belongs_to_one_action():
    some = [option("a", ("clinic",), 8.0), option("b", ("school",), 7.0, outcome="a_outcome")]
    plan = make_plan(some, prices(0.0, {}, 0.0), SETTINGS)
    assert [item.action for item in plan.chosen] == ["a"]
    assert [(item.option.action, item.because) for item in refusals(some, plan)] == [("b", TAKEN_ELSEWHERE)]


def test_of_equally_good_tiers_the_one_that_reveals_less_is_taken():
    some = [option("a", ("clinic",), 8.0, tier="person_full"), option("a", ("clinic",), 8.0)]
    plan = make_plan(some, prices(0.0, {"clinic": 1.0}, 1.0), SETTINGS)
    assert [item.tier for item in plan.chosen] == ["ward_rag"]


def test_every_refusal_says_why():
    free = {"clinic": 2.0, "school": 30.0, "police": 7.0}
    plan_of = [
        option("taken", ("clinic",), 20.0),
        option("taken", ("clinic", "police"), 24.0, value_gbp=40.0),  # police adds 4 surely and 10 as expected, for 7
        option("taken", ("clinic", "school"), 19.0),
        option("taken", ("clinic", "police", "school"), 60.0, tier="person_full", is_vetoed=True),
        option("barred", ("clinic",), 5.0, barred="group lacks a vault"),
        option("dear", ("school",), 10.0),
        option("unsure", ("clinic",), -1.0, value_gbp=4.0),
    ]
    plan = make_plan(plan_of, prices(0.0, free, 0.0), SETTINGS)
    assert [item.action for item in plan.chosen] == ["taken"]
    found = {(item.option.action, item.option.data_sets): item.because for item in refusals(plan_of, plan)}
    assert found == {
        ("taken", ("clinic", "police")): NOT_AT_LOW,
        ("taken", ("clinic", "school")): NOTHING_MORE,
        ("taken", ("clinic", "police", "school")): VETOED,
        ("barred", ("clinic",)): BARRED,
        ("dear", ("school",)): TOO_DEAR,
        ("unsure", ("clinic",)): UNSURE,
    }


def test_nothing_worth_its_cost_is_an_empty_plan():
    plan: Plan = make_plan([option("a", ("clinic",), 5.0)], prices(9.0, {}, 0.0), SETTINGS)
    assert plan.steps == ()
    assert make_plan([], prices(9.0, {}, 0.0), SETTINGS).steps == ()
