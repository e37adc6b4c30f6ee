"""Which tiers serve several stakeholders at once: the rows of `economics.level_reach`."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharing.tiers import DETAILS, LEVELS
from valuation.gains import ActionGains, total
from valuation.policy import ValuationPolicy


@dataclass(frozen=True)
class LevelReach:
    """A tier, and whom it serves: actions whose gain with all candidates has an interval above 0 and no veto.

    gain_gbp: of these actions together, a year.
    """

    tier: str
    level: str
    detail: str
    groups_served: int
    user_groups: tuple[str, ...]
    actions: tuple[str, ...]
    gain_gbp: float
    gain_low_gbp: float
    gain_high_gbp: float


def level_reaches(gains: Sequence[ActionGains], policy: ValuationPolicy) -> list[LevelReach]:
    """Twenty rows where any action was valued, else none."""
    return [_reach(gains, (level, detail), policy) for level in LEVELS for detail in DETAILS] if gains else []


def _reach(gains: Sequence[ActionGains], tier: tuple[str, str], policy: ValuationPolicy) -> LevelReach:
    served = [
        item
        for item in gains
        if tier not in item.vetoed and item.tiers[tier].interval(policy.interval_low, policy.interval_high)[0] > 0
    ]
    groups = tuple(sorted({item.user_group for item in served}))
    whole = total(item.tiers[tier] for item in served) if served else None
    low, high = whole.interval(policy.interval_low, policy.interval_high) if whole else (0.0, 0.0)
    return LevelReach(
        tier="_".join(tier),
        level=tier[0],
        detail=tier[1],
        groups_served=len(groups),
        user_groups=groups,
        actions=tuple(sorted(item.action for item in served)),
        gain_gbp=whole.gbp if whole else 0.0,
        gain_low_gbp=low,
        gain_high_gbp=high,
    )
