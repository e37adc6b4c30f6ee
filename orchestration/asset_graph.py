"""What Dagster's graph says of the run's assets: who is made from whom, and how each describes itself."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from lineage.facts import Column, Table

RAW_SQL = "\n\n#### Raw SQL:"  # dagster-dbt shows a model's template below its description
COLUMNS = "dagster/column_schema"


def parents_of(context: dg.AssetExecutionContext) -> dict[str, tuple[str, ...]]:
    """Asset -> the assets that it reads, for every asset of the run's job, selected or not."""
    graph = _graph(context)
    return {
        key.to_user_string(): tuple(sorted(parent.to_user_string() for parent in graph.get(key).parent_keys))
        for key in sorted(graph.get_all_asset_keys())
    }


def table_of(context: dg.AssetExecutionContext, key: dg.AssetKey) -> Table:
    """An asset in its own words. Columns are those that it declares, which may have no type."""
    node = _graph(context).get(key)
    return Table(
        key=key.to_user_string(),
        description=(node.description or "").split(RAW_SQL)[0].strip() or None,
        owners=tuple(node.owners),
        columns=_declared(node.metadata),
    )


def _graph(context: dg.AssetExecutionContext) -> Any:
    return context.job_def.asset_layer.asset_graph


def _declared(metadata: Mapping[str, Any]) -> tuple[Column, ...]:
    schema = metadata.get(COLUMNS)
    columns = getattr(getattr(schema, "value", schema), "columns", ())
    return tuple(Column(column.name, column.type, column.description) for column in columns)
