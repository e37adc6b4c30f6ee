"""Builds a release in a folder of its own: one DuckDB file with the tiers and what they mean, and Parquet per tier.

Only writing belongs here. Judging what was written is `audit.py`; putting it in force is `publish.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.duck import identifier, quoted
from settings.errors import PublicationRefused
from sharing.tiers import SUPPRESSED, level_and_detail, reason_columns

DATABASE = "linked.duckdb"
ROW_GROUP = 122_880  # fixed, so that equal rows give equal Parquet bytes
CREATED_BY = "mvld"
ABOUT = """
create schema about;
create table about.release (version varchar, as_of varchar, fingerprint varchar, created_by varchar);
create table about.tier (tier varchar, level varchar, detail varchar, rows bigint, suppressed_cells bigint,
    counted_cells bigint, suppressed_share double);
create table about.dataset (dataset varchar, title varchar, description varchar, grain varchar, partner varchar,
    subject varchar, lead_service varchar, contract_version varchar, min_age integer, max_age integer,
    extract_date date, is_stale boolean);
create table about.measure (dataset varchar, measure varchar, label varchar, kind varchar, unit varchar);
create table about.code (dataset varchar, measure varchar, code varchar, label varchar);
create table about.place (level varchar, place_code varchar, place_name varchar, ward_code varchar)"""


def build(
    folder: Path,
    *,
    warehouse: Path,
    version: str,
    as_of: str,
    fingerprint: str,
    tiers: Sequence[str],
    contracts: Mapping[str, Contract],
    stale: Collection[str] = (),
) -> None:
    """Write `linked.duckdb` and `tiers/*.parquet` into `folder`, rows in the order of their columns.

    Raises PublicationRefused where the warehouse lacks a tier.
    """
    (folder / "tiers").mkdir(parents=True)
    with duck.connect(folder / DATABASE) as connection:
        connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
        connection.execute(f"create schema tiers; {ABOUT}")
        present = set(_tables(connection, "warehouse", "tiers"))
        missing = [
            f"tiers.{tier} is not in the warehouse; run the whole night" for tier in tiers if tier not in present
        ]
        if missing:
            raise PublicationRefused(f"{len(missing)} tier(s) are missing", missing)
        for tier in tiers:
            _write_tier(connection, tier, folder / "tiers" / f"{tier}.parquet")
        release = [version, as_of, fingerprint, CREATED_BY]
        connection.execute("insert into about.release values (?, ?, ?, ?)", release)
        _describe(connection, contracts, stale)
        connection.execute("detach warehouse")
        connection.execute("checkpoint")


def columns_of(connection: Any, table: str) -> list[str]:
    """The table's columns, in order."""
    return [row[0] for row in connection.execute(f"describe {table}").fetchall()]


def _write_tier(connection: Any, tier: str, parquet: Path) -> None:
    table = f"tiers.{identifier(tier)}"
    connection.execute(f"create table {table} as from warehouse.{table} order by all")
    connection.execute(
        f"copy (from {table}) to {quoted(parquet)} (format parquet, compression zstd, row_group_size {ROW_GROUP})"
    )
    reasons = [identifier(name) for name in reason_columns(columns_of(connection, table))]
    suppressed = " + ".join(f"count(*) filter ({name} = '{SUPPRESSED}')" for name in reasons) or "0"
    level, detail = level_and_detail(tier)
    connection.execute(
        f"""insert into about.tier
        select ?, ?, ?, count(*), {suppressed}, count(*) * {len(reasons)},
               ({suppressed}) / nullif(count(*) * {len(reasons)}, 0) from {table}""",
        [tier, level, detail],
    )


def _describe(connection: Any, contracts: Mapping[str, Contract], stale: Collection[str]) -> None:
    """Fill `about` from the contracts and from `linked.dataset` and `linked.place`. Counts of people stay behind."""
    linked = _tables(connection, "warehouse", "linked")
    datasets = [
        (
            item.dataset,
            item.title,
            item.description,
            item.grain,
            item.partner,
            item.subject,
            item.lead_service,
            item.version,
            item.coverage.min_age,
            item.coverage.max_age,
        )
        for item in contracts.values()
    ]
    measures = [
        (item.dataset, name, measure.label, measure.kind, measure.unit)
        for item in contracts.values()
        for name, measure in item.measures.items()
    ]
    codes = [
        (item.dataset, name, code, label)
        for item in contracts.values()
        for name, measure in item.measures.items()
        for code, label in measure.codes.items()
    ]
    _insert(connection, "about.dataset", [(*line, None, None) for line in sorted(datasets)])
    _insert(connection, "about.measure", sorted(measures, key=lambda line: line[:2]))
    _insert(connection, "about.code", sorted(codes))
    if "dataset" in linked:
        connection.execute(
            """update about.dataset
            set extract_date = known.extract_date,
                is_stale = known.is_stale or list_contains(?::varchar[], known.dataset)
            from warehouse.linked.dataset as known where known.dataset = about.dataset.dataset""",
            [sorted(stale)],
        )
    if "place" in linked:
        connection.execute(
            """insert into about.place
            select level, place_code, place_name, ward_code from warehouse.linked.place order by all"""
        )


def _insert(connection: Any, table: str, lines: Sequence[tuple[Any, ...]]) -> None:
    if lines:
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(lines[0]))})", lines)


def _tables(connection: Any, database: str, schema: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ?", [database, schema]
    ).fetchall()
    return [row[0] for row in rows]
