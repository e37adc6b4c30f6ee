"""Which work is finished for which inputs, so that a night with nothing new skips what it need not do.

A step forgets its mark before it starts and writes it after it ends, so a killed step is always done again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from settings.files import read_json, sha256_of_files, write_json
from settings.paths import REPOSITORY, Home

SOURCES = {".py", ".sql", ".yml", ".yaml", ".html", ".css"}


def digest_of(*parts: Any) -> str:
    """One sha256 over JSON-able parts; equal parts give equal digests."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def digest_of_code(*folders: str, without: Iterable[str] = ()) -> str:
    """Digest of the product's own source below `folders` but not below `without`, so that changed code runs again."""
    left_out = [REPOSITORY / folder for folder in without]
    paths: Iterable[Path] = (
        path
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in SOURCES
        and not {"target", "generated"} & set(path.parts)
        and not any(path.is_relative_to(other) for other in left_out)
    )
    return sha256_of_files(list(paths))


def finished(home: Home, step: str, digest: str, *, produced: Path) -> dict[str, Any] | None:
    """What `step` noted when it last finished, if that was for the same `digest` and `produced` still exists."""
    mark = read_json(home.state / f"{step}.json")
    return mark["outcome"] if mark and mark["digest"] == digest and produced.exists() else None


def made_once(
    home: Home, step: str, digest: str, *, produced: Path, make: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """The outcome of `step` for this `digest`, and whether it is kept from before: else `make` does the work."""
    kept = finished(home, step, digest, produced=produced)
    if kept is not None:
        return kept, True
    forget(home, step)
    outcome = make()
    remember(home, step, digest, outcome)
    return outcome, False


def forget(home: Home, step: str) -> None:
    """Drop the mark of `step`: call it before work starts."""
    (home.state / f"{step}.json").unlink(missing_ok=True)


def remember(home: Home, step: str, digest: str, outcome: dict[str, Any]) -> None:
    """Mark `step` as finished for `digest`, with an `outcome` to show when it is skipped."""
    write_json(home.state / f"{step}.json", {"digest": digest, "outcome": outcome})
