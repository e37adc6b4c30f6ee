"""The product's side: one night by `mvld run`, and its seconds by stage as Dagster recorded them."""

import sys
from collections import defaultdict
from dataclasses import dataclass

from bench.measure import Measured, Watch, measure
from bench.stages import BETWEEN, stage_of
from settings.paths import Home, Region


@dataclass(frozen=True)
class Side:
    """One way of doing the work: its use of the machine, wall seconds by stage, and rows of each tier."""

    measured: Measured
    seconds: dict[str, float]
    tier_rows: dict[str, int]


def run_product(home: Home, region: Region, *, watch: Watch | None = None) -> Side:
    """Run one night in a process of its own. Raises CommandFailed."""
    places = {"MVLD_HOME": str(home.root), "MVLD_REGION": str(region.root)}
    measured = measure(
        [sys.executable, "-m", "orchestration.command", "run"],
        environment=places,
        log=home.root / "bench" / "product.log",
        watch=watch,
    )
    seconds, rows = _recorded(home)
    seconds[BETWEEN] = max(0.0, measured.wall_seconds - sum(seconds.values()))
    return Side(measured, seconds, rows)


def _recorded(home: Home) -> tuple[dict[str, float], dict[str, int]]:
    """Wall seconds by stage and rows by tier, from the last materialization of every asset."""
    import dagster as dg

    from orchestration.instance import instance

    seconds: dict[str, float] = defaultdict(float)
    rows = {}
    with instance(home) as recorded:
        for key in recorded.get_asset_keys():
            event = recorded.get_latest_materialization_event(key)
            if event is None or event.asset_materialization is None:
                continue
            metadata = event.asset_materialization.metadata
            wall, count = metadata.get("wall_seconds"), metadata.get("dagster/row_count")
            if isinstance(wall, dg.FloatMetadataValue | dg.IntMetadataValue):
                seconds[stage_of(list(key.path))] += float(wall.value or 0)
            if key.path[0] == "tiers" and isinstance(count, dg.IntMetadataValue):
                rows[key.path[-1]] = int(count.value or 0)
    return dict(seconds), rows
