"""What data sets left behind whose contract is gone: without it nobody can read, judge or end their extracts.

Nothing is removed for want of a contract alone: it may come back. Erasure removes them (`rights/erase.py`).
"""

import shutil
from collections.abc import Collection, Iterable

from ingestion.receipts import read_receipts
from settings.errors import RegionError
from settings.paths import Home


def departed_data_sets(home: Home, datasets: Collection[str]) -> list[str]:
    """Data sets with extracts or quarantined rows in the identity store that are none of `datasets`."""
    folders = (home.raw, home.quarantine)
    held = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_dir()}
    return sorted(name for name in held - set(datasets) if not name.startswith("."))


def refuse_another_regions_home(home: Home, datasets: Collection[str]) -> None:
    """Raise RegionError where the home holds extracts, and none of `datasets`, the region's: it is another region's."""
    if departed_data_sets(home, datasets) and not any(read_receipts(home, dataset) for dataset in datasets):
        raise RegionError("The home holds no data set of this region", ["set MVLD_REGION to the region it belongs to"])


def departed_lines(home: Home, datasets: Collection[str]) -> list[str]:
    """A sentence for each, with the remedy; none in a home that holds nothing of the region: it is another's."""
    if not any(read_receipts(home, dataset) for dataset in datasets):
        return []
    return [
        f"{name}: no contract describes it any more, and identity/raw/{name} still holds its extracts; bring the "
        f"contract back, or remove identity/raw/{name}, identity/quarantine/{name} and its landing files"
        for name in departed_data_sets(home, datasets)
    ]


def remove_departed(home: Home, names: Iterable[str]) -> int:
    """Remove all that is held of these data sets; how many files that were."""
    files = 0
    for folder in [parent / name for name in names for parent in (home.raw, home.quarantine)]:
        files += sum(path.is_file() for path in folder.rglob("*"))
        shutil.rmtree(folder, ignore_errors=True)
    return files
