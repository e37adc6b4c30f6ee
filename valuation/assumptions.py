"""The founding hypothesis and the assumptions behind it, each put to the test: the rows of `economics.assumption`.

A statistic's interval decides, and what cannot be told is left open. The gains come from `gains.py`, the costs of
tiers from the ledger; nothing is judged here.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sharing.tiers import DETAILS, LEVELS, PLACE_LEVELS, level_and_detail
from valuation.gains import ActionGains, Gain, total
from valuation.policy import ValuationPolicy
from valuation.questions import ALL, CHEAPER, NOT_EQUAL, NOT_LINEAR, SERVICES_GAIN, SEVERAL, Assumption


def assumptions(
    gains: Sequence[ActionGains], tier_costs_gbp: Mapping[str, float], policy: ValuationPolicy
) -> list[Assumption]:
    """Every test, headline first. tier_costs_gbp: pounds a year by tier; empty where the ledger has none."""
    return [
        *_not_linear(gains, policy),
        _not_equal(gains, policy),
        _cheaper(tier_costs_gbp, policy),
        *_services_gain(gains, policy),
        _several(gains, policy),
    ]


def _not_linear(gains: Sequence[ActionGains], policy: ValuationPolicy) -> list[Assumption]:
    if not gains:
        return [NOT_LINEAR.unknown("no action was valued.")]
    levels = {level: total(_bend(item, level) for item in gains) for level in LEVELS}
    whole = total(levels.values())
    mean = Gain(whole.gbp / len(LEVELS), whole.resampled_gbp / len(LEVELS), whole.earlier_gbp / len(LEVELS))
    rows = []
    for scope, bend in {ALL: mean, **levels}.items():
        low, high = bend.interval(policy.interval_low, policy.interval_high)
        where = "in the mean over levels" if scope == ALL else f"at {scope} level"
        if low > 0:
            verdict = f"The middle details bring more than their share of the value {where}."
        elif high < 0:
            verdict = f"Value is not linear {where}, but the other way: the middle details bring less than their share."
        else:
            verdict = f"Value {where} may be a straight line: the difference may be chance."
        rows.append(NOT_LINEAR.answer((bend.gbp, low, high), len(gains), low > 0 or high < 0, verdict, scope=scope))
    return rows


def _bend(item: ActionGains, level: str) -> Gain:
    """The mean of the two middle details less that of the first and the last: 0 on a straight line."""
    first, *middle, last = (item.tiers[level, detail] for detail in DETAILS)

    def of(values: Sequence[float]) -> float:
        return sum(values[1:-1]) / len(middle) - (values[0] + values[-1]) / 2

    every = [first, *middle, last]
    return Gain(
        gbp=of([part.gbp for part in every]),
        resampled_gbp=of([part.resampled_gbp for part in every]),  # type: ignore[arg-type, misc]
        earlier_gbp=of([part.earlier_gbp for part in every]),
    )


def _not_equal(gains: Sequence[ActionGains], policy: ValuationPolicy) -> Assumption:
    parts = [item.best_less_worst for item in gains if item.best_less_worst is not None]
    if not parts:
        return NOT_EQUAL.unknown("no action has every choice of two data sets or more judged.")
    found = total(parts)
    low, high = found.interval(policy.interval_low, policy.interval_high)
    told = "The data set that was best in one year is worth more than the worst in the next."
    not_told = "The data set that was best in one year is not shown to be worth more than the worst in the next."
    return NOT_EQUAL.answer((found.gbp, low, high), len(parts), low > 0, told if low > 0 else not_told)


def _cheaper(tier_costs_gbp: Mapping[str, float], policy: ValuationPolicy) -> Assumption:
    places = [cost for tier, cost in sorted(tier_costs_gbp.items()) if level_and_detail(tier)[0] in PLACE_LEVELS]
    rows = [cost for tier, cost in sorted(tier_costs_gbp.items()) if level_and_detail(tier)[0] not in PLACE_LEVELS]
    if not places or not rows:
        return CHEAPER.unknown("the ledger holds no cost of the tiers yet.")
    random = np.random.default_rng(policy.seed)
    means = [
        random.choice(costs, (policy.resamples, len(costs))).mean(axis=1)
        for costs in (np.array(rows), np.array(places))
    ]
    low, high = np.quantile(means[0] - means[1], [policy.interval_low, policy.interval_high])
    saved = float(np.mean(rows) - np.mean(places))
    is_cheaper = bool(low >= 1)  # pennies are no saving
    days = "Contracts declare as many days to agree one tier as another"
    told = f"{days}, but computing one of places is cheaper."
    not_told = f"{days}, and computing one of places is not cheaper by a pound a year."
    return CHEAPER.answer(
        (saved, float(low), float(high)), len(places) + len(rows), is_cheaper, told if is_cheaper else not_told
    )


def _services_gain(gains: Sequence[ActionGains], policy: ValuationPolicy) -> list[Assumption]:
    having = [item for item in gains if item.has_permitted]
    if not having:
        return [SERVICES_GAIN.unknown("live agreements permit no action any of its candidates.")]
    rows = []
    for scope, gain in {
        ALL: total(item.permitted_now for item in having),
        **{i.action: i.permitted_now for i in having},
    }.items():
        low, high = gain.interval(policy.interval_low, policy.interval_high)
        who = f"The {len(having)} actions that may see anything" if scope == ALL else "The action"
        told = f"{who} would gain by reaching whom the shared data point to; whether they do act is not in the data."
        not_told = f"It is not shown that {who[0].lower()}{who[1:]} gain{'' if scope == ALL else 's'} over own data."
        n = len(having) if scope == ALL else 1
        rows.append(SERVICES_GAIN.answer((gain.gbp, low, high), n, low > 0, told if low > 0 else not_told, scope=scope))
    return rows


def _several(gains: Sequence[ActionGains], policy: ValuationPolicy) -> Assumption:
    groups = sorted({item.user_group for item in gains})
    if len(groups) < 2:
        return SEVERAL.unknown("fewer than two user groups have an action.")
    best: tuple[float, tuple[str, str], list[Gain]] | None = None
    for tier in ((level, detail) for level in LEVELS[1:] for detail in DETAILS):
        of_group = [
            total([item.tiers[tier] for item in gains if item.user_group == group and tier not in item.vetoed])
            for group in groups
            if any(item.user_group == group and tier not in item.vetoed for item in gains)
        ]
        two = sorted(of_group, key=lambda gain: -gain.earlier_gbp)[:2]
        if len(two) == 2 and (best is None or two[1].earlier_gbp > best[0]):
            best = two[1].earlier_gbp, tier, two
    if best is None:
        return SEVERAL.unknown("no aggregated tier is free of vetoes for two user groups.")
    _, tier, two = best
    lesser = np.minimum(two[0].resampled_gbp, two[1].resampled_gbp)
    low, high = (float(end) for end in np.quantile(lesser, [policy.interval_low, policy.interval_high]))
    name = " ".join(tier).replace("_", " ")
    told = f"Two user groups gain from the {name} tier."
    not_told = f"Even of the {name} tier, the likeliest, it is not shown that two user groups gain."
    found = min(two[0].gbp, two[1].gbp), low, high
    return SEVERAL.answer(found, len(groups), low > 0, told if low > 0 else not_told)
