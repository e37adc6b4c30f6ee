"""Dagster's own storage, in the home: runs started by `mvld run` and by the UI stand in the same list."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.open_storage import kept_open, quick_commits
from settings.files import write_atomically
from settings.paths import Home

CONFIGURATION = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
"""


def prepare(home: Home) -> None:
    """Make the instance folder and point `DAGSTER_HOME` at it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    configuration = home.dagster / "dagster.yaml"
    if not configuration.exists() or configuration.read_text() != CONFIGURATION:
        write_atomically(configuration, CONFIGURATION)
    os.environ["DAGSTER_HOME"] = str(home.dagster)


@contextmanager
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """The instance of this home."""
    prepare(home)
    with quick_commits(), kept_open(home.dagster), dg.DagsterInstance.get() as found:
        yield found
