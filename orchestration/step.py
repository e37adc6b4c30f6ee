"""What every step does beside its work: metering, the cost ledger, one set of metadata keys, one line of progress.

Avoid placing asset implementations here.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from valuation.metering import Meter, Usage
from valuation.rates import Rates

from settings.paths import Home
from valuation import ledger

progress = logging.getLogger("mvld.progress")
Share = Mapping[str, float]


@dataclass
class Step:
    """One step of a run. Make it when the work starts; call `result` or `results` once when it ends."""

    context: dg.AssetExecutionContext
    home: Home
    rates: Rates
    region_name: str
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self.meter.start()

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
        key = self.context.asset_key
        usage = self.meter.stop().written(written_bytes)
        return dg.MaterializeResult(
            asset_key=key,
            metadata=self._finish(key, usage, rows=rows, skipped=skipped, metadata=metadata or {}),
            check_results=list(check_results),
        )

    def results(
        self,
        made: Mapping[dg.AssetKey, tuple[int, int]],
        *,
        shares: Mapping[dg.AssetKey, float],
        skipped: bool = False,
    ) -> list[dg.MaterializeResult]:
        """End a step that makes many assets: `made` gives rows and bytes, `shares` each one's part of the time."""
        total = self.meter.stop()
        whole = sum(shares.get(key, 0.0) for key in made)
        found = []
        for key, (rows, written_bytes) in made.items():
            share = shares.get(key, 0.0) / whole if whole else 1 / len(made)
            usage = total.share(share).written(written_bytes)
            metadata = self._finish(key, usage, rows=rows, skipped=skipped, metadata={})
            found.append(dg.MaterializeResult(asset_key=key, metadata=metadata))
        return found

    def _finish(
        self, key: dg.AssetKey, usage: Usage, *, rows: int, skipped: bool, metadata: Mapping[str, Any]
    ) -> dict[str, Any]:
        entries = ledger.cost_entries_for(
            usage,
            asset_key=key.to_user_string(),
            run_id=self.context.run_id,
            rows=rows,
            rates=self.rates,
            region=self.region_name,
        )
        ledger.record(self.home, entries)
        cost = float(sum(entry.billed_cost for entry in entries))
        progress.info(
            "%-32s %12s rows %8.1f s   £%.4f%s",
            key.to_user_string(),
            f"{rows:,}",
            usage.wall_seconds,
            cost,
            "   nothing new, skipped" if skipped else "",
        )
        return {
            "dagster/row_count": rows,
            "wall_seconds": round(usage.wall_seconds, 3),
            "cpu_seconds": round(usage.cpu_seconds, 3),
            "bytes": usage.bytes_written,
            "cost_gbp": cost,
            "skipped": skipped,
            **metadata,
        }
