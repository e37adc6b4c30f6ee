"""An action's numbers with their sources, and how many accept it."""

from typing import Any

from sharing.tiers import DETAILS, LEVELS
from valuation.actions import Action
from valuation.report import words
from valuation.report.parts import Grid

CAPACITIES = {"units": "", "share_of_eligible": " of those eligible"}


def accepted_grid(action: Action) -> Grid:
    """What residents said of each level or tier."""
    accepts = action.acceptability.accepts
    order = [*LEVELS, *(f"{level}_{detail}" for level in LEVELS for detail in DETAILS)]
    rows = [
        [
            words.tier_name(place) if "_" in place else f"{words.LEVEL_NAMES[place]}: any detail",
            "vetoed" if min(said.targeted, said.control) < action.acceptability.veto_below else "accepted",
            words.percent(said.targeted),
            words.percent(said.control),
        ]
        for place in order
        if (said := accepts.get(place))
    ]
    heads = ["Level or tier", "Verdict", "Of people who would be reached", "Of others"]
    return Grid("How many accept this use of data about them", heads, rows, words=2)


def numbers_of(action: Action) -> list[tuple[str, str, str]]:
    """(what, number, source) of every number that an action's value rests on."""
    capacity = action.capacity
    amount = words.percent(capacity.value) if capacity.unit == "share_of_eligible" else words.count(capacity.value)
    effect: Any = action.effect
    shared = [
        (what, words.and_list(f"{body} {words.percent(share)}" for body, share in shares.items()), action.shares_source)
        for what, shares in (("Who pays", action.pays), ("Who gains", action.gains))
        if action.shares_source
    ]
    return [
        ("Capacity", amount + CAPACITIES[capacity.unit], capacity.source),
        ("Cost of reaching one", words.exact_pounds(action.unit_cost_gbp.value), action.unit_cost_gbp.source),
        ("Cost of one outcome", words.exact_pounds(action.outcome_cost_gbp.value), action.outcome_cost_gbp.source),
        ("Effect: outcomes prevented", f"{effect.value:.0%}, evidence grade {effect.grade}", effect.source),
        ("Would have been prevented anyway", words.percent(action.deadweight.value), action.deadweight.source),
        ("Confidence in the benefit", words.percent(action.confidence.value), action.confidence.source),
        ("Veto below", words.percent(action.acceptability.veto_below), action.acceptability.source),
        *shared,
    ]


def number_grid(action: Action) -> Grid:
    """An action's numbers with their sources."""
    rows = [[what, source, number] for what, number, source in numbers_of(action)]
    return Grid(f"{action.title}: numbers and sources", ["Number", "Source", "Value"], rows, words=2)
