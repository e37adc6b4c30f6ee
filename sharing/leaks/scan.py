"""Every file of a home outside its restricted folders, searched for what the identity store holds of people.

What is looked for is `sought.py`, how files become texts `places.py`, how texts are searched `matching.py`, dates in
tables of people `birth_dates.py`. Nothing is mended here, and only counts are told.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings.duck import connect
from settings.errors import UserError
from settings.paths import Home, Region
from sharing.leaks import matching, places, sought
from sharing.leaks.birth_dates import birth_date_columns
from sharing.leaks.places import Place

HOMES_BY_UPRN = "uprn"  # the warehouse holds homes by UPRN, by design; nothing else may


@dataclass(frozen=True)
class Hit:
    """Personal values of one kind in one place. values: how many different ones. table, column: '' in plain files."""

    file: str
    table: str
    column: str
    kind: str
    values: int


@dataclass(frozen=True)
class Scan:
    """What was found, and what was looked for.

    sought: different values by kind. public: those left out, by kind, because the region's own files or the map hold
    them too. files, places: how many files, and columns and plain texts in them, were searched.
    """

    hits: tuple[Hit, ...]
    sought: dict[str, int]
    public: dict[str, int]
    files: int
    places: int


def scan_home(home: Home, region: Region, *, secret: str | None = None) -> Scan:
    """Search every file of `home` but those in landing, identity, truth and geography. Reads only.

    secret: what `MVLD_SHARE_KEY` holds, if anything: people are known again in shares by their keyed ids.
    Raises UserError where there is no identity store yet.
    """
    if not home.identity_db.exists():
        raise UserError("There is nothing to look for yet", ["run `mvld run` first"])
    files = places.files_of(home)
    with closing(connect(folder=home.identity)) as work:
        sought.make(work, home)
        public = sought.take_out_public(work, home, region)
        searched = _read(work, home, files)
        hits = [
            Hit(place.file, place.table, place.column, kind, values)
            for place, kind, values in (
                (searched[number], kind, values) for number, kind, values in matching.find(work)
            )
            if not (kind == HOMES_BY_UPRN and home.root / place.file == home.warehouse_db)
        ]
        for path in files:
            name = path.relative_to(home.root).as_posix()
            for table, column, people in birth_date_columns(work, home, path, secret=secret):
                hits.append(Hit(name, table, column, "birth_date", people))
        looked_for = sought.counts(work)
    hits.sort(key=lambda hit: (hit.file, hit.table, hit.column, hit.kind))
    return Scan(tuple(hits), looked_for, public, files=len(files), places=len(searched))


def _read(work: Any, home: Home, files: Sequence[Path]) -> list[Place]:
    """Put what all `files` say into the working database; the places by their number there."""
    found: list[Place] = []
    places.start(work)
    for path in files:
        found += places.read(work, path, name=path.relative_to(home.root).as_posix(), first=len(found))
    return found
