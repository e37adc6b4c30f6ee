"""What agreements, user groups, classifications and purposes say, as plain facts.

Only the facts belong here; their types are also the JSON Schemas that editors use. Reading the YAML is
`governance_reader.py`, judging files against each other `region_check.py`, deciding `gate.py`.
"""

from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from sharing.tiers import DETAILS, LEVELS, TIERS

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
PRECISIONS = ("day", "month", "quarter", "year")  # finest first

Level = Literal["person", "household", "street", "postcode", "ward"]
Detail = Literal["known_to", "rag", "coded", "full"]
Precision = Literal["day", "month", "quarter", "year"]
TierName = Annotated[str, Field(json_schema_extra={"enum": list(TIERS)})]  # judged with the cross-references
Names = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, config=STRICT)
class Approver:
    """Who signed, by role: names of people do not belong in the region."""

    role: str
    organisation: str
    signed_on: Annotated[date, Field(alias="date")]


@dataclass(frozen=True, config=STRICT)
class Ceiling:
    """This level and every coarser one, this detail and every lesser one."""

    level: Level
    detail: Detail


@dataclass(frozen=True, config=STRICT)
class Conditions:
    """What the discloser asks for beyond the policy. `wording` is printed in the share; the rest is enforced."""

    minimum_k: Annotated[int, Field(ge=1)] = 1  # people (households) alike in age band, sex and ward
    minimum_l: Annotated[int, Field(ge=1)] = 1  # different values among those alike
    date_precision: Precision = "day"
    wording: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Agreement:
    """One discloser lets user groups see data sets at some tiers, for one purpose, from one day to another."""

    id: str
    title: str
    discloser: str
    data_sets: Names
    recipient_groups: Names
    purpose: str
    lawful_basis: str
    valid_from: Annotated[date, Field(alias="from")]
    valid_to: Annotated[date, Field(alias="to")]  # the last day
    tiers: tuple[TierName, ...] = ()  # either a list of tiers ...
    ceiling: Ceiling | None = None  # ... or a ceiling
    approvers: tuple[Approver, ...] = ()
    conditions: Conditions = Conditions()
    notes: str = ""

    def permits(self, level: str, detail: str) -> bool:
        """Whether the tier is among those agreed."""
        if f"{level}_{detail}" in self.tiers:
            return True
        top = self.ceiling
        return (
            top is not None
            and LEVELS.index(level) >= LEVELS.index(top.level)
            and DETAILS.index(detail) <= DETAILS.index(top.detail)
        )

    def permitted_tiers(self) -> list[str]:
        """All tiers agreed, in the order of the design."""
        return [f"{level}_{detail}" for level in LEVELS for detail in DETAILS if self.permits(level, detail)]


@dataclass(frozen=True, config=STRICT)
class HeldControl:
    """How a group shows that it meets a control, and until when."""

    evidence: str
    valid_to: Annotated[date | None, Field(alias="to")] = None


@dataclass(frozen=True, config=STRICT)
class UserGroup:
    """People of one organisation who receive one share."""

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    title: str
    organisation: str
    purposes: Names
    controls: dict[str, HeldControl] = Field(default_factory=dict)

    def holds(self, control: str, *, on: date) -> bool:
        """Whether the group meets `control` on that day."""
        held = self.controls.get(control)
        return held is not None and (held.valid_to is None or held.valid_to >= on)


@dataclass(frozen=True, config=STRICT)
class ApprovedCells:
    """Tiers of one data set that may go out, as long as the terms are no looser than these."""

    tiers: Annotated[tuple[TierName, ...], Field(min_length=1)]
    minimum_k: Annotated[int, Field(ge=1)] = 1
    minimum_l: Annotated[int, Field(ge=1)] = 1
    date_precision: Precision = "day"


@dataclass(frozen=True, config=STRICT)
class Approval:
    """What was looked at and let out, or is being: it holds once enough different people signed."""

    approvers: tuple[Approver, ...]
    data_sets: Annotated[dict[str, ApprovedCells], Field(min_length=1)]


@dataclass(frozen=True, config=STRICT)
class ShareApprovals:
    """The approvals of one user group's share; the id is the group's."""

    id: str
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Rung:
    """One step of the ladder. It requires its own controls and those of every rung below."""

    id: str
    title: str
    controls: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Ladder:
    """The common ladder: controls by id with what they mean, rungs lowest first."""

    controls: dict[str, str]
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    row_level_minimum: str  # the rung below which no row about one person or household is


@dataclass(frozen=True, config=STRICT)
class Marking:
    """Where a partner's marking stands, what it asks for besides, and how counts of what it marks are marked."""

    rung: str
    controls: tuple[str, ...] = ()
    when_counted: str | None = None  # another marking of the scheme; none: counts keep the marking


@dataclass(frozen=True, config=STRICT)
class Scheme:
    """The markings that some kinds of organisation use."""

    id: str
    title: str
    organisation_types: Names
    markings: dict[str, Marking]


@dataclass(frozen=True, config=STRICT)
class Purposes:
    """Purposes by id, with what they mean."""

    purposes: dict[str, str]


@plain_dataclass(frozen=True)
class Governance:
    """All of it. An empty one permits nothing."""

    agreements: dict[str, Agreement] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    ladder: Ladder | None = None
    purposes: dict[str, str] = field(default_factory=dict)
    approvals: dict[str, ShareApprovals] = field(default_factory=dict)  # by user group

    def scheme_of(self, organisation_type: str) -> Scheme | None:
        """The scheme in which organisations of that type mark their data."""
        found = [scheme for scheme in self.schemes.values() if organisation_type in scheme.organisation_types]
        return found[0] if len(found) == 1 else None
