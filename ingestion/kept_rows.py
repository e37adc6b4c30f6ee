"""Snapshots that are kept, read and written anew without some of their rows. Which rows is the caller's to say."""

from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.receipts import PARTITION
from settings.duck import quoted
from settings.paths import Home


def snapshot_files(home: Home, contract: Contract) -> list[Path]:
    """Snapshots in force and before, oldest first, then those set aside."""
    return [
        path
        for folder in (home.raw, home.quarantine)
        for path in sorted(folder.glob(f"{contract.dataset}/{PARTITION}*/snapshot-*.parquet"))
    ]


def extract_date_of(path: Path) -> str:
    """The extract that a file below raw or quarantine belongs to."""
    return path.parent.name.removeprefix(PARTITION)


def rows_of(path: Path) -> str:
    """SQL of a snapshot's rows."""
    return f"read_parquet({quoted(path)}, hive_partitioning = false)"


def rewrite_without(work: Any, path: Path, row_numbers: str) -> None:
    """Write `path` anew, by one rename, without the rows whose numbers the SQL `row_numbers` selects."""
    unfinished = path.with_name(f".{path.name}")
    work.execute(f"""
        copy (select * from {rows_of(path)} where row_number not in ({row_numbers}) order by row_number)
        to {quoted(unfinished)} (format parquet, compression zstd)
    """)
    unfinished.replace(path)
