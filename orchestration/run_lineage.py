"""Tell a run as it goes: each step's start and end to the run's file, and the whole to a receiver at the end.

What there is to tell is put together here from Dagster's context and the step's results. Its shape belongs to
`lineage/`.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import dagster as dg
from openlineage.client.event_v2 import RunEvent

from ingestion.contract import Contract
from lineage import events, run_log, sending
from lineage.columns import columns_of
from lineage.facts import Column, Cost, Failure, Result, RunFacts, Step, Table
from orchestration.asset_graph import parents_of, table_of
from orchestration.step_facts import extract_of, sources_of_raw, with_roles
from settings.errors import UserError
from settings.paths import Home
from valuation.asset_cost import cumulative_costs

progress = logging.getLogger("mvld.progress")
WAREHOUSE_LAYERS = {"linked", "tiers", "economics"}
STOPPED = (dg.DagsterExecutionInterruptedError, KeyboardInterrupt, GeneratorExit, SystemExit)


@dataclass
class RunLineage:
    """The events of one run. `spent`: pounds of each asset so far, in this run."""

    home: Home
    contracts: Mapping[str, Contract]
    run: RunFacts
    path: Path
    spent: dict[str, Decimal] = field(default_factory=dict)
    is_stopped: bool = False

    def begin(self, as_of: str) -> None:
        """The run begins, judging by `as_of`."""
        self.run = replace(self.run, as_of=as_of)
        run_log.append(self.path, [events.run_started(self.run, at=_now())])

    @contextmanager
    def step(self, context: dg.AssetExecutionContext) -> Iterator["StepLineage"]:
        """Tell that the step's assets begin; if it ends by an error before they are made, tell that too."""
        told = StepLineage(self, context, self._steps(context))
        run_log.append(self.path, [events.step_started(step, at=told.started_at) for step in told.steps.values()])
        try:
            yield told
        except BaseException as error:
            if not told.is_told:
                self._failed(told, error)
            raise

    def _failed(self, told: "StepLineage", error: BaseException) -> None:
        is_stopped = isinstance(error, STOPPED)
        self.is_stopped |= is_stopped
        reason = Failure(type(error).__name__, str(error) if isinstance(error, UserError) else None)
        run_log.append(
            self.path,
            [events.step_failed(step, reason, at=_now(), is_aborted=is_stopped) for step in told.steps.values()],
        )

    def _steps(self, context: dg.AssetExecutionContext) -> dict[str, Step]:
        parents = parents_of(context)
        found = {}
        for key in sorted(context.selected_asset_keys):
            name = key.to_user_string()
            inputs = tuple(Table(parent) for parent in parents[name]) + extract_of(self.contracts, name)
            found[name] = Step(self.run, table_of(context, key), inputs, attempt=context.retry_number)
        return found


@dataclass
class StepLineage:
    """The events of one step of a run, which may make many assets."""

    whole: RunLineage
    context: dg.AssetExecutionContext
    steps: dict[str, Step]
    started_at: datetime = field(default_factory=lambda: _now())
    is_told: bool = False

    def costs(self, own_gbp: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Note what the step's assets cost, and return what each cost with all upstream of it in this run."""
        self.whole.spent.update(own_gbp)
        return cumulative_costs(self.whole.spent, parents_of(self.context))

    def completed(self, results: Iterable[Result]) -> None:
        """Tell what the step's assets came to."""
        finished_at = _now()
        told = []
        for result in self._with_columns(list(results)):
            told.append(events.step_completed(result, at=finished_at))
            told += events.checked(result, started_at=self.started_at, at=finished_at)
        run_log.append(self.whole.path, told)
        self.is_told = True

    def _with_columns(self, results: list[Result]) -> Iterator[Result]:
        """The results with the columns that the tables have, described as declared; and where they come from."""
        home = self.whole.home
        keys = {True: set[str](), False: set[str]()}
        for result in results:
            key = result.step.output.key
            keys[key.split("/")[0] in WAREHOUSE_LAYERS].add(key)
        found = (columns_of(home.warehouse_db, keys[True]) if keys[True] else {}) | (
            columns_of(home.identity_db, keys[False]) if keys[False] else {}
        )
        for result in results:
            table = result.step.output
            columns = _described(found.get(table.key, ()), table.columns)
            table = with_roles(self.whole.contracts, replace(table, columns=columns))
            sources = result.sources or sources_of_raw(self.whole.contracts, table)
            yield replace(result, step=replace(result.step, output=table), sources=sources)


@contextmanager
def telling(
    home: Home, contracts: Mapping[str, Contract], *, region: str, run: dg.DagsterRun, instance: dg.DagsterInstance
) -> Iterator[RunLineage]:
    """Keep the events of `run`, once killed runs are said to have ended. Call it only while holding the run lock.

    Within, call `begin` when the run's date is settled.
    """
    finished = run_log.close_abandoned(home.lineage, at=_now())
    namespace = os.environ.get("OPENLINEAGE_NAMESPACE") or f"mvld://{region}"
    facts = RunFacts(namespace=namespace, job=run.job_name.strip("_").lower(), run_id=run.run_id)
    told = RunLineage(home, contracts, facts, run_log.open_log(home.lineage, run.run_id))
    try:
        yield told
    finally:
        if told.path.exists():
            run_log.append(told.path, [_ended(told, instance)])
            finished.append(run_log.close_log(told.path))
        _send(home.lineage, finished)


def _ended(told: RunLineage, instance: dg.DagsterInstance) -> RunEvent:
    """The end of the run: it failed where Dagster says that any step did."""
    total = sum(told.spent.values(), Decimal(0))
    failures = instance.get_records_for_run(told.run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    failed = sorted({record.event_log_entry.step_key or "" for record in failures})
    failure = Failure("StepFailure", ", ".join(failed)) if failed else None
    return events.run_ended(told.run, at=_now(), cost=Cost(total, total), failure=failure, is_aborted=told.is_stopped)


def _send(folder: Path, finished: list[Path]) -> None:
    """Send what waits, where a receiver is configured; say in one line if it did not go through."""
    if not finished or not sending.is_configured(os.environ):
        return
    sent = sending.send(folder, finished)
    if sent.problem or sent.refused:
        progress.warning(
            "OpenLineage: %d event(s) sent, %d refused, %d file(s) wait for the next run%s",
            sent.events,
            sent.refused,
            sent.waiting_files,
            f" ({sent.problem})" if sent.problem else "",
        )


def _described(actual: tuple[Column, ...], declared: tuple[Column, ...]) -> tuple[Column, ...]:
    words = {column.name: column.description for column in declared}
    return tuple(replace(column, description=words.get(column.name)) for column in actual)


def _now() -> datetime:
    return datetime.now(UTC)
