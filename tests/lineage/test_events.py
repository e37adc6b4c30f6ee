"""Events are as OpenLineage's specification has them, and carry what the facts say."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from openlineage.client.event_v2 import RunEvent
from openlineage.client.serde import Serde

from lineage import events
from lineage.facts import Failure
from tests.lineage.made import COST, NOON, RESULT, RUN, STEP
from tests.lineage.specification import faults


def _told(event: RunEvent) -> dict[str, Any]:
    return Serde.to_dict(event)


def _every_kind() -> list[dict[str, Any]]:
    return [
        _told(event)
        for event in (
            events.run_started(RUN, at=NOON),
            events.step_started(STEP, at=NOON),
            events.step_completed(RESULT, at=NOON),
            *events.checked(RESULT, started_at=NOON, at=NOON),
            events.step_failed(STEP, Failure("RegionError", "a policy is missing"), at=NOON),
            events.run_ended(RUN, at=NOON, cost=COST, failure=Failure("StepFailure", "raw__gp_register")),
        )
    ]


def test_every_kind_of_event_is_valid_by_the_specification() -> None:
    told = _every_kind()
    assert {event["eventType"] for event in told} == {"START", "COMPLETE", "FAIL"}
    assert [fault for event in told for fault in faults(event)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("eventTime",), "2026-06-01"),
        (("eventType",), "DONE"),
        (("run", "runId"), "run 1"),
        (("job",), {"name": "nightly"}),
        (("run", "facets", "parent", "run"), {}),
        (("run", "facets", "mvld_cost", "ownCost"), -1),
        (("run", "facets", "mvld_cost", "charges"), [{"resource": "cpu"}]),
        (("outputs", 0, "facets", "schema", "fields"), [{"type": "VARCHAR"}]),
        (("outputs", 0, "outputFacets", "outputStatistics", "rowCount"), "many"),
        (("outputs", 0, "facets", "columnLineage", "fields"), {"a": {"inputFields": [{"name": "b"}]}}),
    ],
)
def test_the_specification_as_tested_refuses_what_is_wrong(path: tuple[Any, ...], value: Any) -> None:
    event = copy.deepcopy(_told(events.step_completed(RESULT, at=NOON)))
    place = event
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    assert faults(event)


def test_a_step_names_its_run_as_its_parent() -> None:
    facets = _told(events.step_completed(RESULT, at=NOON))["run"]["facets"]
    assert facets["parent"]["run"]["runId"] == RUN.run_id
    assert facets["parent"]["job"] == {"namespace": "mvld://fenshire", "name": "nightly"} | {"facets": {}}


def test_a_step_carries_its_own_cost_and_that_of_all_upstream() -> None:
    cost = _told(events.step_completed(RESULT, at=NOON))["run"]["facets"]["mvld_cost"]
    assert (cost["ownCost"], cost["cumulativeCost"], cost["billingCurrency"]) == (0.000123, 0.000456, "GBP")
    assert cost["charges"][0]["consumedUnit"] == "CPU-second"


def test_start_and_end_of_a_step_bear_one_id_and_a_retry_bears_another() -> None:
    ids = [
        _told(event)["run"]["runId"]
        for event in (
            events.step_started(STEP, at=NOON),
            events.step_completed(RESULT, at=NOON),
            events.step_started(replace(STEP, attempt=1), at=NOON),
        )
    ]
    assert ids[0] == ids[1] != ids[2]


def test_checks_tell_outcomes_and_counts_of_the_table_that_they_read() -> None:
    start, end = [_told(event) for event in events.checked(RESULT, started_at=NOON, at=NOON)]
    assert start["run"]["runId"] == end["run"]["runId"]
    (judged,) = end["inputs"]
    assert judged["name"] == "raw.gp_register"
    first, second = judged["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert (first["success"], first["column"], first["severity"]) == (False, "nhs_number", "error")
    assert first["params"] == {"evaluated": 120, "unexpected": 3}
    assert second["success"]
    assert judged["inputFacets"]["dataQualityMetrics"]["columnMetrics"]["nhs_number"]["nullCount"] == 3


def test_a_failure_tells_its_class_and_only_our_own_words() -> None:
    plain = _told(events.step_failed(STEP, Failure("ConversionException"), at=NOON))
    assert plain["run"]["facets"]["errorMessage"]["message"] == "ConversionException"
    assert "stackTrace" not in plain["run"]["facets"]["errorMessage"]


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(RESULT, step=replace(STEP, output=replace(STEP.output, columns=())), sources={})
    (output,) = _told(events.step_completed(bare, at=NOON))["outputs"]
    assert not {"schema", "columnLineage"} & set(output["facets"])
