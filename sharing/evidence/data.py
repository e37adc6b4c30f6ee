"""Safe data: markings, disclosure control, what it withheld, how much alike people look, whose data are left out."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from settings import duck
from settings.paths import Home, Region
from sharing.access import Access
from sharing.evidence.parts import Heading, Table
from sharing.release_folders import SHARES
from sharing.share import DATABASE as SHARE_DATABASE

WITHHELD = ("tier", "rows", "counts", "withheld", "% withheld")
ALIKE = (
    "user group", "tier", "data set", "least k", "least l", "smallest k", "smallest l", "unique", "held back",
)  # fmt: skip


def data(home: Home, region: Region, release: Any, access: Access, folders: Mapping[str, Path]) -> Heading:
    """release: a connection to the release in force. folders: user group -> folder of its share in that release."""
    alike, warnings = _alike(folders)
    policy = _policy(region.policies / "disclosure.csv")
    rungs = Table(
        "Highest marking of what each group holds",
        ("user group", "rung of the ladder", "data sets by tier"),
        _rungs(access),
    )
    return Heading(
        "data",
        "Safe data",
        "Is there no more in it than needed, and can nobody be singled out from what is released?",
        [
            rungs,
            Table("Disclosure policy (policies/disclosure.csv)", *policy, empty="There is no disclosure policy."),
            Table("Withheld by disclosure control", WITHHELD, _withheld(release)),
            Table("How much alike people look in rows about them", ALIKE, alike),
            *_rights(home),
        ],
        warnings=warnings,
    )


def _withheld(release: Any) -> list[tuple[Any, ...]]:
    found = release.execute(
        """select tier, rows, counted_cells, suppressed_cells, round(100 * suppressed_share, 1)
        from about.tier where counted_cells > 0 order by tier"""
    ).fetchall()
    return list(found)


def _rungs(access: Access) -> list[tuple[Any, ...]]:
    order = [rung.id for rung in access.governance.ladder.rungs] if access.governance.ladder else []
    found = []
    for group in access.governance.groups:
        rungs = [cell.rung for cell in access.permitted(group)]
        highest = max(rungs, key=lambda rung: order.index(rung) if rung in order else -1, default="–")
        found.append((group, highest, len(rungs)))
    return found


def _policy(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.exists():
        return [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    shown = [position for position, name in enumerate(lines[0]) if name != "source"]  # it takes a page to read
    heads, *rows = [[line[position] for position in shown] for line in lines if len(line) == len(lines[0])]
    return [name.replace("_", " ") for name in heads], rows


def _alike(folders: Mapping[str, Path]) -> tuple[list[tuple[Any, ...]], list[str]]:
    rows: list[tuple[Any, ...]] = []
    for group, folder in sorted(folders.items()):
        with duck.connect(folder / SHARE_DATABASE, read_only=True, folder=folder.parent.parent) as share:
            rows += [
                (group, *row)
                for row in share.execute(
                    """select tier, dataset, minimum_k, minimum_l, smallest_k, smallest_l, unique_units, held_back_units
                    from about.anonymity order by tier, dataset"""
                ).fetchall()
            ]
    singled = sorted({row[0] for row in rows if row[7]})
    said = [f"{group} holds rows of people or households whose class has nobody else in it." for group in singled]
    return rows, said


def _rights(home: Home) -> list[Table]:
    """Counts of opt-outs applied and of what was removed; empty where none was ever asked for."""
    lists, counts, removed = _rights_applied(home)
    return [
        Table("Opt-out lists", ("list", "of", "entries", "rows refused"), lists, "No list was sent."),
        Table(
            "Left out for an opt-out or objection",
            ("list", "data set", "entries that match nobody", "people", "records"),
            counts,
            "Nobody was left out.",
        ),
        Table(
            "Removed by retention and erasure",
            ("on", "data set", "what", "files", "records"),
            removed,
            "Nothing was due.",
        ),
    ]


def _rights_applied(home: Home) -> tuple[list[Any], list[Any], list[Any]]:
    if not home.identity_db.exists():
        return [], [], []
    with duck.connect(home.identity_db, read_only=True) as store:
        known = store.execute("select table_name from duckdb_tables() where schema_name = 'rights'").fetchall()
        if not {("opt_out_list",), ("opt_out_count",), ("removal",)} <= set(known):
            return [], [], []
        lists = store.execute(
            "select list, list_date::varchar, entries, refused_rows from rights.opt_out_list order by list"
        ).fetchall()
        counts = store.execute(
            """select list, dataset, unmatched_entries, people, records from rights.opt_out_count
            where as_of = (select max(as_of) from rights.opt_out_count) order by all"""
        ).fetchall()
        removed = store.execute(
            "select as_of::varchar, dataset, what, files, records from rights.removal order by all desc limit 100"
        ).fetchall()
    return lists, counts, removed


def share_folders(release: Path) -> dict[str, Path]:
    """User group -> the folder of its share within a release's folder."""
    return {path.name: path for path in sorted((release / SHARES).glob("*")) if path.is_dir()}
