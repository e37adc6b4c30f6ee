"""Puts a release in force: build aside, audit, rename, switch one symlink.

A kill at any moment leaves the release before in force, whole. Building is `build.py`, judging is `audit.py`, reading
is `release.py`.
"""

import fcntl
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ingestion.contract_reader import read_contracts
from settings.errors import PublicationRefused
from settings.files import READABLE_FOLDER_MODE
from settings.paths import Home, Region
from sharing.access import read_access
from sharing.audit import audit
from sharing.bounds_audit import audit_bounds
from sharing.build import build
from sharing.kept_releases import dated_releases, kept_for_outcomes
from sharing.policy import read_count_rules
from sharing.release import Release, read_release
from sharing.release_folders import (
    REMOVING,
    discard,
    has_shares,
    place_shares,
    remove,
    seal,
    sync,
    withdraw_shares,
)
from sharing.share_audit import audit_shares

STAGES = ("built", "audited", "synced", "renamed", "switched", "pruned")
BUILDING, LINKING = ".building-", ".current-"


def publish(
    home: Home,
    *,
    region: Region,
    as_of: date | str,
    fingerprint: str,
    tiers: Sequence[str],
    stale: Collection[str] = (),
    shares: Mapping[str, Path] | None = None,
    keep: int = 5,
    outcome_windows: Collection[int] | None = (),
    after_stage: Callable[[str], None] | None = None,
) -> Release:
    """Publish the warehouse's `tiers` as version `<as_of>-<first 8 of fingerprint>` and return the release.

    fingerprint: digest of all that tiers and shares were made from; the same version again only makes sure that
    `current` points to it. stale: data sets whose newest extract was refused, so an older one stands in. shares: user
    group -> folder of its share as built; every group that is permitted anything must be there. keep: releases kept,
    the newest and always the one in force, which alone keeps its shares. outcome_windows: days, for which older ones
    are kept too (`kept_releases.py`); None: not known, and none is removed. after_stage: called with each of STAGES as
    it ends. Raises PublicationRefused, and changes nothing that is in force, where an audit finds a problem or another
    publication is at work.
    """
    version = f"{as_of}-{fingerprint[:8]}"
    say = after_stage or (lambda stage: None)
    wanted = dict(shares or {})
    home.published.mkdir(parents=True, exist_ok=True)
    home.published.chmod(READABLE_FOLDER_MODE)
    with _alone(home):
        _clear_leftovers(home)
        target = home.published / version
        is_new = not has_shares(target, wanted)
        if is_new:
            building = home.published / f"{BUILDING}{version}"
            try:
                _write_and_audit(
                    building,
                    home=home,
                    region=region,
                    as_of=as_of,
                    fingerprint=fingerprint,
                    tiers=tiers,
                    stale=stale,
                    shares=wanted,
                    say=say,
                )
            except PublicationRefused:
                remove(building)
                raise
            discard(target)  # it was in force before, and then gave up its shares
            building.replace(target)
            sync(home.published)
            say("renamed")
        _switch(home, version)
        say("switched")
        _prune(home, keep=keep, outcome_windows=outcome_windows, as_of=date.fromisoformat(str(as_of)))
        say("pruned")
    return read_release(target, is_new=is_new)


def _write_and_audit(
    building: Path,
    *,
    home: Home,
    region: Region,
    as_of: date | str,
    fingerprint: str,
    tiers: Sequence[str],
    stale: Collection[str],
    shares: Mapping[str, Path],
    say: Callable[[str], None],
) -> None:
    contracts = read_contracts(region.contracts)
    rules = read_count_rules(region.policies, as_of=as_of)
    thresholds = {level: rule.threshold for level, rule in rules.items()}
    access = read_access(region, contracts, as_of=as_of)
    build(
        building,
        warehouse=home.warehouse_db,
        version=building.name.removeprefix(BUILDING),
        as_of=str(as_of),
        fingerprint=fingerprint,
        tiers=tiers,
        contracts=contracts,
        stale=stale,
        agreements=access.governance.agreements,
        decisions=access.decisions,
    )
    place_shares(building, shares)
    say("built")
    audit(building, warehouse=home.warehouse_db, tiers=tiers, thresholds=thresholds, contracts=contracts)
    audit_bounds(building, warehouse=home.warehouse_db, rules=rules)
    audit_shares(building, warehouse=home.warehouse_db, access=access, contracts=contracts, thresholds=thresholds)
    say("audited")
    seal(building)
    say("synced")


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
            remove(path)
        elif path.name.startswith(LINKING):
            path.unlink()


def _switch(home: Home, version: str) -> None:
    """Point `current` to the version by one rename."""
    if home.current.is_symlink() and home.current.readlink() == Path(version):
        return
    link = home.published / f"{LINKING}{os.getpid()}"
    link.symlink_to(version)
    link.replace(home.current)
    sync(home.published)


def _prune(home: Home, *, keep: int, outcome_windows: Collection[int] | None, as_of: date) -> None:
    """Remove all but the last `keep` published releases, and those that outcomes need; never the one in force."""
    in_force = home.current.resolve()
    releases = [path for path in home.published.iterdir() if path.is_dir() and not path.name.startswith(".")]
    releases = [path for path in releases if not path.is_symlink()]
    newest_first = sorted(
        releases, key=lambda path: (path.resolve() == in_force, path.stat().st_mtime_ns), reverse=True
    )
    needed = (
        set(releases)
        if outcome_windows is None
        else kept_for_outcomes(dated_releases(home), outcome_windows, as_of=as_of)
    )
    for number, path in enumerate(newest_first[1:], start=1):
        if number < keep or path in needed:
            withdraw_shares(path)
        else:
            discard(path)
