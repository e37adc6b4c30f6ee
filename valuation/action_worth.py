"""What one action gains from each choice of data sets at each tier, beside the baselines that it is judged against.

The choices are made here and judged in `judge.py`; the rows of the tables that come of it are in `worth_lines.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingestion.contract import Contract
from settings.paths import Home
from sharing.access import Access
from sharing.gate import SUBJECT_LEVELS
from sharing.tiers import DETAILS, LEVELS
from valuation import data_worth, targeting
from valuation.actions import Action
from valuation.data_worth import Choice
from valuation.judge import Judge, Worth
from valuation.permitted_worth import permitted_columns, permitted_worths, read_seen
from valuation.policy import ValuationPolicy
from valuation.targeting import Ranking
from valuation.valuer import Valuer, open_valuer

NOTHING: Choice = frozenset()


@dataclass(frozen=True)
class ActionWorth:
    """Everything judged for one action: baselines by name, and per tier the worth of each choice of data sets.

    permitted: the same of those choices that the user group's live agreements permit, as its share shows them.
    """

    action: Action
    judge: Judge
    own_ranking: Ranking
    baselines: dict[str, Worth]
    tiers: dict[tuple[str, str], dict[Choice, Worth]]
    permitted: dict[tuple[str, str], dict[Choice, Worth]]

    @property
    def own(self) -> Worth:
        """With the owner's own data only."""
        return self.baselines["own_data"]

    def everything(self, level: str, detail: str) -> Worth:
        """With all candidate data sets that there are at the level."""
        worths = self.tiers[level, detail]
        return worths[max(worths, key=len)]


def value_action(
    work: Any,
    action: Action,
    home: Home,
    contracts: Mapping[str, Contract],
    policy: ValuationPolicy,
    *,
    access: Access | None = None,
    has_parts: bool = True,
) -> ActionWorth | str:
    """Judge the action at all twenty tiers, or say why it cannot be judged. `work` is from `units.open_valuation`.

    access: who may see what now; None, and nothing is permitted. has_parts: whether every choice of data sets is
    judged, or all of them together only.
    """
    valuer = open_valuer(work, action, home, contracts, policy)
    if isinstance(valuer, str):
        return valuer
    judge = valuer.judge
    baselines = _baselines(valuer)
    own = baselines["own_data"]
    tiers = {
        (level, detail): _tier(valuer, level, detail, own=own, has_parts=has_parts)
        for level in LEVELS
        for detail in DETAILS
    }
    own_ranking = judge.rank(judge.score(valuer.own_columns()))
    seen = read_seen(work, valuer, access or Access())
    baselines["permitted_now"] = judge.worth(permitted_columns(seen))
    return ActionWorth(action, judge, own_ranking, baselines, tiers, permitted_worths(seen, tiers, own))


def _baselines(valuer: Valuer) -> dict[str, Worth]:
    """The judge's yardsticks. `clairvoyant` reaches exactly those to whom the outcome comes: a bound, not a plan."""
    judge = valuer.judge
    nobody_differs = np.zeros(len(judge.fold))
    return {
        "treat_none": judge.worth_at(nobody_differs, capacity=0.0),
        "treat_all": judge.worth_at(nobody_differs, capacity=float(len(judge.fold))),
        "random": judge.worth_of_score(nobody_differs),
        "own_data": judge.worth(valuer.own_columns()),
        "perfect_record": judge.worth(valuer.perfect_columns()),
        "clairvoyant": judge.worth_of_score(judge.outcomes.judged),
    }


def _tier(valuer: Valuer, level: str, detail: str, *, own: Worth, has_parts: bool) -> dict[Choice, Worth]:
    """The worth of each choice of candidates at one tier. A choice that tells nothing is worth what own data are."""
    action, judge = valuer.action, valuer.judge
    known = valuer.own_columns()
    there = [name for name in action.candidates if level in SUBJECT_LEVELS[valuer.contracts[name].subject]]
    seen: dict[tuple[int, ...], Worth] = {}
    worths: dict[Choice, Worth] = {}
    all_or_none = [NOTHING, frozenset(there)]
    choices = data_worth.choices_of(there, max_shapley=judge.policy.max_shapley_data_sets) if has_parts else all_or_none
    for choice in choices:
        told = valuer.signals[level].chosen(choice, detail)
        if tuple(told) not in seen:
            seen[tuple(told)] = judge.worth(valuer.with_data(known, choice, level, detail)) if len(told) else own
        worths[choice] = seen[tuple(told)]
    return worths


def extra_capacity(found: ActionWorth, worth: Worth) -> float | None:
    """How many more units the owner would have to reach with own data for the same value; None: no number would do."""
    judge = found.judge
    wanted = targeting.capacity_worth(found.own_ranking, worth.net_value_gbp, above=judge.capacity, **judge.money)
    return None if wanted is None else wanted - judge.capacity
