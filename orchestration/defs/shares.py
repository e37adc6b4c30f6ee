"""Assets of layer `shares`: one per user group of the region, with what live agreements permit it and nothing else."""

from collections.abc import Iterator

import dagster as dg

from orchestration import installation
from orchestration.night import Night
from sharing.governance import UserGroup
from sharing.tiers import TIERS


def share_asset(group: UserGroup) -> dg.AssetsDefinition:
    """The share of one group. It reaches its readers within the release, once that has passed its audit."""

    @dg.asset(
        key=["shares", group.id],
        deps=[dg.AssetKey(["tiers", tier]) for tier in TIERS],
        group_name="shares",
        kinds={"duckdb", "parquet"},
        owners=["team:information_governance"],
        description=(
            f"{group.title}, {group.organisation}: the rows that live agreements permit, under ids of the group's own, "
            f"in `published/current/shares/{group.id}/`. `mvld explain-access {group.id}` gives the clauses."
        ),
    )
    def share(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
        from sharing.shares import make_share

        with night.step(context) as step:
            plan = night.share_plan
            made = make_share(night.home, plan, group.id)
            permitted = plan.access.permitted(group.id)
            yield step.result(
                rows=made.rows,
                written_bytes=made.bytes if made.is_new else 0,
                skipped=not made.is_new,
                metadata={
                    "cells_permitted": len(permitted),
                    "cells_refused": len(plan.access.of(group.id)) - len(permitted),
                    "agreements": ", ".join(sorted({item.agreement or "" for item in permitted})) or "none live",
                    "rows_held_back": made.held_back_rows,
                },
            )

    return share


@dg.definitions
def defs() -> dg.Definitions:
    """One share per user group of the region."""
    return dg.Definitions(assets=[share_asset(group) for group in installation.user_groups().values()])
