"""Erasure: a person removed from every layer, a receipt without personal data, and digests that keep them out.

The parts are `erase_snapshots.py` (files) and `erase_store.py` (databases); here is their order. The receipt with the
digests comes first: after a kill at any moment the person stays out. Whom is kept beside it until the end, because
linkage soon knows nothing of them: `interrupted` tells, and doing it again ends it.
"""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.departed import refuse_another_regions_home
from ingestion.erased import erasure_key, folder, read_erased, receipt_files
from linkage.model_versions import forget_lost_values
from linkage.run import link
from rights.erase_snapshots import digests_of, remove_rows
from rights.erase_store import delete_records, drop_derived, rewrite, sweep
from rights.person import Person
from settings.files import read_json, restricted_folder, write_json
from settings.paths import Home
from sharing.release_folders import discard, remove

UNFINISHED = "unfinished.json"


@dataclass(frozen=True)
class Erasure:
    """The receipt: counts and digests, nothing that names anybody."""

    number: int
    erased_at: str
    as_of: str
    records: int  # of the person as linked; by data set they would say what somebody was known for
    rows: int  # taken out of snapshots
    snapshots: int
    quarantined_files: int
    landing_files: int
    store_rows: dict[str, int]  # table -> rows
    digests: list[str]


def erase(
    home: Home, contracts: Mapping[str, Contract], person: Person, *, policies: Path, as_of: str, erased_at: str
) -> Erasure:
    """Remove `person` from snapshots, quarantine, landing, identity store and warehouse. Hold the run lock.

    The release in force still counts them: publish a new one, or take it back, and then `withdraw` the rest.
    """
    receipt = _begin(home, contracts, person, as_of=as_of, erased_at=erased_at)
    erased = read_erased(home)
    assert erased is not None
    removed = remove_rows(home, contracts, erased)
    receipt = replace(
        receipt,
        rows=receipt.rows + removed.rows,
        snapshots=receipt.snapshots + removed.snapshots,
        quarantined_files=receipt.quarantined_files + removed.quarantined_files,
        landing_files=receipt.landing_files + removed.landing_files,
    )
    _write(home, receipt)
    record_ids = {*person.record_ids, *removed.record_ids}
    delete_records(home, record_ids)
    link(home, policies=policies, as_of=as_of)
    forget_lost_values(home)
    swept = sweep(home, {*record_ids, person.person_id})
    drop_derived(home)
    for database in (home.identity_db, home.warehouse_db):
        rewrite(database)
    _remove_logs(home)
    receipt = replace(receipt, store_rows=swept)
    _write(home, receipt)
    return receipt


def interrupted(home: Home) -> Person | None:
    """Whose erasure was begun and never ended."""
    found = read_json(folder(home) / UNFINISHED)
    return Person(**{**found["person"], "record_ids": tuple(found["person"]["record_ids"])}) if found else None


def _begin(home: Home, contracts: Mapping[str, Contract], person: Person, *, as_of: str, erased_at: str) -> Erasure:
    """The receipt with the digests, written: the one that an interrupted erasure left, or a new one."""
    refuse_another_regions_home(home, contracts)
    restricted_folder(folder(home))
    begun = read_json(folder(home) / UNFINISHED) or {}
    number = begun.get("number") or 1 + max((int(path.stem.split("-")[1]) for path in receipt_files(home)), default=0)
    write_json(folder(home) / UNFINISHED, {"number": number, "person": asdict(person)})
    receipt = Erasure(number, erased_at, as_of, len(person.record_ids), 0, 0, 0, 0, {}, [])
    if before := read_json(_path(home, number)):
        receipt = replace(Erasure(**before), erased_at=erased_at)
    digests = digests_of(home, contracts, person.record_ids, key=erasure_key(home))
    receipt = replace(receipt, digests=sorted({*receipt.digests, *digests}))
    _write(home, receipt)  # before anything is removed: whatever comes, they stay out
    return receipt


def _write(home: Home, receipt: Erasure) -> None:
    write_json(_path(home, receipt.number), asdict(receipt))


def _path(home: Home, number: int) -> Path:
    return folder(home) / f"erasure-{number:06d}.json"


def withdraw(home: Home, *, keep_current: bool) -> int:
    """Remove published releases and built shares, which may hold an erased person; how many releases. The last step.

    keep_current: the release in force was made after the erasure; it and the shares that it stands on stay.
    """
    in_force = home.current.resolve() if keep_current else None
    if not keep_current:
        home.current.unlink(missing_ok=True)
        for share in home.shares.glob("*/*"):
            remove(share)
    releases = [path for path in home.published.glob("*") if path.is_dir() and not path.is_symlink()]
    gone = [path for path in releases if path.resolve() != in_force]
    for path in gone:
        discard(path)
    (folder(home) / UNFINISHED).unlink(missing_ok=True)
    return len(gone)


def read_erasures(home: Home) -> list[dict[str, Any]]:
    """The receipts, oldest first, without their digests."""
    receipts = [read_json(path) or {} for path in receipt_files(home)]
    return [{key: value for key, value in receipt.items() if key != "digests"} for receipt in receipts]


def _remove_logs(home: Home) -> None:
    """dbt's logs, where a database error may have quoted a value."""
    shutil.rmtree(home.generated / "logs", ignore_errors=True)
