"""DuckDB connections, set up one way everywhere: bounded memory, quiet, no downloads, encrypted if there is a key.

Which key a file has is `database_keys.py`'s.
"""

import os
from pathlib import Path
from typing import Any

import duckdb

from settings.database_keys import KEY_FILE_VARIABLE, KEY_VARIABLE, is_encrypting, key_for
from settings.errors import UserError

MEMORY_LIMIT = "4GB"  # of the 6 GiB a run may take, the rest is Python, Splink and the operating system
TEMPORARY_FOLDER = ".duckdb_tmp"
SET_A_KEY = f"set {KEY_VARIABLE} or {KEY_FILE_VARIABLE} to the key that it was made with"
START_ANEW = "an encrypted home begins empty: set MVLD_HOME to a new folder, give it the landing folder, and run"


def connect(path: Path | str = ":memory:", *, read_only: bool = False, folder: Path | None = None) -> Any:
    """Open `path` (made with its folder if absent), encrypted if a key is configured.

    folder: where DuckDB may spill; by default a hidden folder beside the database. Results are the same whatever
    the number of threads, because every query that matters orders its rows. Raises UserError where key and file do
    not fit.
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
    is_keyed = isinstance(path, Path) and is_encrypting()
    try:
        connection = duckdb.connect(
            ":memory:" if is_keyed else str(path), read_only=read_only and not is_keyed, config=config
        )
    except duckdb.CatalogException as error:
        raise _misfit(Path(path), error) from None
    if is_encrypting():
        connection.execute("set temp_file_encryption = true")
    if is_keyed and isinstance(path, Path):
        try:
            attach(connection, path, path.stem, read_only=read_only)
            connection.execute(f"use {identifier(path.stem)}")
        except BaseException:
            connection.close()
            raise
    connection.execute("set enable_progress_bar = false")
    return connection


def attach(connection: Any, path: Path, name: str, *, read_only: bool = False) -> None:
    """Attach a database file as `name`, with its key if one is configured.

    Raises UserError where key and file do not fit.
    """
    key = key_for(path)
    options = ["read_only"] if read_only else []
    if key:
        load_crypto(connection)
        options.append(f"encryption_key {quoted(key)}")
    listed = f" ({', '.join(options)})" if options else ""
    try:
        connection.execute(f"attach {quoted(path)} as {identifier(name)}{listed}")
    except (duckdb.CatalogException, duckdb.InvalidInputException) as error:
        raise _misfit(path, error) from None


def load_crypto(connection: Any) -> None:
    """Load OpenSSL's AES from the installed package: quick, and without it DuckDB only reads encrypted files."""
    import duckdb_extension_httpfs

    (version,) = connection.execute("select library_version from pragma_version()").fetchone()
    package = Path(duckdb_extension_httpfs.__file__).parent
    connection.execute(f"load {quoted(package / 'extensions' / version / 'httpfs.duckdb_extension')}")


def has_table(connection: Any, schema: str, table: str, *, database: str | None = None) -> bool:
    """Whether a database (by default the one in use) holds this table or view."""
    found = connection.execute(
        """select 1 from information_schema.tables
        where table_catalog = coalesce(?, current_database()) and table_schema = ? and table_name = ?""",
        [database, schema, table],
    )
    return found.fetchone() is not None


def quoted(text: str | Path) -> str:
    """`text` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _misfit(path: Path, error: duckdb.Error) -> Exception:
    """What DuckDB says of a key that does not fit, as an error that a user can mend; any other error as it is."""
    said = str(error)
    if "without a key" in said:
        return UserError(f"{path.name} is encrypted, and no key is set", [SET_A_KEY])
    if "Wrong encryption key" in said:
        return UserError(f"{path.name} is encrypted with another key", [SET_A_KEY])
    if "is not encrypted" in said:
        return UserError(f"{path.name} is not encrypted, and a key is set", [START_ANEW, "or unset the key"])
    return error
