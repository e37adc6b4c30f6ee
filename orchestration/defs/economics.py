"""Assets of layer `economics`: what the night cost, and what each tier is worth to each action."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import dagster as dg

from orchestration import digests
from orchestration.asset_graph import whole_graph
from orchestration.night import Night
from orchestration.step import progress
from settings import fingerprints
from sharing.access import read_access

COST_TABLES = {
    "asset_cost": "What each asset cost by itself and with everything upstream. Grain: one run and asset; run_id 'all' "
    "is the whole ledger, people included.",
    "tier_cost": "What each tier cost: own, cumulative, stand-alone, marginal, and its share of all. Grain: tier.",
    "dataset_cost": "The same of each data set. Grain: data set.",
    "cell_cost": "The same of each data set at each tier, and how many groups read it. Grain: data set and tier.",
}
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
        "The cost ledger: one row per run, asset and resource, with FOCUS column names, only added to. Compute is "
        "measured by every step; people cost that contracts, agreements and the region declare is added here."
    ),
)
def cost_entry(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Add the people cost that is not in the ledger yet, and total the run."""
    from valuation import ledger, people, running, spending
    from valuation.rates import all_rates

    with night.step(context) as step:
        decisions = read_access(night.region, night.contracts, as_of=night.date).decisions
        added = people.people_entries(
            night.contracts,
            step.rates,
            as_of=night.date,
            granted={(item.dataset, item.tier) for item in decisions if item.is_permitted},
            held=ledger.declared(night.home),
            account=step.account,
        )
        added += running.running_entries(
            running.read_running(night.region.costs, datasets=night.contracts),
            all_rates(night.region.costs),
            datasets=night.contracts,
            as_of=night.date,
            accrued_to=ledger.accrued_to(night.home),
            account=step.account,
        )
        ledger.record(night.home, added)
        totals = {line.name: float(line.billed_gbp) for line in spending.summary(night.home, by="run")}
        yield step.result(
            rows=len(spending.summary(night.home, by="asset")),
            metadata={
                "run_cost_gbp": totals.get(context.run_id, 0.0),
                "people_cost_added_gbp": float(sum(line.billed_cost for line in added)),
                "ledger_cost_gbp": sum(totals.values()),
            },
        )


@dg.multi_asset(
    name="shared_cost",
    specs=[
        dg.AssetSpec(
            ["economics", name],
            # after what costs most, so that the night's own cost is in it
            deps=[dg.AssetKey(["economics", "cost_entry"]), dg.AssetKey(["economics", "action_value"])],
            group_name="economics",
            kinds={"duckdb"},
            owners=["team:data_engineering"],
            description=description,
        )
        for name, description in COST_TABLES.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "adds_up_to_the_ledger",
            asset=["economics", name],
            blocking=True,
            description="What its rows bear adds up to the ledger, to the millionth of a pound.",
        )
        for name in ("tier_cost", "dataset_cost", "cell_cost")
    ],
)
def shared_cost(
    context: dg.AssetExecutionContext, night: Night
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Share the ledger as it stands among tiers, data sets and cells. It changes every night, so this never skips."""
    from valuation.cost_tables import missing_gbp, readers_of, region_cells, write_cost_tables

    with night.step(context) as step:
        decisions = read_access(night.region, night.contracts, as_of=night.date).decisions
        written = write_cost_tables(
            night.home, whole_graph(context, night.home), region_cells(night.contracts), readers_of(decisions)
        )
        missing = missing_gbp(night.home, written.ledger_gbp)
        made = {dg.AssetKey(["economics", name]): (written.rows[name], 0) for name in COST_TABLES}
        yield from step.results(made, seconds={})
        for name, gbp in missing.items():
            yield dg.AssetCheckResult(
                asset_key=["economics", name],
                check_name="adds_up_to_the_ledger",
                passed=not gbp,
                metadata={"ledger_gbp": float(written.ledger_gbp), "missing_gbp": float(gbp)},
            )


@dg.asset(
    key=["economics", "run_forecast"],
    deps=[dg.AssetKey(["economics", "asset_cost"])],
    group_name="economics",
    kinds={"duckdb"},
    owners=["team:data_engineering"],
    description=(
        "What each run was thought to take before it began, and what it took. Grain: one run and asset, or layer where "
        "no night had gone before. `mvld forecast --history` shows it by run."
    ),
)
def run_forecast(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Set what came beside what was foretold, for this run so far and in full for those before."""
    from valuation.forecast_tables import read_history, write_run_forecast

    with night.step(context) as step:
        rows = write_run_forecast(night.home, context.run_id)
        this = [line for line in read_history(night.home) if line.run_id == context.run_id]
        told: dict[str, Any] = {}
        if this:
            told = {name: value for name, value in asdict(this[0]).items() if name not in ("run_id", "as_of")}
        yield step.result(rows=rows, metadata=told)


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

    digest = digests.of_worth(night.home, night.region)
    with night.step(context) as step:
        outcome, is_old = fingerprints.made_once(
            night.home,
            "economics-worth",
            digest,
            produced=night.home.warehouse_db,
            make=lambda: asdict(
                value_region(
                    night.home,
                    night.region,
                    night.contracts,
                    as_of=night.date,
                    say=lambda message: progress.info("  %s", message),
                )
            ),
        )
        made = {dg.AssetKey(["economics", name]): (outcome["rows"][name], 0) for name in VALUE_TABLES}
        for result in step.results(made, seconds={}, skipped=is_old):
            told = {"actions_not_valued": dg.MetadataValue.json(outcome["not_valued"])}
            yield dg.MaterializeResult(asset_key=result.asset_key, metadata={**(result.metadata or {}), **told})
