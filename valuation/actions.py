"""An action: something a service would do if it knew whom to reach, with every number's source.

Only the facts and what follows from them by arithmetic. Reading the YAML is `action_reader.py`; what an action is worth
at a tier is `action_worth.py`.
"""

from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from sharing.tiers import level_and_detail

STRICT = ConfigDict(extra="forbid")
Share = Annotated[float, Field(ge=0, le=1)]
Pounds = Annotated[float, Field(ge=0)]
Source = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[str, ...], Field(min_length=1)]


def in_equal_parts(bodies: Any) -> Any:
    """A list of bodies as shares that are alike; anything else as it is."""
    if isinstance(bodies, list | tuple) and all(isinstance(body, str) for body in bodies):
        return {body: 1 / len(bodies) for body in bodies}
    return bodies


Shares = Annotated[
    dict[str, Share],
    Field(min_length=1),
    BeforeValidator(in_equal_parts, json_schema_input_type=Names | dict[str, Share]),
]
"""Body -> its share of all. Written as shares that add up to 1, or as a list of bodies in equal parts."""


@dataclass(frozen=True, config=STRICT)
class GivenPounds:
    """An amount in pounds, and who says so."""

    value: Pounds
    source: Source


@dataclass(frozen=True, config=STRICT)
class GivenShare:
    """A share from 0 to 1, and who says so."""

    value: Share
    source: Source


@dataclass(frozen=True, config=STRICT)
class Effect:
    """Of those reached to whom the outcome would come, the share to whom it then does not.

    grade: A trials or reviews of them, B comparison groups, C before and after or a single site, D expert opinion.
    """

    value: Share
    grade: Literal["A", "B", "C", "D"]
    source: Source


@dataclass(frozen=True, config=STRICT)
class Capacity:
    """How many units the service can reach in a window: a number, or a share of those eligible."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["units", "share_of_eligible"]
    source: Source

    def of(self, eligible: int) -> float:
        """In units, and no more than there are."""
        return min(self.value * (eligible if self.unit == "share_of_eligible" else 1), float(eligible))


@dataclass(frozen=True, config=STRICT)
class Eligible:
    """Whom the action is for: ages at as_of, districts (none: all). A household is eligible if a member is."""

    min_age: Annotated[int, Field(ge=0)] = 0
    max_age: Annotated[int, Field(ge=0)] = 150
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class OutcomeRecords:
    """Which records say that the outcome came: of a data set, and if named with that code of that measure."""

    dataset: str
    measure: str | None = None
    code: str | None = None


@dataclass(frozen=True, config=STRICT)
class Outcome:
    """What the action prevents, and where it is learnt whether it came.

    source: `records` of later extracts, or `demo_truth` (columns `<name>_year_after` and `<name>_second_year_after`).
    """

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    what: str
    source: Literal["records", "demo_truth"]
    window_days: Annotated[int, Field(ge=1)] = 365
    records: OutcomeRecords | None = None


@dataclass(frozen=True, config=STRICT)
class Accepted:
    """The share of the people who would be reached, and of others, who accept this use of data about them."""

    targeted: Share
    control: Share


@dataclass(frozen=True, config=STRICT)
class Acceptability:
    """What citizens said of a level or of one tier (which then counts). Below `veto_below` in either group: never."""

    veto_below: Share
    source: Source
    accepts: dict[str, Accepted] = field(default_factory=dict)

    def of(self, tier: str) -> Accepted | None:
        """What was said of `tier`, or of its level; None where nobody was asked."""
        return self.accepts.get(tier) or self.accepts.get(level_and_detail(tier)[0])

    def is_vetoed(self, tier: str) -> bool:
        """Whether too few accept it. What nobody was asked about is not vetoed."""
        asked = self.of(tier)
        return asked is not None and min(asked.targeted, asked.control) < self.veto_below


@dataclass(frozen=True, config=STRICT)
class Action:
    """One idea of the register. Pounds are of one year's prices, per unit reached or per outcome prevented."""

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    title: str
    does: str
    delivered_by: str
    user_group: str
    unit: Literal["person", "household"]
    eligible: Eligible
    outcome: Outcome
    own_data: tuple[str, ...]
    candidates: Names
    capacity: Capacity
    unit_cost_gbp: GivenPounds  # of reaching one unit
    outcome_cost_gbp: GivenPounds  # of one outcome that comes
    effect: Effect
    deadweight: GivenShare  # would have been prevented anyway
    confidence: GivenShare  # in the benefit: what is left after optimism
    pays: Shares  # of what sharing costs
    gains: Shares  # of what it brings
    acceptability: Acceptability
    shares_source: Source | None = None  # who says so; None: nobody, the parts are equal

    @property
    def benefit_gbp(self) -> float:
        """Expected pounds saved by reaching one unit to whom the outcome would come."""
        return self.outcome_cost_gbp.value * self.effect.value * (1 - self.deadweight.value) * self.confidence.value

    @property
    def break_even(self) -> float:
        """The chance of the outcome from which reaching a unit pays; above 1 it never does."""
        return self.unit_cost_gbp.value / self.benefit_gbp if self.benefit_gbp else float("inf")
