"""Which options to take together, as a mixed-integer programme: at most one an action, shared costs paid once.

Solved by HiGHS to proven optimality, or with the bound that it had reached when its time ran out. Which objective is
wanted is told here; in which order the chosen are done is `order.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from valuation.blueprint.options import Option
from valuation.blueprint.prices import PriceList

PENNY = 0.01
OPTIMAL, TIME_LIMIT = "optimal", "time limit"
ENDINGS = {0: OPTIMAL, 1: TIME_LIMIT}
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """chosen: in the order given. gap_gbp: how much better than this an unknown choice could at most be."""

    chosen: tuple[Option, ...]
    status: str
    gap_gbp: float


@dataclass(frozen=True)
class Programme:
    """Variables: an option each (0 or 1), then what they take (platform, data sets, cells), each paid if any takes it.

    costs: present pounds of every variable; options themselves cost nothing. rows @ variables <= limits.
    """

    options: tuple[Option, ...]
    costs: Vector
    rows: Any
    limits: Vector

    def over_options(self, amounts: Sequence[float] | Vector) -> Vector:
        """A coefficient per variable: the amounts for options, 0 for what they take."""
        return np.concatenate([np.asarray(amounts, dtype=float), np.zeros(len(self.costs) - len(self.options))])


def programme(options: Sequence[Option], prices: PriceList) -> Programme:
    """Lay out the options. Of actions that prevent the same outcome one is taken: a benefit belongs to one action."""
    takes = _takes(options, prices)
    number = {name: len(options) + place for place, name in enumerate(takes)}
    outcomes = sorted({option.outcome for option in options})
    entries: list[tuple[int, int, float]] = []
    limits: list[float] = []
    for outcome in outcomes:  # at most one option an outcome, and so at most one an action
        entries += [(len(limits), place, 1.0) for place, option in enumerate(options) if option.outcome == outcome]
        limits.append(1.0)
    linked: dict[tuple[str, Any], list[int]] = {}
    for place, option in enumerate(options):
        for name in ("platform", *option.data_sets, *sorted(option.cells)):
            linked.setdefault((option.outcome, name), []).append(place)
    for (_, name), places in linked.items():  # whatever takes it pays it; summed over an outcome, which binds tightest
        entries += [(len(limits), place, 1.0) for place in places] + [(len(limits), number[name], -1.0)]
        limits.append(0.0)
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    shape = (len(limits), len(options) + len(takes))
    costs = np.concatenate([np.zeros(len(options)), np.array(list(takes.values()), dtype=float)])
    return Programme(tuple(options), costs, csr_array((values, (rows, columns)), shape=shape), np.array(limits))


def _takes(options: Sequence[Option], prices: PriceList) -> dict[Any, float]:
    cells = sorted({cell for option in options for cell in option.cells})
    priced: Mapping[Any, Any] = {
        "platform": prices.platform,
        **{name: prices.datasets[name] for name in sorted({cell.dataset for cell in cells})},
        **{cell: prices.cells[cell] for cell in cells},
    }
    return {name: prices.present(price) for name, price in priced.items()}


def most_worth(
    options: Sequence[Option], prices: PriceList, *, present_values: Sequence[float], seconds: float
) -> Choice:
    """The options whose present value less cost is the greatest; of equals those that reveal least."""
    if not options:
        return Choice((), OPTIMAL, 0.0)
    laid = programme(options, prices)
    return _least(laid, laid.costs - laid.over_options(present_values), seconds=seconds)


def cheapest(
    options: Sequence[Option], prices: PriceList, *, values: Sequence[float], wanted: float, seconds: float
) -> Choice | None:
    """The cheapest options whose values add up to `wanted`; of equals those that reveal least. None if none do."""
    if wanted <= 0 or not options:
        return Choice((), OPTIMAL, 0.0) if wanted <= 0 else None
    laid = programme(options, prices)
    enough = LinearConstraint(laid.over_options(np.asarray(values) / wanted)[None, :], lb=1.0)
    return _least(laid, laid.costs, enough, seconds=seconds)


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
    picked = np.rint(found.x[: len(laid.options)]).astype(bool)
    status = ENDINGS.get(found.status, str(found.message))
    if status == OPTIMAL:
        reveals = laid.over_options([option.revealed for option in laid.options])
        as_good = LinearConstraint(objective[None, :], ub=found.fun + PENNY / 2)
        again = _solve(laid, reveals, *more, as_good, seconds=seconds)
        if again.x is not None and objective @ again.x <= found.fun + PENNY:
            picked = np.rint(again.x[: len(laid.options)]).astype(bool)
    chosen = tuple(option for option, is_in in zip(laid.options, picked, strict=True) if is_in)
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return Choice(chosen, status, max(0.0, round(float(found.fun - bound), 2)))


def _solve(laid: Programme, objective: Vector, *more: LinearConstraint, seconds: float) -> Any:
    whole = laid.over_options(np.ones(len(laid.options)))  # what is taken follows: 0 or 1 by itself
    return milp(
        objective,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(laid.rows, ub=laid.limits), *more],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
