"""Puts a release in force: build aside, audit, rename, switch one symlink.

A kill at any moment leaves the release before in force, whole. Building is `build.py`, judging is `audit.py`, reading
is `release.py`.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ingestion.contract_reader import read_contracts
from settings.errors import PublicationRefused
from settings.paths import Home, Region
from sharing.audit import audit
from sharing.build import build
from sharing.policy import read_thresholds
from sharing.release import Release, read_release

STAGES = ("built", "audited", "synced", "renamed", "switched", "pruned")
BUILDING, REMOVING, LINKING = ".building-", ".removing-", ".current-"
READ_ONLY_FILE, READ_ONLY_FOLDER, WRITABLE_FOLDER = 0o444, 0o555, 0o755


def publish(
    home: Home,
    *,
    region: Region,
    as_of: date | str,
    fingerprint: str,
    tiers: Sequence[str],
    stale: Collection[str] = (),
    keep: int = 5,
    after_stage: Callable[[str], None] | None = None,
) -> Release:
    """Publish the warehouse's `tiers` as version `<as_of>-<first 8 of fingerprint>` and return the release.

    fingerprint: digest of all that the tiers were made from; the same version again only makes sure that `current`
    points to it. stale: data sets whose newest extract was refused, so an older one stands in. keep: releases kept,
    the newest and always the one in force. after_stage: called with each of STAGES as it ends. Raises
    PublicationRefused, and changes nothing that is in force, where the audit finds a problem or another publication
    is at work.
    """
    version = f"{as_of}-{fingerprint[:8]}"
    say = after_stage or (lambda stage: None)
    home.published.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        _clear_leftovers(home)
        target = home.published / version
        is_new = not target.exists()
        if is_new:
            contracts = read_contracts(region.contracts)
            thresholds = read_thresholds(region.policies, as_of=as_of)
            building = home.published / f"{BUILDING}{version}"
            try:
                build(
                    building,
                    warehouse=home.warehouse_db,
                    version=version,
                    as_of=str(as_of),
                    fingerprint=fingerprint,
                    tiers=tiers,
                    contracts=contracts,
                    stale=stale,
                )
                say("built")
                audit(building, warehouse=home.warehouse_db, tiers=tiers, thresholds=thresholds, contracts=contracts)
                say("audited")
                _seal(building)
                say("synced")
            except PublicationRefused:
                _remove(building)
                raise
            building.replace(target)
            _sync(home.published)
            say("renamed")
        _switch(home, version)
        say("switched")
        _prune(home, keep=keep)
        say("pruned")
    return read_release(target, is_new=is_new)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Hold the lock of the published folder; the system lets go of it if this process dies."""
    with (home.published / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublicationRefused("another publication is at work", ["wait until it has ended"]) from None
        yield


def _clear_leftovers(home: Home) -> None:
    for path in home.published.glob(".*"):
        if path.name.startswith((BUILDING, REMOVING)):
            _remove(path)
        elif path.name.startswith(LINKING):
            path.unlink()


def _seal(folder: Path) -> None:
    """Make files and folders read-only and force them to the disk, the deepest first."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)
        _sync(path)
    folder.chmod(READ_ONLY_FOLDER)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _switch(home: Home, version: str) -> None:
    """Point `current` to the version by one rename."""
    if home.current.is_symlink() and home.current.readlink() == Path(version):
        return
    link = home.published / f"{LINKING}{os.getpid()}"
    link.symlink_to(version)
    link.replace(home.current)
    _sync(home.published)


def _prune(home: Home, *, keep: int) -> None:
    """Remove all but the last `keep` published releases; never the one in force."""
    in_force = home.current.resolve()
    releases = [path for path in home.published.iterdir() if path.is_dir() and not path.name.startswith(".")]
    releases = [path for path in releases if not path.is_symlink()]
    newest_first = sorted(
        releases, key=lambda path: (path.resolve() == in_force, path.stat().st_mtime_ns), reverse=True
    )
    for path in newest_first[max(keep, 1) :]:
        removing = path.with_name(f"{REMOVING}{path.name}")
        path.replace(removing)  # so that a kill halfway leaves nothing that looks like a release
        _remove(removing)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        path.chmod(WRITABLE_FOLDER)
    shutil.rmtree(folder)
