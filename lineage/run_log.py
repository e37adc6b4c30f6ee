"""The file of a run's events: `<home>/lineage/<run id>.jsonl`, one event a line.

While the run goes on it is called `<run id>.open.jsonl`, so that the next run finds what a killed one left open.
Lines are only ever added, one write for each step. What the events say belongs to `events.py`.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openlineage.client.event_v2 import RunEvent
from openlineage.client.facet_v2 import error_message_run
from openlineage.client.serde import Serde

OPEN = ".open.jsonl"
CLOSED = ".jsonl"
INTERRUPTED = "The process ended before the run did; a later run found it so."


def open_log(folder: Path, run_id: str) -> Path:
    """Where the events of a run that begins go."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run_id}{OPEN}"


def append(path: Path, events: Sequence[RunEvent | dict[str, Any]]) -> None:
    """Add events in one write."""
    lines = "".join(Serde.to_json(event, separators=(",", ":")) + "\n" for event in events)
    with path.open("ab", buffering=0) as file:
        file.write(lines.encode())


def close_log(path: Path) -> Path:
    """Give the file of a run that ended its lasting name."""
    return path.replace(path.with_name(path.name.removesuffix(OPEN) + CLOSED))


def close_abandoned(folder: Path, *, at: datetime) -> list[Path]:
    """Say ABORT for whatever killed runs began and never ended, and close their files.

    A line that was cut short is dropped. Call it only where no other run can be going on.
    """
    closed = []
    for path in sorted(folder.glob(f"*{OPEN}")):
        _drop_torn_line(path)
        begun = _begun(path)
        append(path, [_aborted(event, at) for event in reversed(begun)])
        closed.append(close_log(path))
    return closed


def _drop_torn_line(path: Path) -> None:
    whole = path.read_bytes().rfind(b"\n") + 1
    os.truncate(path, whole)


def _begun(path: Path) -> list[dict[str, Any]]:
    """START events without an end, in the order in which they were told."""
    begun: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["eventType"] == "START":
            begun[event["run"]["runId"]] = event
        else:
            begun.pop(event["run"]["runId"], None)
    return list(begun.values())


def _aborted(start: dict[str, Any], at: datetime) -> dict[str, Any]:
    error = error_message_run.ErrorMessageRunFacet(message=INTERRUPTED, programmingLanguage="PYTHON")
    facets = start["run"]["facets"] | {"errorMessage": Serde.to_dict(error)}
    return start | {
        "eventType": "ABORT",
        "eventTime": at.isoformat(timespec="microseconds"),
        "run": start["run"] | {"facets": facets},
    }
