"""Reads agreements, groups, approvals, classifications and purposes, and says all that is wrong with each file at once.

What files say about each other is judged in `region_check.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from settings.errors import RegionError
from settings.paths import Region
from sharing.governance import Agreement, Governance, Ladder, Purposes, Scheme, ShareApprovals, UserGroup
from sharing.region_yaml import NOTE, Document, Problem, closest, read_document

KINDS: dict[str, type] = {
    "agreement": Agreement,
    "user_group": UserGroup,
    "scheme": Scheme,
    "ladder": Ladder,
    "purposes": Purposes,
    "approval": ShareApprovals,
}
LADDER_FILE = "ladder.yaml"
FOLDERS = ("agreements", "user_groups", "approvals", "classifications")


@dataclass
class Read:
    """The region's governance, the document of every fact (by kind and id), and what is wrong with the files."""

    governance: Governance
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_governance(region: Region) -> Governance:
    """Agreements, groups, schemes, ladder and purposes. Files that are not there mean that nothing is permitted.

    Raises RegionError that lists every problem of every file.
    """
    found = read_files(region)
    if found.problems:
        heading = f"{len(found.problems)} problem(s) in the region's sharing files"
        raise RegionError(heading, [str(problem) for problem in sorted(found.problems)])
    return found.governance


def read_files(region: Region) -> Read:
    """Everything that can be read, with the problems of the rest."""
    found = Read(Governance())
    governance = found.governance
    for path in _yaml_files(region.root / "agreements"):
        _keep(found, path, region, "agreement", governance.agreements)
    for path in _yaml_files(region.root / "user_groups"):
        _keep(found, path, region, "user_group", governance.groups)
    for path in _yaml_files(region.root / "approvals"):
        _keep(found, path, region, "approval", governance.approvals)
    ladder: dict[str, Ladder] = {}
    for path in _yaml_files(region.root / "classifications"):
        if path.name == LADDER_FILE:
            _keep(found, path, region, "ladder", ladder)
        else:
            _keep(found, path, region, "scheme", governance.schemes)
    purposes: dict[str, Purposes] = {}
    if (path := region.policies / "purposes.yaml").exists():
        _keep(found, path, region, "purposes", purposes)
    found.governance = Governance(
        agreements=governance.agreements,
        groups=governance.groups,
        schemes=governance.schemes,
        ladder=next(iter(ladder.values()), None),
        purposes=next((item.purposes for item in purposes.values()), {}),
        approvals=governance.approvals,
    )
    return found


def unread_files(region: Region) -> Iterator[Problem]:
    """Notes of files that lie where YAML is read and are not read themselves."""
    for folder in FOLDERS:
        top = region.root / folder
        read = set(_yaml_files(top))
        for path in sorted(path for path in top.rglob("*") if path.is_file() and path not in read):
            name = path.relative_to(region.root).as_posix()
            yield Problem(name, 0, "is not read", f"name it like {folder}/name.yaml, if it should be", NOTE)


def _yaml_files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.glob("*") if path.suffix in (".yaml", ".yml"))


def _keep(found: Read, path: Path, region: Region, kind: str, kept: dict[str, Any]) -> None:
    document = read_document(path, region.root, found.problems)
    if document is None:
        return
    fact = _fact(document, kind, found.problems)
    if fact is None:
        return
    name = getattr(fact, "id", kind)
    if name in kept:
        first = found.documents[kind, name].name
        found.problems.append(
            Problem(document.name, document.line("id"), f"id '{name}' is taken by {first}", "choose another")
        )
        return
    kept[name] = fact
    found.documents[kind, name] = document


def _fact(document: Document, kind: str, problems: list[Problem]) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(document.content)
    except ValidationError as error:
        problems.extend(_problem(document, KINDS[kind], item) for item in error.errors())
        return None


@lru_cache
def _adapter(kind: str) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(KINDS[kind])


def json_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file, for editors and continuous integration."""
    schema: dict[str, Any] = _adapter(kind).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _problem(document: Document, kind: type, item: Any) -> Problem:
    path = tuple(item["loc"])
    line, key = document.line(*path), str(path[-1]) if path else ""
    where = ".".join(str(part) for part in path)
    if item["type"] in ("missing", "missing_argument"):
        return Problem(document.name, document.line(*path[:-1]), f"'{where}' is missing", "add it; see docs/sharing.md")
    if item["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = [name for name in _known_keys(kind) if len(path) == 1]
        remedy = closest(key, known) if known else "remove it; docs/sharing.md lists the keys"
        return Problem(document.name, line, f"unknown key '{where}'", remedy)
    if item["type"] == "day":
        return Problem(document.name, line, f"'{where}' is not a day", "write it like 2025-04-01")
    if item["type"] == "string_pattern_mismatch" and not str(item["input"]).strip():
        return Problem(document.name, line, f"'{where}' says nothing", "say it, or remove the file")
    if item["type"] == "tuple_type":
        return Problem(document.name, line, f"'{where}' is not a list", "write it like [one, two]")
    if item["type"] == "too_short":
        return Problem(document.name, line, f"'{where}' is empty", "name at least one")
    if item["type"] == "string_type":
        return Problem(document.name, line, f"'{where}' is not text", "put it in quotes")
    return Problem(document.name, line, f"'{where}': {item['msg'][:1].lower()}{item['msg'][1:]}", "see docs/sharing.md")


def _known_keys(kind: type) -> list[str]:
    properties = json_schema(next(name for name, cls in KINDS.items() if cls is kind)).get("properties", {})
    return list(properties) or [item.name for item in fields(kind)]
