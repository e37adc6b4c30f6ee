"""Lines of the cost ledger, made from what was measured and from what the contracts declare.

Quantity times price, and nothing else: measuring is `metering.py`, prices are `rates.py`, the table is `ledger.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from ingestion.contract import Contract
from valuation.metering import Usage
from valuation.rates import MONEY, Rate

BYTES_PER_GB = 10**9
SECONDS_PER_HOUR = 3600
DAYS_PER_MONTH = Decimal("30.4375")
CURRENCY = "GBP"
DECLARED = "declared"  # the first part of the run_id of people cost, which no run incurs


@dataclass(frozen=True)
class CostEntry:
    """One line of the ledger, in the order of the table's columns. Times are UTC; money is pounds."""

    billing_account_id: str
    charge_period_start: datetime
    charge_period_end: datetime
    charge_category: str  # Usage (measured) | Purchase (declared people cost)
    charge_description: str
    resource_id: str
    resource_type: str
    service_name: str
    consumed_quantity: Decimal
    consumed_unit: str
    list_unit_price: Decimal
    billed_cost: Decimal
    billing_currency: str
    run_id: str
    asset_key: str  # layer/name
    resource: str  # cpu | memory | storage | integration | governance
    rows: int | None


def cost_entries_for(
    usage: Usage,
    *,
    asset_key: str,
    run_id: str,
    rows: int | None,
    rates: Mapping[str, Rate],
    started_at: datetime,
    ended_at: datetime,
    account: str = "region",
    stored_days: float = 1.0,
) -> list[CostEntry]:
    """The CPU, memory and storage lines of one asset in one run.

    Memory is the peak held for the wall time; storage is the bytes written, held for `stored_days` (one night by
    default, since the next run writes them anew). account: the region's name.
    """
    quantities = {
        "cpu": Decimal(repr(usage.cpu_seconds)),
        "memory": Decimal(usage.peak_bytes) / BYTES_PER_GB * Decimal(repr(usage.wall_seconds)) / SECONDS_PER_HOUR,
        "storage": Decimal(usage.bytes_written) / BYTES_PER_GB * Decimal(repr(stored_days)) / DAYS_PER_MONTH,
    }
    period = (_utc(started_at), _utc(ended_at))
    return [
        _entry(account, period, "Usage", name, rates[name], quantity, run_id=run_id, asset_key=asset_key, rows=rows)
        for name, quantity in quantities.items()
    ]


def people_entries(
    contracts: Mapping[str, Contract],
    rates: Mapping[str, Rate],
    *,
    as_of: date | str,
    tiers: Sequence[str] = (),
    account: str = "region",
) -> list[CostEntry]:
    """Declared people cost: integration once per data set, governance once per data set and tier that it is in.

    tiers: `<level>_<detail>` names that are granted. Keyed by the contract's major version, so that a night repeats
    nothing, an edited figure corrects its line, and a contract that breaks with its past is integrated again.
    """
    day = datetime.combine(date.fromisoformat(str(as_of)), time.min)
    rate = rates["people"]
    entries = []
    for dataset, contract in sorted(contracts.items()):
        run_id = f"{DECLARED}:{dataset}:{contract.version.split('.')[0]}"
        wanted = [("integration", f"raw/{dataset}", contract.integration_days)]
        wanted += [
            ("governance", f"tiers/{tier}", contract.governance_days) for tier in tiers if _is_in(contract, tier)
        ]
        entries += [
            _entry(
                account,
                (day, day),
                "Purchase",
                name,
                rate,
                Decimal(repr(days)),
                run_id=run_id,
                asset_key=key,
                rows=None,
            )
            for name, key, days in wanted
            if days
        ]
    return entries


def _entry(
    account: str,
    period: tuple[datetime, datetime],
    category: str,
    name: str,
    rate: Rate,
    quantity: Decimal,
    *,
    run_id: str,
    asset_key: str,
    rows: int | None,
) -> CostEntry:
    consumed = quantity.quantize(MONEY)
    return CostEntry(
        billing_account_id=account,
        charge_period_start=period[0],
        charge_period_end=period[1],
        charge_category=category,
        charge_description=f"{name} for {asset_key} ({rate.source})",
        resource_id=asset_key,
        resource_type=rate.resource,
        service_name=asset_key.split("/")[0],
        consumed_quantity=consumed,
        consumed_unit=rate.unit,
        list_unit_price=rate.unit_price_gbp,
        billed_cost=(consumed * rate.unit_price_gbp).quantize(MONEY),
        billing_currency=CURRENCY,
        run_id=run_id,
        asset_key=asset_key,
        resource=name,
        rows=rows,
    )


def _is_in(contract: Contract, tier: str) -> bool:
    """Premises are at household level and coarser, ward data at ward level only."""
    level = tier.split("_")[0]
    return {"person": True, "premises": level != "person", "ward": level == "ward"}[contract.subject]


def _utc(moment: datetime) -> datetime:
    """`moment` in UTC without its zone, as the ledger keeps it; a moment without a zone is taken as UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
