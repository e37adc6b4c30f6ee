"""The graph as a table: everything upstream, by the fewest steps."""

from pathlib import Path

import duckdb

from lineage.asset_lineage import lineage_rows, write_asset_lineage
from settings.paths import Home

PARENTS = {"raw/a": (), "staging/a": ("raw/a",), "tiers/t": ("staging/a", "raw/a")}


def test_depth_is_the_fewest_steps_and_only_straight_reads_are_direct() -> None:
    assert lineage_rows(PARENTS) == [
        ("staging/a", "raw/a", 1, True),
        ("tiers/t", "raw/a", 1, True),
        ("tiers/t", "staging/a", 1, True),
    ]
    longer = PARENTS | {"published/release": ("tiers/t",)}
    assert ("published/release", "raw/a", 2, False) in lineage_rows(longer)


def test_the_table_is_replaced_by_the_graph_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write_asset_lineage(home, PARENTS | {"tiers/gone": ("raw/a",)})
    assert write_asset_lineage(home, PARENTS) == 3
    with duckdb.connect(str(home.warehouse_db)) as connection:
        found = connection.sql("select asset_key, upstream_key, depth from economics.asset_lineage order by 1, 2")
        assert found.fetchall() == [("staging/a", "raw/a", 1), ("tiers/t", "raw/a", 1), ("tiers/t", "staging/a", 1)]
