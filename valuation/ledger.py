"""The cost ledger: `economics.cost_entry` in the warehouse, with FOCUS column names. Lines are only added.

Recording and looking up what was recorded belong here. Lines are made in `entries.py`, `people.py` and `running.py`,
summed in `spending.py`, shared out in `allocation.py`, exported in `focus.py`.
"""

from collections.abc import Iterable
from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

from settings import duck
from settings.paths import Home
from valuation.entries import DECLARED, CostEntry, cost_entries_for
from valuation.people import Held, Line
from valuation.running import RUNNING

__all__ = ["CostEntry", "accrued_to", "cost_entries_for", "declared", "has_ledger", "record"]

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
    ChargeClass varchar,
    primary key (run_id, asset_key, resource)
);
alter table economics.cost_entry add column if not exists ChargeClass varchar"""  # ledgers of before have none
# Only a retry of a step within its own run writes a line again: it measures what the failed try did not get to.
APPEND = """
insert into economics.cost_entry values ({marks})
on conflict (run_id, asset_key, resource) do update set
    ChargePeriodStart = excluded.ChargePeriodStart,
    ChargePeriodEnd = excluded.ChargePeriodEnd,
    ChargeDescription = excluded.ChargeDescription,
    ConsumedQuantity = excluded.ConsumedQuantity,
    ListUnitPrice = excluded.ListUnitPrice,
    BilledCost = excluded.BilledCost,
    rows = excluded.rows
where cost_entry.ChargeCategory = 'Usage'"""
HELD = f"""
select
    regexp_extract(run_id, '^{DECLARED}:[^:]*:[^:]*') as line,
    asset_key,
    resource,
    sum(ConsumedQuantity),
    arg_max(ListUnitPrice, row(length(run_id), run_id)),
    count(*)
from economics.cost_entry
where run_id like '{DECLARED}:%'
group by line, asset_key, resource"""


def record(home: Home, entries: Iterable[CostEntry]) -> None:
    """Append entries to the ledger, all or none.

    A measured line of the same run, asset and resource is replaced; a declared line that is there stays as it is.
    """
    lines = [astuple(entry) for entry in {(e.run_id, e.asset_key, e.resource): e for e in entries}.values()]
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(TABLE)
        if lines:
            marks = ", ".join("?" * len(lines[0]))  # one statement: a statement a line costs ten times as much
            rows = "), (".join([marks] * len(lines))
            connection.execute(APPEND.format(marks=rows), [value for line in lines for value in line])


def declared(home: Home) -> dict[Line, Held]:
    """One-off people cost that the ledger holds, corrections included. {} where nothing was ever recorded."""
    return {(line, asset, resource): Held(*rest) for line, asset, resource, *rest in _rows(home, HELD)}


def accrued_to(home: Home) -> dict[str, date]:
    """Per asset key, the last day whose running cost is in the ledger."""
    found = _rows(
        home,
        "select asset_key, max(ChargePeriodEnd)::date from economics.cost_entry "
        f"where resource = '{RUNNING}' group by asset_key",
    )
    return {asset_key: end - timedelta(days=1) for asset_key, end in found}


def has_ledger(home: Home) -> bool:
    """Whether anything was ever recorded."""
    if not home.warehouse_db.exists():
        return False
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        return duck.has_table(connection, "economics", "cost_entry")


def _rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    if not has_ledger(home):
        return []
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return found
