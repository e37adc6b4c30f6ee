"""Which columns each column of a dbt model is made from, read off its compiled SQL.

Only columns whose values go into a column are told: what merely filters, joins or orders is not. A column that is made
from none (a constant, a count of rows) has no entry; nor has one whose SQL can't be followed: nothing is guessed.
"""

import re
from collections.abc import Mapping
from typing import Any

from lineage.facts import Source

GEOGRAPHY = "geography"
PLACE_FILE = re.compile(r"'[^']*/geography/(\w+)\.parquet'")  # how place lookups are named in SQL
Schema = Mapping[str, Mapping[str, str]]  # layer/name -> column -> type


def column_sources(sql: str, schema: Schema) -> dict[str, tuple[Source, ...]]:
    """Output column -> the columns of tables that its values come from, in order. Empty where SQL can't be followed.

    schema: the columns of every table that the SQL may read.
    """
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.lineage import lineage

    known: dict[str, dict[str, dict[str, str]]] = {}
    for key, columns in schema.items():
        layer, name = key.split("/")
        known.setdefault(layer, {})[name] = dict(columns)
    try:
        tree: Any = exp.maybe_parse(PLACE_FILE.sub(rf"{GEOGRAPHY}.\1", sql), dialect="duckdb")
        for table in tree.find_all(exp.Table):
            table.set("catalog", None)  # both stores in one: no layer is in two
        found = lineage(None, tree, known, dialect="duckdb", copy=False, trim_selects=False)
    except (SqlglotError, KeyError, ValueError, RecursionError):
        return {}
    sources = {name: _leaves(node) for name, node in found.items()}
    return {name: leaves for name, leaves in sources.items() if leaves}


def _leaves(root: Any) -> tuple[Source, ...]:
    """The table columns below a node, each with what was done to it on the way."""
    from sqlglot import exp

    kinds: dict[tuple[str, str], str] = {}
    waiting = [(root, "IDENTITY")]
    seen = set()
    while waiting:
        node, kind = waiting.pop()
        if (id(node), kind) in seen:
            continue
        seen.add((id(node), kind))
        if isinstance(node.expression, exp.Table):
            if node.expression.db:
                place = (_key(node.expression), node.name.rsplit(".", 1)[-1].strip('"'))
                kinds[place] = max(kinds.get(place, "IDENTITY"), kind, key=KINDS.index)
            continue
        below = max(kind, _kind(node.expression), key=KINDS.index)
        waiting += [(child, below) for child in node.downstream]
    return tuple(Source(table, column, kind) for (table, column), kind in sorted(kinds.items()))


KINDS = ["IDENTITY", "TRANSFORMATION", "AGGREGATION"]


def _kind(expression: Any) -> str:
    from sqlglot import exp

    if expression.find(exp.AggFunc):
        return "AGGREGATION"
    inner = expression.unalias() if isinstance(expression, exp.Alias) else expression
    return "IDENTITY" if isinstance(inner, exp.Column | exp.Query | exp.Star) else "TRANSFORMATION"


def _key(table: Any) -> str:
    return f"{table.db}/{table.name}"
