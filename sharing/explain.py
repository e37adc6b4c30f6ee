"""Decisions as a person reads them: tiers that one clause decides are told together."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from settings.errors import UserError
from sharing.access import Access
from sharing.gate import Decision
from sharing.region_yaml import closest
from sharing.tiers import DETAILS, LEVELS, TIERS


@dataclass(frozen=True)
class Line:
    """What one clause says of one data set."""

    dataset: str
    tiers: tuple[str, ...]
    is_permitted: bool
    clause: str


def explain(
    access: Access,
    datasets: Collection[str],
    *,
    group: str,
    tier: str | None = None,
    dataset: str | None = None,
) -> list[Line]:
    """The clauses about `group`, its permitted cells first within each data set.

    Raises UserError for a group, tier or data set that is not there.
    """
    unknown = [
        f"no {kind} '{name}'; {closest(name, known)}"
        for kind, name, known in (
            ("user group", group, access.governance.groups),
            ("tier", tier, TIERS),
            ("data set", dataset, datasets),
        )
        if name is not None and name not in known
    ]
    if unknown:
        raise UserError("There is nothing to explain", unknown)
    cells = [
        item
        for item in access.of(group)
        if (tier is None or item.tier == tier) and (dataset is None or item.dataset == dataset)
    ]

    def by_clause(item: Decision) -> tuple[str, bool, str]:
        return item.dataset, not item.is_permitted, _short(item.clause)

    lines = []
    for (name, is_refused, clause), members in groupby(sorted(cells, key=by_clause), key=by_clause):
        lines.append(Line(name, tuple(item.tier for item in members), not is_refused, clause))
    return lines


def in_short(tiers: Collection[str]) -> str:
    """The tiers as a person writes them: `all`, or `person: known_to, rag; ward: all`."""
    if set(tiers) == set(TIERS):
        return "all"
    parts = []
    for level in LEVELS:
        own = [detail for detail in DETAILS if f"{level}_{detail}" in tiers]
        if own:
            parts.append(f"{level}: {'all' if len(own) == len(DETAILS) else ', '.join(own)}")
    return "; ".join(parts)


def _short(clause: str) -> str:
    """The clause without the tier's or level's own name, so that equal clauses are told once."""
    for tier in TIERS:
        clause = clause.replace(f"does not reach {tier}", "does not reach so far")
    for level in LEVELS:
        clause = clause.replace(f"it has no {level} tier", "it has no such tier")
    return clause
