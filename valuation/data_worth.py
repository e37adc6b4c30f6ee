"""How much of a joint worth each data set brings: alone, last of all, and by Shapley's fair share.

Pure arithmetic on the worth of every choice of data sets: pounds, or an array of them with one for each resample. The
worths come from `action_worth.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Choice = frozenset[str]
Pounds = TypeVar("Pounds", float, NDArray[np.float64])


@dataclass(frozen=True)
class DataWorth(Generic[Pounds]):
    """What one data set adds to the owner's own data, in pounds. `shapley_gbp` is None where too many share."""

    dataset: str
    alone_gbp: Pounds
    marginal_gbp: Pounds  # to all the others together
    shapley_gbp: Pounds | None


def choices_of(datasets: Sequence[str], *, max_shapley: int) -> list[Choice]:
    """The choices whose worth `share_worth` needs: all of them, or only none, singles, all but one, and all."""
    sizes = range(len(datasets) + 1)
    if len(datasets) > max_shapley:
        sizes = sorted({0, 1, len(datasets) - 1, len(datasets)})  # type: ignore[assignment]
    return [frozenset(chosen) for size in sizes for chosen in combinations(sorted(datasets), size)]


def share_worth(
    worth_gbp: Mapping[Choice, Pounds], datasets: Sequence[str], *, max_shapley: int
) -> list[DataWorth[Pounds]]:
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


def shapley(worth_gbp: Mapping[Choice, Pounds], datasets: Sequence[str], name: str) -> Pounds:
    """The mean over all orders of arrival of what `name` adds to those who came before it."""
    others, count = [other for other in sorted(datasets) if other != name], len(datasets)
    nothing = worth_gbp[frozenset()]
    total = nothing - nothing
    for size in range(count):
        share = factorial(size) * factorial(count - size - 1) / factorial(count)
        for chosen in combinations(others, size):
            before = frozenset(chosen)
            total = total + share * (worth_gbp[before | {name}] - worth_gbp[before])
    return total
