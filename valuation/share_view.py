"""What a user group may see now, as tables beside the release: permitted cells, coarse dates, classes large enough.

The rows of the group's share (`sharing/share.py`) but for its keyed ids, as value is judged on linked units, and with
the rows that say `not_covered`, which a share tells by having none. What the columns say is `signal_sql.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ingestion.contract import Contract
from settings.duck import identifier, quoted
from sharing import about, anonymity
from sharing.coarse_dates import coarse_column
from sharing.gate import Decision
from sharing.share import limits_of, precisions_of
from sharing.share_policy import SharePolicy
from sharing.tiers import PLACE_LEVELS, TIERS, level_and_detail, told_rows

SEEN = "seen"  # schema of the working database


def make_seen(
    work: Any, cells: Sequence[Decision], contracts: Mapping[str, Contract], policy: SharePolicy | None
) -> None:
    """Make schema `seen` with all twenty tiers: the rows of `cells`, which are permitted, as `policy` has them shown.

    work: from `units.open_valuation`. policy: None where nothing is shared, and `cells` is empty.
    """
    work.execute(f"drop schema if exists {SEEN} cascade; create schema {SEEN}")
    for tier in TIERS:
        here = [item for item in cells if item.tier == tier]
        datasets = ", ".join(quoted(item.dataset) for item in here) or "null"
        select = f"select * from release.tiers.{identifier(tier)} where dataset in ({datasets})"
        kind = "view"
        if here and policy is not None and level_and_detail(tier)[0] not in PLACE_LEVELS:
            kind, select = _row_level(work, tier, select, here, contracts, policy)
        work.execute(f"create {kind} {SEEN}.{identifier(tier)} as {select}")


def _row_level(
    work: Any,
    tier: str,
    select: str,
    cells: Sequence[Decision],
    contracts: Mapping[str, Contract],
    policy: SharePolicy,
) -> tuple[str, str]:
    """Whether a view will do or a table must be made, and the rows with those held back left out and dates coarse."""
    level, detail = level_and_detail(tier)
    limits, kind = limits_of(cells, policy), "view"
    if any(limit.k > 1 or limit.l > 1 for limit in limits.values()):
        told = f"(select * from ({select}) where {told_rows(tier)})"
        anonymity.measure_classes(work, level=level, detail=detail, source=told)
        if anonymity.hold_back(work, limits):
            kind, select = "table", anonymity.without_held_back(select, level=level)
    precisions = precisions_of(cells, policy)
    date_measures = [
        (item.dataset, name)
        for item in cells
        for name, measure in contracts[item.dataset].measures.items()
        if measure.kind == "date"
    ]
    coarse = {
        name: coarse_column(name, precisions, date_measures=date_measures)
        for name in about.columns_of(work, f"release.tiers.{identifier(tier)}")
    }
    changed = ", ".join(f"{shown} as {identifier(name)}" for name, shown in coarse.items() if shown)
    return kind, f"select * replace ({changed}) from ({select})" if changed else select
