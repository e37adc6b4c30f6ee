"""What a choice of data is worth to an action: models fitted on one period, whom they would reach in the next.

A choice is a set of columns; which data sets and tiers it stands for is `action_worth.py`'s business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from valuation import logistic, targeting
from valuation.actions import Action
from valuation.outcomes import Outcomes
from valuation.policy import ValuationPolicy
from valuation.targeting import Ranking
from valuation.units import Units

Vector = NDArray[np.float64]
KNOWN = "known"  # the block of what is known of units without sharing
OWN = "own"  # the block of the owner's own data
Choice = Mapping[str, NDArray[np.int64]]  # block of columns -> positions chosen of it


@dataclass(frozen=True)
class Worth:
    """The value of reaching the best units, as many as a capacity allows."""

    capacity: float  # units reached
    true_positives: float
    net_value_gbp: float
    chosen_by_gbp: float  # in the period that models are fitted on: to choose by, where the later one shall test
    sweep_gbp: Vector  # at each of the policy's multiples of the action's capacity
    resampled_gbp: Vector  # net value in each resample; equal positions are equal resamples, whatever the choice
    signals: int


@dataclass
class Judge:
    """One action's units, outcomes and blocks of columns, ready to judge any choice among the blocks."""

    action: Action
    outcomes: Outcomes
    policy: ValuationPolicy
    capacity: float  # units
    blocks: dict[str, NDArray[np.float32]]  # scaled, units by columns
    weights: NDArray[np.uint8]
    fold: NDArray[np.int64]
    fit: Callable[..., Vector] = logistic.fit
    _samples: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)  # rows that each fold is fitted on
    _rows: list[NDArray[np.int64]] = field(default_factory=list)

    @property
    def money(self) -> dict[str, float]:
        return {"benefit_gbp": self.action.benefit_gbp, "cost_gbp": self.action.unit_cost_gbp.value}

    @property
    def sweep(self) -> Vector:
        """The capacities of the policy's sweep, in units; no more than there are."""
        return np.minimum(np.array(self.policy.capacity_sweep) * self.capacity, float(len(self.fold)))

    def rank(self, score: Vector) -> Ranking:
        """Whom a score would reach first, and to whom of them the outcome came in the later period."""
        return targeting.rank(score, self.outcomes.judged)

    def add(self, name: str, values: NDArray[np.floating]) -> None:
        """Make a block of columns known under `name`."""
        scaled = logistic.scale_of(values).apply(values)
        self.blocks[name] = scaled.astype(np.float32)
        self._samples[name] = [scaled[rows] for rows in self._rows]

    def score(self, choice: Choice) -> Vector:
        """Log odds of the outcome per unit, each from a model fitted on the earlier period of other units."""
        names, policy = list(choice), self.policy
        score = np.zeros(len(self.fold))
        ridge = self._ridge(choice)
        for fold, rows in enumerate(self._rows):
            scaled = np.column_stack([self._samples[name][fold][:, choice[name]] for name in names])
            found = self.fit(
                scaled,
                self.outcomes.fitted[rows],
                ridge=ridge,
                tolerance=policy.tolerance,
                max_steps=policy.max_steps,
            )
            here = np.flatnonzero(self.fold == fold)
            score[here] = found[0]
            at = 1
            for name in names:
                weights = np.zeros(self.blocks[name].shape[1], dtype=np.float32)
                weights[choice[name]] = found[at : at + len(choice[name])]
                score[here] += (self.blocks[name] @ weights)[here]
                at += len(choice[name])
        return score

    def likelihood(self, score: Vector) -> float:
        """Log likelihood of the earlier period's outcomes, of which no unit's score knows its own."""
        return float((self.outcomes.fitted * score - np.logaddexp(0, score)).sum())

    def _ridge(self, choice: Choice) -> Vector:
        """How much each column is shrunk: the spine's a little; own data, and all that is shared, the more the more
        columns they have, so that each of the two together is expected to move log odds by one variance.
        """
        shared = sum(len(columns) for name, columns in choice.items() if name not in (KNOWN, OWN))
        variance = self.policy.expected_variance
        each = {KNOWN: self.policy.known_ridge, OWN: len(choice.get(OWN, ())) / variance}
        return np.concatenate(
            [np.full(len(columns), each.get(name, shared / variance)) for name, columns in choice.items()]
        )

    def worth(self, choice: Choice) -> Worth:
        """What the choice is worth, judged on the later period."""
        return self.worth_of_score(self.score(choice), signals=sum(len(columns) for columns in choice.values()))

    def worth_of_score(self, score: Vector, *, signals: int = 0) -> Worth:
        """What any score is worth at the action's capacity, judged on the later period."""
        return self.worth_at(score, capacity=self.capacity, signals=signals)

    def worth_at(self, score: Vector, *, capacity: float, signals: int = 0) -> Worth:
        """What a score is worth at another capacity, in units."""
        happened = self.outcomes.judged
        ranking = self.rank(score)
        earlier = targeting.recount(ranking, self.outcomes.fitted)
        share = capacity / len(score)
        return Worth(
            capacity=capacity,
            true_positives=float(ranking.expected_at(capacity)),
            net_value_gbp=float(targeting.value_at(ranking, capacity, **self.money)),
            chosen_by_gbp=float(targeting.value_at(earlier, capacity, **self.money)),
            sweep_gbp=targeting.value_at(ranking, self.sweep, **self.money),
            resampled_gbp=targeting.resampled_values(ranking, happened, self.weights, share=share, **self.money),
            signals=signals,
        )

    def interval(self, resampled: Vector) -> tuple[float, float]:
        """The interval of the policy over resamples, in pounds."""
        low, high = np.quantile(resampled, [self.policy.interval_low, self.policy.interval_high])
        return float(low), float(high)


def open_judge(action: Action, units: Units, outcomes: Outcomes, policy: ValuationPolicy) -> Judge:
    """A judge who so far knows of the units what is known without sharing: block `KNOWN`."""
    judge = Judge(
        action=action,
        outcomes=outcomes,
        policy=policy,
        capacity=action.capacity.of(len(units)),
        blocks={},
        weights=targeting.resampling_weights(units.home, resamples=policy.resamples, seed=policy.seed),
        fold=units.fold,
    )
    judge._rows = _rows_to_fit(units.fold, policy)
    judge.add(KNOWN, units.known)
    return judge


def _rows_to_fit(fold: NDArray[np.int64], policy: ValuationPolicy) -> list[NDArray[np.int64]]:
    """For each fold, units of all other folds, at most `max_fit_units` of them drawn under the seed."""
    random = np.random.default_rng(policy.seed)
    rows = []
    for number in range(policy.folds):
        others = np.flatnonzero(fold != number)
        if len(others) > policy.max_fit_units:
            others = np.sort(random.choice(others, policy.max_fit_units, replace=False))
        rows.append(others)
    return rows
