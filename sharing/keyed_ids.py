"""Ids that only one group knows: HMAC-SHA256 under a key of the group's own, computed by DuckDB over whole columns.

Two groups' copies of one person bear unrelated ids, and the same group's ids last from night to night. The master
key comes from the environment or from a file in the identity store; nothing derived from it is ever logged.
"""

import hmac
import os
from pathlib import Path
from typing import Any

from settings.errors import PublicationRefused, UserError
from settings.files import restricted_folder
from settings.keyed_digests import hmac_pads, hmac_sql, kept_key
from settings.paths import Home

KEY_VARIABLE = "MVLD_SHARE_KEY"
SHORTEST_SECRET = 32  # characters of MVLD_SHARE_KEY


def master_key(home: Home, secret: str | None) -> bytes:
    """The key from which every group's key is derived: `secret`, else the key file, made with mode 0600 if absent.

    Raises UserError where the secret is too short, or the key file can be read by others or is damaged.
    """
    if secret is not None:
        if len(secret) < SHORTEST_SECRET:
            raise UserError(f"{KEY_VARIABLE} is too short", [f"use at least {SHORTEST_SECRET} random characters"])
        return secret.encode()
    restricted_folder(home.identity)
    return kept_key(key_file(home), remedy="restore it from a backup; a new key gives every group new ids")


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
    connection.execute(
        f"""create or replace temp table {table} as
        with source as (select distinct id from ({source}) where id is not null)
        select id, $kind[1] || left({hmac_sql("$kind || ':' || id")}, {length:d}) as keyed
        from source""",
        {"kind": kind, **hmac_pads(key)},
    )
    ids, different = connection.execute(f"select count(*), count(distinct keyed) from {table}").fetchone()
    if ids != different:
        raise PublicationRefused(
            f"{ids - different} keyed {kind} id(s) collide", ["raise id_length in policies/sharing.csv"]
        )
