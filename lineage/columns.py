"""Names and types of the columns that tables have now, as DuckDB says."""

from collections.abc import Collection
from pathlib import Path

from lineage.facts import Column
from settings import duck


def columns_of(database: Path, keys: Collection[str]) -> dict[str, tuple[Column, ...]]:
    """The columns of each of `keys` (layer/name) that is a table or view of the database, in their order."""
    if not database.exists():
        return {}
    with duck.connect(database, read_only=True) as connection:
        rows = connection.execute(
            """
            select schema_name || '/' || table_name as key, list([column_name, data_type] order by column_index)
            from duckdb_columns() where list_contains(?, key) group by key
            """,
            [sorted(keys)],
        ).fetchall()
    return {key: tuple(Column(name, kind) for name, kind in columns) for key, columns in rows}
