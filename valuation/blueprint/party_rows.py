"""Who pays for the plan and who gains by it: rows by body and action, and by body and year.

An action says in which shares (`actions.py`); amounts here are those of the steps, shared out to the penny.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from valuation.actions import Action
from valuation.blueprint.options import PENNIES
from valuation.blueprint.plan import Plan
from valuation.blueprint.rows import BlueprintParty, BlueprintPartyYear
from valuation.remainders import whole_parts

PENCE = 10**PENNIES
Flow = tuple[Action, list[float], list[float]]  # an action taken, its cost and its low value in each year


def party_rows(plan: Plan, actions: Mapping[str, Action]) -> list[BlueprintParty]:
    """Per action taken and body that pays or gains."""
    factors = plan.prices.horizon.factors
    return [row for action, costs, values in _flows(plan, actions) for row in _rows_of(action, costs, values, factors)]


def party_year_rows(plan: Plan, actions: Mapping[str, Action]) -> list[BlueprintPartyYear]:
    """Per body and year of the horizon, in the order of the bodies' names."""
    years = plan.prices.horizon.years
    paid: dict[str, list[float]] = {}
    gained: dict[str, list[float]] = {}
    for action, costs, values in _flows(plan, actions):
        for sums, shares, amounts in ((paid, action.pays, costs), (gained, action.gains, values)):
            for year, amount in enumerate(amounts):
                for party, part in shared_out(amount, shares).items():
                    sums.setdefault(party, [0.0] * years)[year] += part
    nothing = [0.0] * years
    rows = []
    for party in sorted({*paid, *gained}):
        flows = list(zip(paid.get(party, nothing), gained.get(party, nothing), strict=True))
        nets = accumulate(gains - pays for pays, gains in flows)
        for year, ((pays, gains), net) in enumerate(zip(flows, nets, strict=True), start=1):
            rows.append(BlueprintPartyYear(party, year, *(round(amount, PENNIES) for amount in (pays, gains, net))))
    return rows


def shared_out(amount_gbp: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Pounds by body, in whole pennies that add up to the amount."""
    parts = whole_parts(round(amount_gbp * PENCE), list(shares.values()))
    return {party: part / PENCE for party, part in zip(shares, parts, strict=True)}


def _flows(plan: Plan, actions: Mapping[str, Action]) -> Iterator[Flow]:
    over = plan.prices.horizon
    for step in plan.steps:
        shares = over.benefit_shares_from(step.start_year)
        for option, price in zip(step.options, step.added, strict=True):
            costs = over.costs_from(
                step.start_year, one_off_gbp=price.one_off_gbp, running_year_gbp=price.running_year_gbp
            )
            yield actions[option.action], costs, [option.value_low_gbp * share for share in shares]


def _rows_of(
    action: Action, costs: Sequence[float], values: Sequence[float], factors: Sequence[float]
) -> Iterator[BlueprintParty]:
    """The bodies of one action. Amounts as they fall, then discounted."""
    now = [1.0] * len(factors)
    sums = [
        shared_out(sum(amount * factor for amount, factor in zip(amounts, worth, strict=True)), shares)
        for worth in (now, factors)
        for amounts, shares in ((costs, action.pays), (values, action.gains))
    ]
    for party in dict.fromkeys([*action.pays, *action.gains]):
        pays, gains, cost, value = (found.get(party, 0.0) for found in sums)
        yield BlueprintParty(
            party=party,
            action=action.id,
            pays_share=action.pays.get(party, 0.0),
            gains_share=action.gains.get(party, 0.0),
            is_stated=action.shares_source is not None,
            pays_gbp=pays,
            gains_gbp=gains,
            present_cost_gbp=cost,
            present_value_low_gbp=value,
            net_gbp=round(value - cost, PENNIES),
        )
