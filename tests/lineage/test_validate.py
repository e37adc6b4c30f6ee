"""Files of events are held against a folder of schema files, and what is wrong is told without a value."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openlineage.client.serde import Serde

from lineage import cost_facet
from lineage.specification import Problem, Specification, read_specification
from lineage.validate import events_of, main, validate
from settings.errors import UserError
from tests.lineage.made import COST

BASE = "https://example.org/spec"
TEXT = {"type": "string"}
# Small schemas of our own, in the shape of the published ones.
CORE = {
    "$id": f"{BASE}/1-0-0/OpenLineage.json",
    "$defs": {
        "Event": {
            "type": "object",
            "properties": {
                "eventType": {"enum": ["START", "COMPLETE"]},
                "eventTime": {"type": "string", "format": "date-time"},
                "run": {"$ref": "#/$defs/Run"},
                "inputs": {"type": "array", "items": {"type": "object", "required": ["name"]}},
            },
            "required": ["eventTime", "run"],
        },
        "Run": {"type": "object", "properties": {"runId": {"type": "string", "format": "uuid"}}},
        "RunFacet": {"type": "object", "required": ["_schemaURL"]},
        "DatasetFacet": {"type": "object"},
    },
}
PARENT = {
    "$id": f"{BASE}/facets/1-0-0/ParentFacet.json",
    "$defs": {
        "ParentFacet": {
            "allOf": [
                {"$ref": f"{BASE}/9-9-9/OpenLineage.json#/$defs/RunFacet"},
                {
                    "type": "object",
                    "properties": {"names": {"type": "object", "additionalProperties": TEXT}},
                    "required": ["names"],
                },
            ]
        }
    },
    "properties": {"parent": {"$ref": "#/$defs/ParentFacet"}},
}
FACET = {"_schemaURL": f"{BASE}/facets/2-0-0/ParentFacet.json#/$defs/ParentFacet", "names": {"a": "b"}}
START = {
    "schemaURL": f"{BASE}/2-0-0/OpenLineage.json#/$defs/Event",
    "eventType": "START",
    "eventTime": "2026-06-01T12:00:00+00:00",
    "run": {"runId": "0b0c1f6e-7f1d-4d5c-9a3b-2f4f1c0b8a11", "facets": {"parent": FACET}},
    "inputs": [{"name": "raw.gp_register"}],
}
END = START | {"eventType": "COMPLETE"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spec" / "facets").mkdir(parents=True)
    (tmp_path / "spec" / "OpenLineage.json").write_text(json.dumps(CORE))
    (tmp_path / "spec" / "facets" / "ParentFacet.json").write_text(json.dumps(PARENT))
    return tmp_path / "spec"


@pytest.fixture
def specification(folder: Path) -> Specification:
    return read_specification(folder)


def _with(event: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(event)
    place: Any = changed
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return changed


def test_events_by_the_schemas_have_no_problem_whatever_version_they_name(specification: Specification) -> None:
    found = validate([START, END], specification)
    assert found.problems == {}
    assert (found.events, found.facets) == (2, 2)


@pytest.mark.parametrize(
    ("path", "value", "where", "rule"),
    [
        (("eventTime",), "2026-06-01T12:00:00", "event.eventTime", "format: date-time"),
        (("eventType",), "Rose Smith", "event.eventType", "enum: ['START', 'COMPLETE']"),
        (("run", "runId"), "9434765919", "event.run.runId", "format: uuid"),
        (("inputs",), [{}], "event.inputs[]", "'name' is a required property"),
        (("schemaURL",), f"{BASE}/2-0-0/OpenLineage.json#/$defs/Other", "event", "names nothing in OpenLineage.json"),
        (("schemaURL",), None, "event", "names no schema"),
        (("run", "facets", "parent"), "Rose Smith", "run.facets.parent", "is no facet"),
        (("run", "facets", "parent", "names"), {"Rose Smith": 1}, "run.facets.parent.names.*", "type: string"),
        (
            ("run", "facets"),
            {"other": FACET},
            "run.facets.other",
            "is to be called parent",
        ),
        (
            ("inputs", 0, "facets"),
            {"parent": FACET},
            "inputs[].facets.parent",
            "ParentFacet.json is no DatasetFacet",
        ),
        (
            ("run", "facets", "parent", "_schemaURL"),
            f"{BASE}/facets/1-0-0/New.json#/$defs/New",
            "run.facets.parent",
            "no file New.json in the specification",
        ),
    ],
)
def test_what_is_wrong_is_told_by_place_and_rule(
    specification: Specification, path: tuple[Any, ...], value: Any, where: str, rule: str
) -> None:
    found = validate([_with(START, path, value), _with(END, path, value)], specification)
    assert found.problems[Problem(where, rule)] == 2
    assert "Rose" not in str(found.problems)
    assert "9434765919" not in str(found.problems)


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([START], "has 0 events of an end"),
        ([END], "has 0 START events"),
        ([START, START, END], "has 2 START events"),
        ([START, END, END], "has 2 events of an end"),
        ([END, START], "ends before it starts"),
    ],
)
def test_a_run_starts_once_and_ends_once(specification: Specification, events: list[dict[str, Any]], rule: str) -> None:
    assert Problem("run", rule) in validate(events, specification).problems


def test_our_cost_facet_is_held_against_our_own_file(specification: Specification) -> None:
    facet = Serde.to_dict(cost_facet.cost_facet(COST, is_skipped=False))
    assert validate([_with(START, ("run", "facets", "mvld_cost"), facet), END], specification).problems == {}
    wrong = _with(_with(START, ("run", "facets", "mvld_cost"), facet), ("run", "facets", "mvld_cost", "ownCost"), -1)
    assert validate([wrong, END], specification).problems == {Problem("run.facets.mvld_cost.ownCost", "minimum: 0"): 1}


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("allOf", 1, "type"), "URN", "UnknownType"),
        (("allOf", 1, "$ref"), f"{BASE}/1-0-0/OpenLineage.json#/$defs/Gone", "WrappedReferencingError"),
    ],
)
def test_a_published_file_that_cannot_be_applied_is_told(
    folder: Path, path: tuple[Any, ...], value: str, reason: str
) -> None:
    broken = _with(PARENT, ("$defs", "ParentFacet", *path), value)
    (folder / "facets" / "ParentFacet.json").write_text(json.dumps(broken))
    problem = Problem("run.facets.parent", f"ParentFacet.json cannot be applied: {reason}")
    assert validate([START, END], read_specification(folder)).problems == {problem: 2}


def test_a_folder_without_the_specification_is_refused_plainly(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(UserError, match=r"has no OpenLineage\.json"):
        read_specification(tmp_path / "other")
    (folder / "facets" / "Torn.json").write_text("{")
    with pytest.raises(UserError, match=r"no JSON: Torn\.json"):
        read_specification(folder)


def test_the_command_counts_problems_and_fails_where_there_are_any(tmp_path: Path, folder: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("".join(json.dumps(event) + "\n" for event in (START, END)))
    bad.write_text(good.read_text() + json.dumps(_with(END, ("eventType",), "Rose Smith")) + '\n{"torn')
    passed = CliRunner().invoke(main, ["--spec", str(folder), str(good)])
    assert passed.exit_code == 0
    assert "2 events of 1 runs, 2 facets" in passed.output
    assert "ParentFacet: 2-0-0 named, 1-0-0 in the folder" in passed.output
    failed = CliRunner().invoke(main, ["--spec", str(folder), str(bad)])
    assert failed.exit_code == 1
    assert "1 x event.eventType: enum" in failed.output
    assert "1 x event: is no JSON object" in failed.output
    assert "Rose" not in failed.output
    assert len(list(events_of([bad]))) == 4
