"""Checks a snapshot against its contract and says what was found, in counts.

Skipping unchanged work, and joining the rules' outcomes with row count and freshness, belong here. What is checked is
`suite.py`; running it is `expectations.py`; the page that people read is `data_docs.py`.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ingestion.contract import Contract
from quality import data_docs, expectations
from quality.suite import BLOCKING, FRESHNESS, ROW_COUNT, Rule, suite_digest, suite_for
from settings import duck, files, parquet_files
from settings.paths import Home

FORMAT = 1  # of the kept outcome; raise it when checks are run differently for the same rules


@dataclass(frozen=True)
class CheckOutcome:
    """One check's outcome. Counts only; never a row's value."""

    name: str
    expectation: str
    column: str | None
    severity: str  # blocking | warning
    passed: bool
    evaluated: int | None  # rows looked at
    unexpected_count: int | None  # rows against the rule
    unexpected_share: float | None  # of those looked at, 0 to 1
    description: str


@dataclass(frozen=True)
class ValidationResult:
    """All outcomes of one snapshot. `data_docs`: the data set's Data Docs page. `skipped`: kept from an earlier run."""

    dataset: str
    extract_date: str
    rows: int
    outcomes: tuple[CheckOutcome, ...]
    data_docs: Path
    skipped: bool

    @property
    def blocked(self) -> bool:
        """True where a blocking check failed: the snapshot must not go on."""
        return any(not outcome.passed and outcome.severity == BLOCKING for outcome in self.outcomes)


def validate_snapshot(
    contract: Contract,
    snapshot: Path,
    *,
    previous_rows: int | None,
    extract_date: date | str,
    as_of: date | str,
    home: Home,
) -> ValidationResult:
    """Check the Parquet `snapshot` of one extract and write its Data Docs page.

    previous_rows: rows of the last good extract, None for the first. The rules run again only if the snapshot's
    bytes, the rules or previous_rows changed; freshness is judged every time. Deleted lines of a delta are not
    checked. Raises RegionError for a rule of the contract that cannot be run.
    """
    suite = suite_for(contract, previous_rows=previous_rows)
    rules = [rule for rule in suite if rule.name != FRESHNESS]
    with snapshot.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    fingerprint = f"{FORMAT}-{digest}-{suite_digest(rules)}"
    state = files.read_json(_state_path(home, contract.dataset)) or {}
    skipped = state.get("fingerprint") == fingerprint
    if skipped:
        rows, outcomes = state["rows"], [CheckOutcome(**item) for item in state["outcomes"]]
    else:
        rows, outcomes = _run(contract, snapshot, rules)
    fresh = [_freshness(rule, extract_date, as_of) for rule in suite if rule.name == FRESHNESS]
    result = ValidationResult(
        dataset=contract.dataset,
        extract_date=str(extract_date),
        rows=rows,
        outcomes=(*outcomes, *fresh),
        data_docs=data_docs.page_path(home, contract.dataset),
        skipped=skipped,
    )
    kept = {"fingerprint": fingerprint, "rows": rows, "outcomes": [asdict(item) for item in outcomes]}
    files.write_json(_state_path(home, contract.dataset), kept)
    data_docs.write_page(home, contract, result, as_of=str(as_of))
    return result


def _state_path(home: Home, dataset: str) -> Path:
    return home.state / "quality" / f"{dataset}.json"


def _run(contract: Contract, snapshot: Path, rules: list[Rule]) -> tuple[int, list[CheckOutcome]]:
    """(rows, outcomes). Only the columns that a rule reads are loaded."""
    everything = any("row_condition" in rule.arguments or not rule.columns for rule in rules if rule.name != ROW_COUNT)
    named = {column for rule in rules for column in rule.columns}
    columns = [column.name for column in contract.columns if everything or column.name in named]
    wanted = ", ".join(duck.identifier(column) for column in columns) or "1 as line"
    live = "where not is_deleted" if contract.delivery == "delta" else ""
    with duck.connect() as connection:
        source = parquet_files.source(connection, snapshot)
        (rows,) = connection.execute(f"select count(*) from {source}").fetchone()
        frame = connection.execute(f"select {wanted} from {source} {live}").df()
    found = expectations.run(contract.dataset, rules, frame, expectations.times_of(contract))
    return int(rows), [_outcome(rule, counts, len(frame)) for rule, counts in zip(rules, found, strict=True)]


def _outcome(rule: Rule, counts: expectations.Counts, rows: int) -> CheckOutcome:
    evaluated = rows if counts.evaluated is None else counts.evaluated
    share = None if counts.unexpected is None else counts.unexpected / evaluated if evaluated else 0.0
    return CheckOutcome(
        name=rule.name,
        expectation=rule.expectation,
        column=rule.columns[0] if len(rule.columns) == 1 else None,
        severity=rule.severity,
        passed=counts.passed,
        evaluated=evaluated,
        unexpected_count=counts.unexpected,
        unexpected_share=share,
        description=rule.description,
    )


def _freshness(rule: Rule, extract_date: date | str, as_of: date | str) -> CheckOutcome:
    """How old the extract is on `as_of`, against what the rule allows."""
    age = (date.fromisoformat(str(as_of)) - date.fromisoformat(str(extract_date))).days
    return CheckOutcome(
        name=rule.name,
        expectation=rule.expectation,
        column=None,
        severity=rule.severity,
        passed=age <= rule.arguments["max_age_days"],
        evaluated=None,
        unexpected_count=None,
        unexpected_share=None,
        description=f"{rule.description}; it is {age}",
    )
