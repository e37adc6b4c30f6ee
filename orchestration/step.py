"""What every step does beside its work: metering, the cost ledger, one set of metadata keys, one line of progress.

Avoid placing asset implementations here.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from settings.paths import Home
from valuation import ledger
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
        usage = replace(self.meter.usage, bytes_written=written_bytes)
        return dg.MaterializeResult(
            asset_key=self.context.asset_key,
            metadata=self._finish({self.context.asset_key: (rows, usage)}, skipped=skipped)[self.context.asset_key]
            | dict(metadata or {}),
            check_results=list(check_results),
        )

    def results(
        self,
        made: Mapping[dg.AssetKey, tuple[int, int]],
        *,
        seconds: Mapping[dg.AssetKey, float],
        skipped: bool = False,
    ) -> list[dg.MaterializeResult]:
        """End a step that makes many assets.

        made: rows and bytes of each. seconds: each one's own execution time, by which the step's wall and CPU time
        are shared; equal parts where no time is known.
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
        metadata = self._finish(usages, skipped=skipped)
        return [dg.MaterializeResult(asset_key=key, metadata=metadata[key]) for key in made]

    def _finish(
        self, made: Mapping[dg.AssetKey, tuple[int, Usage]], *, skipped: bool
    ) -> dict[dg.AssetKey, dict[str, Any]]:
        """Write the ledger once for all assets made, say one line of progress each, and give each its metadata."""
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
        return {
            key: self._metadata(key, rows, usage, sum(float(entry.billed_cost) for entry in entries[key]), skipped)
            for key, (rows, usage) in made.items()
        }

    def _metadata(self, key: dg.AssetKey, rows: int, usage: Usage, cost_gbp: float, skipped: bool) -> dict[str, Any]:
        note = "   nothing new, skipped" if skipped else ""
        name = key.to_user_string()
        progress.info("%-34s %12s rows %7.1f s   £%.6f%s", name, f"{rows:,}", usage.wall_seconds, cost_gbp, note)
        return {
            "dagster/row_count": rows,
            "wall_seconds": round(usage.wall_seconds, 3),
            "cpu_seconds": round(usage.cpu_seconds, 3),
            "bytes": usage.bytes_written,
            "cost_gbp": round(cost_gbp, 6),
            "skipped": skipped,
        }
