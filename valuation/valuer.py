"""Which columns of a judge each choice of data means: the owner's own, a tier's, the perfect record's.

Signals are read and nothing is judged here: that is `judge.py`. The choices are made in `action_worth.py` and
`permitted_worth.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingestion.contract import Contract
from settings.paths import Home
from sharing.gate import SUBJECT_LEVELS
from sharing.tiers import LEVELS
from valuation.actions import Action
from valuation.data_worth import Choice
from valuation.judge import KNOWN, OWN, Judge, open_judge
from valuation.outcomes import read_outcomes
from valuation.policy import ValuationPolicy
from valuation.signals import Signals, read_signals
from valuation.units import read_units

Columns = dict[str, NDArray[np.int64]]
ROW_LEVELS = LEVELS[:2]


@dataclass
class Valuer:
    """The columns of one action's judge, and which of them each choice means."""

    action: Action
    contracts: Mapping[str, Contract]
    judge: Judge
    signals: dict[str, Signals] = field(default_factory=dict)

    def add_own_data(self) -> None:
        """Give the judge the owner's data, in full at the finest level they have, as a block of their own."""
        parts = [np.empty((len(self.judge.fold), 0), dtype=np.float32)]
        for dataset in self.action.own_data:
            signals = self.signals[self.finest(dataset)]
            parts.append(signals.values[:, signals.chosen({dataset}, "full")])
        self.judge.add(OWN, np.column_stack(parts))

    def own_columns(self) -> Columns:
        """What is known without sharing: the spine, and the owner's data."""
        return {name: np.arange(self.judge.blocks[name].shape[1]) for name in (KNOWN, OWN)}

    def finest(self, dataset: str) -> str:
        """The level at which the action's units hear most of the data set."""
        supported = SUBJECT_LEVELS[self.contracts[dataset].subject]
        return self.action.unit if self.action.unit in supported else supported[0]

    def with_data(self, columns: Columns, datasets: set[str] | Choice, level: str, detail: str) -> Columns:
        """`columns`, and those of the data sets at that tier."""
        more = self.signals[level].chosen(datasets, detail)
        return columns | {level: np.union1d(columns.get(level, np.array([], dtype=np.int64)), more)}

    def perfect_columns(self) -> Columns:
        """Every data set of the region in full, about the person, the household and, where that is all, the ward."""
        columns = self.own_columns()
        for dataset, contract in self.contracts.items():
            for level in [name for name in SUBJECT_LEVELS[contract.subject] if name in ROW_LEVELS] or ["ward"]:
                columns = self.with_data(columns, {dataset}, level, "full")
        return columns


def open_valuer(
    work: Any,
    action: Action,
    home: Home,
    contracts: Mapping[str, Contract],
    policy: ValuationPolicy,
    *,
    levels: Sequence[str] = LEVELS,
) -> Valuer | str:
    """A judge of the action's units with every signal of the release at `levels`, or why there is nothing to judge.

    work: from `units.open_valuation`.
    """
    units = read_units(work, action, folds=policy.folds, seed=policy.seed)
    outcomes = read_outcomes(work, action, home)
    if isinstance(outcomes, str):
        return outcomes
    if not len(units) or not outcomes.fitted.any() or not outcomes.judged.any():
        return "no eligible unit has the outcome"
    valuer = Valuer(action, contracts, open_judge(action, units, outcomes, policy))
    for level in levels:
        everywhere = level in (*ROW_LEVELS, "ward")  # the perfect record needs every data set there
        datasets = set(contracts) if everywhere else {*action.own_data, *action.candidates}
        signals = read_signals(work, action, level, datasets=datasets, minimum_support=policy.minimum_support)
        valuer.signals[level] = signals
        valuer.judge.add(level, signals.values)
    valuer.add_own_data()
    return valuer
