"""Safe settings and safe outputs: how the files lie at rest, what was judged before they went out, what changed."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings import duck
from settings.paths import Home
from sharing.build import DATABASE
from sharing.evidence.parts import Heading, Table, listed
from sharing.explain import in_short
from sharing.share import DATABASE as SHARE_DATABASE

AUDITED = (
    (
        "the release",
        "every tier is there with the warehouse's rows; no identifying column; no count under its threshold",
    ),
    (
        "each share",
        "exactly the cells permitted, decided anew from the region; ids keyed; dates coarse; classes large enough",
    ),
)


def settings(home: Home, folders: Mapping[str, Path]) -> Heading:
    """Modes and encryption of the stores, and the fingerprint of each group's key."""
    files = [
        ("identity store", home.identity_db),
        ("warehouse", home.warehouse_db),
        ("release", home.current / DATABASE),
    ]
    files += [(f"share of {group}", folder / SHARE_DATABASE) for group, folder in sorted(folders.items())]
    rows = [
        (name, stat.filemode(path.stat().st_mode), stat.filemode(path.resolve().parent.stat().st_mode), _at_rest(path))
        for name, path in files
        if path.exists()
    ]
    plain = [row[0] for row in rows if row[3] == "not encrypted"]
    keys = []
    for _, folder in sorted(folders.items()):
        with duck.connect(folder / SHARE_DATABASE, read_only=True, folder=folder.parent.parent) as share:
            keys += share.execute("select user_group, organisation, key_fingerprint from about.share").fetchall()
    return Heading(
        "settings",
        "Safe settings",
        "Is it kept where only those who may can read it?",
        [
            Table("Files at rest", ("what", "file mode", "folder mode", "at rest"), rows),
            Table("Keys of ids, one per group", ("user group", "organisation", "fingerprint"), keys),
        ],
        ["Ids are keyed by group: two groups' files cannot be joined by them."] if keys else [],
        [f"Not encrypted at rest: {'everything' if len(plain) == len(rows) else listed(plain)}."] if plain else [],
    )


def outputs(
    release: Any, cells: Mapping[str, list[str]], before: Mapping[str, list[str]] | None, *, previous: str | None
) -> Heading:
    """What was judged before this release went out, what it holds, and what changed since the release before.

    cells: `group/data set` -> tiers shared. before: the same of the release before; None where there is none.
    """
    stale = release.execute("select dataset from about.dataset where is_stale order by 1").fetchall()
    known = before if before is not None else {}
    names = sorted({*cells, *known})
    changes = []
    for name in names:
        now, then = set(cells.get(name, ())), set(known.get(name, ()))
        if now != then and before is not None:
            changes.append((*name.split("/"), in_short(now - then) or "–", in_short(then - now) or "–"))
    title = f"Changed since {previous}" if previous else "Changed since the release before"
    return Heading(
        "outputs",
        "Safe outputs",
        "Was what goes out judged, and what is new in it?",
        [
            Table(
                "Judged before it was put in force; one problem would have kept it back", ("what", "for what"), AUDITED
            ),
            Table(
                title,
                ("user group", "data set", "wider by", "narrower by"),
                changes,
                "This is the first pack." if before is None else "Nothing.",
            ),
        ],
        [],
        [f"An older extract stands in for: {listed([name for (name,) in stale])}."] if stale else [],
    )


def _at_rest(path: Path) -> str:
    return "not encrypted" if is_plain(path) else "encrypted (AES-256)"


def is_plain(path: Path) -> bool:
    """Whether DuckDB opens the file without a key."""
    import duckdb

    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as error:
        return "key" not in str(error)
    return True
