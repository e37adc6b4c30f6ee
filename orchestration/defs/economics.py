"""Assets of layer `economics`: what the night cost."""

from collections.abc import Iterator

import dagster as dg

from orchestration.night import Night
from sharing.tiers import TIERS


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
