"""A folder of OpenLineage's published schema files, such as `spec/` of a checkout, to hold events and facets against.

What an event names by address is found by file name in that folder, or among our own facets: nothing is fetched, and
the folder's version counts, whatever version the address names. Walking through events belongs to `validate.py`.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import UnknownType, ValidationError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from lineage.cost_facet import SCHEMA_FILE
from settings.errors import UserError

CORE = "OpenLineage.json"
SHOWN = {"type", "format", "enum", "const", "minimum", "maximum", "minItems", "pattern"}  # what the schema says of them

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return "T" in str(value) and datetime.fromisoformat(str(value)).tzinfo is not None


@formats.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return bool(urlsplit(str(value)).scheme)


@formats.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return str(uuid.UUID(str(value))) == str(value).lower()


@dataclass(frozen=True, order=True)
class Problem:
    """Where something is against the specification, and which rule. Names of the specification only, never a value."""

    where: str
    rule: str


@dataclass(frozen=True)
class Specification:
    """The schema files of a folder and our own, by file name."""

    files: Mapping[str, dict[str, Any]]
    _validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    def problems(self, told: Any, url: Any, *, where: str) -> Iterator[Problem]:
        """What in `told`, found at `where`, is against the schema that `url` names."""
        name, pointer = _parts(url)
        if name not in self.files:
            yield Problem(where, f"no file {name} in the specification" if name else "names no schema")
        elif not pointer or self._at(name, pointer) is None:
            yield Problem(where, f"names nothing in {name}")
        else:
            try:
                found = [_problem(error, where) for error in self._validator(url).iter_errors(told)]
            except (UnknownType, Unresolvable) as error:  # published files have had such faults
                found = [Problem(where, f"{name} cannot be applied: {type(error).__name__.lstrip('_')}")]
            yield from found

    def facet_problems(self, facet: Any, *, key: str, kind: str, where: str) -> Iterator[Problem]:
        """As `problems`, of a facet: of its `kind` (RunFacet, ...), under the `key` that its file gives it."""
        if not isinstance(facet, dict):
            yield Problem(where, "is no facet")
            return
        url = facet.get("_schemaURL")
        yield from self.problems(facet, url, where=where)
        name, pointer = _parts(url)
        if name not in self.files or not (schema := self._at(name, pointer)):
            return
        if kind not in {_parts(part.get("$ref"))[1].rpartition("/")[2] for part in schema.get("allOf", [])}:
            yield Problem(where, f"{name} is no {kind}")
        keys = [k for k, part in self.files[name].get("properties", {}).items() if part.get("$ref") == f"#{pointer}"]
        if key not in keys:
            yield Problem(where, f"is to be called {' or '.join(keys)}")

    def version(self, name: str) -> str:
        """The version that a file gives itself; empty where it doesn't."""
        return version_in(self.files.get(name, {}).get("$id"))

    def _at(self, name: str, pointer: str) -> dict[str, Any] | None:
        found: Any = self.files[name]
        for part in pointer.split("/")[1:]:
            found = found.get(part) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else None

    def _validator(self, url: str) -> Draft202012Validator:
        if url not in self._validators:
            registry: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]
            self._validators[url] = Draft202012Validator({"$ref": url}, registry=registry, format_checker=formats)
        return self._validators[url]

    def _retrieve(self, uri: str) -> Resource[Any]:
        schema = {key: value for key, value in self.files[_parts(uri)[0]].items() if key != "$id"}
        return Resource.from_contents(schema, default_specification=DRAFT202012)


def read_specification(folder: Path) -> Specification:
    """The schema files at any depth below `folder`, and our own facets.

    Raises UserError where there is no OpenLineage.json, or a file is no JSON.
    """
    files, broken = {}, []
    for path in [*sorted(folder.rglob("*.json")), SCHEMA_FILE]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            broken.append(path.name)
            continue
        if isinstance(found, dict) and ("$defs" in found or "definitions" in found):
            files[path.name] = found
    if broken:
        raise UserError(f"no JSON: {', '.join(broken)}", ["take the files from a release of OpenLineage's repository"])
    if CORE not in files:
        raise UserError(
            f"{folder} has no {CORE}", ["give the folder spec/ of a checkout of OpenLineage's own repository"]
        )
    return Specification(files)


def version_in(url: Any) -> str:
    """The version that a schema's address names, such as 1-0-1; empty where it names none."""
    parts = str(url or "").replace(":", "/").split("/")
    return next((part for part in parts if part.count("-") == 2 and part.replace("-", "").isdigit()), "")


def _parts(url: Any) -> tuple[str, str]:
    """The file's name and the place in it that a schema's address names."""
    address, pointer = urldefrag(str(url or ""))
    return address.replace(":", "/").rpartition("/")[2], pointer


def _problem(error: ValidationError, where: str) -> Problem:
    """An error as the schema has it: the names on the way are the schema's, and so is what it asks for."""
    place, way = where, list(error.absolute_schema_path)
    for at, part in enumerate(way[:-1]):
        if part == "properties":
            place += f".{way[at + 1]}"
        elif part in ("items", "additionalProperties") and (at == 0 or way[at - 1] != "properties"):
            place += "[]" if part == "items" else ".*"
    if error.validator == "required":
        return Problem(place, error.message)  # "'name' is a required property": the name is the schema's
    shown = f": {error.validator_value}" if error.validator in SHOWN else ""
    return Problem(place, f"{error.validator}{shown}")
