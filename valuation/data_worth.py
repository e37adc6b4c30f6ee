"""How much of a joint worth each data set brings: alone, last of all, and by Shapley's fair share.

Pure arithmetic on the worth of every choice of data sets, in pounds; the worths come from `action_worth.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

Choice = frozenset[str]


@dataclass(frozen=True)
class DataWorth:
    """What one data set adds to the owner's own data, in pounds. `shapley_gbp` is None where too many share."""

    dataset: str
    alone_gbp: float
    marginal_gbp: float  # to all the others together
    shapley_gbp: float | None


def choices_of(datasets: Sequence[str], *, max_shapley: int) -> list[Choice]:
    """The choices whose worth `share_worth` needs: all of them, or only none, singles, all but one, and all."""
    sizes = range(len(datasets) + 1)
    if len(datasets) > max_shapley:
        sizes = sorted({0, 1, len(datasets) - 1, len(datasets)})  # type: ignore[assignment]
    return [frozenset(chosen) for size in sizes for chosen in combinations(sorted(datasets), size)]


def share_worth(worth_gbp: Mapping[Choice, float], datasets: Sequence[str], *, max_shapley: int) -> list[DataWorth]:
    """Each data set's part in the worth of all. Shapley values add up to the worth of all less that of none."""
    everything, nothing = frozenset(datasets), frozenset[str]()
    return [
        DataWorth(
            dataset=name,
            alone_gbp=worth_gbp[frozenset({name})] - worth_gbp[nothing],
            marginal_gbp=worth_gbp[everything] - worth_gbp[everything - {name}],
            shapley_gbp=shapley(worth_gbp, datasets, name) if len(datasets) <= max_shapley else None,
        )
        for name in sorted(datasets)
    ]


def shapley(worth_gbp: Mapping[Choice, float], datasets: Sequence[str], name: str) -> float:
    """The mean over all orders of arrival of what `name` adds to those who came before it."""
    others, count = [other for other in sorted(datasets) if other != name], len(datasets)
    total = 0.0
    for size in range(count):
        share = factorial(size) * factorial(count - size - 1) / factorial(count)
        for chosen in combinations(others, size):
            before = frozenset(chosen)
            total += share * (worth_gbp[before | {name}] - worth_gbp[before])
    return total
