"""Builds one user group's share: a DuckDB file and Parquet with the permitted rows and nothing else.

Which cells are permitted is `gate.py`'s decision; putting shares in force is `publish.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.duck import identifier, quoted
from sharing import about, anonymity
from sharing.anonymity import UNIT, Limit
from sharing.build import CREATED_BY, write_tier
from sharing.coarse_dates import coarse_column
from sharing.gate import Decision, coarsest
from sharing.governance import Agreement, Precision, UserGroup
from sharing.keyed_ids import key_fingerprint, write_keyed_ids
from sharing.share_policy import SharePolicy
from sharing.tiers import LEVELS, PLACE_LEVELS, TIERS, level_and_detail, told_rows

DATABASE = "share.duckdb"
TABLES = f"""{about.TABLES};
create table about.share (user_group varchar, title varchar, organisation varchar, purposes varchar[],
    key_fingerprint varchar);
{anonymity.REPORT}"""


def build_share(
    folder: Path,
    *,
    warehouse: Path,
    group: UserGroup,
    decisions: Sequence[Decision],
    agreements: Mapping[str, Agreement],
    contracts: Mapping[str, Contract],
    policy: SharePolicy,
    key: bytes,
    as_of: str,
    fingerprint: str,
    stale: Collection[str] = (),
) -> None:
    """Write `share.duckdb` and `tiers/*.parquet` into `folder`: the tiers' rows of the cells that `decisions` permit.

    Ids are keyed, dates coarsened, and rows of people (households) who look too much alone are held back and counted.
    Rows are in the order of their columns, keyed ids included, so that order tells nothing either.
    """
    permitted = {tier: _cells_of(decisions, tier) for tier in TIERS}
    levels = [level for level in LEVELS if any(cells and cells[0].level == level for cells in permitted.values())]
    known = {item.dataset: contracts[item.dataset] for item in decisions if item.is_permitted}
    (folder / "tiers").mkdir(parents=True)
    with duck.connect(folder / DATABASE, folder=warehouse.parent) as connection:
        duck.attach(connection, warehouse, "warehouse", read_only=True)
        connection.execute(f"create schema tiers; {TABLES}")
        for level in levels:
            if level in UNIT:
                source = f"select {UNIT[level]} as id from warehouse.linked.{level}"
                write_keyed_ids(connection, f"{level}_key", source=source, kind=level, key=key, length=policy.id_length)
        for tier, cells in permitted.items():
            if cells:
                _write_cells(connection, tier, cells, contracts=known, policy=policy, folder=folder)
        release = [f"{as_of}-{fingerprint[:8]}", as_of, fingerprint, CREATED_BY]
        connection.execute("insert into about.release values (?, ?, ?, ?)", release)
        about.describe(connection, known, stale=stale, levels=levels)
        about.describe_access(connection, decisions, agreements)
        connection.execute(
            "insert into about.share values (?, ?, ?, ?, ?)",
            [group.id, group.title, group.organisation, list(group.purposes), key_fingerprint(key)],
        )
        connection.execute("detach warehouse")
        connection.execute("checkpoint")


def limits_of(cells: Sequence[Decision], policy: SharePolicy) -> dict[str, Limit]:
    """Data set -> the least k and l in this tier: the policy's or the agreement's, whichever is more."""
    return {
        item.dataset: Limit(
            max(policy.minimum_k[item.level], item.conditions.minimum_k),
            max(policy.minimum_l[item.level], item.conditions.minimum_l),
        )
        for item in cells
    }


def precisions_of(cells: Sequence[Decision], policy: SharePolicy) -> dict[str, Precision]:
    """Data set -> the precision of dates in this tier: the policy's or the agreement's, whichever is coarser."""
    return {item.dataset: coarsest(policy.date_precision[item.level], item.conditions.date_precision) for item in cells}


def _cells_of(decisions: Sequence[Decision], tier: str) -> list[Decision]:
    return [item for item in decisions if item.tier == tier and item.is_permitted]


def _write_cells(
    connection: Any,
    tier: str,
    cells: Sequence[Decision],
    *,
    contracts: Mapping[str, Contract],
    policy: SharePolicy,
    folder: Path,
) -> None:
    level, detail = level_and_detail(tier)
    datasets = ", ".join(quoted(item.dataset) for item in cells)
    select = f"select * from warehouse.tiers.{identifier(tier)} where dataset in ({datasets}) and {told_rows(tier)}"
    if level in PLACE_LEVELS:
        write_tier(connection, tier, select, folder=folder)
        return
    limits = limits_of(cells, policy)
    anonymity.measure_classes(connection, level=level, detail=detail, source=f"({select})")
    if anonymity.hold_back(connection, limits):
        select = anonymity.without_held_back(select, level=level)
    columns = about.columns_of(connection, f"warehouse.tiers.{identifier(tier)}")
    write_tier(
        connection, tier, _protected(columns, select, level, precisions_of(cells, policy), contracts), folder=folder
    )
    anonymity.report(connection, tier, limits)


def _protected(
    columns: Sequence[str],
    select: str,
    level: str,
    precisions: Mapping[str, str],
    contracts: Mapping[str, Contract],
) -> str:
    """The rows of `select` with keyed ids and coarse dates, columns in their order."""
    date_measures = [
        (item.dataset, name)
        for item in contracts.values()
        for name, measure in item.measures.items()
        if measure.kind == "date"
    ]
    shown = []
    for name in columns:
        expression = "ids.keyed" if name == UNIT[level] else None
        expression = expression or coarse_column(name, precisions, date_measures=date_measures)
        shown.append(f"{expression} as {identifier(name)}" if expression else f"cells.{identifier(name)}")
    return f"""select {", ".join(shown)} from ({select}) as cells
        inner join {level}_key as ids on cells.{UNIT[level]} = ids.id"""
