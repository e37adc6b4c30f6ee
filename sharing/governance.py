"""What agreements, user groups, classifications and purposes say, as plain facts.

Only the facts belong here; their types are also the JSON Schemas that editors use. Reading the YAML is
`governance_reader.py`, judging files against each other `region_check.py`, deciding `gate.py`.
"""

import re
from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from sharing.tiers import DETAILS, LEVELS, TIERS

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PRECISIONS = ("day", "month", "quarter", "year")  # finest first

Level = Literal["person", "household", "street", "postcode", "ward"]
Detail = Literal["known_to", "rag", "coded", "full"]
Precision = Literal["day", "month", "quarter", "year"]
TierName = Annotated[str, Field(json_schema_extra={"enum": list(TIERS)})]  # judged with the cross-references
Text = Annotated[str, Field(pattern=r"\S")]  # says something
Names = Annotated[tuple[Text, ...], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]  # neither `yes` nor a text; fits the tables


def _written_as_a_day(value: object) -> object:
    """A date as YAML or JSON has it; never a number, which would be read as seconds since 1970."""
    if type(value) is date or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("day", "it is not a day; write it like 2025-04-01")


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


def plain(name: str) -> str:
    """A name without what may differ from one writing to the next."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, config=STRICT)
class Approver:
    """Who signed, by role: names of people do not belong in the region."""

    role: Text
    organisation: Text
    signed_on: Annotated[Day, Field(alias="date")]

    @property
    def who(self) -> tuple[str, str]:
        """Stands for one person: letter case, spaces and another date make no second one."""
        return plain(self.role), plain(self.organisation)


@dataclass(frozen=True, config=STRICT)
class Ceiling:
    """This level and every coarser one, this detail and every lesser one."""

    level: Level
    detail: Detail


@dataclass(frozen=True, config=STRICT)
class Conditions:
    """What the discloser asks for beyond the policy. `wording` is printed in the share; the rest is enforced."""

    minimum_k: Count = 1  # people (households) alike in age band, sex and ward
    minimum_l: Count = 1  # different values among those alike
    date_precision: Precision = "day"
    wording: tuple[str, ...] = ()


@dataclass(frozen=True, config=STRICT)
class Agreement:
    """One discloser lets user groups see data sets at some tiers, for one purpose, from one day to another."""

    id: Text
    title: Text
    discloser: Text
    data_sets: Names
    recipient_groups: Names
    purpose: Text
    lawful_basis: Text
    valid_from: Annotated[Day, Field(alias="from")]
    valid_to: Annotated[Day, Field(alias="to")]  # the last day
    tiers: tuple[TierName, ...] = ()  # either a list of tiers ...
    ceiling: Ceiling | None = None  # ... or a ceiling
    approvers: tuple[Approver, ...] = ()
    conditions: Conditions = Conditions()
    notes: str = ""

    def signers(self, *, on: date) -> set[tuple[str, str]]:
        """Who had signed by that day, each once however often."""
        return {approver.who for approver in self.approvers if approver.signed_on <= on}

    def is_signed_by_the_discloser(self, *, on: date) -> bool:
        """Whether anybody had signed by that day for whom the data is."""
        return plain(self.discloser) in {organisation for _, organisation in self.signers(on=on)}

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

    evidence: Text
    valid_to: Annotated[Day | None, Field(alias="to")] = None


@dataclass(frozen=True, config=STRICT)
class UserGroup:
    """People of one organisation who receive one share."""

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    title: Text
    organisation: Text
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
    minimum_k: Count = 1
    minimum_l: Count = 1
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
