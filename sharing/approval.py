"""Whether what agreements permit has been looked at by enough people to go out. Narrowing needs nobody.

A share that first goes out, or that would hold more or on looser terms than was approved, waits: only the approved part
goes out. Writing approvals is `approval_writer.py`; what agreements permit is `gate.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sharing.gate import Decision, coarsest
from sharing.governance import PRECISIONS, Approval, ApprovedCells, Precision, ShareApprovals
from sharing.share_policy import SharePolicy
from sharing.tiers import PLACE_LEVELS

AWAITING = "awaiting_approval"


@dataclass(frozen=True)
class Terms:
    """How a cell goes out: the least k and l, and the precision of its dates. Counts of people have no such terms."""

    minimum_k: int
    minimum_l: int
    date_precision: Precision


def honour(
    decisions: Iterable[Decision], approvals: Mapping[str, ShareApprovals], policy: SharePolicy
) -> list[Decision]:
    """The decisions with a refusal for every permitted cell that not enough people have approved."""
    needed = policy.minimum_release_approvers
    if not needed:
        return list(decisions)
    return [
        item if not item.is_permitted else _judged(item, approvals.get(item.group), policy, needed)
        for item in decisions
    ]


def terms_of(cell: Decision, policy: SharePolicy) -> Terms | None:
    """A cell's terms by policy and agreement, whichever is stricter; None for counts of people in places."""
    if cell.level in PLACE_LEVELS:
        return None
    return Terms(
        max(policy.minimum_k[cell.level], cell.conditions.minimum_k),
        max(policy.minimum_l[cell.level], cell.conditions.minimum_l),
        coarsest(policy.date_precision[cell.level], cell.conditions.date_precision),
    )


def signatures(approval: Approval) -> set[tuple[str, str]]:
    """Who signed, each once however often: role and organisation."""
    return {approver.who for approver in approval.approvers}


def covers(approved: ApprovedCells | None, tier: str, terms: Terms | None) -> bool:
    """Whether this tier, on these terms, is within what was approved."""
    if approved is None or tier not in approved.tiers:
        return False
    return terms is None or (
        terms.minimum_k >= approved.minimum_k
        and terms.minimum_l >= approved.minimum_l
        and PRECISIONS.index(terms.date_precision) >= PRECISIONS.index(approved.date_precision)
    )


def signed(cell: Decision, known: ShareApprovals | None, policy: SharePolicy) -> int:
    """How many different people signed an approval that this cell is within: the most that any has."""
    terms = terms_of(cell, policy)
    about = [
        item
        for item in (known.approvals if known else ())
        if covers(item.data_sets.get(cell.dataset), cell.tier, terms)
    ]
    return max((len(signatures(item)) for item in about), default=0)


def _judged(cell: Decision, known: ShareApprovals | None, policy: SharePolicy, needed: int) -> Decision:
    most = signed(cell, known, policy)
    if most >= needed:
        return cell
    clause = (
        f"{cell.agreement} permits it; it awaits approval ({most} of {needed} signatures; `mvld approve {cell.group}`)"
    )
    return replace(cell, is_permitted=False, reason=AWAITING, clause=clause)
