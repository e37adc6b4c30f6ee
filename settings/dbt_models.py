"""dbt's models as its manifest tells them: what makes each table, after what it reads."""

import graphlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Node = dict[str, Any]  # as in the manifest


@dataclass(frozen=True)
class Query:
    """One table: its database's alias, schema and name, and the select that makes it."""

    database: str
    layer: str
    name: str
    sql: str


def queries_in_order(manifest: Path, sql_of: Callable[[Node], str], *, wanted: Callable[[Node], bool]) -> list[Query]:
    """A query for each `wanted` model, after those that it reads. sql_of: a model's compiled select."""
    nodes = {
        name: node
        for name, node in json.loads(manifest.read_text())["nodes"].items()
        if node["resource_type"] == "model" and wanted(node)
    }
    reads = {name: sorted(set(nodes[name]["depends_on"]["nodes"]) & set(nodes)) for name in sorted(nodes)}
    ordered = [nodes[name] for name in graphlib.TopologicalSorter(reads).static_order()]
    return [Query(node["database"], node["schema"], node["alias"], sql_of(node)) for node in ordered]
