"""A contract's quality rules as Dagster asset checks: names, severities and counts, never a row's value."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from ingestion.ingest import IngestResult

from ingestion.contract import Contract
from quality.suite import suite_for

if TYPE_CHECKING:
    from orchestration.night import Night

ACCEPTED = "extract_accepted"


def slug(text: str) -> str:
    """Lower case words joined by underscores, as Dagster wants names."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def specs_for(contract: Contract) -> list[dg.AssetCheckSpec]:
    """The check that the newest extract was accepted, and one check per rule of the suite."""
    accepted = dg.AssetCheckSpec(
        ACCEPTED,
        asset=["raw", contract.dataset],
        description="The newest extract matched its contract. If not, the last good one is used and marked stale.",
    )
    return [accepted] + [
        dg.AssetCheckSpec(
            slug(rule.name),
            asset=["raw", contract.dataset],
            description=rule.description,
            blocking=rule.severity == "blocking",
            metadata={"severity": rule.severity},
        )
        for rule in suite_for(contract)
    ]


def run(
    contract: Contract, taken: IngestResult, snapshots: list[Path], night: "Night"
) -> tuple[list[dg.AssetCheckResult], bool]:
    """Judge the snapshot in use. Returns the check results, and whether everything was as last night."""
    from quality.validate import validate_dataset

    results = [accepted(taken)]
    if not snapshots:
        return results + [_passed_for_want_of_rows(rule.name) for rule in suite_for(contract)], False
    validation = validate_dataset(contract, night.home, as_of=night.date)
    page = validation.data_docs
    for outcome in validation.outcomes:
        metadata: dict[str, Any] = {
            "expectation": outcome.expectation,
            "column": outcome.column or "",
            "evaluated": outcome.evaluated,
            "unexpected": outcome.unexpected_count,
        }
        if page is not None:
            metadata["data_docs"] = dg.MetadataValue.url(page.resolve().as_uri())
        results.append(
            dg.AssetCheckResult(
                check_name=slug(outcome.name),
                passed=outcome.passed,
                severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "blocking" else dg.AssetCheckSeverity.WARN,
                metadata=metadata,
                description=outcome.description,
            )
        )
    return results, taken.status == "unchanged" and validation.skipped


def accepted(taken: IngestResult) -> dg.AssetCheckResult:
    """Whether the newest extract was accepted; every problem, as told to the partner."""
    return dg.AssetCheckResult(
        check_name=ACCEPTED,
        passed=not taken.is_stale and taken.status != "no_extract",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "status": taken.status,
            "is_stale": taken.is_stale,
            "problems": dg.MetadataValue.md("\n".join(f"- {problem}" for problem in taken.problems) or "none"),
        },
    )


def _passed_for_want_of_rows(name: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=slug(name),
        passed=True,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"evaluated": 0},
        description="No extract has come yet.",
    )


def metadata_of(taken: IngestResult) -> dict[str, Any]:
    """What the asset's page shows of an ingestion: counts and dates."""
    return {
        "status": taken.status,
        "is_stale": taken.is_stale,
        "extract_date": taken.extract_date or "none yet",
        "rows_read": taken.rows_read,
        "rows_accepted": taken.rows_accepted,
        "rows_rejected": taken.rows_rejected,
        "problems": dg.MetadataValue.md("\n".join(f"- {problem}" for problem in taken.problems) or "none"),
    }
