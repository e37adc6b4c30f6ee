"""What a killed run leaves behind, put in order by the next one while it holds the run lock.

A killed process can't tell Dagster that it ended, nor remove what DuckDB spilled to disk. Half-written results are no
business of this module: every step writes whole or not at all.
"""

import shutil

import dagster as dg

from settings.duck import TEMPORARY_FOLDER
from settings.paths import Home


def put_in_order(home: Home, instance: dg.DagsterInstance, *, run_id: str) -> None:
    """Mark runs that died as failed and remove their spilled data. Call it only while holding the run lock."""
    for database in (home.identity_db, home.warehouse_db):
        shutil.rmtree(database.parent / TEMPORARY_FOLDER, ignore_errors=True)
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        if run.run_id != run_id:
            instance.report_run_failed(run, "The process ended before the run did; a later run found it so.")
