"""HMAC-SHA256 computed by DuckDB over whole columns, and key files kept beside the data.

What is digested, and why, is the caller's. Nothing derived from a key is ever logged.
"""

import hashlib
import secrets
from pathlib import Path

from settings.errors import UserError
from settings.files import write_atomically

KEY_BYTES = 32
BLOCK_BYTES = 64  # of SHA-256
INNER, OUTER = 0x36, 0x5C  # HMAC's pads, RFC 2104


def hmac_pads(key: bytes) -> dict[str, bytes]:
    """The parameters that `hmac_sql` needs."""
    block = (key if len(key) <= BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (INNER, OUTER))
    return {"inner": inner, "outer": outer}


def hmac_sql(text: str) -> str:
    """SQL of the HMAC-SHA256 of the SQL `text`, in hexadecimal digits; $inner and $outer are `hmac_pads`."""
    return f"sha256($outer::blob || unhex(sha256($inner::blob || encode({text}))))"


def kept_key(path: Path, *, remedy: str) -> bytes:
    """The key in `path`, made at random with mode 0600 where there is none.

    Raises UserError where others can read the file, or it is damaged: then `remedy` says what to do.
    """
    if not path.exists():
        write_atomically(path, secrets.token_bytes(KEY_BYTES))
    if path.stat().st_mode & 0o077:
        raise UserError(f"{path.name} can be read by others", [f"run: chmod 600 {path}"])
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise UserError(f"{path.name} is damaged", [remedy])
    return key
