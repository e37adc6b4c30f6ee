"""Asset `linkage/quality`: how good the night's linkage is, as measures, checks that warn, and a report."""

from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.night import Night

SUBGROUPS = "no_subgroup_falls_behind"
TRENDS = "no_measure_jumps"


@dg.asset(
    key=["linkage", "quality"],
    deps=[
        dg.AssetKey(["linkage", "persons"]),
        dg.AssetKey(["linkage", "households"]),
        dg.AssetKey(["geography", "lookups"]),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            SUBGROUPS,
            asset=["linkage", "quality"],
            description="No subgroup's error rate is above everybody's by more than the policy's margin and chance.",
        ),
        dg.AssetCheckSpec(
            TRENDS,
            asset=["linkage", "quality"],
            description="No measure is further from the median of earlier runs than the policy's margin and chance.",
        ),
    ],
    group_name="linkage",
    kinds={"duckdb", "html"},
    owners=["team:linkage"],
    description=(
        "Quality of the persons, with the truth where there is one and without: errors by subgroup, shape of the "
        "persons, conflicts, trends. Adds to `linkage.trend` once per state. Rows: measures of tonight."
    ),
)
def quality(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Judge, keep the measures, write the report."""
    from linkage.evaluation.quality import judge_linkage, report_path

    with night.step(context) as step:
        counts = judge_linkage(night.home, policies=night.region.policies, as_of=night.date)
        shown = {name: value for name, value in counts.as_metadata().items() if value is not None}
        told = {name: shown.pop(name) for name in ("behind", "jumped")}
        report = dg.MetadataValue.url(report_path(night.home).resolve().as_uri())
        yield step.result(
            rows=shown.pop("measures"),
            skipped=shown.pop("skipped"),
            metadata=shown | {"report": report},
            check_results=[_check(SUBGROUPS, told["behind"], report), _check(TRENDS, told["jumped"], report)],
        )


def _check(name: str, told: Sequence[str], report: dg.MetadataValue) -> dg.AssetCheckResult:
    """A warning that lists what there is to tell; passed when there is nothing."""
    return dg.AssetCheckResult(
        check_name=name,
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(told) or None,
        metadata={"told": len(told), "report": report},
    )
