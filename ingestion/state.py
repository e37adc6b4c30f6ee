"""What ingestion knows as a whole: the latest date of any extract. Nothing is read or written but records."""

from collections.abc import Iterable

from ingestion.contract import Contract
from ingestion.landing import find_extracts
from ingestion.receipts import read_receipts
from settings.paths import Home


def latest_extract_date(contracts: Iterable[Contract], home: Home) -> str | None:
    """The latest ISO date among accepted receipts and files in the landing folder: the default `as_of`."""
    dates: set[str] = set()
    for contract in contracts:
        dates.update(read_receipts(home, contract.dataset))
        dates.update(extract.extract_date for extract in find_extracts(contract, home.landing))
    return max(dates, default=None)
