"""Adds a signature to a user group's approvals in the region, for what awaits approval now.

Whether an approval is enough is `approval.py`'s to say.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from settings.errors import UserError
from settings.files import write_atomically
from settings.paths import Region
from sharing.access import Access
from sharing.approval import Terms, signatures, terms_of
from sharing.gate import Decision
from sharing.governance import PRECISIONS, Approval, ApprovedCells, Approver, ShareApprovals
from sharing.share_policy import SharePolicy
from sharing.tiers import TIERS

NO_ROWS = Terms(1, 1, "year")  # only counts of people
HEADER = "# yaml-language-server: $schema=../schemas/approval.schema.json\n"


def sign(region: Region, access: Access, group: str, approver: Approver) -> tuple[Path, int, int]:
    """Add `approver` to the approval of what `group` awaits now; a first signature opens it.

    Returns the file, the signatures it now has and how many it needs. Raises UserError where nothing awaits approval,
    or where that person signed already.
    """
    assert access.policy is not None
    waiting = access.awaiting(group)
    if not waiting:
        raise UserError(f"Nothing of {group} awaits approval", [f"see `mvld explain-access {group}`"])
    wanted = scope(waiting, access.policy)
    known = access.governance.approvals.get(group, ShareApprovals(group))
    pending = next((item for item in known.approvals if item.data_sets == wanted), None)
    if pending and approver.who in signatures(pending):
        raise UserError(f"{approver.role}, {approver.organisation} signed this already", ["somebody else has to"])
    signed = Approval((*(pending.approvers if pending else ()), approver), wanted)
    others = tuple(item for item in known.approvals if item is not pending)
    path = region.root / "approvals" / f"{group}.yaml"
    write_atomically(path, _yaml(ShareApprovals(group, (*others, signed))))
    return path, len(signatures(signed)), access.policy.minimum_release_approvers


def scope(cells: Sequence[Decision], policy: SharePolicy) -> dict[str, ApprovedCells]:
    """Data set -> its tiers among `cells`, and the loosest terms on which any of them would go out."""
    found = {}
    for dataset in sorted({item.dataset for item in cells}):
        own = [item for item in cells if item.dataset == dataset]
        terms = [on for item in own if (on := terms_of(item, policy))] or [NO_ROWS]
        found[dataset] = ApprovedCells(
            tiers=tuple(tier for tier in TIERS if tier in {item.tier for item in own}),
            minimum_k=min(item.minimum_k for item in terms),
            minimum_l=min(item.minimum_l for item in terms),
            date_precision=min((item.date_precision for item in terms), key=PRECISIONS.index),
        )
    return found


def _yaml(approvals: ShareApprovals) -> str:
    import yaml

    content: dict[str, Any] = {
        "id": approvals.id,
        "approvals": [
            {
                "approvers": [
                    {"role": item.role, "organisation": item.organisation, "date": item.signed_on}
                    for item in approval.approvers
                ],
                "data_sets": {
                    dataset: {
                        "tiers": list(cells.tiers),
                        "minimum_k": cells.minimum_k,
                        "minimum_l": cells.minimum_l,
                        "date_precision": cells.date_precision,
                    }
                    for dataset, cells in approval.data_sets.items()
                },
            }
            for approval in approvals.approvals
        ],
    }
    return HEADER + str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120))
