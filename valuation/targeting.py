"""Whom a score would have a service reach, and what came of it: counts and pounds for any capacity, ties shared evenly.

A score ranks units. Units with one score are one group; when capacity ends inside a group, each of its members has the
same chance of being reached, so results are expected values. No model is fitted and no table read here.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
POISSON = np.cumsum(np.exp(-1) / np.cumprod(np.r_[1.0, np.arange(1.0, 13.0)]))  # of 1, up to 0, 1, 2, ...
SAME_SCORE_DECIMALS = 9  # beyond that, two scores differ by rounding of sums only


@dataclass(frozen=True)
class Ranking:
    """Units in groups of one score, best first. `group` is each unit's place in `reached` and `happened`."""

    group: NDArray[np.int64]
    reached: Vector  # units in this group and all better ones
    happened: Vector  # of those, to how many the outcome came

    def expected_at(self, capacity: float | Vector) -> Vector:
        """How many outcomes are among the best `capacity` units; all of them when capacity exceeds the units."""
        return np.asarray(np.interp(capacity, np.r_[0.0, self.reached], np.r_[0.0, self.happened]))


def rank(score: Vector, happened: Vector) -> Ranking:
    """Group units by score, best first. happened: 0 or 1 per unit."""
    _, from_lowest = np.unique(np.round(score, SAME_SCORE_DECIMALS), return_inverse=True)
    groups = int(from_lowest.max()) + 1 if len(score) else 0
    group = groups - 1 - from_lowest
    return Ranking(
        group=group.astype(np.int64),
        reached=np.cumsum(np.bincount(group, minlength=groups)).astype(np.float64),
        happened=np.cumsum(np.bincount(group, weights=happened, minlength=groups)),
    )


def recount(ranking: Ranking, happened: Vector) -> Ranking:
    """The same ranking, with the outcomes of another period."""
    counts = np.bincount(ranking.group, weights=happened, minlength=len(ranking.reached))
    return replace(ranking, happened=np.cumsum(counts))


def net_value(
    true_positives: Vector | float, reached: Vector | float, *, benefit_gbp: float, cost_gbp: float
) -> Vector:
    """Pounds: benefit for each outcome among those reached, less the cost of reaching. No more units than there are."""
    return np.asarray(benefit_gbp * np.asarray(true_positives) - cost_gbp * np.asarray(reached))


def value_at(ranking: Ranking, capacity: float | Vector, *, benefit_gbp: float, cost_gbp: float) -> Vector:
    """Net value in pounds of reaching the best `capacity` units."""
    reached = np.minimum(capacity, ranking.reached[-1] if len(ranking.reached) else 0.0)
    return net_value(ranking.expected_at(capacity), reached, benefit_gbp=benefit_gbp, cost_gbp=cost_gbp)


def capacity_worth(
    ranking: Ranking, wanted_gbp: float, *, above: float, benefit_gbp: float, cost_gbp: float
) -> float | None:
    """The smallest capacity, from `above` on, at which the ranking is worth `wanted_gbp`; None where none is."""
    ends = np.unique(np.r_[above, ranking.reached[ranking.reached > above]])
    values = value_at(ranking, ends, benefit_gbp=benefit_gbp, cost_gbp=cost_gbp)
    enough = np.flatnonzero(values >= wanted_gbp)
    if not len(enough):
        return None
    at = int(enough[0])
    if at == 0:
        return above
    share = (wanted_gbp - values[at - 1]) / (values[at] - values[at - 1])  # straight between the ends of groups
    return float(ends[at - 1] + share * (ends[at] - ends[at - 1]))


def resampling_weights(home: NDArray[np.uint64], *, resamples: int, seed: int) -> NDArray[np.uint8]:
    """How often each unit is drawn in each resample (resamples by units), by Poisson weights.

    home: a number by household, all of whose units are drawn together. The same home is drawn alike whatever units
    there are besides, so that what is judged on two sets of units may be compared resample by resample.
    """
    start = np.random.default_rng(seed).integers(0, 2**63, resamples, dtype=np.uint64)
    weights = np.empty((resamples, len(home)), dtype=np.uint8)
    for row, salt in enumerate(start):
        weights[row] = np.searchsorted(POISSON, _mixed(home ^ salt) * 2.0**-64)
    return weights


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers mixed so that near ones end far apart (the finish of splitmix64); overflow is meant."""
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


def resampled_values(
    ranking: Ranking,
    happened: Vector,
    weights: NDArray[np.uint8],
    *,
    share: float,
    benefit_gbp: float,
    cost_gbp: float,
) -> Vector:
    """Net value in pounds in each resample, reaching the best `share` of its units, scaled to the units there are.

    The model stays as fitted: the spread is that of who the judged people happen to be.
    """
    units = weights.sum(axis=1, dtype=np.float64)
    capacity = share * units
    top = _enough(ranking, capacity.max())
    order = np.argsort(ranking.group, kind="stable")[: int(ranking.reached[top])]
    starts = np.flatnonzero(np.diff(ranking.group[order], prepend=-1))
    drawn = weights[:, order]
    came = drawn * happened[order].astype(np.uint8)
    reached = np.cumsum(np.add.reduceat(drawn, starts, axis=1, dtype=np.float64), axis=1)
    found = np.cumsum(np.add.reduceat(came, starts, axis=1, dtype=np.float64), axis=1)
    at = np.minimum((reached < capacity[:, None]).sum(axis=1), top)
    line = np.arange(len(reached))
    before_reached = np.where(at > 0, reached[line, at - 1], 0.0)
    before_found = np.where(at > 0, found[line, at - 1], 0.0)
    size = reached[line, at] - before_reached
    part = np.divide(capacity - before_reached, size, out=np.zeros_like(size), where=size > 0).clip(0, 1)
    positives = before_found + part * (found[line, at] - before_found)
    scale = len(happened) / units
    return net_value(positives * scale, capacity * scale, benefit_gbp=benefit_gbp, cost_gbp=cost_gbp)


def _enough(ranking: Ranking, capacity: float) -> int:
    """The last group that any resample needs, by a margin no resample crosses: the groups after it are not counted."""
    wanted = capacity + 8 * np.sqrt(capacity) + 8
    return int(min(np.searchsorted(ranking.reached, wanted), len(ranking.reached) - 1))
