"""What every step does beside its work: metering, the cost ledger, one set of metadata keys, one line of progress.

Avoid placing asset implementations here.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import dagster as dg

from lineage.facts import Charge, Cost, Result, Source
from orchestration.run_lineage import StepLineage
from orchestration.step_facts import shown_columns, verdicts_of
from settings.paths import Home
from valuation import ledger
from valuation.entries import CostEntry
from valuation.metering import Meter, Usage, apportion
from valuation.rates import Rate

progress = logging.getLogger("mvld.progress")


@dataclass
class Step:
    """One step of a run, from `Night.step`. Call `result` or `results` once, when the work is done."""

    context: dg.AssetExecutionContext
    home: Home
    rates: Mapping[str, Rate]
    account: str  # the region that pays
    meter: Meter
    lineage: StepLineage
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def result(
        self,
        *,
        rows: int,
        written_bytes: int = 0,
        skipped: bool = False,
        metadata: Mapping[str, Any] | None = None,
        check_results: Iterable[dg.AssetCheckResult] = (),
    ) -> dg.MaterializeResult:
        """End a step that makes one asset: note its cost and return its materialization."""
        key, checks = self.context.asset_key, list(check_results)
        usage = replace(self.meter.usage, bytes_written=written_bytes)
        told = self._finish({key: (rows, usage)}, skipped=skipped, checks=checks)[key]
        return dg.MaterializeResult(asset_key=key, metadata=told | dict(metadata or {}), check_results=checks)

    def results(
        self,
        made: Mapping[dg.AssetKey, tuple[int, int]],
        *,
        seconds: Mapping[dg.AssetKey, float],
        skipped: bool = False,
        checks: Sequence[dg.AssetCheckResult] = (),
        sources: Mapping[str, Mapping[str, tuple[Source, ...]]] | None = None,
    ) -> list[dg.MaterializeResult]:
        """End a step that makes many assets.

        made: rows and bytes of each. seconds: each one's own execution time, by which the step's wall and CPU time
        are shared; equal parts where no time is known. checks, sources: for lineage only; yield checks yourself.
        """
        total = self.meter.usage
        own = {key.to_user_string(): seconds.get(key, 0.0) for key in made}
        wall, cpu = apportion(total.wall_seconds, own), apportion(total.cpu_seconds, own)
        usages = {
            key: (
                rows,
                Usage(wall[key.to_user_string()], cpu[key.to_user_string()], total.peak_bytes, bytes_written=written),
            )
            for key, (rows, written) in made.items()
        }
        metadata = self._finish(usages, skipped=skipped, checks=checks, sources=sources or {})
        return [dg.MaterializeResult(asset_key=key, metadata=metadata[key]) for key in made]

    def _finish(
        self,
        made: Mapping[dg.AssetKey, tuple[int, Usage]],
        *,
        skipped: bool,
        checks: Sequence[dg.AssetCheckResult] = (),
        sources: Mapping[str, Mapping[str, tuple[Source, ...]]] | None = None,
    ) -> dict[dg.AssetKey, dict[str, Any]]:
        """Write ledger and lineage once for all assets made, and give each its line of progress and its metadata."""
        ended_at = datetime.now(UTC)
        entries = {
            key: ledger.cost_entries_for(
                usage,
                asset_key=key.to_user_string(),
                run_id=self.context.run_id,
                rows=rows,
                rates=self.rates,
                started_at=self.started_at,
                ended_at=ended_at,
                account=self.account,
            )
            for key, (rows, usage) in made.items()
        }
        ledger.record(self.home, [entry for own in entries.values() for entry in own])
        costs = self._costs(entries)
        self.lineage.completed(
            Result(
                step=self.lineage.steps[key.to_user_string()],
                rows=rows,
                written_bytes=usage.bytes_written,
                cost=costs[key],
                is_skipped=skipped,
                sources=(sources or {}).get(key.to_user_string(), {}),
                verdicts=verdicts_of(checks, key),
            )
            for key, (rows, usage) in made.items()
        )
        return {
            key: self._metadata(key, rows, usage, costs[key], skipped)
            | shown_columns((sources or {}).get(key.to_user_string(), {}))
            for key, (rows, usage) in made.items()
        }

    def _costs(self, entries: Mapping[dg.AssetKey, Sequence[CostEntry]]) -> dict[dg.AssetKey, Cost]:
        """What each asset cost by itself and with all upstream of it, in this run."""
        own = {
            key.to_user_string(): sum((line.billed_cost for line in lines), Decimal(0))
            for key, lines in entries.items()
        }
        cumulative = self.lineage.costs(own)
        return {
            key: Cost(
                own[key.to_user_string()], cumulative[key.to_user_string()], tuple(_charge(line) for line in lines)
            )
            for key, lines in entries.items()
        }

    def _metadata(self, key: dg.AssetKey, rows: int, usage: Usage, cost: Cost, skipped: bool) -> dict[str, Any]:
        note = "   nothing new, skipped" if skipped else ""
        name = key.to_user_string()
        progress.info("%-34s %12s rows %7.1f s   £%.6f%s", name, f"{rows:,}", usage.wall_seconds, cost.own_gbp, note)
        return {
            "dagster/row_count": rows,
            "wall_seconds": round(usage.wall_seconds, 3),
            "cpu_seconds": round(usage.cpu_seconds, 3),
            "bytes": usage.bytes_written,
            "cost_gbp": float(cost.own_gbp),
            "cumulative_cost_gbp": float(cost.cumulative_gbp),
            "skipped": skipped,
        }


def _charge(line: CostEntry) -> Charge:
    return Charge(line.resource, line.consumed_quantity, line.consumed_unit, line.list_unit_price, line.billed_cost)
