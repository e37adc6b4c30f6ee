"""What was spent, summed from the ledger by asset, resource, run or data set.

Sums of lines as they were billed; who bears what is shared is `allocation.py`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from settings import duck
from settings.paths import Home
from valuation.entries import DECLARED
from valuation.ledger import has_ledger

LATEST_RUN = """select run_id from economics.cost_entry where ChargeCategory = 'Usage'
    order by ChargePeriodStart desc, run_id desc limit 1"""
SHARED = "shared by all data sets"
DATASET = f"""case
    when run_id like '{DECLARED}:%' then split_part(run_id, ':', 2)
    when asset_key like 'raw/%' then split_part(asset_key, '/', 2)
    when asset_key like 'staging/stg\\_%' escape '\\' then split_part(asset_key, '/', 2)[5:]
    else '{SHARED}' end"""
GROUPS = {"asset": "asset_key", "resource": "resource", "run": "run_id", "dataset": DATASET}
UNITS = ("CPU-second", "GB-hour", "GB-month", "person-day")


@dataclass(frozen=True)
class CostLine:
    """One line of a summary: quantities by resource and pounds."""

    name: str
    runs: int
    cpu_seconds: Decimal
    memory_gb_hours: Decimal
    storage_gb_months: Decimal
    person_days: Decimal
    billed_gbp: Decimal


def summary(
    home: Home,
    *,
    by: str = "asset",
    asset: str | None = None,
    run: str | None = None,
    since: date | str | None = None,
    category: str | None = None,
) -> list[CostLine]:
    """What was spent, dearest first.

    by: asset | resource | run | dataset. asset: keys that match this pattern, such as `tiers/person_*`. run: that run
    only, or `latest`. since: periods that start on that day or later. category: Usage (measured) or Purchase
    (declared) only. An empty list where nothing was ever recorded.
    """
    if by not in GROUPS:
        raise ValueError(f"by is '{by}'; use one of {', '.join(GROUPS)}")
    if not has_ledger(home):
        return []
    where, values = conditions(asset=asset, run=run, since=since, category=category)
    sums = ", ".join(f"coalesce(sum(ConsumedQuantity) filter (where ConsumedUnit = '{unit}'), 0)" for unit in UNITS)
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        lines = connection.execute(
            f"""select {GROUPS[by]} as name, count(distinct run_id), {sums}, sum(BilledCost) as billed
            from economics.cost_entry where {where} group by 1 order by billed desc, name""",
            values,
        ).fetchall()
    return [CostLine(*line) for line in lines]


def conditions(
    *,
    asset: str | None = None,
    run: str | None = None,
    since: date | str | None = None,
    category: str | None = None,
) -> tuple[str, list[Any]]:
    """An SQL condition over `economics.cost_entry`, and the values of its marks."""
    chosen: list[tuple[str, Any]] = []
    if asset is not None:
        chosen.append(("asset_key glob ?", asset))
    if run == "latest":
        chosen.append((f"run_id = ({LATEST_RUN}) and ? = 'latest'", run))
    elif run is not None:
        chosen.append(("run_id = ?", run))
    if category is not None:
        chosen.append(("ChargeCategory = ?", category))
    if since is not None:
        chosen.append(("ChargePeriodStart >= ?::date", str(since)))
    return " and ".join(condition for condition, _ in chosen) or "true", [value for _, value in chosen]
