"""Asset `economics/asset_lineage`: the graph itself as a table, for reports that ask what stands on what."""

from collections.abc import Iterator

import dagster as dg

from orchestration.asset_graph import whole_graph
from orchestration.night import Night
from settings import fingerprints


@dg.asset(
    key=["economics", "asset_lineage"],
    group_name="economics",
    kinds={"duckdb"},
    owners=["team:data_engineering"],
    description="Which asset is made from which, straight or through others, as the graph is tonight. Grain: one "
    "asset and one asset upstream of it.",
)
def asset_lineage(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Follow Dagster's graph upstream from every asset."""
    from lineage.asset_lineage import write_asset_lineage

    with night.step(context) as step:
        parents = whole_graph(context, night.home)
        made, is_old = fingerprints.made_once(
            night.home,
            "economics-asset_lineage",
            fingerprints.digest_of({asset: sorted(found) for asset, found in parents.items()}),
            produced=night.home.warehouse_db,
            make=lambda: {"rows": write_asset_lineage(night.home, parents)},
        )
        yield step.result(rows=made["rows"], skipped=is_old)
