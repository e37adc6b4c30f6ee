"""The cost ledger: `economics.cost_entry` in the warehouse, with FOCUS column names.

Entries are recorded and summed here. They are made in `entries.py`; allocation to tiers is later work on top of this
table.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from settings import duck
from settings.paths import Home
from valuation.entries import DECLARED, CostEntry, cost_entries_for, people_entries

__all__ = ["CostEntry", "CostLine", "cost_entries_for", "people_entries", "record", "summary"]

TABLE = """
create schema if not exists economics;
create table if not exists economics.cost_entry (
    BillingAccountId varchar not null,
    ChargePeriodStart timestamp not null,
    ChargePeriodEnd timestamp not null,
    ChargeCategory varchar not null,
    ChargeDescription varchar not null,
    ResourceId varchar not null,
    ResourceType varchar not null,
    ServiceName varchar not null,
    ConsumedQuantity decimal(18, 6) not null,
    ConsumedUnit varchar not null,
    ListUnitPrice decimal(18, 6) not null,
    BilledCost decimal(18, 6) not null,
    BillingCurrency varchar not null,
    run_id varchar not null,
    asset_key varchar not null,
    resource varchar not null,
    rows bigint,
    primary key (run_id, asset_key, resource)
)"""
# A declared cost keeps the day on which it was first declared.
UPSERT = """
insert into economics.cost_entry values ({marks})
on conflict (run_id, asset_key, resource) do update set
    ChargePeriodStart = case when cost_entry.ChargeCategory = 'Purchase'
        then cost_entry.ChargePeriodStart else excluded.ChargePeriodStart end,
    ChargePeriodEnd = case when cost_entry.ChargeCategory = 'Purchase'
        then cost_entry.ChargePeriodEnd else excluded.ChargePeriodEnd end,
    ChargeDescription = excluded.ChargeDescription,
    ConsumedQuantity = excluded.ConsumedQuantity,
    ListUnitPrice = excluded.ListUnitPrice,
    BilledCost = excluded.BilledCost,
    rows = excluded.rows"""
LATEST_RUN = """select run_id from economics.cost_entry where ChargeCategory = 'Usage'
    order by ChargePeriodStart desc, run_id desc limit 1"""
DATASET = f"""case
    when run_id like '{DECLARED}:%' then split_part(run_id, ':', 2)
    when asset_key like 'raw/%' then split_part(asset_key, '/', 2)
    when asset_key like 'staging/stg\\_%' escape '\\' then split_part(asset_key, '/', 2)[5:]
    else 'shared by all data sets' end"""
GROUPS = {"asset": "asset_key", "resource": "resource", "run": "run_id", "dataset": DATASET}


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


def record(home: Home, entries: Iterable[CostEntry]) -> None:
    """Write entries into the ledger, all or none. An entry of the same run, asset and resource is replaced."""
    lines = [astuple(entry) for entry in {(e.run_id, e.asset_key, e.resource): e for e in entries}.values()]
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(TABLE)
        if lines:
            marks = ", ".join("?" * len(lines[0]))  # one statement: a statement a line costs ten times as much
            rows = "), (".join([marks] * len(lines))
            connection.execute(UPSERT.format(marks=rows), [value for line in lines for value in line])


def summary(
    home: Home,
    *,
    by: str = "asset",
    run: str | None = None,
    since: date | str | None = None,
    category: str | None = None,
) -> list[CostLine]:
    """What was spent, dearest first.

    by: asset | resource | run | dataset. run: that run only, or `latest`. since: periods that start on that day or
    later. category: Usage (measured) or Purchase (declared) only. An empty list where nothing was ever recorded.
    """
    if by not in GROUPS:
        raise ValueError(f"by is '{by}'; use one of {', '.join(GROUPS)}")
    if not home.warehouse_db.exists():
        return []
    conditions: list[tuple[str, Any]] = []
    if run == "latest":
        conditions.append((f"run_id = ({LATEST_RUN}) and ? = 'latest'", run))
    elif run is not None:
        conditions.append(("run_id = ?", run))
    if category is not None:
        conditions.append(("ChargeCategory = ?", category))
    if since is not None:
        conditions.append(("ChargePeriodStart >= ?::date", str(since)))
    where = " and ".join(condition for condition, _ in conditions) or "true"
    sums = ", ".join(
        f"coalesce(sum(ConsumedQuantity) filter (where ConsumedUnit = '{unit}'), 0)"
        for unit in ("CPU-second", "GB-hour", "GB-month", "person-day")
    )
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        if ("economics.cost_entry",) not in tables:
            return []
        lines = connection.execute(
            f"""select {GROUPS[by]} as name, count(distinct run_id), {sums}, sum(BilledCost) as billed
            from economics.cost_entry where {where} group by 1 order by billed desc, name""",
            [value for _, value in conditions],
        ).fetchall()
    return [CostLine(*line) for line in lines]
