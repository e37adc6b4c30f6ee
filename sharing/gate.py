"""Who may see what on a date: one decision for every (user group, data set, level, detail), with what decided it.

A pure function of the region's files. Everything is refused unless one agreement says yes in every respect; nothing
here trusts that `mvld check-region` was run. Building what is permitted is `share.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ingestion.contract import Contract
from sharing.governance import PRECISIONS, Agreement, Conditions, Governance, Precision, UserGroup
from sharing.markings import Sensitivity, sensitivity
from sharing.tiers import DETAILS, LEVELS

PERMITTED = "permitted"
# Why not, from the first question to the last: of several agreements the one that came furthest is told.
REFUSALS = (
    "level_not_supported",
    "no_agreement",
    "tier_not_agreed",
    "not_the_disclosers_data",
    "not_approved",
    "not_started",
    "expired",
    "purpose_not_the_groups",
    "marking_unknown",
    "control_missing",
    "awaiting_approval",  # by those who look before it goes out: `approval.py`, after all the rest
)
SUBJECT_LEVELS = {"person": LEVELS, "premises": LEVELS[1:], "ward": LEVELS[-1:]}
NO_CONDITIONS = Conditions()


@dataclass(frozen=True)
class Decision:
    """One cell of the matrix: yes or no, and the clause that decided."""

    group: str
    dataset: str
    level: str
    detail: str
    is_permitted: bool
    reason: str  # PERMITTED or one of REFUSALS
    clause: str  # in words
    agreement: str | None = None  # the agreement that decided
    rung: str = ""  # of the cell, where an agreement was found
    conditions: Conditions = NO_CONDITIONS  # where permitted

    @property
    def tier(self) -> str:
        return f"{self.level}_{self.detail}"


def evaluate(
    governance: Governance, contracts: Mapping[str, Contract], *, as_of: date | str, minimum_approvers: int
) -> list[Decision]:
    """Every group by every data set by all twenty tiers, in that order."""
    on = date.fromisoformat(str(as_of))
    return [
        decide(governance, group, contract, level, detail, on=on, minimum_approvers=minimum_approvers)
        for group in governance.groups.values()
        for contract in contracts.values()
        for level in LEVELS
        for detail in DETAILS
    ]


def decide(
    governance: Governance,
    group: UserGroup,
    contract: Contract,
    level: str,
    detail: str,
    *,
    on: date,
    minimum_approvers: int,
) -> Decision:
    """One cell. Where several agreements permit it, the first by id is the clause and the strictest conditions hold."""

    def decision(reason: str, clause: str, agreement: Agreement | None = None, **more: object) -> Decision:
        return Decision(
            group.id,
            contract.dataset,
            level,
            detail,
            reason == PERMITTED,
            reason,
            clause,
            agreement.id if agreement else None,
            **more,  # type: ignore[arg-type]
        )

    if level not in SUBJECT_LEVELS.get(contract.subject, ()):
        return decision(
            "level_not_supported", f"{contract.dataset} is about a {contract.subject}: it has no {level} tier"
        )
    named = [
        item
        for item in governance.agreements.values()
        if contract.dataset in item.data_sets and group.id in item.recipient_groups
    ]
    if not named:
        return decision("no_agreement", f"no agreement names {contract.dataset} and {group.id}")
    cell = sensitivity(governance, contract, level, detail)
    answers = [
        (*_answer(item, group, contract, level, detail, cell, on, minimum_approvers), item)
        for item in sorted(named, key=lambda item: item.id)
    ]
    permitted = [item for reason, _, item in answers if reason == PERMITTED]
    if permitted:
        clause = f"{permitted[0].id} permits it until {permitted[0].valid_to}"
        return decision(PERMITTED, clause, permitted[0], rung=cell.rung, conditions=strictest(permitted))
    reason, clause, item = max(answers, key=lambda answer: REFUSALS.index(answer[0]))
    return decision(reason, f"{item.id}: {clause}", item, rung=cell.rung)


def _answer(
    agreement: Agreement,
    group: UserGroup,
    contract: Contract,
    level: str,
    detail: str,
    cell: Sensitivity,
    on: date,
    minimum_approvers: int,
) -> tuple[str, str]:
    """What one agreement says of the cell: a reason and the clause in words."""
    signed = agreement.signers(on=on)
    lacking = [control for control in cell.controls if not group.holds(control, on=on)]
    questions = (
        ("tier_not_agreed", not agreement.permits(level, detail), f"it does not reach {level}_{detail}"),
        (
            "not_the_disclosers_data",
            agreement.discloser != contract.partner,
            f"{agreement.discloser} cannot disclose what {contract.partner} sends",
        ),
        ("not_approved", len(signed) < minimum_approvers, f"{len(signed)} signed it and {minimum_approvers} must"),
        (
            "not_approved",
            minimum_approvers > 0 and not agreement.is_signed_by_the_discloser(on=on),
            f"nobody signed it for {agreement.discloser}",
        ),
        ("not_started", agreement.valid_from > on, f"it starts on {agreement.valid_from}"),
        ("expired", agreement.valid_to < on, f"it ended on {agreement.valid_to}"),
        (
            "purpose_not_the_groups",
            agreement.purpose not in group.purposes,
            f"it is for {agreement.purpose}, which is no purpose of {group.id}",
        ),
        ("marking_unknown", bool(cell.unplaced), f"no ladder rung is known for marking {', '.join(cell.unplaced)}"),
        ("control_missing", bool(lacking), f"{group.id} lacks {', '.join(lacking)}, which rung {cell.rung} requires"),
    )
    for reason, is_refused, clause in questions:
        if is_refused:
            return reason, clause
    return PERMITTED, ""


def strictest(agreements: Iterable[Agreement]) -> Conditions:
    """The conditions that satisfy all of the agreements."""
    every = [item.conditions for item in agreements]
    return Conditions(
        minimum_k=max(item.minimum_k for item in every),
        minimum_l=max(item.minimum_l for item in every),
        date_precision=coarsest(*(item.date_precision for item in every)),
        wording=tuple(dict.fromkeys(line for item in every for line in item.wording)),
    )


def coarsest(*precisions: Precision) -> Precision:
    """The coarsest of some date precisions."""
    return max(precisions, key=PRECISIONS.index)
