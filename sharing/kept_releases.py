"""Which releases before the one in force are kept for their dates: those that records will tell the outcome of.

An outcome that a data set records is known two windows after a release (docs/valuation.md), so a release of that age
must still be there then. Removing the others is `publish.py`; choosing among the kept is `valuation/judged_release.py`.
"""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from settings.paths import Home

PARTS = 4  # of a window, from each of which one release is kept: fewer copies, and none older than needed by much
WINDOWS = 3  # kept for so long: two must have passed, and extracts may come late


def dated_releases(home: Home) -> list[tuple[date, Path]]:
    """The releases on disk with the date each is of, oldest first. A folder of another name is none of ours."""
    found = []
    for path in home.published.glob("*-*-*-*"):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            try:
                found.append((date.fromisoformat(path.name[:10]), path))
            except ValueError:
                continue
    return sorted(found, key=lambda item: (item[0], item[1].stat().st_mtime_ns, item[1].name))


def kept_for_outcomes(releases: Iterable[tuple[date, Path]], window_days: Collection[int], *, as_of: date) -> set[Path]:
    """The first release of each quarter of each window, up to three windows back from `as_of`.

    releases: oldest first.
    """
    kept: dict[tuple[int, int], Path] = {}
    for day, path in releases:
        for window in window_days:
            if (as_of - day).days <= WINDOWS * window:  # a replay of an old night keeps the later ones
                kept.setdefault((window, day.toordinal() // max(window // PARTS, 1)), path)
    return set(kept.values())
