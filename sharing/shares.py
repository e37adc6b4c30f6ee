"""All groups' shares of one night: what each depends on, and building those that are not there yet.

Shares are built aside, below the warehouse, and reach their readers only within a release (`publish.py`).
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.files import RESTRICTED_FOLDER_MODE
from settings.fingerprints import digest_of
from settings.paths import Home, Region
from sharing.access import Access, read_access
from sharing.keyed_ids import group_key, key_fingerprint, master_key
from sharing.release_folders import remove
from sharing.share import DATABASE, build_share
from sharing.tiers import TIERS, told_rows

BUILDING = ".building-"


@dataclass(frozen=True)
class Share:
    """One group's share as built. `folder` is None, and nothing is in it, where no cell is permitted."""

    group: str
    folder: Path | None
    rows: int = 0
    held_back_rows: int = 0
    bytes: int = 0
    is_new: bool = False


@dataclass(frozen=True)
class Plan:
    """One night's shares: who may see what, and the digest of all that each group's share depends on."""

    access: Access
    contracts: Mapping[str, Contract]
    as_of: str
    master: bytes = field(repr=False)
    stale: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    def folders(self, home: Home) -> dict[str, Path]:
        """Group -> where its share is built; only groups that are permitted anything."""
        return {group: staged_folder(home, group, self.digests[group]) for group in self.digests if self.gets(group)}

    def gets(self, group: str) -> bool:
        """Whether the group is permitted anything."""
        return bool(self.access.permitted(group))


def plan_shares(
    home: Home,
    region: Region,
    contracts: Mapping[str, Contract],
    *,
    as_of: str,
    tiers_digest: str,
    secret: str | None,
    stale: Collection[str] = (),
) -> Plan:
    """Decide every cell on `as_of`. secret: what `MVLD_SHARE_KEY` holds, if anything.

    Raises RegionError where the region's files are wrong, UserError where the key is.
    """
    access = read_access(region, contracts, as_of=as_of)
    master = master_key(home, secret) if access.governance.groups else b""
    digests = {
        group.id: digest_of(
            tiers_digest,
            sorted(stale),
            [asdict(item) for item in access.of(group.id)],
            asdict(group),
            {name: asdict(access.governance.agreements[name]) for name in _named(access, group.id)},
            access.policy and asdict(access.policy),
            key_fingerprint(group_key(master, group.id)),
            [told_rows(tier) for tier in TIERS],
        )
        for group in access.governance.groups.values()
    }
    return Plan(access, contracts, as_of, master, tuple(sorted(stale)), digests)


def staged_folder(home: Home, group: str, digest: str) -> Path:
    """Where the share with that digest is built."""
    return home.shares / group / digest[:16]


def make_share(home: Home, plan: Plan, group: str) -> Share:
    """Build the group's share unless the one with that digest is there, and drop the group's older ones.

    A kill leaves a share whole or not there at all.
    """
    folder = staged_folder(home, group, plan.digests[group])
    is_new = plan.gets(group) and not folder.exists()
    if is_new:
        _build(home, plan, group, folder)
    if folder.parent.exists():
        for other in folder.parent.iterdir():
            if other != folder or not plan.gets(group):
                remove(other)
    if not plan.gets(group):
        return Share(group, None)
    with duck.connect(folder / DATABASE, read_only=True, folder=home.warehouse_db.parent) as connection:
        rows, held_back = _counts(connection)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Share(group, folder, rows=rows, held_back_rows=held_back, bytes=size, is_new=is_new)


def drop_departed_groups(home: Home, groups: Collection[str]) -> list[str]:
    """Remove built shares of groups that are none of `groups`, the region's; their names."""
    built = [path for path in home.shares.glob("*") if path.is_dir() and path.name not in groups]
    for folder in built:
        remove(folder)
    return sorted(folder.name for folder in built)


def _build(home: Home, plan: Plan, group: str, folder: Path) -> None:
    building = folder.with_name(f"{BUILDING}{folder.name}")
    remove(building)
    building.mkdir(parents=True, mode=RESTRICTED_FOLDER_MODE)
    assert plan.access.policy is not None  # there is one wherever anything is permitted
    build_share(
        building,
        warehouse=home.warehouse_db,
        group=plan.access.governance.groups[group],
        decisions=plan.access.of(group),
        agreements=plan.access.governance.agreements,
        contracts=plan.contracts,
        policy=plan.access.policy,
        key=group_key(plan.master, group),
        as_of=plan.as_of,
        fingerprint=plan.digests[group],
        stale=plan.stale,
    )
    building.replace(folder)


def _counts(connection: Any) -> tuple[int, int]:
    (rows,) = connection.execute("select coalesce(sum(rows), 0) from about.tier").fetchone()
    (held_back,) = connection.execute("select coalesce(sum(held_back_rows), 0) from about.anonymity").fetchone()
    return int(rows), int(held_back)


def _named(access: Access, group: str) -> list[str]:
    return sorted({item.agreement for item in access.of(group) if item.agreement})
