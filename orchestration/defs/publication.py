"""The release: all tiers in one DuckDB file and as Parquet, switched to only after every blocking check passed."""

from collections.abc import Iterator

import dagster as dg

from orchestration import digests
from orchestration.night import Night
from sharing.tiers import DETAILS, LEVELS, TIERS


@dg.asset(
    key=["published", "release"],
    deps=[dg.AssetKey(["tiers", tier]) for tier in TIERS],
    group_name="published",
    kinds={"duckdb", "parquet"},
    owners=["team:information_governance"],
    description=(
        f"The release in force: {len(LEVELS)} levels by {len(DETAILS)} details in `published/current/linked.duckdb`, "
        "and one Parquet file per tier. It is built aside, audited, and switched to by one rename."
    ),
)
def release(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Write, audit, publish."""
    from sharing.publish import publish

    with night.step(context) as step:
        published = publish(
            night.home,
            region=night.region,
            as_of=night.date,
            fingerprint=digests.of_tiers(night.home, night.region, night.contracts, as_of=night.date),
            tiers=TIERS,
            stale=digests.stale_datasets(night.home, night.contracts),
        )
        yield step.result(
            rows=sum(published.rows.values()),
            written_bytes=published.bytes if published.is_new else 0,
            skipped=not published.is_new,
            metadata={"version": published.version, "path": dg.MetadataValue.path(str(published.path))},
        )
