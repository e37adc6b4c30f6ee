"""In which order to do what was chosen, so that value is above cost after every step.

Actions that pay only together are one step. Which actions are chosen is `choose.py`, when a step starts `start.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.blueprint.cash_flow import Horizon
from valuation.blueprint.options import PENNIES, Option
from valuation.blueprint.prices import PriceList
from valuation.blueprint.start import start_year

HALF_PENNY = 0.005


@dataclass(frozen=True)
class Order:
    """steps: one option or more each. years: in which each starts. net_gbp: present value less cost of all steps.
    is_exact: every order was compared.
    """

    steps: tuple[tuple[Option, ...], ...]
    years: tuple[int, ...]
    net_gbp: float
    is_exact: bool


@dataclass(frozen=True)
class Totals:
    """What options come to together: of one set, or (arrays) of many sets."""

    low_gbp: Any
    one_off_gbp: Any
    running_year_gbp: Any
    year: Any  # in which their set-up is finished

    def at(self, places: Any) -> "Totals":
        """Of some of many sets."""
        return Totals(self.low_gbp[places], self.one_off_gbp[places], self.running_year_gbp[places], self.year[places])


def in_order(options: Sequence[Option], prices: PriceList, *, days_year: float, exact_steps: int) -> Order:
    """The order worth most, each step leaving value at or above cost and starting as soon as the days a year allow.

    Value and cost are discounted over the horizon, each from its step's start. Of equals it is the order with most
    steps, then the one that earns most soonest: by the sum over the steps of what the programme is worth after each.
    What would start too late to be worth it is left out. All orders are compared up to `exact_steps` options; above,
    the next step is always the single one that leaves most.
    """
    if not options:
        return Order((), (), 0.0, is_exact=True)
    if len(options) <= exact_steps:
        return _best_chain(options, prices, days_year=days_year)
    return _greedy_chain(options, prices, days_year=days_year)


def _totals(options: Sequence[Option], prices: PriceList, days_year: float) -> Totals:
    price = prices.of(options)
    return Totals(
        sum(option.value_low_gbp for option in options),
        price.one_off_gbp,
        price.running_year_gbp,
        start_year(price.days, days_year=days_year),
    )


def _added(before: Totals, after: Totals, over: Horizon) -> Any:
    """Present value less cost of a step that leads from one set to another; minus infinity past the horizon."""
    year = min(after.year, over.years)
    net = (
        (after.low_gbp - before.low_gbp) * over.benefit_annuity_from(year)
        - (after.running_year_gbp - before.running_year_gbp) * over.annuity_from(year)
        - (after.one_off_gbp - before.one_off_gbp) * over.factors[year - 1]
    )
    return net if year == after.year else net - np.inf


def _best_chain(options: Sequence[Option], prices: PriceList, *, days_year: float) -> Order:
    """Dynamic programme over subsets (bit patterns): the best chain of subsets that each pay.

    What a step adds depends only on the sets before and after it, so the best chain to a set goes on best as well.
    """
    count = 1 << len(options)
    sets = [[option for place, option in enumerate(options) if subset >> place & 1] for subset in range(count)]
    each = [_totals(some, prices, days_year) for some in sets]
    totals = Totals(*(np.array([getattr(item, name) for item in each]) for name in Totals.__dataclass_fields__))
    net, area = np.full(count, -np.inf), np.zeros(count)
    steps, before = np.zeros(count, dtype=int), np.zeros(count, dtype=int)
    net[0] = 0.0
    for subset in range(1, count):
        inside = _inside(subset)
        nets = np.round(net[inside] + _added(totals.at(inside), each[subset], prices.horizon), PENNIES)
        best = np.lexsort((-inside, np.round(area[inside], PENNIES), steps[inside], nets))[-1]
        if nets[best] >= -HALF_PENNY:
            net[subset], before[subset] = nets[best], inside[best]
            steps[subset], area[subset] = steps[inside[best]] + 1, area[inside[best]] + nets[best]
    sizes = np.array([len(some) for some in sets])
    last = int(np.lexsort((area, steps, sizes, net))[-1])
    chain = [last]
    while chain[-1]:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    taken = [after & ~previous for previous, after in pairwise(chain)]
    years = tuple(int(totals.year[subset]) for subset in chain[1:])
    return Order(tuple(tuple(sets[step]) for step in taken), years, float(net[last]), is_exact=True)


def _inside(subset: int) -> NDArray[np.int64]:
    """All subsets of a bit pattern but itself."""
    found = np.zeros(1, dtype=np.int64)
    while subset:
        bit = subset & -subset
        found = np.concatenate([found, found | bit])
        subset ^= bit
    return found[:-1]


def _greedy_chain(options: Sequence[Option], prices: PriceList, *, days_year: float) -> Order:
    """The option that leaves most comes next; while value is below cost, the step goes on."""
    left = list(options)
    done: list[Option] = []
    step: list[Option] = []
    before, net = _totals([], prices, days_year), 0.0
    found: list[tuple[tuple[Option, ...], int, float]] = []

    def leaves(option: Option) -> float:
        after = _totals([*done, *step, option], prices, days_year)
        return net + float(_added(before, after, prices.horizon))

    while left:
        following = max(left, key=leaves)
        worth = leaves(following)
        left.remove(following)
        step.append(following)
        if worth >= -HALF_PENNY:
            done += step
            before, net = _totals(done, prices, days_year), worth
            found.append((tuple(step), before.year, net))
            step = []
    best = max(range(len(found) + 1), key=lambda size: (round(found[size - 1][2], PENNIES) if size else 0.0, size))
    kept = found[:best]
    return Order(
        tuple(step for step, _, _ in kept),
        tuple(year for _, year, _ in kept),
        kept[-1][2] if kept else 0.0,
        is_exact=False,
    )
