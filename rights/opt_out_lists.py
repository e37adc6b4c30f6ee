"""Opt-out lists from the landing folder `opt_outs/` into the identity store: the newest whole list wins.

Reading one, `<list>_YYYYMMDD.csv`, is `opt_out_file.py`; what a list covers is `opt_out_policy.py`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rights.opt_out_file import Entry, read_entries
from rights.opt_out_policy import FILE, ListPolicy
from settings.errors import RegionError
from settings.files import restricted_folder
from settings.paths import Home

FOLDER = "opt_outs"  # of the landing folder
NAME = re.compile(r"(?P<list>\w+)_(?P<date>\d{8})\.csv")


@dataclass(frozen=True)
class ListFile:
    """A list in the landing folder."""

    name: str
    date: str  # ISO
    path: Path


@dataclass(frozen=True)
class Taken:
    """What a call did. problems name files, rows and rules, never a value."""

    lists: tuple[str, ...]  # taken by this call
    problems: tuple[str, ...]  # of the newest file of each list, whether taken or refused


def folder(home: Home) -> Path:
    """Where lists land; it holds personal data."""
    return home.landing / FOLDER


def find_lists(home: Home) -> list[ListFile]:
    """Every list file, oldest first."""
    found = []
    for path in sorted(folder(home).glob("*.csv")) if folder(home).is_dir() else ():
        parts = NAME.fullmatch(path.name)
        if parts and (date := _iso(parts["date"])):
            found.append(ListFile(parts["list"], date, path))
    return sorted(found, key=lambda item: (item.date, item.name))


def take_lists(connection: Any, home: Home, policies: Mapping[str, ListPolicy], *, datasets: Iterable[str]) -> Taken:
    """Take the newest file of each list that is newer than the one in force, whatever a night's date: an objection
    holds from when it is known. Files of a list that a newer one replaced are removed from the landing folder.

    Raises RegionError where a list has come of which the policy says nothing: nobody could say what it covers.
    """
    files = find_lists(home)
    unknown = sorted({item.name for item in files} - set(policies))
    if unknown:
        raise RegionError(
            f"{len(unknown)} opt-out list(s) without a policy",
            [f"{FILE}: says nothing of list '{name}'; add a line with what it covers" for name in unknown],
        )
    if files:
        restricted_folder(folder(home))
    taken, problems = [], []
    for name in sorted({item.name for item in files}):
        newest = [item for item in files if item.name == name][-1]
        if _take(connection, newest, policies[name], set(datasets)):
            taken.append(name)
        problems += _problems(connection, newest)
        _remove_replaced(connection, files, name)
    return Taken(tuple(taken), tuple(problems))


def _take(connection: Any, file: ListFile, policy: ListPolicy, datasets: set[str]) -> bool:
    """Put the file in force, or note why not. False also where it is known."""
    content = file.path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    before = connection.execute(
        "select sha256, list_date::varchar, entries from rights.opt_out_list where list = ?", [file.name]
    ).fetchone()
    if before and (before[0] == sha256 or file.date < before[1]):
        return False
    entries, refused, problem = read_entries(content, datasets)
    if not problem and before and len(entries) < (1 - policy.fall_tolerance) * before[2]:
        problem = (
            f"{len(entries)} good rows, where the list in force has {before[2]}; it stays in force. If the fall is "
            f"right, raise fall_tolerance in {FILE}"
        )
    connection.execute("begin")
    connection.execute("delete from rights.opt_out_refusal where list = ?", [file.name])
    if problem:
        connection.execute(
            "insert into rights.opt_out_refusal values (?, ?, null, ?)", [file.name, file.path.name, problem]
        )
    else:
        _keep(connection, file, sha256, entries, refused)
    connection.execute("commit")
    return not problem


def _keep(connection: Any, file: ListFile, sha256: str, entries: list[Entry], refused: list[tuple[int, str]]) -> None:
    import pandas as pd

    name = file.name
    connection.execute("delete from rights.opt_out_entry where list = ?", [name])
    connection.execute("delete from rights.opt_out_list where list = ?", [name])
    rows = pd.DataFrame([(name, *vars(entry).values()) for entry in entries], dtype="object")
    if len(rows):
        connection.register("opt_out_rows", rows)
        connection.execute("insert into rights.opt_out_entry select * from opt_out_rows")
        connection.unregister("opt_out_rows")
    connection.execute(
        "insert into rights.opt_out_list values (?, ?, ?, ?, ?, ?, ?)",
        [name, file.date, file.path.name, sha256, len(entries), len(refused), datetime.now(UTC).replace(tzinfo=None)],
    )
    if refused:
        connection.executemany(
            "insert into rights.opt_out_refusal values (?, ?, ?, ?)",
            [[name, file.path.name, number, problem] for number, problem in refused],
        )


def _problems(connection: Any, file: ListFile) -> list[str]:
    found = connection.execute(
        "select row_number, problem from rights.opt_out_refusal where list = ? order by row_number nulls first",
        [file.name],
    ).fetchall()
    return [f"{file.path.name}: " + (f"row {number}: {problem}" if number else problem) for number, problem in found]


def _remove_replaced(connection: Any, files: list[ListFile], name: str) -> None:
    (in_force,) = connection.execute(
        "select max(list_date)::varchar from rights.opt_out_list where list = ?", [name]
    ).fetchone()
    for item in files:
        if in_force and item.name == name and item.date < in_force:
            item.path.unlink()


def _iso(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date().isoformat()
    except ValueError:
        return None
