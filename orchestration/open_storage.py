"""Keep Dagster's own SQLite files open for the length of a run.

Dagster opens and closes a connection for each event. The last connection to close makes SQLite fold its write-ahead
log into the file, a thousand times a night. One idle connection of ours per file puts that off until the run ends.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path


@contextmanager
def kept_open(instance_folder: Path, run_id: str) -> Iterator[None]:
    """Hold the event logs of `run_id` and of the instance open. Files that are not there are left alone."""
    history = instance_folder / "history"
    with ExitStack() as stack:
        for path in (history / "runs" / f"{run_id}.db", history / "runs" / "index.db", history / "runs.db"):
            if path.exists():
                connection = stack.enter_context(closing(sqlite3.connect(path)))
                connection.execute("select count(*) from sqlite_master").fetchone()
        yield
