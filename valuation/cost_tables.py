"""Tables written from the ledger: `economics.asset_cost`, `tier_cost`, `dataset_cost`, `cell_cost`.

The rule of sharing is `allocation.py`; each table is replaced as a whole.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import Any

from ingestion.contract import Contract
from settings import duck
from settings.paths import Home
from sharing.gate import SUBJECT_LEVELS, Decision
from sharing.tiers import DETAILS, LEVELS
from valuation.allocation import Cell, Charge, Cost, allocate, cell_costs, charges, dataset_costs, tier_costs
from valuation.asset_cost import upstream
from valuation.entries import DECLARED
from valuation.ledger import TABLE as LEDGER

COSTS = ("own_gbp", "cumulative_gbp", "stand_alone_gbp", "marginal_gbp", "allocated_gbp")
KEYS = {"tier_cost": ("tier",), "dataset_cost": ("dataset",), "cell_cost": ("dataset", "tier")}
LINES = f"""
select
    asset_key,
    case when run_id like '{DECLARED}:%' then split_part(run_id, ':', 2) end as dataset,
    sum(BilledCost)
from economics.cost_entry
group by 1, 2
order by 1, 2 nulls first"""
WHOLE_LEDGER = "all"  # the run_id under which asset_cost has the whole ledger, people included
ASSET_COST = f"""
create or replace table economics.asset_cost as
with billed as (
    select run_id, asset_key, sum(BilledCost) as gbp, min(ChargePeriodStart) as started_at
    from economics.cost_entry where ChargeCategory = 'Usage' group by run_id, asset_key
    union all
    select '{WHOLE_LEDGER}', asset_key, sum(BilledCost), min(ChargePeriodStart)
    from economics.cost_entry group by asset_key
)
select
    own.run_id,
    own.asset_key,
    own.started_at,
    own.gbp::decimal(18, 6) as own_gbp,
    (own.gbp + coalesce(sum(above.gbp), 0))::decimal(18, 6) as cumulative_gbp
from billed as own
left join asset_above on own.asset_key = asset_above.asset_key
left join billed as above on own.run_id = above.run_id and asset_above.above = above.asset_key
group by own.run_id, own.asset_key, own.started_at, own.gbp
order by own.run_id, own.asset_key"""


@dataclass(frozen=True)
class Written:
    """Rows by table, and the pounds that tiers, data sets and cells each bear: the ledger when it was read."""

    rows: dict[str, int]
    ledger_gbp: Decimal


def region_cells(contracts: Mapping[str, Contract]) -> list[Cell]:
    """Every data set at every tier whose level its subject has."""
    return [
        (dataset, f"{level}_{detail}")
        for dataset, contract in sorted(contracts.items())
        for level in LEVELS
        if level in SUBJECT_LEVELS[contract.subject]
        for detail in DETAILS
    ]


def readers_of(decisions: Iterable[Decision]) -> dict[Cell, int]:
    """How many user groups live agreements let read each cell."""
    counts: dict[Cell, int] = {}
    for decision in decisions:
        if decision.is_permitted:
            counts[decision.dataset, decision.tier] = counts.get((decision.dataset, decision.tier), 0) + 1
    return counts


def read_charges(connection: Any, parents: Mapping[str, Collection[str]], cells: Collection[Cell]) -> list[Charge]:
    """The whole ledger as charges. connection: to the warehouse."""
    return charges(connection.execute(LINES).fetchall(), parents, cells)


def write_cost_tables(
    home: Home, parents: Mapping[str, Collection[str]], cells: Collection[Cell], readers: Mapping[Cell, int]
) -> Written:
    """Share the ledger as it stands and replace all four tables at once.

    parents: asset -> the assets it is made from. readers: user groups that may read a cell.
    """
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(LEDGER)
        wanted = read_charges(connection, parents, cells)
        shares = allocate(wanted, cells, readers)
        connection.execute("begin")
        _write_asset_cost(connection, parents)
        _write(connection, "tier_cost", {(name,): cost for name, cost in tier_costs(wanted, shares).items()})
        _write(connection, "dataset_cost", {(name,): cost for name, cost in dataset_costs(wanted, shares).items()})
        _write(connection, "cell_cost", cell_costs(wanted, shares), readers=readers)
        connection.execute("commit")
        rows = {
            name: connection.execute(f"select count(*) from economics.{name}").fetchone()[0]
            for name in ("asset_cost", *KEYS)
        }
    return Written(rows, sum((charge.gbp for charge in wanted), Decimal(0)))


def missing_gbp(home: Home, ledger_gbp: Decimal) -> dict[str, Decimal]:
    """By how much what each table's rows bear differs from the ledger, as read back: all 0."""
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        borne = {
            name: connection.execute(f"select coalesce(sum(allocated_gbp), 0) from economics.{name}").fetchone()[0]
            for name in KEYS
        }
    return {name: ledger_gbp - gbp for name, gbp in borne.items()}


def _write_asset_cost(connection: Any, parents: Mapping[str, Collection[str]]) -> None:
    connection.execute("create or replace temp table asset_above (asset_key varchar, above varchar)")
    above = [(asset, other) for asset in sorted(parents) for other in sorted(upstream(asset, parents) - {asset})]
    names = [list(column) for column in zip(*above, strict=True)] or [[], []]
    connection.execute("insert into asset_above select unnest(?::varchar[]), unnest(?::varchar[])", names)
    connection.execute(ASSET_COST)


def _write(connection: Any, name: str, costs: Mapping[Any, Cost], *, readers: Mapping[Cell, int] | None = None) -> None:
    keys = ", ".join(f"{key} varchar not null" for key in KEYS[name])
    amounts = ", ".join(f"{column} decimal(18, 6) not null" for column in COSTS)
    groups = "" if readers is None else ", user_groups integer not null"
    connection.execute(
        f"create or replace table economics.{name} ({keys}{groups}, {amounts}, primary key ({', '.join(KEYS[name])}))"
    )
    rows = [(*key, *(() if readers is None else (readers.get(key, 0),)), *astuple(cost)) for key, cost in costs.items()]
    if rows:  # one statement: a statement a row costs ten times as much
        marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
        connection.execute(f"insert into economics.{name} values {marks}", [value for row in rows for value in row])
