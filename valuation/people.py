"""People cost that contracts and agreements cause: integration once per data set, governance once per tier granted.

A line that was written stays as it is. What is wanted now is compared with what the ledger holds, and the difference
is a line of its own. Looking after what runs is `running.py`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ingestion.contract import Contract
from valuation.entries import DECLARED, CostEntry, priced
from valuation.rates import Rate

INTEGRATION, GOVERNANCE = "integration", "governance"
Line = tuple[str, str, str]  # declared:<dataset>:<major version>, asset key, resource


@dataclass(frozen=True)
class Held:
    """What the ledger holds of one declared line and its corrections."""

    days: Decimal
    unit_price_gbp: Decimal  # of the latest of them
    lines: int


def people_entries(
    contracts: Mapping[str, Contract],
    rates: Mapping[str, Rate],
    *,
    as_of: date | str,
    granted: Collection[tuple[str, str]] = (),
    held: Mapping[Line, Held] | None = None,
    account: str = "region",
) -> list[CostEntry]:
    """The lines to append so that the ledger holds what contracts declare; none where it does already.

    granted: (data set, tier) that a live agreement permits some group. held: `ledger.declared`. More days than held are
    bought at today's price; fewer are taken back at the price they were booked at. A tier that is no longer granted
    gives nothing back: the work was done. A contract that breaks with its past (a new major version) is integrated
    again.
    """
    day = datetime.combine(date.fromisoformat(str(as_of)), time.min)
    known = held or {}
    entries = []
    for line, days in _wanted(contracts, granted):
        before = known.get(line)
        missing = days - (before.days if before else 0)
        if not missing:
            continue
        run_id, asset_key, resource = line
        entries.append(
            priced(
                rates["people"],
                missing,
                resource=resource,
                run_id=f"{run_id}:{before.lines}" if before else run_id,
                asset_key=asset_key,
                period=(day, day + timedelta(days=1)),
                category="Purchase",
                charge_class="Correction" if before else None,
                unit_price_gbp=before.unit_price_gbp if before and missing < 0 else None,
                account=account,
            )
        )
    return entries


def _wanted(contracts: Mapping[str, Contract], granted: Collection[tuple[str, str]]) -> Iterator[tuple[Line, Decimal]]:
    for dataset, contract in sorted(contracts.items()):
        run_id = f"{DECLARED}:{dataset}:{contract.version.split('.')[0]}"
        if contract.integration_days:
            yield (run_id, f"raw/{dataset}", INTEGRATION), Decimal(repr(contract.integration_days))
        for tier in sorted({tier for name, tier in granted if name == dataset}):
            if contract.governance_days:
                yield (run_id, f"tiers/{tier}", GOVERNANCE), Decimal(repr(contract.governance_days))
