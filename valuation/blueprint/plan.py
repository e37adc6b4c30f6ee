"""The plan: chosen options in order, what each step brings and costs, and the cheapest sets for a share of the value.

Arithmetic on options and prices only; where they come from is `draw.py`, what is refused `refusals.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from valuation.blueprint.choose import Choice, cheapest, greatest_value, most_worth
from valuation.blueprint.options import Option, undominated
from valuation.blueprint.order import Order, in_order
from valuation.blueprint.plan_settings import PlanSettings
from valuation.blueprint.prices import FREE, Price, PriceList
from valuation.blueprint.start import start_year

PENNIES_OF_ROUNDING = 0.5  # pounds: between a sum of many steps and a solver's


@dataclass(frozen=True)
class Step:
    """Options that are done together, mostly one, what they cost more than the steps before, and the year from which
    they cost and work.
    """

    options: tuple[Option, ...]
    added: tuple[Price, ...]  # per option, in that order
    start_year: int = 1

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

    def present_value(self, value_year_gbp: float, start_year: int = 1) -> float:
        """Of a yearly value at full effect, over the horizon, ramped up from its start and discounted."""
        return value_year_gbp * self.prices.horizon.benefit_annuity_from(start_year)

    def net(self, options: Sequence[Option]) -> float:
        """Present value at the low end of the interval, less present cost, of options that all start in year one."""
        return present_net(options, self.prices)

    @property
    def staged_net(self) -> float:
        """The same of the steps, each from its start."""
        return sum(
            self.present_value(step.value_low_gbp, step.start_year) - self.prices.present(step.price, step.start_year)
            for step in self.steps
        )

    def start_after_all(self, added: Price) -> int:
        """The year in which something could start once all steps are set up; it may lie past the horizon."""
        days = sum((step.price for step in self.steps), added).days
        return start_year(days, days_year=self.settings.set_up_days_year)

    def costs_by_year(self) -> list[float]:
        """What the steps cost in each year, as they fall."""
        each = [
            self.prices.horizon.costs_from(
                step.start_year, one_off_gbp=step.price.one_off_gbp, running_year_gbp=step.price.running_year_gbp
            )
            for step in self.steps
        ]
        return [sum(year) for year in zip(*each, strict=True)] if each else [0.0] * self.prices.horizon.years

    def values_by_year(self, value_of: Callable[[Step], float]) -> list[float]:
        """What the steps bring in each year, as it falls. value_of: a step's value a year at full effect."""
        over = self.prices.horizon
        each = [[value_of(step) * share for share in over.benefit_shares_from(step.start_year)] for step in self.steps]
        return [sum(year) for year in zip(*each, strict=True)] if each else [0.0] * over.years


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
    """Present value at the low end of the interval, less present cost, of options that all start in year one."""
    low = sum(option.value_low_gbp for option in options)
    return low * prices.horizon.benefit_annuity - prices.present(prices.of(options))


def make_plan(options: Sequence[Option], prices: PriceList, settings: PlanSettings) -> Plan:
    """Choose among options that are open and surely worth something, then order and start the chosen."""
    able = undominated((option for option in options if option.is_able), lambda option: option.value_low_gbp)
    days_year = settings.set_up_days_year
    choice = most_worth(able, prices, days_year=days_year, seconds=settings.time_limit_seconds)
    order = in_order(choice.chosen, prices, days_year=days_year, exact_steps=settings.exact_steps)
    lost = choice.amount_gbp - order.net_gbp  # where value must stay above cost, actions wait for each other
    gap = choice.gap_gbp + (round(lost, 2) if lost > PENNIES_OF_ROUNDING else 0.0)
    return Plan(_steps(order, prices), replace(choice, gap_gbp=gap), order.is_exact, prices, settings)


def _steps(order: Order, prices: PriceList) -> tuple[Step, ...]:
    steps: list[Step] = []
    done: list[Option] = []
    for together, year in zip(order.steps, order.years, strict=True):
        added = []
        for option in together:
            added.append(prices.of([*done, option]) - prices.of(done))
            done.append(option)
        steps.append(Step(together, tuple(added), year))
    return tuple(steps)


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
