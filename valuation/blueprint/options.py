"""What may be chosen: an action with some data sets at a tier, what it adds a year, and what it takes.

Values come from `economics.action_value`; whether a cell may be granted is `standing.py`; choosing is `choose.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sharing.tiers import DETAILS, LEVELS, level_and_detail
from valuation.actions import Action

PENNIES = 2
# An action that loses money with the owner's own data is better left undone: what makes up for that loss is no profit.
OWN_LOSS = """
with own as (
    select action, greatest(0, -max(net_value_gbp)) as loss_gbp
    from economics.action_value where baseline = 'own_data' group by action
)"""
VALUES = (
    OWN_LOSS
    + """
select
    action, user_group, tier, data_sets, gain_gbp - coalesce(loss_gbp, 0), {low} - coalesce(loss_gbp, 0), is_vetoed,
    accepted_by_targeted, accepted_by_control
from economics.action_value left join own using (action)
where tier is not null
order by action, tier, data_sets"""
)
PERFECT = (
    OWN_LOSS
    + """
select action, gain_gbp - coalesce(loss_gbp, 0), {low} - coalesce(loss_gbp, 0)
from economics.action_value left join own using (action)
where baseline = 'perfect_record'
order by action"""
)


LOW_OF_BOTH_YEARS = "least(gain_low_gbp, earlier_gain_gbp)"
"""Of hundreds of choices one in ten passes its 10th percentile by luck; few are as lucky in the year before as well."""


class Cell(NamedTuple):
    """One data set at one tier for one user group: what an agreement grants."""

    dataset: str
    tier: str
    group: str

    @property
    def short(self) -> str:
        return f"{self.dataset}@{self.tier}"

    @property
    def full(self) -> str:
        return f"{self.dataset}@{self.tier}@{self.group}"


@dataclass(frozen=True)
class Option:
    """value_gbp, value_low_gbp: over the owner's own data, or over doing nothing where own data lose, in a year at full
    effect, for all people of the authority; expected, and at the low end of the interval or as in the earlier year if
    that was less. barred: why it cannot be granted, in words.
    """

    action: str
    user_group: str
    outcome: str
    tier: str
    data_sets: tuple[str, ...]
    value_gbp: float
    value_low_gbp: float
    is_vetoed: bool = False
    accepted_by_targeted: float | None = None
    accepted_by_control: float | None = None
    barred: str | None = None

    @property
    def cells(self) -> frozenset[Cell]:
        return frozenset(Cell(dataset, self.tier, self.user_group) for dataset in self.data_sets)

    @property
    def is_open(self) -> bool:
        """Whether citizens and agreements allow it."""
        return not self.is_vetoed and self.barred is None

    @property
    def is_able(self) -> bool:
        """Whether it may be chosen: open, and worth something at the low end of the interval."""
        return self.is_open and self.value_low_gbp > 0

    def judged(self, *, barred: Mapping[Cell, str], benefit_share: float) -> "Option":
        """With what stands against granting it, and with values cut to a share."""
        why = [barred[cell] for cell in sorted(self.cells) if cell in barred]
        return replace(
            self,
            barred="; ".join(dict.fromkeys(why)) or None,
            value_gbp=round(self.value_gbp * benefit_share, PENNIES),
            value_low_gbp=round(self.value_low_gbp * benefit_share, PENNIES),
        )

    @property
    def revealed(self) -> int:
        """How much it reveals, to choose the least of equals: finer levels first, then greater details, per cell."""
        level, detail = level_and_detail(self.tier)
        fineness = len(LEVELS) - LEVELS.index(level)
        return len(self.data_sets) * (fineness * len(DETAILS) + DETAILS.index(detail))


def read_options(warehouse: Any, actions: Mapping[str, Action], *, scale: float) -> list[Option]:
    """Every choice that was valued. scale: people of the authority per person of the region."""
    rows = warehouse.execute(VALUES.format(low=_low(warehouse))).fetchall()
    return [
        Option(
            action,
            group,
            actions[action].outcome.name,
            tier,
            tuple(sorted(data_sets)),
            round(value * scale, PENNIES),
            round(low * scale, PENNIES),
            *said,
        )
        for action, group, tier, data_sets, value, low, *said in rows
        if action in actions
    ]


def read_perfect_gain(warehouse: Any, *, scale: float) -> tuple[float, float]:
    """What the perfect record adds a year over own data, expected and low. An action that it harms does without."""
    rows = warehouse.execute(PERFECT.format(low=_low(warehouse))).fetchall()
    return (
        round(sum(max(value, 0.0) for _, value, _ in rows) * scale, PENNIES),
        round(sum(max(low, 0.0) for _, _, low in rows) * scale, PENNIES),
    )


def _low(warehouse: Any) -> str:
    """The low value in SQL. Tables of an older night know one year only."""
    columns = [row[0] for row in warehouse.execute("describe economics.action_value").fetchall()]
    return LOW_OF_BOTH_YEARS if "earlier_gain_gbp" in columns else "gain_low_gbp"


def undominated(options: Iterable[Option], value: Callable[[Option], float]) -> list[Option]:
    """Without options that some of their own data sets at the same tier serve as well: those cost no more."""
    alike: dict[tuple[str, str], list[tuple[frozenset[str], float, Option]]] = {}
    for option in options:
        entry = (frozenset(option.data_sets), value(option), option)
        alike.setdefault((option.action, option.tier), []).append(entry)
    return [
        option
        for group in alike.values()
        for data_sets, worth, option in group
        if not any(fewer < data_sets and other >= worth for fewer, other, _ in group)
    ]


def by_action(options: Iterable[Option]) -> dict[str, list[Option]]:
    """The options of each action, in the order given."""
    found: dict[str, list[Option]] = {}
    for option in options:
        found.setdefault(option.action, []).append(option)
    return found
