"""What linkage error costs each action: the rows of `economics.linkage_value`, in a demo whose truth is there."""

from collections.abc import Iterator
from dataclasses import dataclass

from valuation.action_worth import ActionWorth
from valuation.judge import Judge, Worth

BASELINES = ("own_data", "perfect_record")


@dataclass(frozen=True)
class LinkageValue:
    """An action with all its candidates at a tier, or a baseline, as linked and with perfect linkage.

    lost_gbp: net value with perfect linkage less that as linked. Homes are the same in both, so resamples are paired
    (but for people whom linkage split or merged).
    """

    action: str
    user_group: str
    baseline: str | None
    tier: str | None
    eligible: int
    perfect_linkage_eligible: int
    net_value_gbp: float
    perfect_linkage_gbp: float
    lost_gbp: float
    lost_low_gbp: float
    lost_high_gbp: float


@dataclass(frozen=True)
class Worths:
    """Of an action: what it is worth by baseline (a name) and tier, and among how many units."""

    eligible: int
    of: dict[str, Worth]


def worths_of(found: ActionWorth) -> Worths:
    """The little of an action's judging that is compared here."""
    named = {name: found.baselines[name] for name in BASELINES}
    tiers = {"_".join(tier): found.everything(*tier) for tier in found.tiers}
    return Worths(len(found.judge.fold), named | tiers)


def linkage_values(linked: Worths, perfect: ActionWorth) -> list[LinkageValue]:
    """The action as linked beside the same with perfect linkage."""
    return list(_lines(linked, worths_of(perfect), perfect.judge))


def _lines(linked: Worths, perfect: Worths, judge: Judge) -> Iterator[LinkageValue]:
    action = judge.action
    for name, worth in linked.of.items():
        other = perfect.of[name]
        low, high = judge.interval(other.resampled_gbp - worth.resampled_gbp)
        yield LinkageValue(
            action=action.id,
            user_group=action.user_group,
            baseline=name if name in BASELINES else None,
            tier=None if name in BASELINES else name,
            eligible=linked.eligible,
            perfect_linkage_eligible=perfect.eligible,
            net_value_gbp=worth.net_value_gbp,
            perfect_linkage_gbp=other.net_value_gbp,
            lost_gbp=other.net_value_gbp - worth.net_value_gbp,
            lost_low_gbp=low,
            lost_high_gbp=high,
        )
