"""Write what was read: snapshot, rejects, quarantined rows, and last the record that makes them count.

Deciding what a file is worth is `ingest.py`'s. Every file is made in a working folder and moved by one rename.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.erased import Erased
from ingestion.extract_reader import Reading
from ingestion.landing import Extract
from ingestion.loaded import RAW
from ingestion.receipts import (
    SHORT_DIGEST,
    Receipt,
    Refusal,
    clear_refusal,
    quarantine_folder,
    raw_folder,
    write_receipt,
    write_refusal,
)
from ingestion.typing_rules import REJECTS, TYPED, snapshot_columns
from settings.duck import identifier, quoted
from settings.files import restricted_folder
from settings.parquet_files import copy_options
from settings.paths import Home

REJECTS_IN_ORDER = (
    f"select row_number, column_name, rule, message from {REJECTS} order by row_number, column_name, rule"
)


@dataclass(frozen=True)
class Taken:
    """One file in hand: what it is and what it was when it was read."""

    extract: Extract
    contract: Contract
    home: Home
    reading_digest: str
    sha256: str  # empty: not to be known again, so that the next run reads the file anew
    stamp: str  # size and times; empty likewise
    started_at: str
    work: Path
    erased: Erased | None = None

    @property
    def raw(self) -> Path:
        return raw_folder(self.home, self.contract.dataset, self.extract.extract_date)

    @property
    def quarantine(self) -> Path:
        return quarantine_folder(self.home, self.contract.dataset, self.extract.extract_date)

    @property
    def short(self) -> str:
        return self.sha256[:SHORT_DIGEST]

    @property
    def bytes(self) -> int:
        return int(self.stamp.split("-")[0]) if self.stamp else 0


def keep_snapshot(connection: Any, taken: Taken, reading: Reading) -> Receipt:
    """Keep the sound rows of `connection`'s tables; the receipt, which is written last."""
    columns = snapshot_columns(taken.contract)
    receipt = Receipt(
        dataset=taken.contract.dataset,
        extract_date=taken.extract.extract_date,
        file_name=taken.extract.path.name,
        sha256=taken.sha256,
        bytes=taken.bytes,
        stamp=taken.stamp,
        contract_version=taken.contract.version,
        contract_digest=taken.contract.digest,
        reading_digest=taken.reading_digest,
        rows_read=reading.rows_read,
        rows_accepted=reading.rows_accepted,
        rows_rejected=reading.rows_rejected,
        rows_blank=reading.rows_blank,
        rejected_by_rule=[list(item) for item in reading.rejected_by_rule],
        columns=columns,
        snapshot=f"snapshot-{taken.short}.parquet",
        rejects=f"rejects-{taken.short}.parquet",
        notes=list(reading.notes),
        started_at=taken.started_at,
        finished_at=now(),
    )
    is_sound = "failed is null"
    if reading.rows_rejected:
        is_sound += f" and row_number not in (select row_number from {REJECTS})"
    listed = ", ".join(map(identifier, columns))
    sound = f"select {listed} from {TYPED} where {is_sound} order by row_number"
    _copy(connection, sound, restricted_folder(taken.raw) / receipt.snapshot, taken.work)
    _copy(connection, REJECTS_IN_ORDER, taken.raw / receipt.rejects, taken.work)
    _keep_rejected_rows(connection, taken, reading)
    write_receipt(taken.home, receipt)
    clear_refusal(taken.home, receipt.dataset, receipt.extract_date)
    tidy(taken.home, receipt)
    return receipt


def keep_refusal(connection: Any, taken: Taken, reading: Reading | None, problems: tuple[str, ...]) -> Refusal:
    """Remember why a file was refused; where its rows could be read, keep the rejected ones in quarantine."""
    folder = restricted_folder(taken.quarantine)
    if reading is not None and taken.sha256:
        _copy(connection, REJECTS_IN_ORDER, folder / f"rejects-{taken.short}.parquet", taken.work)
        _keep_rejected_rows(connection, taken, reading)
    refusal = Refusal(
        dataset=taken.contract.dataset,
        extract_date=taken.extract.extract_date,
        file_name=taken.extract.path.name,
        sha256=taken.sha256,
        bytes=taken.bytes,
        stamp=taken.stamp,
        reading_digest=taken.reading_digest,
        problems=[f"{taken.extract.path.name}: {problem}" for problem in problems],
        rows_read=reading.rows_read if reading else 0,
        rows_rejected=reading.rows_rejected if reading else 0,
        refused_at=now(),
    )
    write_refusal(taken.home, refusal)
    return refusal


def tidy(home: Home, receipt: Receipt) -> None:
    """Remove what a killed run or a superseded file left beside `receipt`; receipts and refusals stay."""
    rows = f"rows-{receipt.sha256[:SHORT_DIGEST]}.parquet"
    places = (
        (raw_folder(home, receipt.dataset, receipt.extract_date), {receipt.snapshot, receipt.rejects}),
        (quarantine_folder(home, receipt.dataset, receipt.extract_date), {rows}),
    )
    for folder, kept in places:
        for path in folder.glob("*") if folder.is_dir() else ():
            if (path.suffix == ".parquet" and path.name not in kept) or path.name.startswith("."):
                path.unlink()


def now() -> str:
    """The time for a record, which is the only place where the clock is read."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _keep_rejected_rows(connection: Any, taken: Taken, reading: Reading) -> None:
    """The rejected rows as they came, in the quarantine only."""
    if reading.rows_rejected:
        query = (
            f"select row_number, {reading.raw} as fields from {RAW} "
            f"where row_number in (select row_number from {REJECTS}) order by row_number"
        )
        _copy(connection, query, restricted_folder(taken.quarantine) / f"rows-{taken.short}.parquet", taken.work)


def _copy(connection: Any, query: str, path: Path, work: Path) -> None:
    """Write a query's rows to a Parquet file that is there whole or not at all."""
    unfinished = work / f".{path.name}"
    connection.execute(f"copy ({query}) to {quoted(unfinished)} {copy_options(connection, path)}")
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
