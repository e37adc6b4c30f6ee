"""Judges the shares of a built release before it is put in force: exactly the permitted cells, under keyed ids.

Reads only, trusts nothing that `share.py` did, and finds every problem at once. Messages name groups, tiers, data
sets and counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.duck import identifier
from settings.errors import PublicationRefused
from settings.parquet_files import source
from sharing.about import columns_of, tables_of
from sharing.access import Access
from sharing.anonymity import CLASS_COLUMNS, UNIT
from sharing.audit import tier_problems
from sharing.coarse_dates import DATES
from sharing.gate import Decision
from sharing.release_folders import SHARES
from sharing.share import DATABASE, limits_of, precisions_of
from sharing.share_policy import SharePolicy
from sharing.tiers import PLACE_LEVELS, TIERS, level_and_detail, told_rows


def audit_shares(
    folder: Path,
    *,
    warehouse: Path,
    access: Access,
    contracts: Mapping[str, Contract],
    thresholds: Mapping[str, int],
) -> None:
    """Raise PublicationRefused unless `folder` holds the shares that `access` permits, and no other.

    access: decided anew from the region's files, so that a share built under other rules is refused.
    """
    present = {path.name for path in (folder / SHARES).glob("*")}
    wanted = {group for group in access.governance.groups if access.permitted(group)}
    problems = [f"share {group} is missing" for group in sorted(wanted - present)]
    problems += [f"share {group} is permitted nothing" for group in sorted(present - wanted)]
    for group in sorted(wanted & present):
        database = folder / SHARES / group / DATABASE
        with duck.connect(database, read_only=True, folder=folder) as connection:
            duck.attach(connection, warehouse, "warehouse", read_only=True)
            found = _share(connection, group, access, contracts, thresholds, database.parent)
            problems += [f"share {group}: {problem}" for problem in found]
    if problems:
        raise PublicationRefused(f"the shares failed their audit in {len(problems)} point(s)", problems)


def _share(
    connection: Any,
    group: str,
    access: Access,
    contracts: Mapping[str, Contract],
    thresholds: Mapping[str, int],
    folder: Path,
) -> Iterator[str]:
    permitted = access.permitted(group)
    tiers = {tier: [item for item in permitted if item.tier == tier] for tier in TIERS}
    (database,) = connection.execute("select current_database()").fetchone()
    found = tables_of(connection, database, "tiers")
    written = {path.stem for path in (folder / "tiers").glob("*.parquet")}
    yield from (f"table tiers.{name} is not permitted" for name in sorted(found) if not tiers.get(name))
    yield from (f"file {name}.parquet is not permitted" for name in sorted(written) if not tiers.get(name))
    for tier, cells in tiers.items():
        if not cells:
            continue
        if tier not in found or tier not in written:
            yield f"{tier} is missing"
            continue
        yield from tier_problems(connection, tier, contracts=contracts, thresholds=thresholds)
        yield from _rows(connection, tier, cells, folder)
        if level_and_detail(tier)[0] not in PLACE_LEVELS and access.policy:
            yield from _people(connection, tier, cells, access.policy)


def _rows(connection: Any, tier: str, cells: Sequence[Decision], folder: Path) -> Iterator[str]:
    """Each permitted data set's rows that tell anything are there but for those held back; of no other any."""
    table = f"tiers.{identifier(tier)}"
    parquet = folder / "tiers" / f"{tier}.parquet"

    def by_dataset(rows: str) -> dict[str, int]:
        return dict(connection.execute(f"select dataset, count(*) from {rows} group by dataset").fetchall())

    shown, all_rows, copied = (
        by_dataset(table),
        by_dataset(f"(from warehouse.{table} where {told_rows(tier)})"),
        by_dataset(source(connection, parquet)),
    )
    held = dict(
        connection.execute("select dataset, held_back_rows from about.anonymity where tier = ?", [tier]).fetchall()
    )
    for dataset in sorted({*shown, *copied} - {item.dataset for item in cells}):
        yield f"{tier}: {dataset} is not permitted"
    for item in cells:
        wanted = all_rows.get(item.dataset, 0) - held.get(item.dataset, 0)
        for place, rows in (("the database", shown), ("its Parquet file", copied)):
            if rows.get(item.dataset, 0) != wanted:
                yield f"{tier}: {rows.get(item.dataset, 0)} rows of {item.dataset} in {place}, {wanted} expected"


def _people(connection: Any, tier: str, cells: Sequence[Decision], policy: SharePolicy) -> Iterator[str]:
    """Ids are keyed, dates coarse, and nobody stands out more than the limits allow."""
    level = level_and_detail(tier)[0]
    table, unit = f"tiers.{identifier(tier)}", UNIT[level]
    (raw,) = connection.execute(
        f"""select count(*) from {table} where {unit} in (select {unit} from warehouse.linked.{level})
        or not regexp_full_match({unit}, '{level[0]}[0-9a-f]{{{policy.id_length}}}')"""
    ).fetchone()
    if raw:
        yield f"{tier}: {raw} row(s) with an id that is not keyed"
    columns = columns_of(connection, table)
    (silent,) = connection.execute(f"select count(*) from {table} where not ({told_rows(tier)})").fetchone()
    if silent:
        yield f"{tier}: {silent} row(s) that say only that somebody is not covered"
    for dataset, precision in precisions_of(cells, policy).items():
        for name in (name for name in DATES if name in columns):
            (fine,) = connection.execute(
                f"select count(*) from {table} where dataset = ? and date_trunc('{precision}', {name}) <> {name}",
                [dataset],
            ).fetchone()
            if fine:
                yield f"{tier}: {fine} row(s) of {dataset} with a {name} finer than a {precision}"
    for dataset, limit in limits_of(cells, policy).items():
        if limit.k > 1:
            (small,) = connection.execute(
                f"""select count(*) from (select count(distinct {unit}) as units from {table} where dataset = ?
                group by {", ".join(CLASS_COLUMNS[level])}) where units < {limit.k:d}""",
                [dataset],
            ).fetchone()
            if small:
                yield f"{tier}: {small} group(s) of fewer than {limit.k} alike in {dataset}"
