"""The plan: chosen options in order, what each step brings and costs, and the cheapest sets for a share of the value.

Arithmetic on options and prices only; where they come from is `draw.py`, what is refused `refusals.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from valuation.blueprint.choose import Choice, cheapest, greatest_value, most_worth
from valuation.blueprint.options import Option, undominated
from valuation.blueprint.order import in_order
from valuation.blueprint.plan_settings import PlanSettings
from valuation.blueprint.prices import FREE, Price, PriceList


@dataclass(frozen=True)
class Step:
    """Options that are done together, mostly one, and what they cost more than the steps before."""

    options: tuple[Option, ...]
    added: tuple[Price, ...]  # per option, in that order

    @property
    def price(self) -> Price:
        return sum(self.added, FREE)

    @property
    def value_gbp(self) -> float:
        return sum(option.value_gbp for option in self.options)

    @property
    def value_low_gbp(self) -> float:
        return sum(option.value_low_gbp for option in self.options)


@dataclass(frozen=True)
class Plan:
    """Steps in order. choice tells how sure it is that nothing is worth more."""

    steps: tuple[Step, ...]
    choice: Choice
    is_order_exact: bool
    prices: PriceList
    settings: PlanSettings

    @property
    def chosen(self) -> tuple[Option, ...]:
        return tuple(option for step in self.steps for option in step.options)

    def present_value(self, value_year_gbp: float) -> float:
        """Of a yearly value at full effect, over the horizon, ramped up and discounted."""
        return value_year_gbp * self.prices.horizon.benefit_annuity

    def net(self, options: Sequence[Option]) -> float:
        """Present value at the low end of the interval, less present cost, of options taken together."""
        return present_net(options, self.prices)


TERMS: dict[str, Callable[[Option], bool]] = {
    "as things stand": lambda option: option.is_able,
    "were every control held": lambda option: not option.is_vetoed and option.value_gbp > 0,
}
"""What the minimal data may be chosen from: what can be granted and is surely worth something; and whatever citizens
accept and is expected to be worth something, which tells what the missing controls cost."""


@dataclass(frozen=True)
class Kept:
    """The cheapest options that keep a share of what the perfect record adds; the most there is, if that is less.

    terms: one of TERMS, what may be chosen from.
    """

    terms: str
    wanted: float
    is_reached: bool
    share: float
    choice: Choice
    price: Price
    value_gbp: float


def present_net(options: Sequence[Option], prices: PriceList) -> float:
    """Present value at the low end of the interval, less present cost, of options taken together."""
    low = sum(option.value_low_gbp for option in options)
    return low * prices.horizon.benefit_annuity - prices.present(prices.of(options))


def make_plan(options: Sequence[Option], prices: PriceList, settings: PlanSettings) -> Plan:
    """Choose among options that are open and surely worth something, then order the chosen."""
    able = undominated((option for option in options if option.is_able), lambda option: option.value_low_gbp)
    values = [option.value_low_gbp * prices.horizon.benefit_annuity for option in able]
    choice = most_worth(able, prices, present_values=values, seconds=settings.time_limit_seconds)
    order = in_order(choice.chosen, lambda some: present_net(some, prices), exact_steps=settings.exact_steps)
    steps: list[Step] = []
    done: list[Option] = []
    for together in order.steps:
        added = []
        for option in together:
            added.append(prices.of([*done, option]) - prices.of(done))
            done.append(option)
        steps.append(Step(together, tuple(added)))
    return Plan(tuple(steps), choice, order.is_exact, prices, settings)


def keep_shares(
    options: Sequence[Option], prices: PriceList, settings: PlanSettings, *, perfect_gbp: float
) -> list[Kept]:
    """Per terms and share of the settings, the cheapest cells that keep it, by expected values."""
    return [
        kept
        for terms, may_be_chosen in TERMS.items()
        for kept in _keep_shares(terms, filter(may_be_chosen, options), prices, settings, perfect_gbp=perfect_gbp)
    ]


def _keep_shares(
    terms: str, options: Iterable[Option], prices: PriceList, settings: PlanSettings, *, perfect_gbp: float
) -> list[Kept]:
    able = undominated(options, lambda option: option.value_gbp)
    values = [option.value_gbp for option in able]
    most = greatest_value(able, values)
    kept = []
    for wanted in settings.retained_shares if perfect_gbp > 0 else ():
        aim = min(wanted * perfect_gbp, most)
        found = cheapest(able, prices, values=values, wanted=aim, seconds=settings.time_limit_seconds)
        if found is not None:
            value = sum(option.value_gbp for option in found.chosen)
            kept.append(
                Kept(
                    terms,
                    wanted,
                    is_reached=wanted * perfect_gbp <= most,
                    share=value / perfect_gbp,
                    choice=found,
                    price=prices.of(found.chosen),
                    value_gbp=value,
                )
            )
    return kept
