"""Which options to take together, as a mixed-integer programme: at most one an action, shared costs paid once.

Solved by HiGHS to proven optimality, or with the bound that it had reached when its time ran out. Which objective is
wanted is told here, the variables and constraints are `programme.py`; in which order the chosen are done is `order.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from valuation.blueprint.options import Option
from valuation.blueprint.prices import PriceList
from valuation.blueprint.programme import Programme, Vector, programme
from valuation.blueprint.start import years_that_count

PENNY = 0.01
OPTIMAL, TIME_LIMIT = "optimal", "time limit"
ENDINGS = {0: OPTIMAL, 1: TIME_LIMIT}


@dataclass(frozen=True)
class Choice:
    """chosen: in the order given. gap_gbp: how much better an unknown choice could at most be. amount_gbp: what it
    comes to by its objective, present value less cost or cost.
    """

    chosen: tuple[Option, ...]
    status: str
    gap_gbp: float
    amount_gbp: float = 0.0


def most_worth(options: Sequence[Option], prices: PriceList, *, days_year: float, seconds: float) -> Choice:
    """The options whose present value less cost is the greatest when each starts as soon as `days_year` person-days of
    set-up a year (0: no limit) allow; of equals those that reveal least.
    """
    if not options:
        return Choice((), OPTIMAL, 0.0)
    choice = _most_worth(options, prices, years=1, days_year=0, seconds=seconds)
    if not days_year or prices.of(choice.chosen).days <= days_year:
        return choice  # all of the best start in year one: nothing can be worth more
    years = years_that_count(options, prices, days_year=days_year)
    return _most_worth(options, prices, years=years, days_year=days_year, seconds=seconds)


def _most_worth(
    options: Sequence[Option], prices: PriceList, *, years: int, days_year: float, seconds: float
) -> Choice:
    laid = programme(options, prices, years=years, days_year=days_year)
    value = np.array([prices.horizon.benefit_annuity_from(year) for year in range(1, years + 1)])
    low = np.array([option.value_low_gbp for option in options])
    found: Choice = _least(laid, laid.costs - laid.of_options(low[:, None] * value[None, :]), seconds=seconds)
    return Choice(found.chosen, found.status, found.gap_gbp, -found.amount_gbp)


def cheapest(
    options: Sequence[Option], prices: PriceList, *, values: Sequence[float], wanted: float, seconds: float
) -> Choice | None:
    """The cheapest options whose values add up to `wanted`; of equals those that reveal least. None if none do."""
    if wanted <= 0 or not options:
        return Choice((), OPTIMAL, 0.0) if wanted <= 0 else None
    laid = programme(options, prices)
    enough = LinearConstraint(laid.of_options(np.asarray(values)[:, None] / wanted)[None, :], lb=1.0)
    found: Choice | None = _least(laid, laid.costs, enough, seconds=seconds)
    return found


def greatest_value(options: Sequence[Option], values: Sequence[float]) -> float:
    """What the values of one option an outcome add up to at most, whatever the cost."""
    best: dict[str, float] = {}
    for option, value in zip(options, values, strict=True):
        best[option.outcome] = max(best.get(option.outcome, 0.0), value)
    return sum(best.values())


def _least(laid: Programme, objective: Vector, *more: LinearConstraint, seconds: float) -> Any:
    """Minimise, then among those as good to the penny take what reveals least."""
    found = _solve(laid, objective, *more, seconds=seconds)
    if found.x is None:
        if found.status == 2:  # infeasible
            return None
        raise RuntimeError(f"no choice was found: {found.message}")
    picked = laid.picked(found.x)
    status = ENDINGS.get(found.status, str(found.message))
    if status == OPTIMAL:
        reveals = laid.of_options(np.array([[option.revealed] * laid.years for option in laid.options], dtype=float))
        as_good = LinearConstraint(objective[None, :], ub=found.fun + PENNY / 2)
        again = _solve(laid, reveals, *more, as_good, seconds=seconds)
        if again.x is not None and objective @ again.x <= found.fun + PENNY:
            picked = laid.picked(again.x)
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return Choice(picked, status, max(0.0, round(float(found.fun - bound), 2)), float(found.fun))


def _solve(laid: Programme, objective: Vector, *more: LinearConstraint, seconds: float) -> Any:
    return milp(
        objective,
        integrality=laid.is_whole,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(laid.rows, ub=laid.limits), *more],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
