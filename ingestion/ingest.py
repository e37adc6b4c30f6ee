"""Take a data set's new files: read each by the contract and keep a typed snapshot, or remember why not.

What a file means is decided elsewhere (`extract_reader.py`, `typing_rules.py`) and written elsewhere (`keep.py`); here
is only which files are taken and what the night goes on with.
"""

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.contract import Contract
from ingestion.erased import read_erased
from ingestion.extract_reader import Reading, read_extract, without_erased
from ingestion.keep import Taken, keep_refusal, keep_snapshot, now, tidy
from ingestion.landing import find_extracts, stamp_of
from ingestion.receipts import (
    Receipt,
    Refusal,
    clear_refusal,
    raw_folder,
    read_receipts,
    read_refusals,
    reading_digest,
    write_receipt,
    write_refusal,
)
from settings.duck import connect
from settings.errors import ExtractRefused
from settings.files import restricted_folder
from settings.paths import Home

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
    work = home.raw / contract.dataset / WORK_FOLDER
    shutil.rmtree(work, ignore_errors=True)
    restricted_folder(work)
    digest, erased = reading_digest(contract), read_erased(home)
    receipts, refusals = read_receipts(home, contract.dataset), read_refusals(home, contract.dataset)
    done: list[Receipt | Refusal] = []
    try:
        for extract in find_extracts(contract, home.landing):
            date = extract.extract_date
            if as_of is not None and date > as_of:
                continue
            taken = Taken(extract, contract, home, digest, "", stamp_of(extract.path), now(), work, erased)
            outcome = _take(taken, receipts.get(date), refusals.get(date))
            if outcome is not None:
                done.append(outcome)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _result(contract, home, as_of, done)


def _take(taken: Taken, receipt: Receipt | None, refusal: Refusal | None) -> Receipt | Refusal | None:
    """Take one file; the record written, or None where the file was known."""
    current = [item for item in (receipt, refusal) if item and item.reading_digest == taken.reading_digest]
    sha256 = next((item.sha256 for item in current if item.stamp == taken.stamp), None) or _sha256(taken.extract.path)
    known = next((item for item in current if item.sha256 == sha256), None)
    if isinstance(known, Receipt):
        tidy(taken.home, known)
        if refusal:
            clear_refusal(taken.home, known.dataset, known.extract_date)
        if known.stamp != taken.stamp:
            write_receipt(taken.home, replace(known, stamp=taken.stamp))
        return None
    if isinstance(known, Refusal):
        if known.stamp != taken.stamp:
            write_refusal(taken.home, replace(known, stamp=taken.stamp))
        return None
    return _read_and_keep(replace(taken, sha256=sha256))


def _read_and_keep(taken: Taken) -> Receipt | Refusal:
    reading: Reading | None = None
    is_settled = True
    connection = connect(folder=taken.work)
    try:
        try:
            reading = read_extract(connection, taken.extract.path, taken.contract, taken.work)
            problems = reading.problems
            reading = without_erased(connection, taken.contract, reading, taken.erased)
        except ExtractRefused as error:
            problems = error.problems
        except OSError:  # of this machine, not of the file
            raise
        except Exception as error:  # a file that no one foresaw stops its data set, not the night; its kind is told,
            # because its message may quote a row
            problems = (f"the reader gave up on the file ({type(error).__name__}); tell the maintainers",)
            is_settled = False
        if stamp_of(taken.extract.path) != taken.stamp:
            problems = ("the file changed while it was read; it is taken at the next run",)
            is_settled = False
        if problems or reading is None:
            unsettled = taken if is_settled else replace(taken, sha256="", stamp="")
            return keep_refusal(connection, unsettled, reading, problems)
        return keep_snapshot(connection, taken, replace(reading, notes=(*reading.notes, *_repeats(taken))))
    finally:
        connection.close()


def _repeats(taken: Taken) -> list[str]:
    """A note where the same bytes came before under another date: often yesterday's file, sent again by mistake."""
    receipts = read_receipts(taken.home, taken.contract.dataset)
    return [
        f"byte for byte the extract of {date}; is it yesterday's file under a new name?"
        for date, receipt in receipts.items()
        if receipt.sha256 == taken.sha256 and date != taken.extract.extract_date
    ][-1:]


def _result(contract: Contract, home: Home, as_of: str | None, done: list[Receipt | Refusal]) -> IngestResult:
    every, refused = read_receipts(home, contract.dataset), read_refusals(home, contract.dataset)
    receipts = {date: item for date, item in every.items() if not as_of or date <= as_of}
    refusals = {date: item for date, item in refused.items() if not as_of or date <= as_of}
    latest = max(receipts, default=None)
    if contract.delivery == "snapshot":  # a later good snapshot heals; a delta's missing day does not heal by itself
        is_stale = any(latest is None or date >= latest for date in refusals)
    else:
        is_stale = bool(refusals)
    written = tuple(item for item in done if isinstance(item, Receipt))
    status = "refused" if is_stale else "accepted" if written else "unchanged" if latest else "no_extract"
    return IngestResult(
        dataset=contract.dataset,
        status=status,
        is_stale=is_stale,
        extract_date=latest,
        snapshot=raw_folder(home, contract.dataset, latest) / receipts[latest].snapshot if latest else None,
        receipts=written,
        problems=tuple(problem for date in sorted(refusals) for problem in refusals[date].problems),
        rows_read=sum(item.rows_read for item in done),
        rows_accepted=sum(item.rows_accepted for item in written),
        rows_rejected=sum(item.rows_rejected for item in done),
        bytes=sum(item.bytes for item in done),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
