"""A contract's quality rules as Dagster asset checks: names, severities and counts, never a row's value."""

import re
from typing import Any

import dagster as dg

from ingestion.contract import Contract
from ingestion.ingest import IngestResult
from quality.gate import Judgement
from quality.suite import suite_for
from quality.validate import CheckOutcome

ACCEPTED = "extract_accepted"


def slug(text: str) -> str:
    """Lower case words joined by underscores, as Dagster wants names."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def specs_for(contract: Contract) -> list[dg.AssetCheckSpec]:
    """The check that the newest extract was accepted, and one check per rule of the suite.

    None blocks in Dagster's sense: an extract that breaks a blocking rule is set aside (`quality/gate.py`).
    """
    accepted_spec = dg.AssetCheckSpec(
        ACCEPTED,
        asset=["raw", contract.dataset],
        description="The newest extract matched its contract. If not, the last good one is used and marked stale.",
    )
    return [accepted_spec] + [
        dg.AssetCheckSpec(
            slug(rule.name),
            asset=["raw", contract.dataset],
            description=rule.description,
            metadata={"severity": rule.severity},
        )
        for rule in suite_for(contract)
    ]


def results_of(contract: Contract, taken: IngestResult, judgement: Judgement) -> list[dg.AssetCheckResult]:
    """Every check that `specs_for` names, with its outcome."""
    outcomes = {slug(outcome.name): outcome for outcome in judgement.outcomes}
    return [
        accepted(taken, judgement),
        *(_result(slug(rule.name), outcomes, judgement) for rule in suite_for(contract)),
    ]


def _result(name: str, outcomes: dict[str, CheckOutcome], judgement: Judgement) -> dg.AssetCheckResult:
    outcome = outcomes.get(name)
    if outcome is None:
        return dg.AssetCheckResult(
            check_name=name,
            passed=True,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"evaluated": 0},
            description="Nothing to judge yet.",
        )
    metadata: dict[str, Any] = {
        "severity": outcome.severity,
        "expectation": outcome.expectation,
        "column": outcome.column or "",
        "evaluated": outcome.evaluated or 0,
        "unexpected": outcome.unexpected_count or 0,
    }
    if judgement.page is not None:
        metadata["data_docs"] = dg.MetadataValue.url(judgement.page.resolve().as_uri())
    return dg.AssetCheckResult(
        check_name=name,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR if outcome.severity == "blocking" else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
        description=outcome.description,
    )


def accepted(taken: IngestResult, judgement: Judgement) -> dg.AssetCheckResult:
    """Whether the newest extract was accepted; every problem, as told to the partner."""
    problems = [*taken.problems, *judgement.set_aside]
    return dg.AssetCheckResult(
        check_name=ACCEPTED,
        passed=not problems and taken.status != "no_extract",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "status": taken.status,
            "is_stale": taken.is_stale or judgement.is_stale,
            "problems": listed(problems),
        },
    )


def metadata_of(taken: IngestResult, judgement: Judgement) -> dict[str, Any]:
    """What the asset's page shows of an ingestion: counts and dates."""
    return {
        "status": "set aside" if judgement.set_aside else taken.status,
        "is_stale": taken.is_stale or judgement.is_stale,
        "extract_date": taken.extract_date or "none yet",
        "rows_read": taken.rows_read,
        "rows_accepted": taken.rows_accepted,
        "rows_rejected": taken.rows_rejected,
        "problems": listed([*taken.problems, *judgement.set_aside]),
    }


def listed(problems: list[str]) -> dg.MarkdownMetadataValue:
    """Sentences as a list for an asset's page."""
    return dg.MetadataValue.md("\n".join(f"- {problem}" for problem in problems) or "none")
