"""Parquet files read and written with the key of their place, if a key is configured (Parquet modular encryption).

Lookups of public places, partners' deliveries and the demo's truth are not ours to encrypt and do not come here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from settings import duck
from settings.database_keys import group_of, key_for

PARQUET_KEY_DIGITS = 32  # of the key's 64: Parquet takes 32 bytes, and DuckDB takes them as they are written
DATA_TEAM = "data_team"


def source(connection: Any, paths: Path | Sequence[Path], *, options: str = "") -> str:
    """SQL that reads `paths`, all under one key. A view of it needs `know_key` in whoever reads the view."""
    listed = [paths] if isinstance(paths, Path) else list(paths)
    name = know_key(connection, listed[0])
    parts = [f"[{', '.join(map(duck.quoted, listed))}]", *([options] if options else [])]
    parts += [f"encryption_config = {{footer_key: {duck.quoted(name)}}}"] if name else []
    return f"read_parquet({', '.join(parts)})"


def copy_options(connection: Any, path: Path, *, options: str = "compression zstd") -> str:
    """SQL of the options of a `copy` to `path`, in brackets."""
    name = know_key(connection, path)
    if name:
        duck.load_crypto(connection)
        options += f", encryption_config {{footer_key: {duck.quoted(name)}}}"
    return f"(format parquet, {options})"


def know_key(connection: Any, path: Path | None = None) -> str | None:
    """Give the connection the key of a Parquet file, by default the data team's, and return that key's name.

    Does nothing and returns None where no key is configured.
    """
    key = key_for(path or Path(DATA_TEAM))
    if key is None:
        return None
    group = group_of(path) if path else None
    name = f"share_{group}" if group else DATA_TEAM
    connection.execute(f"pragma add_parquet_key({duck.quoted(name)}, {duck.quoted(key[:PARQUET_KEY_DIGITS])})")
    return name
