"""What ingestion knows as a whole: the latest date of any extract, and how much is new. Only records are read."""

from collections.abc import Iterable

from ingestion.contract import Contract
from ingestion.landing import find_extracts, stamp_of
from ingestion.receipts import Receipt, Refusal, read_receipts, read_refusals, reading_digest
from settings.paths import Home


def latest_extract_date(contracts: Iterable[Contract], home: Home) -> str | None:
    """The latest ISO date among accepted receipts and files in the landing folder: the default `as_of`."""
    dates: set[str] = set()
    for contract in contracts:
        dates.update(read_receipts(home, contract.dataset))
        dates.update(extract.extract_date for extract in find_extracts(contract, home.landing))
    return max(dates, default=None)


def new_bytes(contract: Contract, home: Home, *, as_of: str) -> int:
    """Bytes of the landing files that a run as of that date would read: new or changed ones, by size and times.

    A file that was only touched counts too; whether its bytes differ is known when it is read.
    """
    digest = reading_digest(contract)
    records: list[Receipt | Refusal] = [
        *read_receipts(home, contract.dataset).values(),
        *read_refusals(home, contract.dataset).values(),
    ]
    known = {(item.extract_date, item.stamp) for item in records if item.reading_digest == digest}
    return sum(
        extract.path.stat().st_size
        for extract in find_extracts(contract, home.landing)
        if extract.extract_date <= as_of and (extract.extract_date, stamp_of(extract.path)) not in known
    )
