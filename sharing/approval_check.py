"""Judges the approvals of shares against the rest of the region, and tells what awaits one."""

from collections.abc import Iterator, Mapping, Sequence

from ingestion.contract import Contract
from sharing.approval import AWAITING, signatures
from sharing.gate import Decision
from sharing.governance_reader import Read
from sharing.region_yaml import NOTE, Problem, closest
from sharing.tiers import TIERS


def check_approvals(
    read: Read, contracts: Mapping[str, Contract], decisions: Sequence[Decision], *, needed: int
) -> Iterator[Problem]:
    """Names that lead nowhere are errors; approvals that lack signatures, and cells that await one, are notes."""
    governance = read.governance
    for group, known in governance.approvals.items():
        document = read.documents["approval", group]
        if group not in governance.groups:
            what = f"no user group '{group}'"
            yield Problem(document.name, document.line("id"), what, closest(group, governance.groups))
        for position, approval in enumerate(known.approvals):
            for dataset, cells in approval.data_sets.items():
                line = document.line("approvals", position, "data_sets", dataset)
                if dataset not in contracts:
                    what = f"no contract for data set '{dataset}'"
                    yield Problem(document.name, line, what, closest(dataset, contracts))
                for tier in cells.tiers:
                    if tier not in TIERS:
                        yield Problem(document.name, line, f"'{tier}' is no tier", closest(tier, TIERS))
            signed = len(signatures(approval))
            if signed < needed:
                line = document.line("approvals", position)
                what = f"it has {signed} different signature(s) and needs {needed}"
                yield Problem(document.name, line, what, f"`mvld approve {group}`", severity=NOTE)
    for group in governance.groups:
        waiting = sum(item.group == group and item.reason == AWAITING for item in decisions)
        if waiting:
            what = f"{waiting} agreed cell(s) of {group} await approval and do not go out"
            yield Problem(f"approvals/{group}.yaml", 0, what, f"`mvld approve {group}`", severity=NOTE)
