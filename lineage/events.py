"""Facts as OpenLineage events: one job per asset, each a child of the run's job, and one job per table's checks.

Only shapes belong here. Where events go is `run_log.py` and `sending.py`; the facts come from the caller.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

import duckdb
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    InputDatasetFacet,
    JobFacet,
    RunFacet,
    data_quality_assertions_dataset,
    data_quality_metrics_input_dataset,
    documentation_job,
    error_message_run,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    ownership_job,
    parent_run,
    processing_engine_run,
    set_producer,
)

from lineage import cost_facet
from lineage.facts import Cost, Failure, Result, RunFacts, Step, Table, Verdict
from lineage.table_facets import column_lineage, dataset_name, facets_of

PRODUCER = f"urn:mvld:{version('minimal-viable-linked-data')}"
NOT_NULL = {"expect_column_values_to_not_be_null", "not_null"}


def run_started(run: RunFacts, *, at: datetime) -> RunEvent:
    """The run as a whole began."""
    return _event(RunState.START, run.run_id, _run_job(run), at=at, facets=_of_run(run))


def run_ended(
    run: RunFacts, *, at: datetime, cost: Cost, failure: Failure | None = None, is_aborted: bool = False
) -> RunEvent:
    """The run as a whole ended; `cost` is of all its steps. is_aborted: it was stopped from outside."""
    state = RunState.ABORT if is_aborted else RunState.FAIL if failure else RunState.COMPLETE
    facets = _of_run(run) | {cost_facet.KEY: cost_facet.cost_facet(cost, is_skipped=False)} | _error(failure)
    return _event(state, run.run_id, _run_job(run), at=at, facets=facets)


def step_started(step: Step, *, at: datetime) -> RunEvent:
    """One asset's work began."""
    return _event(
        RunState.START, step_run_id(step), _step_job(step), at=at, facets=_of_step(step), inputs=_inputs(step)
    )


def step_failed(step: Step, failure: Failure, *, at: datetime, is_aborted: bool = False) -> RunEvent:
    """One asset's work failed, or was stopped from outside."""
    return _event(
        RunState.ABORT if is_aborted else RunState.FAIL,
        step_run_id(step),
        _step_job(step),
        at=at,
        facets=_of_step(step) | _error(failure),
        inputs=_inputs(step),
    )


def step_completed(result: Result, *, at: datetime) -> RunEvent:
    """One asset was made, or found to be as it should."""
    step, namespace = result.step, result.step.run.namespace
    facets = facets_of(step.output, namespace)
    if result.sources:
        facets["columnLineage"] = column_lineage(result.sources, namespace)
    output = OutputDataset(
        namespace=namespace,
        name=dataset_name(step.output.key),
        facets=facets,
        outputFacets={
            "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                rowCount=result.rows, size=result.written_bytes
            )
        },
    )
    cost = cost_facet.cost_facet(result.cost, is_skipped=result.is_skipped)
    return _event(
        RunState.COMPLETE,
        step_run_id(step),
        _step_job(step),
        at=at,
        facets=_of_step(step) | {cost_facet.KEY: cost},
        inputs=_inputs(step),
        outputs=[output],
    )


def checked(result: Result, *, started_at: datetime, at: datetime) -> list[RunEvent]:
    """A table's checks: a job of their own that reads the table, as OpenLineage has assertions on what is read."""
    step = result.step
    if not result.verdicts:
        return []
    run_id = str(uuid.uuid5(uuid.UUID(step_run_id(step)), "checks"))
    job = _job(f"{dataset_name(step.output.key)}.checks", step.run.namespace, kind="CHECKS")
    judged = InputDataset(
        namespace=step.run.namespace, name=dataset_name(step.output.key), inputFacets=_quality(result)
    )
    return [
        _event(RunState.START, run_id, job, at=started_at, facets=_of_step(step), inputs=[judged]),
        _event(RunState.COMPLETE, run_id, job, at=at, facets=_of_step(step), inputs=[judged]),
    ]


def step_run_id(step: Step) -> str:
    """The id of an asset's part of a run, the same however often it is asked for."""
    return str(uuid.uuid5(uuid.UUID(step.run.run_id), f"{step.output.key}/{step.attempt}"))


def _event(
    state: RunState,
    run_id: str,
    job: Job,
    *,
    at: datetime,
    facets: dict[str, RunFacet],
    inputs: Sequence[InputDataset] = (),
    outputs: Sequence[OutputDataset] = (),
) -> RunEvent:
    return RunEvent(
        eventType=state,
        eventTime=at.isoformat(timespec="microseconds"),
        run=Run(runId=run_id, facets=facets),
        job=job,
        inputs=list(inputs),
        outputs=list(outputs),
    )


def _job(name: str, namespace: str, *, kind: str, facets: dict[str, JobFacet] | None = None) -> Job:
    kinds: dict[str, JobFacet] = {
        "jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="DAGSTER", jobType=kind)
    }
    return Job(namespace=namespace, name=name, facets=kinds | (facets or {}))


def _run_job(run: RunFacts) -> Job:
    return _job(run.job, run.namespace, kind="JOB")


def _step_job(step: Step) -> Job:
    table, facets = step.output, dict[str, JobFacet]()
    if table.description:
        facets["documentation"] = documentation_job.DocumentationJobFacet(
            description=table.description, contentType="text/markdown"
        )
    if table.owners:
        owners = [ownership_job.Owner(name=owner, type="OWNER") for owner in table.owners]
        facets["ownership"] = ownership_job.OwnershipJobFacet(owners=owners)
    return _job(dataset_name(table.key), step.run.namespace, kind="ASSET", facets=facets)


def _of_run(run: RunFacts) -> dict[str, RunFacet]:
    facets: dict[str, RunFacet] = {
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(version=duckdb.__version__, name="DuckDB")
    }
    if run.as_of:
        day = f"{run.as_of}T00:00:00Z"
        facets["nominalTime"] = nominal_time_run.NominalTimeRunFacet(nominalStartTime=day)
    return facets


def _of_step(step: Step) -> dict[str, RunFacet]:
    run = step.run
    parent = parent_run.ParentRunFacet(
        run=parent_run.Run(runId=run.run_id),
        job=parent_run.Job(namespace=run.namespace, name=run.job),
        root=parent_run.Root(
            run=parent_run.RootRun(runId=run.run_id), job=parent_run.RootJob(namespace=run.namespace, name=run.job)
        ),
    )
    return _of_run(run) | {"parent": parent}


def _error(failure: Failure | None) -> dict[str, RunFacet]:
    if failure is None:
        return {}
    return {"errorMessage": error_message_run.ErrorMessageRunFacet(message=str(failure), programmingLanguage="PYTHON")}


def _inputs(step: Step) -> list[InputDataset]:
    return [_input(table, step.run.namespace) for table in step.inputs]


def _input(table: Table, namespace: str) -> InputDataset:
    """What is read. Its facets are told by the job that makes it, but for what comes from outside."""
    facets = facets_of(table, namespace) if table.columns else {}
    return InputDataset(namespace=namespace, name=dataset_name(table.key), facets=facets)


def _quality(result: Result) -> dict[str, InputDatasetFacet]:
    nulls = {
        verdict.column: data_quality_metrics_input_dataset.ColumnMetrics(
            count=verdict.evaluated, nullCount=verdict.unexpected
        )
        for verdict in result.verdicts
        if verdict.kind in NOT_NULL and verdict.column and verdict.unexpected is not None
    }
    return {
        "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            assertions=[_assertion(verdict) for verdict in result.verdicts]
        ),
        "dataQualityMetrics": data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            columnMetrics=nulls, rowCount=result.rows
        ),
    }


def _assertion(verdict: Verdict) -> data_quality_assertions_dataset.Assertion:
    counts = {"evaluated": verdict.evaluated, "unexpected": verdict.unexpected}
    return data_quality_assertions_dataset.Assertion(
        assertion=verdict.kind,
        success=verdict.passed,
        column=verdict.column,
        severity="error" if verdict.is_blocking else "warn",
        name=verdict.name,
        params={name: count for name, count in counts.items() if count is not None},
    )


set_producer(PRODUCER)  # the client stamps it on every event and facet
