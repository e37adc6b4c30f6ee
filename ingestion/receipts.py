"""What the pipeline remembers of each file: receipts of accepted ones, refusals of the others, and where they lie.

Only the records belong here. Reading a file is `extract_reader.py`; deciding and writing is `ingest.py`. Records hold
counts, names and rules, never a row's value.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from settings.files import read_json, write_json
from settings.paths import Home

READER_VERSION = 2  # raise it when the readers would read the same file otherwise
SHORT_DIGEST = 12  # characters of a sha256 in file names
PARTITION = "extract_date="


@dataclass(frozen=True)
class Receipt:
    """One accepted file. `snapshot` and `rejects` are names beside the receipt."""

    dataset: str
    extract_date: str
    file_name: str
    sha256: str
    bytes: int
    stamp: str  # size and times of the landing file: equal means that its bytes need not be read again
    contract_version: str
    contract_digest: str
    reading_digest: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_blank: int
    rejected_by_rule: list[list[Any]]  # column, rule, rows
    columns: dict[str, str]  # of the snapshot: name -> SQL type
    snapshot: str
    rejects: str
    notes: list[str]
    started_at: str
    finished_at: str


@dataclass(frozen=True)
class Refusal:
    """One refused file, remembered so that it is not read again until it, or its contract, changes."""

    dataset: str
    extract_date: str
    file_name: str
    sha256: str
    bytes: int
    stamp: str
    reading_digest: str
    problems: list[str]
    rows_read: int
    rows_rejected: int
    refused_at: str


def reading_digest(contract: Contract) -> str:
    """A digest of all in the contract that decides how a file is read and judged; titles and prices are not in it."""
    roles = ("description", "classification", "identity", "period", "place", "measure")
    columns = [{key: value for key, value in asdict(column).items() if key not in roles} for column in contract.columns]
    deletion = (contract.deletion_column, contract.deletion_value)
    whole = (READER_VERSION, contract.delivery, deletion, contract.rejected_share_tolerance)
    parts = (whole, asdict(contract.format), columns)
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def raw_folder(home: Home, dataset: str, extract_date: str) -> Path:
    """Where the snapshot, rejects and receipt of one extract lie."""
    return home.raw / dataset / f"{PARTITION}{extract_date}"


def quarantine_folder(home: Home, dataset: str, extract_date: str) -> Path:
    """Where the rejected rows and the refusal of one extract lie."""
    return home.quarantine / dataset / f"{PARTITION}{extract_date}"


def read_receipts(home: Home, dataset: str) -> dict[str, Receipt]:
    """Extract date -> the receipt in force, oldest first."""
    return _read_all(home.raw / dataset, "receipt.json", Receipt)


def read_refusals(home: Home, dataset: str) -> dict[str, Refusal]:
    """Extract date -> the refusal that nothing has mended yet, oldest first."""
    return _read_all(home.quarantine / dataset, "refusal.json", Refusal)


def _read_all(folder: Path, name: str, kind: Any) -> dict[str, Any]:
    records = {}
    for path in sorted(folder.glob(f"{PARTITION}*/{name}")):
        value = read_json(path)
        known = {item.name for item in fields(kind)}
        if isinstance(value, dict) and known <= set(value):
            records[path.parent.name.removeprefix(PARTITION)] = kind(**{key: value[key] for key in known})
    return records


def write_receipt(home: Home, receipt: Receipt) -> None:
    """Put `receipt` in force; the one before stays as `receipt-<sha12>.json`."""
    path = raw_folder(home, receipt.dataset, receipt.extract_date) / "receipt.json"
    before = read_json(path)
    if isinstance(before, dict) and before["sha256"] != receipt.sha256:
        write_json(path.with_name(f"receipt-{before['sha256'][:SHORT_DIGEST]}.json"), before)
    write_json(path, asdict(receipt))


def write_refusal(home: Home, refusal: Refusal) -> None:
    """Put `refusal` in force; the one before stays as `refusal-<sha12>.json`."""
    clear_refusal(home, refusal.dataset, refusal.extract_date, but=refusal.sha256)
    write_json(quarantine_folder(home, refusal.dataset, refusal.extract_date) / "refusal.json", asdict(refusal))


def clear_refusal(home: Home, dataset: str, extract_date: str, *, but: str | None = None) -> None:
    """Put the refusal of that date aside, because a good file has come, unless it is of the file `but`."""
    path = quarantine_folder(home, dataset, extract_date) / "refusal.json"
    value = read_json(path)
    if isinstance(value, dict) and value["sha256"] != but:
        path.replace(path.with_name(f"refusal-{value['sha256'][:SHORT_DIGEST] or 'unread'}.json"))
