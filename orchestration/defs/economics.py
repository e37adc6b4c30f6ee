"""Assets of layer `economics`: what the night cost."""

from collections.abc import Iterator

import dagster as dg

from orchestration.night import Night


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
    from valuation import ledger, people

    with night.step(context) as step:
        ledger.record(night.home, people.people_entries(night.contracts, step.rates, region=step.region_name))
        run_cost = ledger.total(night.home, run_id=context.run_id)
        yield step.result(
            rows=ledger.count(night.home),
            metadata={"run_cost_gbp": float(run_cost), "ledger_cost_gbp": float(ledger.total(night.home))},
        )
