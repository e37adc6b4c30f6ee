"""A killed run's traces are put in order by the next run."""

from pathlib import Path

import dagster as dg

from orchestration.interrupted import put_in_order
from settings.duck import TEMPORARY_FOLDER
from settings.paths import Home


@dg.job
def _nothing() -> None:
    pass


def test_a_run_that_died_is_marked_failed_and_its_spilled_data_removed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    spilled = home.identity_db.parent / TEMPORARY_FOLDER
    spilled.mkdir(parents=True)
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"names")
    with dg.instance_for_test() as instance:
        dead = instance.create_run_for_job(_nothing, status=dg.DagsterRunStatus.STARTED)
        own = instance.create_run_for_job(_nothing, status=dg.DagsterRunStatus.STARTED)
        ended = instance.create_run_for_job(_nothing, status=dg.DagsterRunStatus.SUCCESS)
        put_in_order(home, instance, run_id=own.run_id)
        status = {run.run_id: run.status for run in instance.get_runs()}
    assert status[dead.run_id] == dg.DagsterRunStatus.FAILURE
    assert status[own.run_id] == dg.DagsterRunStatus.STARTED
    assert status[ended.run_id] == dg.DagsterRunStatus.SUCCESS
    assert not spilled.exists()
