"""The region's sharing rules as they stand on a date: files read, policy read, every cell decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ingestion.contract import Contract
from settings.paths import Region
from sharing.approval import AWAITING, honour
from sharing.gate import Decision, evaluate
from sharing.governance import Governance
from sharing.governance_reader import read_governance
from sharing.share_policy import SharePolicy, read_share_policy


@dataclass(frozen=True)
class Access:
    """Who may see what. A region without user groups has no policy and no decisions: nothing is shared."""

    governance: Governance = field(default_factory=Governance)
    policy: SharePolicy | None = None
    decisions: tuple[Decision, ...] = ()

    def of(self, group: str) -> tuple[Decision, ...]:
        """The decisions about one group."""
        return tuple(item for item in self.decisions if item.group == group)

    def awaiting(self, group: str) -> tuple[Decision, ...]:
        """The cells of one group that agreements permit and that nobody has let out yet."""
        return tuple(item for item in self.of(group) if item.reason == AWAITING)

    def permitted(self, group: str) -> tuple[Decision, ...]:
        """The cells of one group's share; none means that it gets no share."""
        return tuple(item for item in self.of(group) if item.is_permitted)


def read_access(region: Region, contracts: Mapping[str, Contract], *, as_of: date | str) -> Access:
    """Read agreements, groups, classifications and policy, and decide every cell.

    Raises RegionError that lists what is wrong with the files.
    """
    governance = read_governance(region)
    if not governance.groups:
        return Access(governance)
    policy = read_share_policy(region.policies, as_of=as_of)
    agreed = evaluate(governance, contracts, as_of=as_of, minimum_approvers=policy.minimum_approvers)
    return Access(governance, policy, tuple(honour(agreed, governance.approvals, policy)))
