"""How each cell stands with agreements on a date: granted, to be had by an agreement, or barred.

An agreement can be written or extended; controls that a group lacks cannot be written into one. What an agreement
costs is `prices.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ingestion.contract import Contract
from sharing.access import Access
from sharing.markings import sensitivity
from sharing.tiers import level_and_detail
from valuation.blueprint.options import Cell


@dataclass(frozen=True)
class Standing:
    """granted: cells that a live agreement permits. barred: cell -> why no agreement would do, in words."""

    granted: frozenset[Cell] = frozenset()
    barred: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def integrated(self) -> frozenset[str]:
        """Data sets that some group may see already."""
        return frozenset(cell.dataset for cell in self.granted)


def standing_of(
    cells: Iterable[Cell], access: Access, contracts: Mapping[str, Contract], *, as_of: date | str
) -> Standing:
    """Judge the cells by the region's files. Without user groups nothing is known to be barred."""
    granted = frozenset(
        Cell(item.dataset, item.tier, item.group)
        for group in access.governance.groups
        for item in access.permitted(group)
    )
    barred = {}
    for cell in sorted(set(cells)) if access.governance.groups else ():
        why = None if cell in granted else _bar(cell, access, contracts, on=date.fromisoformat(str(as_of)))
        if why:
            barred[cell] = why
    return Standing(granted, barred)


def _bar(cell: Cell, access: Access, contracts: Mapping[str, Contract], *, on: date) -> str | None:
    group = access.governance.groups.get(cell.group)
    if group is None:
        return f"there is no user group {cell.group}"
    level, detail = level_and_detail(cell.tier)
    found = sensitivity(access.governance, contracts[cell.dataset], level, detail)
    if found.unplaced:
        return f"{cell.dataset} has a marking that no ladder places"
    lacking = [control for control in found.controls if not group.holds(control, on=on)]
    return f"{cell.group} would need {', '.join(lacking)} for {cell.dataset}" if lacking else None
