"""Assets of layers `staging`, `identity`, `linked` and `tiers`: one per dbt model.

Dagster splits this one definition around linkage by itself, because `linked` reads what linkage writes.
The SQL and its tests are in `dbt_project/`.
"""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration import installation
from orchestration.dbt_layers import translator
from orchestration.dbt_manifest import prepared_manifest
from orchestration.dbt_step import build
from orchestration.night import Night


@dg.definitions
def defs() -> dg.Definitions:
    """All dbt models of the region."""
    manifest = prepared_manifest(installation.region(), installation.home())

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator(), name="dbt_models")
    def dbt_models(
        context: dg.AssetExecutionContext, night: Night
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        yield from build(context, night)

    return dg.Definitions(assets=[dbt_models])
