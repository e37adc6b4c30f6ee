"""`economics.asset_lineage`: which asset is made from which, straight or through others.

The graph itself is Dagster's; here it is only followed upstream and kept as a table.
"""

from collections.abc import Collection, Mapping

from settings import duck
from settings.paths import Home

TABLE = """
create schema if not exists economics;
create or replace table economics.asset_lineage (
    asset_key varchar not null,
    upstream_key varchar not null,
    depth integer not null,
    is_direct boolean not null,
    primary key (asset_key, upstream_key)
)"""


def lineage_rows(parents: Mapping[str, Collection[str]]) -> list[tuple[str, str, int, bool]]:
    """Each asset with each one upstream of it, and the fewest steps between them (1: it reads it itself)."""
    rows = []
    for asset in sorted(parents):
        depths = _depths(asset, parents)
        rows += [(asset, upstream, depth, depth == 1) for upstream, depth in sorted(depths.items())]
    return rows


def write_asset_lineage(home: Home, parents: Mapping[str, Collection[str]]) -> int:
    """Replace the table by the graph as it is. Returns its rows."""
    rows = lineage_rows(parents)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(f"begin; {TABLE}")
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 4
        connection.execute(
            "insert into economics.asset_lineage "
            "select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::integer[]), unnest(?::boolean[])",
            columns,
        )
        connection.execute("commit")
    return len(rows)


def _depths(asset: str, parents: Mapping[str, Collection[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    depth, reached = 1, set(parents[asset])
    while reached:
        found |= dict.fromkeys(reached, depth)
        reached = {parent for key in reached for parent in parents.get(key, ())} - set(found)
        depth += 1
    return found
