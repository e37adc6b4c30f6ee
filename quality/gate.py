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
    """What the rules said of the extract in force (of the one set aside, if one was), and what was set aside."""

    outcomes: tuple[CheckOutcome, ...]
    page: Path | None
    skipped: bool
    set_aside: tuple[str, ...] = ()  # problems of every extract set aside
    is_stale: bool = False  # one set aside is newer than what is in force (of a delta: any was)


def judge(contract: Contract, taken: IngestResult, home: Home, *, as_of: str) -> Judgement:
    """Judge every extract that `taken` accepted, oldest first, and then the one in force if it is none of them.

    Raises UserError where an extract accepted on an earlier night breaks a blocking rule, as after a contract was
    hardened: nothing newer could stand in for it, so the night stops and yesterday's release stays.
    """
    result: ValidationResult | None = None
    problems: list[str] = []
    dates: list[str] = []
    for receipt in taken.receipts:
        result = _validate(contract, receipt, home, as_of)
        if result.blocked:
            set_aside(home, receipt, _broken(result))
            dates.append(receipt.extract_date)
            problems += [f"{receipt.file_name}: {problem}" for problem in _broken(result)]
    in_force = max((date for date in read_receipts(home, contract.dataset) if date <= as_of), default="")
    if in_force and not problems and in_force not in {receipt.extract_date for receipt in taken.receipts}:
        result = _still_good(contract, in_force, home, as_of)
    if result is None:
        return Judgement((), None, skipped=True)
    is_stale = bool(dates) and (contract.delivery == "delta" or max(dates) >= in_force)
    return Judgement(result.outcomes, result.data_docs, result.skipped, tuple(problems), is_stale)


def _still_good(contract: Contract, extract_date: str, home: Home, as_of: str) -> ValidationResult:
    result = _validate(contract, read_receipts(home, contract.dataset)[extract_date], home, as_of)
    if result.blocked:
        raise UserError(
            f"{contract.dataset}: the extract of {extract_date}, accepted earlier, breaks blocking rules",
            [*_broken(result), "relax the rule in the contract, or have the partner send a corrected file"],
        )
    return result


def _validate(contract: Contract, receipt: Receipt, home: Home, as_of: str) -> ValidationResult:
    return validate_snapshot(
        contract,
        raw_folder(home, receipt.dataset, receipt.extract_date) / receipt.snapshot,
        previous_rows=_rows_before(read_receipts(home, contract.dataset), receipt),
        extract_date=receipt.extract_date,
        as_of=as_of,
        home=home,
    )


def _rows_before(receipts: dict[str, Receipt], receipt: Receipt) -> int | None:
    """Rows of the last good extract before `receipt` that was known when it was taken.

    One set aside has no receipt any more, so a fall that was stopped once is not the measure of the next night. One
    that came late, with an older date, must not overturn what was accepted before it came.
    """
    earlier = [
        item.rows_accepted
        for date, item in receipts.items()
        if date < receipt.extract_date and item.finished_at <= receipt.finished_at
    ]
    return earlier[-1] if earlier else None


def _broken(result: ValidationResult) -> list[str]:
    return [
        f"blocking rule '{outcome.name}' is broken"
        + (f" by {outcome.unexpected_count:,} row(s)" if outcome.unexpected_count else "")
        + f": {outcome.description}"
        for outcome in result.outcomes
        if outcome.severity == "blocking" and not outcome.passed
    ]
