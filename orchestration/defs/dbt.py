"""Assets of layers `staging`, `identity`, `linked` and `tiers`: one per dbt model.

Dagster splits this one definition around linkage by itself, because `linked` reads what linkage writes.
The SQL and its tests are in `dbt_project/`.
"""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration import installation
from orchestration.dbt_layers import translator
from orchestration.dbt_manifest import PROJECT, prepared_manifest
from orchestration.dbt_step import build
from orchestration.night import Night


@dg.definitions
def defs() -> dg.Definitions:
    """All dbt models of the region."""
    manifest = prepared_manifest(installation.region(), installation.home())

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator(), name="dbt_models")
    def dbt_models(
        context: dg.AssetExecutionContext, night: Night, dbt: DbtCliResource
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        yield from build(context, night, dbt)

    # the executable beside this interpreter, so that the right dbt runs whatever the PATH
    dbt = DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT), dbt_executable=executable())
    return dg.Definitions(assets=[dbt_models], resources={"dbt": dbt})


def executable() -> str:
    """The `dbt` command of this environment."""
    import sys
    from pathlib import Path

    return str(Path(sys.executable).with_name("dbt"))
