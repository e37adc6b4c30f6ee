"""A run's file has whole lines however the run ended, and the next run ends what a killed one began."""

import json
from datetime import timedelta
from pathlib import Path

from lineage import events, run_log
from tests.lineage.made import COST, NOON, RESULT, RUN, STEP
from tests.lineage.specification import faults


def test_a_run_that_ended_is_one_event_a_line_under_its_id(tmp_path: Path) -> None:
    path = run_log.open_log(tmp_path / "lineage", RUN.run_id)
    run_log.append(path, [events.run_started(RUN, at=NOON)])
    run_log.append(path, [events.run_ended(RUN, at=NOON, cost=COST)])
    closed = run_log.close_log(path)
    assert closed.name == f"{RUN.run_id}.jsonl"
    assert [json.loads(line)["eventType"] for line in closed.read_text().splitlines()] == ["START", "COMPLETE"]
    assert run_log.close_abandoned(tmp_path / "lineage", at=NOON) == []


def test_a_killed_run_is_ended_by_the_next_one(tmp_path: Path) -> None:
    path = run_log.open_log(tmp_path, RUN.run_id)
    run_log.append(path, [events.run_started(RUN, at=NOON), events.step_started(STEP, at=NOON)])
    run_log.append(path, events.checked(RESULT, started_at=NOON, at=NOON))
    with path.open("ab") as file:
        file.write(b'{"eventType":"COMPLETE","ev')  # the process died while it wrote
    (closed,) = run_log.close_abandoned(tmp_path, at=NOON + timedelta(hours=1))
    told = [json.loads(line) for line in closed.read_text().splitlines()]
    aborted = [event for event in told if event["eventType"] == "ABORT"]
    assert [event["job"]["name"] for event in aborted] == ["raw.gp_register", "nightly"]
    assert aborted[0]["run"]["runId"] == events.step_run_id(STEP)
    assert all("process ended" in event["run"]["facets"]["errorMessage"]["message"] for event in aborted)
    assert [fault for event in told for fault in faults(event)] == []


def test_a_run_killed_before_its_first_line_leaves_an_empty_file_and_no_error(tmp_path: Path) -> None:
    path = run_log.open_log(tmp_path, RUN.run_id)
    path.write_bytes(b'{"eventType":"ST')
    (closed,) = run_log.close_abandoned(tmp_path, at=NOON)
    assert closed.read_bytes() == b""
