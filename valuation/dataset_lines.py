"""The rows of `economics.dataset_value`: what each data set adds to an action. The arithmetic is `data_worth.py`."""

from dataclasses import dataclass

from valuation.action_worth import ActionWorth
from valuation.data_worth import share_worth


@dataclass(frozen=True)
class DatasetValue:
    """What one candidate data set adds to an action at a tier, in pounds. Intervals are those of the policy."""

    action: str
    user_group: str
    tier: str
    dataset: str
    alone_gbp: float
    marginal_gbp: float
    shapley_gbp: float | None
    marginal_low_gbp: float
    marginal_high_gbp: float
    shapley_low_gbp: float | None
    shapley_high_gbp: float | None


def dataset_values(found: ActionWorth) -> list[DatasetValue]:
    """Each candidate at each tier that has it."""
    judge, lines = found.judge, []
    limit = judge.policy.max_shapley_data_sets
    for (level, detail), worths in found.tiers.items():
        names = sorted(frozenset().union(*worths))
        parts = share_worth({choice: worth.net_value_gbp for choice, worth in worths.items()}, names, max_shapley=limit)
        resampled = share_worth(
            {choice: worth.resampled_gbp for choice, worth in worths.items()}, names, max_shapley=limit
        )
        for part, spread in zip(parts, resampled, strict=True):
            marginal = judge.interval(spread.marginal_gbp)
            shapley = judge.interval(spread.shapley_gbp) if spread.shapley_gbp is not None else (None, None)
            lines.append(
                DatasetValue(
                    action=found.action.id,
                    user_group=found.action.user_group,
                    tier=f"{level}_{detail}",
                    dataset=part.dataset,
                    alone_gbp=part.alone_gbp,
                    marginal_gbp=part.marginal_gbp,
                    shapley_gbp=part.shapley_gbp,
                    marginal_low_gbp=marginal[0],
                    marginal_high_gbp=marginal[1],
                    shapley_low_gbp=shapley[0],
                    shapley_high_gbp=shapley[1],
                )
            )
    return lines
