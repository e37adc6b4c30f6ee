"""What the plan leaves out, and why: each action not taken, and each data set that a step might have had besides."""

from collections.abc import Sequence
from dataclasses import dataclass

from valuation.blueprint.options import Option, by_action
from valuation.blueprint.plan import Plan
from valuation.blueprint.prices import Price

VETOED = "vetoed by citizens"
BARRED = "cannot be granted"
UNSURE = "the interval holds 0"
NOTHING_MORE = "adds nothing"
NOT_AT_LOW = "not worth it at the 10th percentile"
TOO_DEAR = "dearer than it adds"
TOO_LATE = "cannot start in time"
TAKEN_ELSEWHERE = "its benefit belongs to another action"


@dataclass(frozen=True)
class Refusal:
    """An option that was not taken. Values and price are what it would add to the plan, in the place of its action's
    step where there is one; start_year: the step's, else 1.
    """

    option: Option
    because: str  # one of the above
    explanation: str
    value_gbp: float
    value_low_gbp: float
    added: Price
    start_year: int = 1


def refusals(options: Sequence[Option], plan: Plan) -> list[Refusal]:
    """By action: why it is not taken; better choices that citizens or agreements forbid; data sets left out."""
    taken = {option.action: option for option in plan.chosen}
    found = []
    for action, own in sorted(by_action(options).items()):
        step = taken.get(action)
        found += _forbidden(own, step, plan)
        found += _data_sets_left_out(own, step, plan) if step else _whole_action(own, plan)
    return found


def _whole_action(own: Sequence[Option], plan: Plan) -> list[Refusal]:
    """Why the action is not taken: by its best open choice. Where all of any worth is forbidden, that is told."""
    able = [option for option in own if option.is_able]
    if able:
        return [_priced(max(able, key=lambda option: (_net_added(option, plan), option.data_sets)), None, plan)]
    if any(option.value_low_gbp > 0 for option in own):
        return []
    best = max(own, key=lambda option: (option.value_gbp, option.data_sets))
    told = "no choice of data sets at any tier is surely worth more than own data, in both years"
    return [_refusal(best, UNSURE, told, None, plan)]


def _forbidden(own: Sequence[Option], step: Option | None, plan: Plan) -> list[Refusal]:
    """The best choice that citizens veto, and the best that no agreement can grant, where worth more than the step."""
    enough = step.value_low_gbp if step else 0.0
    found = []
    for because, some in (
        (VETOED, [option for option in own if option.is_vetoed]),
        (BARRED, [option for option in own if option.barred and not option.is_vetoed]),
    ):
        better = [option for option in some if option.value_low_gbp > enough]
        if better:
            best = max(better, key=lambda option: (option.value_low_gbp, option.data_sets))
            found.append(_refusal(best, because, _why_forbidden(best), step, plan))
    return found


def _data_sets_left_out(own: Sequence[Option], step: Option, plan: Plan) -> list[Refusal]:
    """Each other candidate, added to the step at its tier."""
    found = []
    for name in sorted({name for option in own for name in option.data_sets} - set(step.data_sets)):
        wider = tuple(sorted({*step.data_sets, name}))
        match = [option for option in own if option.tier == step.tier and option.data_sets == wider]
        found += [_priced(option, step, plan, name) for option in match]
    return found


def _priced(option: Option, step: Option | None, plan: Plan, name: str = "it") -> Refusal:
    """Refuse an option for what it costs or lacks, against the step that it would stand in for."""
    low = option.value_low_gbp - (step.value_low_gbp if step else 0.0)
    value = option.value_gbp - (step.value_gbp if step else 0.0)
    start = _start(step, plan)
    cost = plan.prices.present(_added(option, step, plan), start)
    rival = next(
        (item for item in plan.chosen if item.outcome == option.outcome and item.action != option.action), None
    )
    if not option.is_open:
        return _refusal(option, VETOED if option.is_vetoed else BARRED, _why_forbidden(option), step, plan)
    if rival:
        return _refusal(option, TAKEN_ELSEWHERE, f"{rival.action} prevents the same outcome", step, plan)
    if low <= 0:
        return _refusal(option, NOTHING_MORE, f"{name} adds no value at the 10th percentile", step, plan)
    worth, expected = plan.present_value(low, start), plan.present_value(value, start)
    if worth > cost:
        return _refusal(option, TOO_LATE, _why_late(option, step, plan, low), step, plan)
    sums = f"over {plan.prices.horizon.years} years {name} adds £{worth:,.0f} at the 10th percentile"
    because = NOT_AT_LOW if expected > cost else TOO_DEAR
    return _refusal(option, because, f"{sums} and £{expected:,.0f} as expected, for £{cost:,.0f}", step, plan)


def _why_late(option: Option, step: Option | None, plan: Plan, low: float) -> str:
    """What would be worth it, were there days to set it up in time."""
    added = _added(option, step, plan)
    year, years = plan.start_after_all(added), plan.prices.horizon.years
    if step:
        return f"its {added.days:,.0f} more days of set-up would delay what is worth more"
    if year > years:
        return (
            f"after the steps its {added.days:,.0f} days of set-up would end in year {year}, past the {years} counted"
        )
    worth, cost = plan.present_value(low, year), plan.prices.present(added, year)
    return (
        f"after the steps it could start in year {year}, and then adds £{worth:,.0f} by year {years} for £{cost:,.0f}"
    )


def _why_forbidden(option: Option) -> str:
    if option.is_vetoed:
        shares = (option.accepted_by_targeted, option.accepted_by_control)
        told = [
            f"{share:.0%} of {whom}"
            for share, whom in zip(shares, ("those targeted", "others"), strict=True)
            if share is not None
        ]
        return f"{' and '.join(told)} accept {option.tier}" if told else f"too few accept {option.tier}"
    return option.barred or ""


def _refusal(option: Option, because: str, explanation: str, step: Option | None, plan: Plan) -> Refusal:
    return Refusal(
        option,
        because,
        explanation,
        value_gbp=option.value_gbp - (step.value_gbp if step else 0.0),
        value_low_gbp=option.value_low_gbp - (step.value_low_gbp if step else 0.0),
        added=_added(option, step, plan),
        start_year=_start(step, plan),
    )


def _start(taken: Option | None, plan: Plan) -> int:
    """The year in which the step that holds an option starts; 1 for none."""
    return next((step.start_year for step in plan.steps if taken in step.options), 1)


def _added(option: Option, step: Option | None, plan: Plan) -> Price:
    """What the plan would cost more with the option in the place of the step."""
    others = [item for item in plan.chosen if item is not step]
    return plan.prices.of([*others, option]) - plan.prices.of(plan.chosen)


def _net_added(option: Option, plan: Plan) -> float:
    return plan.present_value(option.value_low_gbp) - plan.prices.present(_added(option, None, plan))
