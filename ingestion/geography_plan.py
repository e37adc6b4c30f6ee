"""Reads `region/geography/geography.yaml`: which file fills which lookup, by which loader.

Paths are found and judged here; no place file is read, except for the fingerprint of its bytes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.geography_loaders import LOADERS, LOOKUPS, Source
from settings.errors import RegionError
from settings.paths import Home, Region
from settings.yaml_text import parse

FORMAT = 2  # of what is written; raise it when a lookup's content changes for the same sources
PATH_OPTIONS = ("path", "codelist", "links")
DEPRIVATION_PATHS = ("ranks", "wards")
ENTRY_KEYS = ("loader", "columns", "header", *PATH_OPTIONS)
TOP_KEYS = ("lookups", "districts", "deprivation")


@dataclass(frozen=True)
class Plan:
    """geography.yaml with every path found."""

    sources: dict[str, Source]
    districts: tuple[str, ...] = ()
    deprivation: dict[str, Any] = field(default_factory=dict)

    def paths(self) -> Iterator[Path]:
        for source in self.sources.values():
            yield from (Path(source.options.get(key, source.path)) for key in PATH_OPTIONS)
        yield from (Path(self.deprivation[key]) for key in DEPRIVATION_PATHS if key in self.deprivation)


def read_plan(region: Region, home: Home) -> Plan:
    """geography.yaml read and judged. Without the file every lookup is empty. Raises RegionError with all problems."""
    import yaml

    path = region.geography / "geography.yaml"
    if not path.exists():
        return Plan({})
    try:
        document = parse(path.read_text(encoding="utf-8"))[0] or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise RegionError("geography.yaml cannot be read", [f"{where}is not valid YAML; mend its syntax"]) from None
    if problems := _misshapen(document):
        raise RegionError(f"{len(problems)} problem(s) in geography.yaml", problems)
    problems = [f"unknown key '{key}'; known are {', '.join(TOP_KEYS)}" for key in document if key not in TOP_KEYS]
    sources: dict[str, Source] = {}
    folders = (home.landing, region.geography)
    for lookup, entry in (document.get("lookups") or {}).items():
        if lookup not in LOOKUPS:
            problems.append(f"lookups: '{lookup}' is unknown; use {', '.join(LOOKUPS)}")
            continue
        loader = entry.get("loader", "plain")
        if lookup not in LOADERS.get(loader, {}):
            able = [name for name, offers in LOADERS.items() if lookup in offers]
            problems.append(f"lookups: {lookup}: loader '{loader}' cannot fill it; use {' or '.join(able)}")
            continue
        options = _with_paths(entry, PATH_OPTIONS, f"lookups: {lookup}", folders, problems)
        if "path" in options:
            sources[lookup] = Source(lookup, loader, options.pop("path"), options)
    deprivation = _with_paths(
        document.get("deprivation") or {}, DEPRIVATION_PATHS, "deprivation", folders, problems, optional=True
    )
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in geography.yaml", problems)
    return Plan(sources, tuple(str(code) for code in document.get("districts") or ()), deprivation)


def place_files(region: Region, home: Home) -> set[Path]:
    """Files and folders that place lookups are read from; none while geography.yaml is wrong."""
    try:
        return set(read_plan(region, home).paths())
    except RegionError:
        return set()


def _misshapen(document: Any) -> list[str]:
    """What is not a mapping and should be, and options that no loader has."""
    if not isinstance(document, dict):
        return ["is not a mapping; write it as in docs/geography.md"]
    lookups = document.get("lookups") or {}
    if not isinstance(lookups, dict) or not isinstance(document.get("deprivation") or {}, dict):
        return ["lookups and deprivation are mappings; write them as in docs/geography.md"]
    problems = []
    for lookup, entry in lookups.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("columns") or {}, dict):
            problems.append(f"lookups: {lookup}: is not like {{path: ..., columns: {{...}}}}; see docs/geography.md")
            continue
        problems += [
            f"lookups: {lookup}: unknown key '{key}'; known are {', '.join(ENTRY_KEYS)}"
            for key in entry
            if key not in ENTRY_KEYS
        ]
        problems += [
            f"lookups: {lookup}: columns: '{column}' is no column of ours; use {', '.join(LOOKUPS[lookup])}"
            for column in entry.get("columns") or {}
            if lookup in LOOKUPS and column not in LOOKUPS[lookup]
        ]
    return problems


def _with_paths(
    entry: dict[str, Any],
    keys: tuple[str, ...],
    where: str,
    folders: tuple[Path, ...],
    problems: list[str],
    *,
    optional: bool = False,
) -> dict[str, Any]:
    """`entry` with its path options found: absolute, or in the landing folder, or beside geography.yaml."""
    result = dict(entry)
    wanted = keys if optional and entry else keys[:1] if not optional else ()
    problems += [f"{where}: '{key}' is missing; name the file" for key in wanted if key not in entry]
    for key in [key for key in keys if key in entry]:
        candidates = [folder / str(entry[key]) for folder in folders]  # an absolute path stays itself
        found = next((path for path in candidates if path.exists()), None)
        if found is None:
            problems.append(
                f"{where}: {key}: no file '{Path(str(entry[key])).name}' in the landing folder or beside this yaml;"
                " put it there or give its absolute path"
            )
            result.pop(key)
        else:
            result[key] = found
    return result


def fingerprint_of(region: Region, plan: Plan) -> str:
    """Digest of geography.yaml and of every source's bytes."""
    digest = hashlib.sha256(f"format {FORMAT}".encode())
    yaml_path = region.geography / "geography.yaml"
    digest.update(yaml_path.read_bytes() if yaml_path.exists() else b"")
    for path in sorted(set(plan.paths())):
        for part in sorted(path.glob("*.csv")) if path.is_dir() else [path]:
            digest.update(part.name.encode())
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
