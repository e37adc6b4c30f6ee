"""Whether the landing folder has changed and come to rest: a file still being copied must not start a run."""

import hashlib
from pathlib import Path


def listing_digest(landing: Path) -> str:
    """Digest of names, sizes and times of all files below `landing`; no file is opened."""
    entries = sorted(
        (str(path.relative_to(landing)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in landing.rglob("*")
        if path.is_file()
    )
    return hashlib.sha256(repr(entries).encode()).hexdigest() if entries else ""


def settled(cursor: str | None, now: str) -> tuple[str, str | None]:
    """Next cursor, and the digest to run for, if any.

    The cursor holds the digest last run for and the digest last seen, joined by a space. A run is due when this look
    equals the last one and differs from the one last run for.
    """
    done, _, seen = (cursor or " ").partition(" ")
    if now and now != done and now == seen:
        return f"{now} {now}", now
    return f"{done} {now}", None
