"""What each tier gains over own data, with its resamples: the little of what was judged that outlives the judging.

Facts and how they are taken from an `ActionWorth`; which question they answer is `assumptions.py`'s and
`level_reach.py`'s business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuation import data_worth
from valuation.action_worth import ActionWorth
from valuation.data_worth import Choice, Pounds
from valuation.judge import Worth

Vector = NDArray[np.float64]
Tier = tuple[str, str]  # level, detail


@dataclass(frozen=True)
class Gain:
    """Pounds over own data in the period that judges, in each resample of it, and in the earlier period.

    Where the best of several is wanted it is chosen by `earlier_gbp`, so that the rest stays a test.
    """

    gbp: float
    resampled_gbp: Vector
    earlier_gbp: float

    def interval(self, low: float, high: float) -> tuple[float, float]:
        """Quantiles of the resamples, in pounds."""
        ends = np.quantile(self.resampled_gbp, [low, high])
        return float(ends[0]), float(ends[1])


@dataclass(frozen=True)
class ActionGains:
    """One action's gains with all its candidates: per tier, of the perfect record, and of what it may see now.

    best_less_worst: how much more the best data set brings than the worst, by Shapley's share at the finest tier,
    where best and worst were chosen by the earlier period; None where there are not two.
    """

    action: str
    user_group: str
    tiers: dict[Tier, Gain]
    vetoed: frozenset[Tier]
    perfect_record: Gain
    permitted_now: Gain
    has_permitted: bool
    best_less_worst: Gain | None


def gains_of(found: ActionWorth) -> ActionGains:
    """What is kept of one action."""
    accepts = found.action.acceptability
    return ActionGains(
        action=found.action.id,
        user_group=found.action.user_group,
        tiers={tier: _gain(found.everything(*tier), found.own) for tier in found.tiers},
        vetoed=frozenset(tier for tier in found.tiers if accepts.is_vetoed("_".join(tier))),
        perfect_record=_gain(found.baselines["perfect_record"], found.own),
        permitted_now=_gain(found.baselines["permitted_now"], found.own),
        has_permitted=any(found.permitted.values()),
        best_less_worst=_best_less_worst(found),
    )


def total(gains: Iterable[Gain]) -> Gain:
    """The sum, resample by resample: actions are judged on units drawn independently."""
    parts = list(gains)
    return Gain(
        gbp=sum(part.gbp for part in parts),
        resampled_gbp=np.sum([part.resampled_gbp for part in parts], axis=0),
        earlier_gbp=sum(part.earlier_gbp for part in parts),
    )


def _gain(worth: Worth, own: Worth) -> Gain:
    return Gain(
        gbp=worth.net_value_gbp - own.net_value_gbp,
        resampled_gbp=worth.resampled_gbp - own.resampled_gbp,
        earlier_gbp=worth.chosen_by_gbp - own.chosen_by_gbp,
    )


def _best_less_worst(found: ActionWorth) -> Gain | None:
    worths = found.tiers[found.action.unit, "full"]
    datasets = sorted(frozenset().union(*worths))
    if len(datasets) < 2 or len(worths) < 2 ** len(datasets):
        return None
    earlier = {choice: worth.chosen_by_gbp for choice, worth in worths.items()}
    ranked = sorted(datasets, key=lambda name: (data_worth.shapley(earlier, datasets, name), name))
    ends = ranked[-1], ranked[0]
    net = {choice: worth.net_value_gbp for choice, worth in worths.items()}
    resampled = {choice: worth.resampled_gbp for choice, worth in worths.items()}
    return Gain(
        gbp=_difference(net, datasets, ends),
        resampled_gbp=_difference(resampled, datasets, ends),
        earlier_gbp=_difference(earlier, datasets, ends),
    )


def _difference(worths: Mapping[Choice, Pounds], datasets: Sequence[str], ends: tuple[str, str]) -> Pounds:
    best, worst = (data_worth.shapley(worths, datasets, name) for name in ends)
    return best - worst
