"""Asset `rights/opted_out`: whom opt-out lists leave out of which data set, before anything is built from records."""

from collections.abc import Iterator

import dagster as dg

from orchestration import checks
from orchestration.night import Night

TAKEN = "newest_lists_taken"


@dg.asset(
    key=["rights", "opted_out"],
    deps=[dg.AssetKey(["linkage", "persons"])],
    check_specs=[
        dg.AssetCheckSpec(
            TAKEN,
            asset=["rights", "opted_out"],
            description="The newest file of each opt-out list was taken, with every row; else the list before holds.",
        )
    ],
    group_name="rights",
    kinds={"duckdb"},
    owners=["team:information_governance"],
    description=(
        "National and local opt-outs, matched to persons: the records of these persons in these data sets reach "
        "neither households nor `linked` nor any tier. Grain: one person and data set."
    ),
)
def opted_out(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Take lists in, match them, count."""
    from rights.opted_out import apply_opt_outs

    with night.step(context) as step:
        found = apply_opt_outs(night.home, night.region, night.contracts, as_of=night.date)
        yield step.result(
            rows=found.pairs,
            skipped=found.skipped,
            metadata={
                "lists": found.lists,
                "people_left_out": found.people,
                "records_left_out": found.records,
                "entries_matching_nobody": found.unmatched_entries,
                "problems": checks.listed(list(found.problems)),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=TAKEN,
                    passed=not found.problems,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"problems": checks.listed(list(found.problems))},
                )
            ],
        )
