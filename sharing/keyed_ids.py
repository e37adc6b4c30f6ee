"""Ids that only one group knows: HMAC-SHA256 under a key of the group's own, computed by DuckDB over whole columns.

Two groups' copies of one person bear unrelated ids, and the same group's ids last from night to night. The master
key comes from the environment or from a file in the identity store; nothing derived from it is ever logged.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from settings.errors import PublicationRefused, UserError
from settings.files import restricted_folder, write_atomically
from settings.paths import Home

KEY_VARIABLE = "MVLD_SHARE_KEY"
KEY_BYTES = 32
SHORTEST_SECRET = 32  # characters of MVLD_SHARE_KEY
BLOCK_BYTES = 64  # of SHA-256
INNER, OUTER = 0x36, 0x5C  # HMAC's pads, RFC 2104


def master_key(home: Home, secret: str | None) -> bytes:
    """The key from which every group's key is derived: `secret`, else the key file, made with mode 0600 if absent.

    Raises UserError where the secret is too short, or the key file can be read by others or is damaged.
    """
    if secret is not None:
        if len(secret) < SHORTEST_SECRET:
            raise UserError(f"{KEY_VARIABLE} is too short", [f"use at least {SHORTEST_SECRET} random characters"])
        return secret.encode()
    path = key_file(home)
    if not path.exists():
        restricted_folder(home.identity)
        write_atomically(path, secrets.token_bytes(KEY_BYTES))
    if path.stat().st_mode & 0o077:
        raise UserError(f"{path.name} can be read by others", [f"run: chmod 600 {path}"])
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise UserError(f"{path.name} is damaged", ["restore it from a backup; a new key gives every group new ids"])
    return key


def key_file(home: Home) -> Path:
    """Where the generated master key is kept."""
    return home.identity / "share.key"


def secret_from_environment() -> str | None:
    """What `MVLD_SHARE_KEY` holds, if anything."""
    return os.environ.get(KEY_VARIABLE) or None


def group_key(master: bytes, group: str) -> bytes:
    """The group's own key."""
    return hmac.digest(master, f"group:{group}".encode(), "sha256")


def key_fingerprint(key: bytes) -> str:
    """What tells one key from another and gives nothing of it away."""
    return hmac.digest(key, b"fingerprint", "sha256").hex()[:8]


def keyed_id(key: bytes, kind: str, value: str, *, length: int) -> str:
    """One id, as `write_keyed_ids` makes it. kind: `person` or `household`."""
    return kind[0] + hmac.digest(key, f"{kind}:{value}".encode(), "sha256").hex()[:length]


def write_keyed_ids(connection: Any, table: str, *, source: str, kind: str, key: bytes, length: int) -> None:
    """Make the temporary `table` (id, keyed) of every distinct id in `source`, an SQL select of one column `id`.

    length: hexadecimal digits kept. Raises PublicationRefused where two ids became one.
    """
    block = (key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (INNER, OUTER))
    connection.execute(
        f"""create or replace temp table {table} as
        with source as (select distinct id from ({source}) where id is not null)
        select
            id,
            ? || left(sha256(?::blob || unhex(sha256(?::blob || encode(? || ':' || id)))), {length:d}) as keyed
        from source""",
        [kind[0], outer, inner, kind],
    )
    ids, different = connection.execute(f"select count(*), count(distinct keyed) from {table}").fetchone()
    if ids != different:
        raise PublicationRefused(
            f"{ids - different} keyed {kind} id(s) collide", ["raise id_length in policies/sharing.csv"]
        )
