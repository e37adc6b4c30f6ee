"""Snapshots that are kept, read and written anew without some of their rows. Which rows is the caller's to say."""

from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.receipts import PARTITION
from settings.duck import quoted
from settings.parquet_files import copy_options, source
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


def rows_of(work: Any, path: Path) -> str:
    """SQL of a snapshot's rows."""
    return source(work, path, options="hive_partitioning = false")


def rewrite_without(work: Any, path: Path, row_numbers: str) -> None:
    """Write `path` anew, by one rename, without the rows whose numbers the SQL `row_numbers` selects."""
    unfinished = path.with_name(f".{path.name}")
    work.execute(f"""
        copy (select * from {rows_of(work, path)} where row_number not in ({row_numbers}) order by row_number)
        to {quoted(unfinished)} {copy_options(work, path)}
    """)
    unfinished.replace(path)
