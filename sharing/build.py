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
from settings.parquet_files import copy_options
from sharing import about
from sharing.gate import Decision
from sharing.governance import Agreement

DATABASE = "linked.duckdb"
ROW_GROUP = 122_880  # fixed, so that equal rows give equal Parquet bytes
CREATED_BY = "mvld"
FOR_WRITING = "set disabled_compression_methods = 'fsst'"  # a tenth of the time; the files are no larger without it


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
    agreements: Mapping[str, Agreement] | None = None,
    decisions: Sequence[Decision] = (),
) -> None:
    """Write `linked.duckdb` and `tiers/*.parquet` into `folder`, rows in the order of their columns.

    decisions: who may see what of it, for `about.access`. Raises PublicationRefused where the warehouse lacks a tier.
    """
    (folder / "tiers").mkdir(parents=True)
    with duck.connect(folder / DATABASE) as connection:
        duck.attach(connection, warehouse, "warehouse", read_only=True)
        connection.execute(f"create schema tiers; {about.TABLES}")
        present = set(about.tables_of(connection, "warehouse", "tiers"))
        missing = [
            f"tiers.{tier} is not in the warehouse; run the whole night" for tier in tiers if tier not in present
        ]
        if missing:
            raise PublicationRefused(f"{len(missing)} tier(s) are missing", missing)
        for tier in tiers:
            write_tier(connection, tier, f"from warehouse.tiers.{identifier(tier)}", folder=folder)
        release = [version, as_of, fingerprint, CREATED_BY]
        connection.execute("insert into about.release values (?, ?, ?, ?)", release)
        about.describe(connection, contracts, stale=stale)
        about.describe_access(connection, decisions, agreements or {})
        connection.execute("detach warehouse")
        connection.execute("checkpoint")


def write_tier(connection: Any, tier: str, select: str, *, folder: Path) -> None:
    """Write the rows of `select`, sorted by all columns, as `tiers.<tier>` and its Parquet file, and describe them."""
    table = f"tiers.{identifier(tier)}"
    parquet = folder / "tiers" / f"{tier}.parquet"
    options = copy_options(connection, parquet, options=f"compression zstd, row_group_size {ROW_GROUP}")
    connection.execute(FOR_WRITING)
    connection.execute(f"create table {table} as {select} order by all")
    connection.execute(f"copy (from {table}) to {quoted(parquet)} {options}")
    about.describe_tier(connection, tier)
