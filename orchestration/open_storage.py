"""Make Dagster's thousand small writes a night cheap, without losing one to a killed process.

Dagster opens a connection, commits and closes for each event. Two things cost then, and neither is needed: forcing
each commit to the disk, and folding SQLite's write-ahead log into the file when its last connection closes. What is
committed survives the end of the process all the same; only a power cut could lose the last events of a run.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def kept_open(instance_folder: Path, run_id: str = "") -> Iterator[None]:
    """Hold the event logs of the instance (where there are any) and of `run_id` open."""
    history = instance_folder / "history"
    own = [history / "runs" / f"{run_id}.db"] if run_id and (history / "runs").exists() else []
    with ExitStack() as stack:
        for path in (*own, *(history / name for name in ("runs/index.db", "runs.db") if (history / name).exists())):
            connection = stack.enter_context(closing(sqlite3.connect(path)))
            connection.execute("pragma journal_mode = wal")
            connection.execute("select count(*) from sqlite_master").fetchone()
        yield


@contextmanager
def quick_commits() -> Iterator[None]:
    """Within, SQLite connections that SQLAlchemy opens leave it to the system when a commit reaches the disk."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if event.contains(Engine, "connect", _synchronous_normal):  # within another's
        yield
        return
    event.listen(Engine, "connect", _synchronous_normal)
    try:
        yield
    finally:
        event.remove(Engine, "connect", _synchronous_normal)


def _synchronous_normal(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = normal")
