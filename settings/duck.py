"""DuckDB connections, set up one way everywhere: bounded memory, quiet, no download of extensions."""

import os
from pathlib import Path
from typing import Any

import duckdb

MEMORY_LIMIT = "4GB"  # of the 6 GiB a run may take, the rest is Python, Splink and the operating system
TEMPORARY_FOLDER = ".duckdb_tmp"


def connect(path: Path | str = ":memory:", *, read_only: bool = False, folder: Path | None = None) -> Any:
    """Open `path` (made with its folder if absent).

    folder: where DuckDB may spill; by default a hidden folder beside the database. Results are the same whatever
    the number of threads, because every query that matters orders its rows.
    """
    config: dict[str, Any] = {
        "memory_limit": os.environ.get("MVLD_MEMORY", MEMORY_LIMIT),
        "autoinstall_known_extensions": False,
    }
    if isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = folder or path.parent
    if folder is not None:
        config["temp_directory"] = str(folder / TEMPORARY_FOLDER)
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    connection.execute("set enable_progress_bar = false")
    return connection


def quoted(text: str | Path) -> str:
    """`text` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
