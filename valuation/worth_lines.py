"""The rows of `economics.action_value`, `value_curve` and `capacity_value`, from what was judged.

What their columns say is in `worth_rows.py`. Nothing is judged here and nothing written.
"""

import numpy as np

from sharing.tiers import DETAILS, LEVELS
from valuation.action_worth import ActionWorth, extra_capacity
from valuation.judge import Worth
from valuation.worth_rows import ActionValue, CapacityValue, CurvePoint


def action_values(found: ActionWorth) -> list[ActionValue]:
    """Baselines first, then tier by tier each choice of data sets."""
    lines = [_action_value(found, worth, baseline=name) for name, worth in found.baselines.items()]
    for (level, detail), worths in found.tiers.items():
        for chosen in sorted(worths, key=lambda item: (len(item), sorted(item))):
            if chosen:
                lines.append(
                    _action_value(found, worths[chosen], tier=(level, detail), data_sets=tuple(sorted(chosen)))
                )
    return lines


def _action_value(
    found: ActionWorth,
    worth: Worth,
    *,
    baseline: str | None = None,
    tier: tuple[str, str] | None = None,
    data_sets: tuple[str, ...] = (),
) -> ActionValue:
    action, judge = found.action, found.judge
    level, detail = tier or (None, None)
    name = f"{level}_{detail}" if tier else None
    accepted = action.acceptability.of(name) if name else None
    value_low, value_high = judge.interval(worth.resampled_gbp)
    gain_low, gain_high = judge.interval(worth.resampled_gbp - found.own.resampled_gbp)
    shown = found.permitted[tier].get(frozenset(data_sets)) if tier else None
    shown_low, shown_high = judge.interval(shown.resampled_gbp - found.own.resampled_gbp) if shown else (None, None)
    return ActionValue(
        action=action.id,
        user_group=action.user_group,
        unit=action.unit,
        baseline=baseline,
        tier=name,
        level=level,
        detail=detail,
        data_sets=data_sets,
        is_all_candidates=tier is not None and len(data_sets) == max(map(len, found.tiers[tier])),
        eligible=len(judge.fold),
        outcomes=int(judge.outcomes.judged.sum()),
        capacity=worth.capacity,
        true_positives=worth.true_positives,
        net_value_gbp=worth.net_value_gbp,
        net_value_low_gbp=value_low,
        net_value_high_gbp=value_high,
        gain_gbp=worth.net_value_gbp - found.own.net_value_gbp,
        gain_low_gbp=gain_low,
        gain_high_gbp=gain_high,
        extra_capacity=extra_capacity(found, worth),
        is_vetoed=name is not None and action.acceptability.is_vetoed(name),
        accepted_by_targeted=accepted.targeted if accepted else None,
        accepted_by_control=accepted.control if accepted else None,
        signals=worth.signals,
        is_permitted=shown is not None or baseline == "permitted_now",
        permitted_net_value_gbp=shown.net_value_gbp if shown else None,
        permitted_gain_gbp=shown.net_value_gbp - found.own.net_value_gbp if shown else None,
        permitted_gain_low_gbp=shown_low,
        permitted_gain_high_gbp=shown_high,
        earlier_gain_gbp=worth.chosen_by_gbp - found.own.chosen_by_gbp,
    )


def curve_points(found: ActionWorth) -> list[CurvePoint]:
    """Twenty points, level by level."""
    return [point for level in LEVELS for point in _level_points(found, level)]


def _level_points(found: ActionWorth, level: str) -> list[CurvePoint]:
    judge, own = found.judge, found.own
    worths = [found.everything(level, detail) for detail in DETAILS]
    perfect_gain = found.baselines["perfect_record"].net_value_gbp - own.net_value_gbp
    bend = _bend(np.array([[worth.net_value_gbp] for worth in worths]))[0]
    bend_low, bend_high = judge.interval(_bend(np.array([worth.resampled_gbp for worth in worths])))
    points = []
    for number, (detail, worth) in enumerate(zip(DETAILS, worths, strict=True)):
        gain = worth.net_value_gbp - own.net_value_gbp
        value_low, value_high = judge.interval(worth.resampled_gbp)
        gain_low, gain_high = judge.interval(worth.resampled_gbp - own.resampled_gbp)
        points.append(
            CurvePoint(
                action=found.action.id,
                user_group=found.action.user_group,
                level=level,
                detail=detail,
                detail_no=number,
                net_value_gbp=worth.net_value_gbp,
                net_value_low_gbp=value_low,
                net_value_high_gbp=value_high,
                gain_gbp=gain,
                gain_low_gbp=gain_low,
                gain_high_gbp=gain_high,
                retained_share=gain / perfect_gain if perfect_gain > 0 else None,
                is_vetoed=found.action.acceptability.is_vetoed(f"{level}_{detail}"),
                bend_gbp=float(bend),
                bend_low_gbp=bend_low,
                bend_high_gbp=bend_high,
            )
        )
    return points


def _bend(values: np.ndarray) -> np.ndarray:
    """The mean of the inner rows above the mean of the first and the last; on a straight line the two are equal."""
    return np.asarray(values[1:-1].mean(axis=0) - (values[0] + values[-1]) / 2)


def capacity_values(found: ActionWorth) -> list[CapacityValue]:
    """Own data, random, perfect record and every tier at each capacity of the sweep."""
    judge = found.judge
    named: list[tuple[str | None, str | None, Worth]] = [
        (name, None, found.baselines[name]) for name in ("random", "own_data", "perfect_record")
    ]
    named += [(None, f"{level}_{detail}", found.everything(level, detail)) for level, detail in found.tiers]
    return [
        CapacityValue(found.action.id, baseline, tier, multiple, float(capacity), float(value))
        for baseline, tier, worth in named
        for multiple, capacity, value in zip(judge.policy.capacity_sweep, judge.sweep, worth.sweep_gbp, strict=True)
    ]
