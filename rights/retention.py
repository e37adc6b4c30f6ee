"""Retention: what a contract's retention has ended for is removed by the night, and so are snapshots nothing needs.

Judged by the run's date and by the extracts that have come, never by the clock. What is derived from a removed record
is made again without it, because everything is derived from the snapshots.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.kept_rows import extract_date_of, rewrite_without, rows_of, snapshot_files
from ingestion.landing import find_extracts
from ingestion.receipts import PARTITION, quarantine_folder, raw_folder, read_receipts
from ingestion.state import latest_extract_date
from rights.store import open_rights
from settings.dated_settings import read_settings
from settings.duck import connect, identifier
from settings.paths import Home

FILE = "retention.csv"
SETTING = "snapshots_kept"


@dataclass(frozen=True)
class Retained:
    """What one call removed. records_ever: of the data set, in all calls; another number means other snapshots."""

    extracts: int = 0
    records: int = 0
    landing_files: int = 0
    records_ever: int = 0


def read_snapshots_kept(policies: Path, *, as_of: date | str) -> int | None:
    """How many snapshots of a data set are kept, the one in force included; None where there is no such policy."""
    if not (policies / FILE).exists():
        return None
    kept: int = read_settings(policies / FILE, (SETTING,), _whole, as_of=as_of)[SETTING]
    return kept


def _whole(setting: str, value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise ValueError(f"{setting} is not a whole number from 1")
    return int(value)


def horizon(contracts: Iterable[Contract], home: Home, *, as_of: str) -> date:
    """The date to judge by: as_of, but never later than the second latest data set's latest extract.

    What is removed does not come back, so one file with a mistyped year must not be able to end everything.
    """
    latest = sorted((found for item in contracts if (found := latest_extract_date([item], home))), reverse=True)
    return date.fromisoformat(min([as_of, *latest[1:2]]))


def retain(home: Home, contract: Contract, *, as_of: str, judged_on: date, snapshots_kept: int) -> Retained:
    """Remove extracts and records of `contract` that are past its retention, and superseded snapshots.

    Call it after the night's extract was judged and before the raw view is made.
    """
    keep_from = judged_on - timedelta(days=contract.retention_days) if contract.retention_days else None
    extracts, landing = _remove_extracts(home, contract, keep_from, snapshots_kept)
    records = _remove_records(home, contract, keep_from) if keep_from else 0
    connection = open_rights(home)
    try:
        removed_at = datetime.now(UTC).replace(tzinfo=None)
        for what, files, rows in (("extracts", extracts, 0), ("landing files", landing, 0), ("records", 0, records)):
            if files or rows:
                connection.execute(
                    "insert into rights.removal values (?, ?, ?, ?, ?, ?)",
                    [as_of, contract.dataset, what, files, rows, removed_at],
                )
        (ever,) = connection.execute(
            "select coalesce(sum(records), 0)::bigint from rights.removal where dataset = ?", [contract.dataset]
        ).fetchone()
    finally:
        connection.close()
    return Retained(extracts, records, landing, ever)


def _remove_extracts(home: Home, contract: Contract, keep_from: date | None, snapshots_kept: int) -> tuple[int, int]:
    """Remove whole extracts, with rejects, quarantine and landing files: how many extracts and landing files."""
    oldest = keep_from.isoformat() if keep_from else ""
    gone = set()
    if contract.delivery == "snapshot":  # a delta's old extracts may hold records that still stand
        dates = sorted(read_receipts(home, contract.dataset))
        gone = {found for found in dates if found < oldest} | set(dates[:-snapshots_kept])
    refused = {
        path.name.removeprefix(PARTITION)
        for path in (home.quarantine / contract.dataset).glob(f"{PARTITION}*")
        if path.name.removeprefix(PARTITION) < oldest
    }
    landing = [item for item in find_extracts(contract, home.landing) if item.extract_date < oldest]
    landing += [item for item in find_extracts(contract, home.landing) if item.extract_date in gone - refused]
    for path in {item.path for item in landing}:  # first: while it is there, ingestion would take it again
        path.unlink()
    for found in gone:
        shutil.rmtree(raw_folder(home, contract.dataset, found), ignore_errors=True)
    for found in gone | refused:
        shutil.rmtree(quarantine_folder(home, contract.dataset, found), ignore_errors=True)
    return len(gone), len({item.path for item in landing})


def _remove_records(home: Home, contract: Contract, keep_from: date) -> int:
    """Rewrite the snapshots that hold records whose period ended before `keep_from`; how many rows went."""
    files = snapshot_files(home, contract)
    if contract.delivery == "delta":  # lines of an extract set aside replace nothing
        files = [path for path in files if home.raw in path.parents]
    columns = [contract.period[role] for role in ("valid_to", "event_date") if role in contract.period]
    if not files or not (columns or contract.delivery == "delta"):
        return 0
    days = "".join(f"cast({identifier(name)} as date), " for name in columns)
    ended = f"coalesce({days}null::date)"
    with connect(folder=home.identity) as work:
        work.execute(_lines(work, contract, files, ended), {"keep_from": keep_from})
        counts = work.execute("select file_no, count(*) from expired group by file_no order by file_no").fetchall()
        for file_no, _ in counts:
            rewrite_without(work, files[file_no], f"select row_number from expired where file_no = {file_no}")
    return sum(rows for _, rows in counts)


def _lines(work: Any, contract: Contract, files: list[Path], ended: str) -> str:
    """SQL that makes temp table `expired` (file_no, row_number).

    Of a snapshot, each row speaks for itself. Of a delta, the last line of a key speaks for all of them: it may have
    ended, or be a deletion past retention; and lines past retention that a later one replaced go by themselves.
    """
    keys = ", ".join(identifier(name) for name in contract.key)
    is_delta = contract.delivery == "delta"
    extra = f"{keys}, is_deleted," if is_delta else ""
    lines = " union all ".join(
        f"select {no} as file_no, date '{extract_date_of(path)}' as sent_on, row_number, {extra} {ended} as ended_on "
        f"from {rows_of(work, path)}"
        for no, path in enumerate(files)
    )
    if not is_delta:
        return f"create temp table expired as select file_no, row_number from ({lines}) where ended_on < $keep_from"
    return f"""
        create temp table expired as
        with lines as ({lines}),
        judged as (
            select
                file_no, row_number, sent_on, row_number() over last_first = 1 as is_last,
                first_value(if(is_deleted, sent_on, ended_on)) over last_first as over_on
            from lines window last_first as (partition by {keys} order by sent_on desc, row_number desc)
        )
        select file_no, row_number from judged
        where over_on < $keep_from or (not is_last and sent_on < $keep_from)
    """
