"""The release: all tiers in one DuckDB file and as Parquet, and every group's share, switched to by one rename."""

from collections.abc import Iterator

import dagster as dg

from orchestration import digests, installation
from orchestration.night import Night
from sharing.tiers import DETAILS, LEVELS, TIERS


@dg.definitions
def defs() -> dg.Definitions:
    """The release stands on the tiers and on the share of every user group of the region."""
    shares = [dg.AssetKey(["shares", group]) for group in installation.user_groups()]

    @dg.asset(
        key=["published", "release"],
        deps=[*(dg.AssetKey(["tiers", tier]) for tier in TIERS), *shares],
        group_name="published",
        kinds={"duckdb", "parquet"},
        owners=["team:information_governance"],
        description=(
            f"The release in force: {len(LEVELS)} levels by {len(DETAILS)} details in `published/current/linked.duckdb`"
            " and one Parquet file per tier, for the data team; `published/current/shares/` for everybody else. It is "
            "built aside, audited, and switched to by one rename after every blocking check passed."
        ),
    )
    def release(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
        """Write, audit, publish."""
        from sharing.publish import publish
        from sharing.shares import drop_departed_groups
        from valuation.judged_release import outcome_windows

        with night.step(context) as step:
            plan = night.share_plan
            published = publish(
                night.home,
                region=night.region,
                as_of=night.date,
                fingerprint=digests.of_release(night.home, night.region, plan),
                tiers=TIERS,
                stale=plan.stale,
                shares=plan.folders(night.home),
                outcome_windows=outcome_windows(night.region, night.contracts),
            )
            drop_departed_groups(night.home, installation.user_groups())
            yield step.result(
                rows=sum(published.rows.values()),
                written_bytes=published.bytes if published.is_new else 0,
                skipped=not published.is_new,
                metadata={
                    "version": published.version,
                    "path": dg.MetadataValue.path(str(published.path)),
                    "shares": len(plan.folders(night.home)),
                },
            )

    return dg.Definitions(assets=[release])
