"""Take a data set's new files: read each by the contract, keep a typed snapshot, its rejects and a receipt.

What a file means is decided elsewhere (`extract_reader.py`, `typing_rules.py`); here is only what is done with it, in
an order that makes a kill at any moment harmless: working files first, finished files by rename, the receipt last.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import Contract
from ingestion.extract_reader import Reading, read_extract
from ingestion.landing import Extract, find_extracts
from ingestion.loaded import RAW
from ingestion.receipts import (
    SHORT_DIGEST,
    Receipt,
    Refusal,
    clear_refusal,
    quarantine_folder,
    raw_folder,
    read_receipts,
    read_refusals,
    reading_digest,
    write_receipt,
    write_refusal,
)
from ingestion.typing_rules import REJECTS, TYPED, snapshot_columns
from settings.duck import connect, identifier, quoted
from settings.errors import ExtractRefused
from settings.files import restricted_folder, write_json
from settings.paths import Home

RETRIED = ("", "")  # digest and stamp of a refusal that no file equals, so that the next run reads it again
WORK_FOLDER = ".work"  # below raw/<dataset>; emptied at the start and the end of every call


@dataclass(frozen=True)
class IngestResult:
    """What a call did for one data set, and what the night goes on with."""

    dataset: str
    status: str  # accepted | unchanged | refused | no_extract
    is_stale: bool  # the newest file was refused (of a delta: any file), so older data stand in
    extract_date: str | None  # of the latest accepted extract at or before as_of
    snapshot: Path | None  # of that extract
    receipts: tuple[Receipt, ...]  # written by this call
    problems: tuple[str, ...]  # of every refused file that nothing has mended
    rows_read: int  # of this call's files, as are the next three
    rows_accepted: int
    rows_rejected: int
    bytes: int


def ingest_dataset(contract: Contract, home: Home, *, as_of: str | None = None) -> IngestResult:
    """Take every file of `contract` in the landing folder that is new or changed, dated at or before `as_of`.

    A file whose bytes were accepted before is a no-op. A corrected file for the same date replaces it. A refused file
    changes nothing but the refusals. Never raises for what is wrong with a partner's file.
    """
    restricted_folder(home.identity)
    work = restricted_folder(_emptied(home.raw / contract.dataset / WORK_FOLDER))
    digest = reading_digest(contract)
    written: list[Receipt] = []
    refused: list[Refusal] = []
    try:
        for extract in find_extracts(contract, home.landing):
            if as_of is None or extract.extract_date <= as_of:
                outcome = _take(extract, contract, home, digest, work)
                if isinstance(outcome, Receipt):
                    written.append(outcome)
                elif outcome is not None:
                    refused.append(outcome)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _result(contract, home, as_of, written, refused)


def _take(extract: Extract, contract: Contract, home: Home, digest: str, work: Path) -> Receipt | Refusal | None:
    """Take one file; the record written, or None where the file was known."""
    dataset, date = contract.dataset, extract.extract_date
    stamp = _stamp(extract.path)
    receipt = read_receipts(home, dataset).get(date)
    refusal = read_refusals(home, dataset).get(date)
    known = [record for record in (receipt, refusal) if record and record.reading_digest == digest]
    sha256 = next((record.sha256 for record in known if record.stamp == stamp), None) or _sha256(extract.path)
    if receipt in known and receipt is not None and receipt.sha256 == sha256:
        _tidy(home, receipt)
        if refusal:
            clear_refusal(home, dataset, date)
        if receipt.stamp != stamp:
            write_json(raw_folder(home, dataset, date) / "receipt.json", {**receipt.__dict__, "stamp": stamp})
        return None
    if refusal in known and refusal is not None and refusal.sha256 == sha256:
        if refusal.stamp != stamp:
            write_refusal(home, replace(refusal, stamp=stamp))
        return None
    return _read_and_keep(extract, contract, home, digest=digest, sha256=sha256, stamp=stamp, work=work)


def _read_and_keep(
    extract: Extract, contract: Contract, home: Home, *, digest: str, sha256: str, stamp: str, work: Path
) -> Receipt | Refusal:
    started = _now()
    reading: Reading | None = None
    connection = connect(folder=work)
    try:
        try:
            reading = read_extract(connection, extract.path, contract, work)
            problems = reading.problems
        except ExtractRefused as error:
            problems = error.problems
        except duckdb.Error as error:  # its message may quote a row, so only its kind is told
            reading, problems = None, (f"DuckDB gave up on the file ({type(error).__name__}); tell the maintainers",)
            sha256, stamp = RETRIED
        if _stamp(extract.path) != stamp:
            problems = problems or ("the file changed while it was read; it is taken at the next run",)
            sha256, stamp = RETRIED
        if problems or reading is None:
            return _refuse(connection, extract, contract, home, reading, problems, (digest, sha256, stamp))
        return _accept(connection, extract, contract, home, reading, started, (digest, sha256, stamp), work)
    finally:
        connection.close()


def _accept(
    connection: Any,
    extract: Extract,
    contract: Contract,
    home: Home,
    reading: Reading,
    started: str,
    marks: tuple[str, str, str],
    work: Path,
) -> Receipt:
    digest, sha256, stamp = marks
    columns = snapshot_columns(contract)
    folder = restricted_folder(raw_folder(home, contract.dataset, extract.extract_date))
    short = sha256[:SHORT_DIGEST]
    receipt = Receipt(
        dataset=contract.dataset,
        extract_date=extract.extract_date,
        file_name=extract.path.name,
        sha256=sha256,
        bytes=int(stamp.split("-")[0]),
        stamp=stamp,
        contract_version=contract.version,
        contract_digest=contract.digest,
        reading_digest=digest,
        rows_read=reading.rows_read,
        rows_accepted=reading.rows_accepted,
        rows_rejected=reading.rows_rejected,
        rows_blank=reading.rows_blank,
        rejected_by_rule=[list(item) for item in reading.rejected_by_rule],
        columns=columns,
        snapshot=f"snapshot-{short}.parquet",
        rejects=f"rejects-{short}.parquet",
        notes=list(reading.notes),
        started_at=started,
        finished_at=_now(),
    )
    listed = ", ".join(map(identifier, columns))
    sound = (
        f"failed is null and row_number not in (select row_number from {REJECTS})" if reading.rows_rejected else "true"
    )
    _copy(
        connection, f"select {listed} from {TYPED} where {sound} order by row_number", folder / receipt.snapshot, work
    )
    _copy(connection, _REJECTS_IN_ORDER, folder / receipt.rejects, work)
    _keep_rejected_rows(
        connection, reading, quarantine_folder(home, contract.dataset, extract.extract_date), short, work
    )
    write_receipt(home, receipt)
    clear_refusal(home, contract.dataset, extract.extract_date)
    _tidy(home, receipt)
    return receipt


_REJECTS_IN_ORDER = (
    f"select row_number, column_name, rule, message from {REJECTS} order by row_number, column_name, rule"
)


def _refuse(
    connection: Any,
    extract: Extract,
    contract: Contract,
    home: Home,
    reading: Reading | None,
    problems: tuple[str, ...],
    marks: tuple[str, str, str],
) -> Refusal:
    digest, sha256, stamp = marks
    folder = restricted_folder(quarantine_folder(home, contract.dataset, extract.extract_date))
    if reading is not None and sha256:
        short = sha256[:SHORT_DIGEST]
        _copy(connection, _REJECTS_IN_ORDER, folder / f"rejects-{short}.parquet", folder)
        _keep_rejected_rows(connection, reading, folder, short, folder)
    refusal = Refusal(
        dataset=contract.dataset,
        extract_date=extract.extract_date,
        file_name=extract.path.name,
        sha256=sha256,
        bytes=int(stamp.split("-")[0]) if stamp else 0,
        stamp=stamp,
        reading_digest=digest,
        problems=[f"{extract.path.name}: {problem}" for problem in problems],
        rows_read=reading.rows_read if reading else 0,
        rows_rejected=reading.rows_rejected if reading else 0,
        refused_at=_now(),
    )
    write_refusal(home, refusal)
    return refusal


def _keep_rejected_rows(connection: Any, reading: Reading, folder: Path, short: str, work: Path) -> None:
    """The rejected rows as they came, in the quarantine only."""
    if reading.rows_rejected:
        query = (
            f"select row_number, {reading.raw} as fields from {RAW} "
            f"where row_number in (select row_number from {REJECTS}) order by row_number"
        )
        _copy(connection, query, restricted_folder(folder) / f"rows-{short}.parquet", work)


def _copy(connection: Any, query: str, path: Path, work: Path) -> None:
    """Write a query's rows to a Parquet file that is there whole or not at all."""
    unfinished = work / f".{path.name}"
    connection.execute(f"copy ({query}) to {quoted(unfinished)} (format parquet, compression zstd)")
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def _tidy(home: Home, receipt: Receipt) -> None:
    """Remove what a killed run or a superseded file left beside `receipt`; receipts and refusals stay."""
    short = receipt.sha256[:SHORT_DIGEST]
    places = (
        (raw_folder(home, receipt.dataset, receipt.extract_date), {receipt.snapshot, receipt.rejects}),
        (quarantine_folder(home, receipt.dataset, receipt.extract_date), {f"rows-{short}.parquet"}),
    )
    for folder, kept in places:
        for path in folder.glob("*") if folder.is_dir() else ():
            if (path.suffix == ".parquet" and path.name not in kept) or path.name.startswith("."):
                path.unlink()


def _result(
    contract: Contract, home: Home, as_of: str | None, written: list[Receipt], refused: list[Refusal]
) -> IngestResult:
    receipts = {
        date: item for date, item in read_receipts(home, contract.dataset).items() if not as_of or date <= as_of
    }
    refusals = {
        date: item for date, item in read_refusals(home, contract.dataset).items() if not as_of or date <= as_of
    }
    latest = max(receipts, default=None)
    if contract.delivery == "snapshot":  # a later good snapshot heals; a delta's missing day does not heal by itself
        is_stale = any(latest is None or date >= latest for date in refusals)
    else:
        is_stale = bool(refusals)
    handled: list[Receipt | Refusal] = [*written, *refused]
    status = "refused" if is_stale else "accepted" if written else "unchanged" if latest else "no_extract"
    return IngestResult(
        dataset=contract.dataset,
        status=status,
        is_stale=is_stale,
        extract_date=latest,
        snapshot=raw_folder(home, contract.dataset, latest) / receipts[latest].snapshot if latest else None,
        receipts=tuple(written),
        problems=tuple(problem for date in sorted(refusals) for problem in refusals[date].problems),
        rows_read=sum(item.rows_read for item in handled),
        rows_accepted=sum(item.rows_accepted for item in written),
        rows_rejected=sum(item.rows_rejected for item in handled),
        bytes=sum(item.bytes for item in handled),
    )


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _stamp(path: Path) -> str:
    """Size and times: equal stamps mean the same bytes, without reading them."""
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
