"""Assets of layer `economics`: what the night cost, and what each tier is worth to each action."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import dagster as dg

from orchestration import digests
from orchestration.night import Night
from orchestration.step import progress
from settings import fingerprints
from sharing.tiers import TIERS

VALUE_TABLES = {
    "action_value": "What each action is worth with each choice of data sets at each tier, beside the baselines. "
    "Grain: one action and baseline, or one action, tier and choice of data sets.",
    "value_curve": "Value against detail with all candidate data sets. Grain: one action, level and detail.",
    "capacity_value": "Value at multiples of an action's capacity. Grain: one action, tier or baseline, and multiple.",
    "dataset_value": "What each data set adds: alone, last of all, and by Shapley's share. Grain: one action, tier "
    "and data set.",
    "linkage_value": "What linkage error costs, where the demo's truth is there. Grain: one action, tier or baseline.",
    "level_reach": "Whom each tier serves at once. Grain: one tier.",
    "assumption": "Tests of the founding hypothesis and assumptions. Grain: one assumption and scope.",
}


@dg.asset(
    key=["economics", "cost_entry"],
    deps=[dg.AssetKey(["published", "release"])],
    group_name="economics",
    kinds={"duckdb"},
    owners=["team:data_engineering"],
    description=(
        "The cost ledger: one row per run, asset and resource, with FOCUS column names. Compute is measured by every "
        "step; the people cost that contracts declare is added here, once per contract version."
    ),
)
def cost_entry(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Add the declared people cost and total the run."""
    from valuation import ledger

    with night.step(context) as step:
        ledger.record(
            night.home,
            ledger.people_entries(night.contracts, step.rates, as_of=night.date, tiers=TIERS, account=step.account),
        )
        lines = ledger.summary(night.home, by="run")
        totals = {line.name: float(line.billed_gbp) for line in lines}
        yield step.result(
            rows=len(ledger.summary(night.home, by="asset")),
            metadata={"run_cost_gbp": totals.get(context.run_id, 0.0), "ledger_cost_gbp": sum(totals.values())},
        )


@dg.multi_asset(
    name="worth",
    specs=[
        dg.AssetSpec(
            ["economics", name],
            deps=[dg.AssetKey(["published", "release"])],
            group_name="economics",
            kinds={"duckdb", "numpy"},
            owners=["team:analysts"],
            description=description,
        )
        for name, description in VALUE_TABLES.items()
    ],
)
def worth(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Value every action on the release in force, unless neither it nor the actions changed."""
    from valuation.value import value_region

    mark = "economics-worth"
    digest = digests.of_worth(night.home, night.region)
    with night.step(context) as step:
        before = fingerprints.finished(night.home, mark, digest, produced=night.home.warehouse_db)
        if before is None:
            fingerprints.forget(night.home, mark)
            valued = value_region(
                night.home,
                night.region,
                night.contracts,
                as_of=night.date,
                say=lambda message: progress.info("  %s", message),
            )
            found = asdict(valued)
            fingerprints.remember(night.home, mark, digest, found)
        outcome: dict[str, Any] = before or found
        made = {dg.AssetKey(["economics", name]): (outcome["rows"][name], 0) for name in VALUE_TABLES}
        for result in step.results(made, seconds={}, skipped=before is not None):
            told = {"actions_not_valued": dg.MetadataValue.json(outcome["not_valued"])}
            yield dg.MaterializeResult(asset_key=result.asset_key, metadata={**(result.metadata or {}), **told})
