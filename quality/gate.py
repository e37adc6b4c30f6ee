"""Judge what ingestion took: an extract that breaks a blocking rule is set aside, and the last good one goes on.

The rules are `suite.py`, running them is `validate.py`; only the decision belongs here.
"""

from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import Contract
from ingestion.ingest import IngestResult
from ingestion.receipts import Receipt, raw_folder, read_receipts
from ingestion.set_aside import set_aside
from quality.validate import CheckOutcome, ValidationResult, validate_snapshot
from settings.errors import UserError
from settings.paths import Home


@dataclass(frozen=True)
class Judgement:
    """What the rules said of the extract that was judged last, and whether it was set aside."""

    outcomes: tuple[CheckOutcome, ...]
    page: Path | None
    skipped: bool
    set_aside: tuple[str, ...] = ()  # problems of every extract set aside


def judge(contract: Contract, taken: IngestResult, home: Home, *, as_of: str) -> Judgement:
    """Judge every extract that `taken` accepted, oldest first; where there is none, the one in use.

    Raises UserError where an extract accepted on an earlier night breaks a blocking rule, as after a contract was
    hardened: nothing newer could stand in for it, so the night stops and yesterday's release stays.
    """
    result: ValidationResult | None = None
    problems: list[str] = []
    for receipt in taken.receipts:
        result = _validate(contract, receipt, home, as_of)
        broken = _broken(result)
        if broken:
            set_aside(home, receipt, broken)
            problems += [f"{receipt.file_name}: {problem}" for problem in broken]
    if not taken.receipts and taken.extract_date:
        receipt = read_receipts(home, contract.dataset)[taken.extract_date]
        result = _validate(contract, receipt, home, as_of)
        broken = _broken(result)
        if broken:
            raise UserError(
                f"{contract.dataset}: the extract of {receipt.extract_date}, accepted earlier, breaks blocking rules",
                [*broken, "relax the rule in the contract, or have the partner send a corrected file"],
            )
    if result is None:
        return Judgement((), None, skipped=True)
    return Judgement(result.outcomes, result.data_docs, result.skipped, tuple(problems))


def _validate(contract: Contract, receipt: Receipt, home: Home, as_of: str) -> ValidationResult:
    receipts = read_receipts(home, contract.dataset)
    earlier = [item.rows_accepted for date, item in receipts.items() if date < receipt.extract_date]
    return validate_snapshot(
        contract,
        raw_folder(home, receipt.dataset, receipt.extract_date) / receipt.snapshot,
        previous_rows=earlier[-1] if earlier else None,
        extract_date=receipt.extract_date,
        as_of=as_of,
        home=home,
    )


def _broken(result: ValidationResult) -> list[str]:
    return [
        f"blocking rule '{outcome.name}' is broken"
        + (f" by {outcome.unexpected_count:,} row(s)" if outcome.unexpected_count else "")
        + f": {outcome.description}"
        for outcome in result.outcomes
        if outcome.severity == "blocking" and not outcome.passed
    ]
