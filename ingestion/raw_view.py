"""The view `raw.<dataset>` over the snapshots that count at a date, and the date of the latest of them.

Only these belong here; snapshots are made by `ingest.py`.
"""

from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.receipts import Receipt, raw_folder, read_receipts
from ingestion.typing_rules import snapshot_columns
from settings.duck import identifier
from settings.parquet_files import source
from settings.paths import Home

LATEST = "latest_extract"


def register_raw_view(connection: Any, contract: Contract, home: Home, *, as_of: str | None = None) -> list[Path]:
    """(Re)create `raw.<dataset>` in `connection` (on `identity_store.duckdb`) and return the snapshots it reads.

    A snapshot delivery reads the latest extract at or before `as_of`, a delta all of them; None means no limit. With
    no extract yet the view is an empty select of the same columns: the contract's, row_number, for deltas is_deleted,
    then extract_date. The date of the latest is kept in the table `raw.latest_extract`: the rows of an extract of
    deletions, or of a quiet day, would not tell it.
    """
    every = read_receipts(home, contract.dataset)
    receipts = {date: item for date, item in every.items() if not as_of or date <= as_of}
    if contract.delivery == "snapshot":
        receipts = dict(sorted(receipts.items())[-1:])
    columns = snapshot_columns(contract)
    paths = [raw_folder(home, contract.dataset, date) / item.snapshot for date, item in sorted(receipts.items())]
    connection.execute("create schema if not exists raw")
    query = _query(connection, columns, list(receipts.values()), paths)
    connection.execute(f"create or replace view raw.{identifier(contract.dataset)} as {query}")
    connection.execute(f"create table if not exists raw.{LATEST} (dataset varchar primary key, extract_date date)")
    latest = max(receipts, default=None)
    connection.execute(f"insert or replace into raw.{LATEST} values (?, ?)", [contract.dataset, latest])
    return paths


def _query(connection: Any, columns: dict[str, str], receipts: list[Receipt], paths: list[Path]) -> str:
    typed = ", ".join(f"cast(null as {kind}) as {identifier(name)}" for name, kind in columns.items())
    empty = f"select {typed}, cast(null as date) as extract_date where false"
    if not paths:
        return empty
    options = "hive_partitioning=true, hive_types={'extract_date': date}, hive_types_autocast=false"
    if all(receipt.columns == columns for receipt in receipts):
        names = ", ".join(map(identifier, columns))
        return f"select {names}, extract_date from {source(connection, paths, options=options)}"
    # snapshots taken under an earlier contract whose files are gone: columns by name, absent ones null
    names = ", ".join(f"try_cast({identifier(name)} as {kind}) as {identifier(name)}" for name, kind in columns.items())
    return (
        f"select {names}, extract_date from ({empty} union all by name "
        f"select * from {source(connection, paths, options=f'{options}, union_by_name=true')})"
    )
