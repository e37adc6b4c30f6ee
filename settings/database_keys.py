"""Which key a database file is encrypted with, if a key is configured at all.

One master key; every user group's shares have a key of their own, derived from it, which alone is handed to the group.
Opening files is `duck.py`'s.
"""

import hmac
import os
from pathlib import Path

from settings.errors import UserError

KEY_VARIABLE, KEY_FILE_VARIABLE = "MVLD_DB_KEY", "MVLD_DB_KEY_FILE"
SHORTEST_KEY = 32  # characters
SHARE_DATABASE = "share.duckdb"
SHARES = "shares"
UNPROTECTED = (
    f"Databases are not encrypted: set {KEY_VARIABLE} or {KEY_FILE_VARIABLE} (docs/sharing.md, At rest), or keep the "
    "home on an encrypted disk."
)


def master_key() -> str | None:
    """The key that `MVLD_DB_KEY` holds, or that is in the file which `MVLD_DB_KEY_FILE` names; None without either.

    Raises UserError where it is too short, or the file is missing or open to others.
    """
    source = KEY_VARIABLE
    key = os.environ.get(KEY_VARIABLE, "")
    if not key and os.environ.get(KEY_FILE_VARIABLE):
        source = KEY_FILE_VARIABLE
        key = _read(Path(os.environ[KEY_FILE_VARIABLE]))
    if not key and source == KEY_VARIABLE:
        return None
    if len(key) < SHORTEST_KEY:
        raise UserError(f"The key of {source} is too short", [f"use at least {SHORTEST_KEY} random characters"])
    return key


def is_encrypting() -> bool:
    """Whether a key is configured."""
    return master_key() is not None


def key_for(path: Path) -> str | None:
    """The key of a database file: a group's own for its `share.duckdb`, the data team's for every other."""
    master = master_key()
    if master is None:
        return None
    group = group_of(path)
    return share_key(master, group) if group else _derived(master, "data team")


def share_key(master: str, group: str) -> str:
    """The key of a group's shares, as 64 hexadecimal digits. It opens no other group's."""
    return _derived(master, f"share:{group}")


def group_of(path: Path) -> str | None:
    """Whose share a file is: in `shares/<group>/`, or as built a folder below, `share.duckdb` or `tiers/*.parquet`."""
    if path.name == SHARE_DATABASE:
        folder = path.parent
    elif path.suffix == ".parquet" and path.parent.name == "tiers":
        folder = path.parent.parent
    else:
        return None
    return next((place.name for place in (folder, folder.parent) if place.parent.name == SHARES), None)


def _derived(master: str, purpose: str) -> str:
    return hmac.digest(master.encode(), f"database:{purpose}".encode(), "sha256").hex()


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        told = f"{path.name}, which {KEY_FILE_VARIABLE} names, cannot be read"
        raise UserError(told, ["name a file that holds the key as text"]) from None
    if mode & 0o077:
        raise UserError(f"{path.name} can be read by others", [f"run: chmod 600 {path}"])
    return key
