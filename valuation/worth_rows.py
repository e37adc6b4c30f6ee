"""The tables `economics.action_value`, `value_curve` and `capacity_value`: a dataclass each, a field for a column.

Pounds end in `_gbp`. The rows are made in `worth_lines.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionValue:
    """An action with some data sets at a tier, or a baseline (then no tier and no data sets).

    gain_gbp: over the owner's own data. extra_capacity: units that own data would have to reach more for the same
    value; null where no number would do. Intervals are those of the policy. is_permitted: whether the user group's live
    agreements permit every data set at the tier; then permitted_*_gbp is the same as the group's share shows it. Of
    the baselines only `permitted_now` depends on agreements. earlier_gain_gbp: the gain in the period that models are
    fitted on: to choose by, where gain_gbp shall stay a test.
    """

    action: str
    user_group: str
    unit: str
    baseline: str | None
    tier: str | None
    level: str | None
    detail: str | None
    data_sets: tuple[str, ...]
    is_all_candidates: bool
    eligible: int
    outcomes: int
    capacity: float
    true_positives: float
    net_value_gbp: float
    net_value_low_gbp: float
    net_value_high_gbp: float
    gain_gbp: float
    gain_low_gbp: float
    gain_high_gbp: float
    extra_capacity: float | None
    is_vetoed: bool
    accepted_by_targeted: float | None
    accepted_by_control: float | None
    signals: int
    is_permitted: bool
    permitted_net_value_gbp: float | None
    permitted_gain_gbp: float | None
    permitted_gain_low_gbp: float | None
    permitted_gain_high_gbp: float | None
    earlier_gain_gbp: float


@dataclass(frozen=True)
class CurvePoint:
    """An action with all its candidates at one detail of one level.

    retained_share: of what the perfect record gains over own data (null where that is nothing). bend_gbp: how far the
    two middle details lie, in the mean, above the straight line from the least detail to the most; 0 where value is
    linear in detail. The same for all four points of a level.
    """

    action: str
    user_group: str
    level: str
    detail: str
    detail_no: int
    net_value_gbp: float
    net_value_low_gbp: float
    net_value_high_gbp: float
    gain_gbp: float
    gain_low_gbp: float
    gain_high_gbp: float
    retained_share: float | None
    is_vetoed: bool
    bend_gbp: float
    bend_low_gbp: float
    bend_high_gbp: float


@dataclass(frozen=True)
class CapacityValue:
    """A baseline or a tier (with all candidates) at a multiple of the action's capacity."""

    action: str
    baseline: str | None
    tier: str | None
    capacity_multiple: float
    capacity: float
    net_value_gbp: float
