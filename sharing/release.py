"""Reads the release in force. Nothing is written and nothing beside the release can be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from settings import duck
from settings.errors import NothingPublished, UserError
from settings.paths import Home
from sharing.build import DATABASE


@dataclass(frozen=True)
class Release:
    """One published version. `path`: its own folder, not the symlink; `rows` by tier; `bytes` without its shares."""

    version: str
    path: Path
    rows: dict[str, int]
    bytes: int
    is_new: bool = False


@dataclass(frozen=True)
class Found:
    """An answer: `rows` as tuples under `columns`. `is_cut`: there was more than the limit."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    is_cut: bool = False


def current(home: Home) -> Release:
    """The release in force. Raises NothingPublished where there is none."""
    if not (home.current / DATABASE).exists():
        raise NothingPublished("nothing is published yet", ["run `mvld run` first"])
    return read_release(home.current.resolve())


def read_release(folder: Path, *, is_new: bool = False) -> Release:
    """The facts of the release in `folder`."""
    with _open(folder) as connection:
        rows = dict(connection.execute("select tier, rows from about.tier order by tier").fetchall())
        (version,) = connection.execute("select version from about.release").fetchone()
    own = [folder / DATABASE, *(folder / "tiers").glob("*")]
    size = sum(path.stat().st_size for path in own)
    return Release(version=version, path=folder, rows=rows, bytes=size, is_new=is_new)


def query(home: Home, sql: str, *, limit: int = 0, parameters: Sequence[Any] = ()) -> Found:
    """Ask the release in force. limit: rows returned at most; 0 for all.

    Read-only, with no access to files, networks or settings. Raises NothingPublished, and UserError for a query that
    cannot be run.
    """
    with _open(current(home).path) as connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            cursor = connection.execute(sql, list(parameters))
            columns = tuple(column[0] for column in cursor.description or ())
            rows = cursor.fetchmany(limit + 1) if limit else cursor.fetchall()
        except duckdb.Error as error:
            raise UserError("the query could not be run", [str(error)]) from None
    return Found(columns, rows[:limit] if limit else rows, is_cut=bool(limit) and len(rows) > limit)


def _open(folder: Path) -> Any:
    """Open by the version's own path: by the symlink's, DuckDB would hand out a database opened before the switch."""
    return duck.connect(folder.resolve() / DATABASE, read_only=True, folder=folder.resolve().parent)
