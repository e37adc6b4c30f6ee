"""Writes the pack of the release in force: `reports/evidence/<version>/evidence.json` and `.html`, equal in content.

What stands under a heading is the heading's module. No row of a tier and no fact about a person is read here: counts,
names of files, groups, data sets and columns only.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pages import STYLE
from settings import duck
from settings.files import read_json, write_atomically, write_json
from settings.fingerprints import digest_of
from settings.paths import Home, Region
from sharing.access import Access
from sharing.build import DATABASE
from sharing.evidence.data import data, share_folders
from sharing.evidence.parts import Heading
from sharing.evidence.projects_people import people, projects
from sharing.evidence.settings_outputs import outputs, settings

FORMAT = 1
MARK = "evidence-last"


@dataclass(frozen=True)
class Pack:
    """What was written. warnings: sentences that somebody has to look at. is_new: the bytes are not those of before."""

    page: Path
    version: str
    warnings: tuple[str, ...]
    is_new: bool


def folder(home: Home, version: str) -> Path:
    """Where the pack of a release is."""
    return home.reports / "evidence" / version


def write_pack(home: Home, region: Region, access: Access, *, as_of: str) -> Pack:
    """Write the pack of the release in force. Raises NothingPublished where there is none."""
    from sharing.release import current

    released = current(home)
    cells = _cells(access)
    previous, before = _before(home, released.version)
    on = date.fromisoformat(as_of)
    folders = share_folders(released.path)
    with duck.connect(released.path / DATABASE, read_only=True, folder=home.published) as connection:
        headings = [
            projects(access, on=on),
            people(access, on=on),
            settings(home, folders),
            data(home, region, connection, access, folders),
            outputs(connection, cells, before, previous=previous),
        ]
        (fingerprint,) = connection.execute("select fingerprint from about.release").fetchone()
    content = {
        "format": FORMAT,
        "release": {"version": released.version, "as_of": as_of, "fingerprint": fingerprint, "previous": previous},
        "headings": [asdict(heading) for heading in headings],
        "cells": cells,
    }
    target = folder(home, released.version)
    told = json.loads(json.dumps(content, default=str))
    is_new = read_json(target / "evidence.json") != told
    if is_new:
        write_json(target / "evidence.json", told)
        write_atomically(target / "evidence.html", _page(content, headings))
    write_json(home.state / f"{MARK}.json", {"version": released.version, "previous": previous})
    warnings = tuple(text for heading in headings for text in heading.warnings)
    return Pack(target / "evidence.html", released.version, warnings, is_new)


def _cells(access: Access) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cell in access.decisions:
        if cell.is_permitted:
            found.setdefault(f"{cell.group}/{cell.dataset}", []).append(cell.tier)
    return found


def _before(home: Home, version: str) -> tuple[str | None, Mapping[str, list[str]] | None]:
    """The release before this one and its cells; the same ones when a pack is written again."""
    last = read_json(home.state / f"{MARK}.json")
    if last is None:
        return None, None
    previous = last["previous"] if last["version"] == version else last["version"]
    pack = read_json(folder(home, previous) / "evidence.json") if previous else None
    return (previous, pack["cells"]) if pack else (None, None)


def _page(content: Mapping[str, Any], headings: list[Heading]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    seal = digest_of(json.loads(json.dumps(content, default=str)))
    template = environment.get_template("evidence.html")
    return template.render(style=STYLE, release=content["release"], headings=headings, seal=seal)
