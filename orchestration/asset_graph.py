"""What Dagster's graph says of the run's assets: who is made from whom, and how each describes itself."""

from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg

from lineage.facts import Column, Table
from settings.files import read_json, write_json
from settings.paths import Home

Parents = Mapping[str, Collection[str]]  # asset -> the assets that it reads
RAW_SQL = "\n\n#### Raw SQL:"  # dagster-dbt shows a model's template below its description
COLUMNS = "dagster/column_schema"


def parents_of(context: dg.AssetExecutionContext) -> dict[str, tuple[str, ...]]:
    """Asset -> the assets that it reads, for every asset of the run's job, selected or not."""
    graph = _graph(context)
    return {
        key.to_user_string(): tuple(sorted(parent.to_user_string() for parent in graph.get(key).parent_keys))
        for key in sorted(graph.get_all_asset_keys())
    }


def whole_graph(context: dg.AssetExecutionContext, home: Home) -> Parents:
    """As `parents_of`, of every asset: a run of some assets knows nothing of what lies behind the others.

    What it does not know is as the last whole night left it in the state folder.
    """
    found, path = parents_of(context), home.state / "asset_graph.json"
    kept = read_json(path) or {}
    if not is_part(found, kept):
        write_json(path, found)
        return found
    return filled(found, kept)


def is_part(found: Parents, kept: Parents) -> bool:
    """Whether `found` shows an asset without parents that had some."""
    return any(kept.get(asset) and not parents for asset, parents in found.items())


def filled(found: Parents, kept: Parents) -> Parents:
    """What `found` knows, and the rest from `kept`."""
    return {**kept, **{asset: parents for asset, parents in found.items() if parents}}


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
