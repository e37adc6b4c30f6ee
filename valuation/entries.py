"""Lines of the cost ledger: quantity times price, and nothing else.

Measuring is `metering.py`, people are `people.py` and `running.py`, prices are `rates.py`, the table is `ledger.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from valuation.metering import Usage
from valuation.rates import MONEY, Rate

BYTES_PER_GB = 10**9
SECONDS_PER_HOUR = 3600
DAYS_PER_MONTH = Decimal("30.4375")
CURRENCY = "GBP"
DECLARED = "declared"  # the first part of the run_id of one-off people cost, which no run incurs


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
    resource: str  # cpu | memory | storage | integration | governance | running
    rows: int | None
    charge_class: str | None = None  # Correction: puts right what an earlier line of the same thing said


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
        priced(
            rates[name],
            quantity,
            resource=name,
            run_id=run_id,
            asset_key=asset_key,
            period=period,
            category="Usage",
            rows=rows,
            account=account,
        )
        for name, quantity in quantities.items()
    ]


def priced(
    rate: Rate,
    quantity: Decimal,
    *,
    resource: str,
    run_id: str,
    asset_key: str,
    period: tuple[datetime, datetime],
    category: str,
    charge_class: str | None = None,
    unit_price_gbp: Decimal | None = None,
    rows: int | None = None,
    account: str = "region",
) -> CostEntry:
    """One line: a quantity at `rate`, or at `unit_price_gbp` where that differs. period: UTC, its end exclusive."""
    consumed = quantity.quantize(MONEY)
    price = rate.unit_price_gbp if unit_price_gbp is None else unit_price_gbp
    return CostEntry(
        billing_account_id=account,
        charge_period_start=period[0],
        charge_period_end=period[1],
        charge_category=category,
        charge_description=f"{resource} for {asset_key} ({rate.source})",
        resource_id=asset_key,
        resource_type=rate.resource,
        service_name=asset_key.split("/")[0],
        consumed_quantity=consumed,
        consumed_unit=rate.unit,
        list_unit_price=price,
        billed_cost=(consumed * price).quantize(MONEY),
        billing_currency=CURRENCY,
        run_id=run_id,
        asset_key=asset_key,
        resource=resource,
        rows=rows,
        charge_class=charge_class,
    )


def _utc(moment: datetime) -> datetime:
    """`moment` in UTC without its zone, as the ledger keeps it; a moment without a zone is taken as UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
