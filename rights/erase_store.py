"""A person taken out of the two databases: by deletion beside others' rows, whole where a night rebuilds all.

Deleted rows linger in a database's free blocks, so both files are written anew.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from settings.duck import attach, connect, identifier
from settings.paths import Home

BEFORE_LINKAGE = ("staging", "identity")
REBUILT = ("linked", "tiers")  # of the warehouse: derived from records, made again by the next night
REWRITING = ".rewriting"


def delete_records(home: Home, record_ids: Iterable[str]) -> int:
    """Delete the records where linkage reads them, so that it finds them gone. How many."""
    with connect(home.identity_db) as connection:
        gone = _ids(connection, record_ids)
        deleted = 0
        for schema, table, columns in _text_columns(connection):
            if schema in BEFORE_LINKAGE and "record_id" in columns:
                deleted += _delete(connection, schema, table, ["record_id"], gone)
    return deleted


def sweep(home: Home, ids: Iterable[str]) -> dict[str, int]:
    """Delete every row of the identity store that names one of `ids` in any column of text. Table -> rows."""
    with connect(home.identity_db) as connection:
        gone = _ids(connection, ids)
        found = {
            f"{schema}.{table}": _delete(connection, schema, table, columns, gone)
            for schema, table, columns in _text_columns(connection)
        }
    return {table: rows for table, rows in found.items() if rows}


def drop_derived(home: Home) -> None:
    """Drop what the warehouse derives from records; the ledger and what actions are worth stay."""
    if not home.warehouse_db.exists():
        return
    with connect(home.warehouse_db) as connection:
        found = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables "
            "where list_contains($schemas, table_schema) and table_catalog = current_database()",
            {"schemas": list(REBUILT)},
        ).fetchall()
        for schema, name, kind in found:
            what = "view" if kind == "VIEW" else "table"
            connection.execute(f"drop {what} {identifier(schema)}.{identifier(name)}")


def rewrite(database: Path) -> None:
    """Copy a database to a new file and put that in its place, so that no deleted row is left in it."""
    if not database.exists():
        return
    folder = database.parent / REWRITING
    fresh = folder / database.name
    fresh.unlink(missing_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    with connect(database) as connection:
        connection.execute("checkpoint")
        attach(connection, fresh, "fresh")
        connection.execute(f"copy from database {identifier(database.stem)} to fresh")
        connection.execute("detach fresh")
    fresh.chmod(database.stat().st_mode & 0o777)
    fresh.replace(database)
    folder.rmdir()


def _ids(connection: Any, ids: Iterable[str]) -> str:
    connection.execute("create temp table gone as select unnest($ids::varchar[]) as id", {"ids": sorted(set(ids))})
    return "(select id from gone)"


def _text_columns(connection: Any) -> list[tuple[str, str, list[str]]]:
    """Schema, table and text columns of every stored table that has any."""
    found: list[tuple[str, str, list[str]]] = connection.execute("""
        select schema_name, table_name, list(column_name order by column_index)
        from duckdb_columns() semi join duckdb_tables() using (database_name, schema_name, table_name)
        where data_type = 'VARCHAR' and database_name = current_database() and not internal
        group by all order by all
    """).fetchall()
    return found


def _delete(connection: Any, schema: str, table: str, columns: list[str], gone: str) -> int:
    named = " or ".join(f"{identifier(column)} in {gone}" for column in columns)
    (rows,) = connection.execute(f"delete from {identifier(schema)}.{identifier(table)} where {named}").fetchone()
    return int(rows)
