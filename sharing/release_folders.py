"""The folders of releases: sealed, forced to the disk, removed so that a kill halfway leaves nothing half there.

What is in them, and which is in force, is not decided here (`publish.py`).
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from settings.errors import PublicationRefused

REMOVING = ".removing-"
SHARES = "shares"  # the folder within a release
READ_ONLY_FILE, READ_ONLY_FOLDER, WRITABLE_FOLDER = 0o440, 0o550, 0o750  # others than owner and group read nothing


def place_shares(building: Path, shares: Mapping[str, Path]) -> None:
    """Link the built shares into the release: no second copy, and gone when the last link goes.

    Raises PublicationRefused where a share is not built.
    """
    missing = [
        f"share {group} is not built; run the whole night" for group, path in shares.items() if not path.exists()
    ]
    if missing:
        raise PublicationRefused(f"{len(missing)} share(s) are missing", missing)
    for group, path in shares.items():
        shutil.copytree(path, building / SHARES / group, copy_function=os.link)


def has_shares(release: Path, shares: Mapping[str, Path]) -> bool:
    """Whether `release` is there with all those shares."""
    return release.exists() and all((release / SHARES / group).exists() for group in shares)


def withdraw_shares(release: Path) -> None:
    """Take the shares out of a release that is no longer in force: what an agreement ended must not linger there."""
    shares = release / SHARES
    if shares.exists():
        release.chmod(WRITABLE_FOLDER)
        shares.chmod(WRITABLE_FOLDER)
        _remove_aside(shares, release.with_name(f"{REMOVING}{release.name}-{SHARES}"))
        release.chmod(READ_ONLY_FOLDER)


def seal(folder: Path) -> None:
    """Make files and folders read-only and force them to the disk, the deepest first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)
        sync(path)
    folder.chmod(READ_ONLY_FOLDER)
    sync(folder)


def sync(path: Path) -> None:
    """Force what the system holds of a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(release: Path) -> None:
    """Remove a release, if it is there."""
    if release.exists():
        _remove_aside(release, release.with_name(f"{REMOVING}{release.name}"))


def remove(folder: Path) -> None:
    """Remove a folder that may be sealed, if it is there."""
    if not folder.exists():
        return
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        path.chmod(WRITABLE_FOLDER)
    shutil.rmtree(folder)


def _remove_aside(folder: Path, aside: Path) -> None:
    """Rename first, so that a kill halfway leaves nothing that looks like a release or a share."""
    folder.replace(aside)
    remove(aside)
