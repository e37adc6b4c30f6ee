"""OpenLineage's specification as JSON Schema, read off the classes that its project generates from its schema files.

Those classes come with openlineage-python; each names the published file and version that it was generated from. Here
the way is gone back: attributes to properties, those without a default to `required`, annotations to types.
"""

import enum
import types
import typing
from functools import cache
from typing import Any

import attr
from jsonschema import Draft202012Validator
from openlineage.client import facet_v2
from openlineage.client.event_v2 import RunEvent
from openlineage.client.generated import base
from referencing import Registry, Resource

from lineage import cost_facet
from lineage.specification import formats

FACET_KINDS = {
    "run": base.RunFacet,
    "job": base.JobFacet,
    "dataset": base.DatasetFacet,
    "input": base.InputDatasetFacet,
    "output": base.OutputDatasetFacet,
}
FORMATS = {"eventTime": "date-time", "nominalStartTime": "date-time", "nominalEndTime": "date-time", "runId": "uuid"}
FORMATS |= {"producer": "uri", "schemaURL": "uri", "_producer": "uri", "_schemaURL": "uri"}
SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Any: {},
}


def faults(event: dict[str, Any]) -> list[str]:
    """What in an event is against the specification: place and reason."""
    found = [(error.json_path, error.message) for error in _validator(RunEvent).iter_errors(event)]
    for where, kind, facets in _facets(event):
        for name, facet in facets.items():
            found += [
                (f"{where}.{name}{error.json_path[1:]}", error.message)
                for error in _facet_validator(kind, facet).iter_errors(facet)
            ]
    return [f"{where}: {message}" for where, message in found]


def _facets(event: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [("run", "run", event["run"].get("facets", {})), ("job", "job", event["job"].get("facets", {}))]
    for side, own in (("inputs", "input"), ("outputs", "output")):
        for dataset in event.get(side, []):
            found.append((side, "dataset", dataset.get("facets", {})))
            found.append((side, own, dataset.get(f"{own}Facets", {})))
    return found


def _facet_validator(kind: str, facet: dict[str, Any]) -> Draft202012Validator:
    """The rules of the facet that `_schemaURL` names, which must be of the kind of its place."""
    url = facet["_schemaURL"]
    if url == cost_facet.MvldCostRunFacet._get_schema():
        assert kind == "run"
        return _own_validator()
    cls = _published()[url]
    assert issubclass(cls, FACET_KINDS[kind]), f"{cls.__name__} is not a facet of {kind}"
    return _validator(cls)


@cache
def _published() -> dict[str, type]:
    """Every facet of the specification by the address of its schema."""
    modules = [item for item in vars(facet_v2).values() if isinstance(item, types.ModuleType)]
    classes = [item for module in modules for item in vars(module).values() if isinstance(item, type)]
    return {cls._get_schema(): cls for cls in classes if issubclass(cls, base.BaseFacet)}


@cache
def _own_validator() -> Draft202012Validator:
    """Our own facet, by its own file; the base facet that it points to is the specification's."""
    core = {
        "$id": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"RunFacet": schema_of(base.RunFacet)},
    }
    own = cost_facet.schema()
    registry: Registry[Any] = Registry().with_resources(
        [(item["$id"], Resource.from_contents(item)) for item in (core, own)]
    )
    return Draft202012Validator(
        {"$ref": cost_facet.MvldCostRunFacet._get_schema()}, registry=registry, format_checker=formats
    )


@cache
def _validator(cls: type) -> Draft202012Validator:
    return Draft202012Validator(schema_of(cls), format_checker=formats)


def schema_of(cls: type) -> dict[str, Any]:
    """The JSON Schema of a generated class. Facets may hold more than is specified; nothing else may."""
    hints = typing.get_type_hints(cls)
    fields = attr.fields(cls)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _property(field.name, hints[field.name]) for field in fields},
        "required": [field.name for field in fields if field.default is attr.NOTHING or _is_always_there(field.name)],
    }
    if issubclass(cls, base.BaseFacet):
        schema["properties"]["_schemaURL"] = {"type": "string", "format": "uri"}
    else:
        schema["additionalProperties"] = False
    return schema


def _is_always_there(name: str) -> bool:
    return name in {"producer", "schemaURL", "_producer", "_schemaURL"}


def _property(name: str, hint: Any) -> dict[str, Any]:
    return _type_of(hint) | ({"format": FORMATS[name]} if name in FORMATS else {})


def _type_of(hint: Any) -> dict[str, Any]:
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (only,) = [item for item in arguments if item is not type(None)]
        return _type_of(only)
    if origin is list:
        return {"type": "array", "items": _type_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type_of(arguments[1])}
    if issubclass(hint, enum.Enum):
        return {"enum": [item.value for item in hint]}
    return _of_class(hint)


def _of_class(cls: type) -> dict[str, Any]:
    """Fields of a schema may nest in fields; what is told here doesn't, so one level is all that is asked for."""
    if cls is facet_v2.schema_dataset.SchemaDatasetFacetFields:
        names = {field.name: {} for field in attr.fields(cls)}
        known = {"name": {"type": "string"}, "type": {"type": "string"}, "description": {"type": "string"}}
        return {
            "type": "object",
            "properties": names | known,
            "required": ["name"],
            "additionalProperties": False,
        }
    return schema_of(cls)
