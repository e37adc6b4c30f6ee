"""What an action gains now: from what the live agreements let its user group see, as the group's share shows it.

Which cells those are is the gate's decision; what could be, were everything agreed, is `action_worth.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharing.access import Access
from sharing.gate import Decision
from sharing.tiers import DETAILS, LEVELS
from valuation.data_worth import Choice
from valuation.judge import Worth
from valuation.share_view import SEEN, make_seen
from valuation.signals import Signals, read_signals
from valuation.valuer import Columns, Valuer

Tier = tuple[str, str]


@dataclass
class Seen:
    """The signals of a group's share, told apart from the release's only where they differ."""

    valuer: Valuer
    cells: Sequence[Decision]
    signals: dict[str, Signals] = field(default_factory=dict)
    released: dict[str, NDArray[np.int64]] = field(default_factory=dict)  # each signal's equal in the release, or -1

    def columns(self, columns: Columns, datasets: Choice, level: str, detail: str) -> Columns:
        """`columns`, and those that the share has of the data sets at that tier."""
        told = self.signals[level].chosen(datasets, detail)
        equal = self.released[level][told]
        if (equal >= 0).all():
            return columns | {level: np.union1d(columns.get(level, np.array([], dtype=np.int64)), equal)}
        block = f"{SEEN} {level}"
        if block not in self.valuer.judge.blocks:
            self.valuer.judge.add(block, self.signals[level].values)
        return columns | {block: np.union1d(columns.get(block, np.array([], dtype=np.int64)), told)}

    def permitted_at(self, level: str, detail: str) -> Choice:
        """The data sets that the group may have at the tier."""
        return frozenset(item.dataset for item in self.cells if (item.level, item.detail) == (level, detail))


def read_seen(work: Any, valuer: Valuer, access: Access) -> Seen:
    """What the action's user group sees of the candidates. The release's signals must have been read."""
    action = valuer.action
    cells = [item for item in access.permitted(action.user_group) if item.dataset in action.candidates]
    make_seen(work, cells, valuer.contracts, access.policy)
    seen = Seen(valuer, cells)
    for level in {item.level for item in cells}:
        seen.signals[level] = read_signals(
            work,
            action,
            level,
            datasets=action.candidates,
            minimum_support=valuer.judge.policy.minimum_support,
            tiers=SEEN,
        )
        seen.released[level] = _equals(seen.signals[level], valuer.signals[level])
    return seen


def permitted_worths(seen: Seen, tiers: dict[Tier, dict[Choice, Worth]], own: Worth) -> dict[Tier, dict[Choice, Worth]]:
    """Per tier, the worth of each choice whose every data set is permitted there. tiers: the worth of all choices."""
    known = seen.valuer.own_columns()
    found: dict[Tier, dict[Choice, Worth]] = {}
    for (level, detail), worths in tiers.items():
        permitted = seen.permitted_at(level, detail)
        found[level, detail] = {
            choice: _worth(seen, known, choice, (level, detail), worth, own)
            for choice, worth in worths.items()
            if choice and choice <= permitted
        }
    return found


def permitted_columns(seen: Seen) -> Columns:
    """Own data, and each candidate at the finest level that is permitted, in the most detail permitted there."""
    columns = seen.valuer.own_columns()
    for dataset in seen.valuer.action.candidates:
        tiers = [(item.level, item.detail) for item in seen.cells if item.dataset == dataset]
        if tiers:
            level, detail = min(tiers, key=lambda tier: (LEVELS.index(tier[0]), -DETAILS.index(tier[1])))
            columns = seen.columns(columns, frozenset({dataset}), level, detail)
    return columns


def _worth(seen: Seen, known: Columns, choice: Choice, tier: Tier, released: Worth, own: Worth) -> Worth:
    """The choice's worth as the share shows it: the released one where the share shows the same."""
    level, detail = tier
    columns = seen.columns(known, choice, level, detail)
    told = {name: positions for name, positions in columns.items() if name not in known and len(positions)}
    if not told:
        return own
    same = seen.valuer.signals[level].chosen(choice, detail)
    if list(told) == [level] and np.array_equal(told[level], same):
        return released
    return seen.valuer.judge.worth(known | told)


def _equals(seen: Signals, released: Signals) -> NDArray[np.int64]:
    """For each signal seen, the position of the release's if it is the same for every unit, else -1."""
    place = {key: at for at, key in enumerate(zip(released.dataset, released.detail, released.name, strict=True))}
    found = [place.get(key, -1) for key in zip(seen.dataset, seen.detail, seen.name, strict=True)]
    return np.array(
        [
            at if at >= 0 and np.array_equal(seen.values[:, number], released.values[:, at]) else -1
            for number, at in enumerate(found)
        ],
        dtype=np.int64,
    )
