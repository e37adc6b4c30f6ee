"""Column lineage of dbt models, worked out once for each shape of a model's SQL and kept in the home.

Following SQL is `column_sources.py`. A night with new extracts and old models follows nothing anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from lineage.column_sources import GEOGRAPHY, Schema, column_sources
from lineage.facts import Source
from settings import duck
from settings.files import read_json, write_json
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home

KEPT = "column_sources.json"
LOOKUPS = "geography/lookups"  # the one asset that all place lookups are
Sources = dict[str, tuple[Source, ...]]


def sources_of_models(home: Home, compiled: Mapping[str, str], *, as_of: str) -> dict[str, Sources]:
    """The sources of each model's columns. compiled: layer/name -> SQL as it was run, judging by `as_of`."""
    kept: dict[str, Any] = read_json(home.state / KEPT) or {}
    schema, code = _schema(home), digest_of_code("lineage")
    is_new = False
    for key, sql in sorted(compiled.items()):
        read = {table: columns for table, columns in schema.items() if _is_read(table, sql)}
        digest = digest_of(sql.replace(as_of, "as_of"), read, code)
        if kept.get(key, {}).get("digest") != digest:
            found = column_sources(sql, read)
            told = {column: [astuple(source) for source in sources] for column, sources in found.items()}
            kept[key], is_new = {"digest": digest, "sources": told}, True
    if is_new:
        write_json(home.state / KEPT, kept)
    return known_sources(home, compiled)


def known_sources(home: Home, keys: Collection[str]) -> dict[str, Sources]:
    """What was found when each model was last built."""
    kept: dict[str, Any] = read_json(home.state / KEPT) or {}
    return {
        key: {column: tuple(_place(Source(*source)) for source in sources) for column, sources in columns.items()}
        for key in keys
        if (columns := kept.get(key, {}).get("sources"))
    }


def _place(source: Source) -> Source:
    """A place lookup by its asset: column `district_code` of file `ward` is `ward.district_code` of the lookups."""
    layer, name = source.table.split("/")
    return Source(LOOKUPS, f"{name}.{source.column}", source.kind) if layer == GEOGRAPHY else source


def _is_read(table: str, sql: str) -> bool:
    layer, name = table.split("/")
    return (f"/geography/{name}.parquet'" if layer == GEOGRAPHY else f'"{layer}"."{name}"') in sql


def _schema(home: Home) -> Schema:
    """Columns of every table of both stores, and of the place lookups."""
    found: dict[str, dict[str, str]] = {}
    for database in (home.identity_db, home.warehouse_db):
        if database.exists():
            with duck.connect(database, read_only=True) as connection:
                _add(
                    found,
                    connection.execute(
                        "select schema_name, table_name, column_name, data_type "
                        "from duckdb_columns() where not internal"
                    ).fetchall(),
                )
    with duck.connect(":memory:") as connection:
        for path in sorted(home.geography.glob("*.parquet")):
            described = connection.execute(f"describe from {duck.quoted(path)}").fetchall()
            _add(found, [(GEOGRAPHY, Path(path).stem, column, kind) for column, kind, *_ in described])
    return found


def _add(found: dict[str, dict[str, str]], columns: list[tuple[str, str, str, str]]) -> None:
    for layer, table, column, kind in columns:
        found.setdefault(f"{layer}/{table}", {})[column] = kind
