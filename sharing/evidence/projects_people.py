"""Safe projects and safe people: agreements in force with their purposes, and the groups that hold shares."""

from datetime import date, timedelta

from sharing.access import Access
from sharing.approval import AWAITING, signatures
from sharing.evidence.parts import Heading, Table, listed
from sharing.explain import in_short

SOON = timedelta(days=60)  # how long before it ends an agreement or control is told as ending soon


def projects(access: Access, *, on: date) -> Heading:
    """What was shared with whom, under which agreement, for which purpose."""
    governance = access.governance
    used: dict[str, dict[tuple[str, str], list[str]]] = {}
    for cell in access.decisions:
        if cell.is_permitted and cell.agreement:
            used.setdefault(cell.agreement, {}).setdefault((cell.group, cell.dataset), []).append(cell.tier)
    terms, flows, warnings = [], [], []
    for name in sorted(used):
        item = governance.agreements[name]
        purpose = f"{item.purpose}: {governance.purposes.get(item.purpose, 'not described')}"
        until = f"{item.valid_from} to {item.valid_to}"
        signed = listed([f"{one.role}, {one.organisation}, {one.signed_on}" for one in item.approvers])
        terms.append((name, item.title, item.discloser, purpose, item.lawful_basis, until, signed))
        if item.valid_to - on <= SOON:
            warnings.append(f"{name} ends on {item.valid_to}; what it permits is taken back with the next run after.")
        flows += [(name, group, dataset, in_short(tiers)) for (group, dataset), tiers in sorted(used[name].items())]
    idle = [
        (item.id, item.title, f"{item.valid_from} to {item.valid_to}", listed(sorted(_reasons(access, item.id))))
        for item in governance.agreements.values()
        if item.id not in used
    ]
    return Heading(
        "projects",
        "Safe projects",
        "Is each use agreed, lawful and for a stated purpose?",
        [
            Table("Shared tonight", ("agreement", "user group", "data set", "tiers"), flows, "Nothing is shared."),
            Table(
                "Agreements in use",
                ("agreement", "title", "discloser", "purpose", "lawful basis", "from and to", "approved by"),
                terms,
            ),
            Table("Agreements that permit nothing tonight", ("agreement", "title", "from and to", "why"), idle),
        ],
        [f"{len(used)} of {len(governance.agreements)} agreements permit something tonight."],
        warnings,
    )


def people(access: Access, *, on: date) -> Heading:
    """Who holds a share, which controls they show, and who let it out."""
    governance = access.governance
    controls, approvals, waiting, warnings = [], [], [], []
    needed = access.policy.minimum_release_approvers if access.policy else 0
    for group in governance.groups.values():
        purposes = listed(group.purposes)
        if not group.controls:
            controls.append((group.id, group.organisation, purposes, "–", "none shown", "–"))
        for control, held in sorted(group.controls.items()):
            until = str(held.valid_to or "no end")
            controls.append((group.id, group.organisation, purposes, control, held.evidence, until))
            if held.valid_to and held.valid_to - on <= SOON:
                word = "lapsed" if held.valid_to < on else "lapses"
                warnings.append(f"{control} of {group.id} {word} on {held.valid_to}.")
        known = governance.approvals.get(group.id)
        for approval in known.approvals if known else ():
            who = listed([f"{one.role}, {one.organisation}, {one.signed_on}" for one in approval.approvers])
            what = "; ".join(f"{name}: {in_short(cells.tiers)}" for name, cells in approval.data_sets.items())
            state = "in force" if len(signatures(approval)) >= needed else "lacks signatures"
            approvals.append((group.id, what, who, state))
        awaiting = access.awaiting(group.id)
        for dataset in sorted({cell.dataset for cell in awaiting}):
            waiting.append((group.id, dataset, in_short([cell.tier for cell in awaiting if cell.dataset == dataset])))
    if not needed:
        warnings.append("The policy asks nobody to approve a share before it goes out.")
    return Heading(
        "people",
        "Safe people",
        "Can those who receive it be trusted with it, and did somebody look before it went out?",
        [
            Table("Controls", ("user group", "organisation", "purposes", "control", "evidence", "valid to"), controls),
            Table("Approvals of shares", ("user group", "cells", "signed by", "state"), approvals),
            Table("Agreed and awaiting approval", ("user group", "data set", "tiers"), waiting),
        ],
        [f"A share goes out, and widens, after {needed} different people signed."] if needed else [],
        warnings,
    )


def _reasons(access: Access, agreement: str) -> set[str]:
    return {
        cell.reason.replace("_", " ")
        for cell in access.decisions
        if cell.agreement == agreement and cell.reason not in ("permitted", AWAITING, "tier_not_agreed")
    } or {"another agreement decides, or its cells await approval"}
