"""The value tables of `economics` and how lines become their rows. What a column means is with its dataclass."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

import pyarrow as pa

from settings import duck
from settings.paths import Home
from valuation.assumptions import Assumption
from valuation.dataset_lines import DatasetValue
from valuation.level_reach import LevelReach
from valuation.linkage_loss import LinkageValue
from valuation.worth_lines import ActionValue, CapacityValue, CurvePoint

TABLES: dict[str, type] = {
    "action_value": ActionValue,
    "value_curve": CurvePoint,
    "capacity_value": CapacityValue,
    "dataset_value": DatasetValue,
    "linkage_value": LinkageValue,
    "level_reach": LevelReach,
    "assumption": Assumption,
}
Lines = dict[str, list[Any]]  # by table
TYPES = {
    "str": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "tuple[str, ...]": pa.list_(pa.string()),
}
NIGHTS_A_YEAR = 365
TIER_COSTS = f"""
with made as (
    select replace(asset_key, 'tiers/', '') as tier, run_id, sum(BilledCost)::double as gbp
    from economics.cost_entry
    where asset_key like 'tiers/%' and ChargeCategory = 'Usage'
    group by all
)
select tier, max(gbp) * {NIGHTS_A_YEAR} from made group by tier order by tier"""


def write_tables(home: Home, lines: Mapping[str, list[Any]]) -> None:
    """Replace the tables, all or none."""
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("create schema if not exists economics; begin")
        for name, kind in TABLES.items():
            connection.register("worth_lines", _arrow(kind, lines[name]))
            connection.execute(f"create or replace table economics.{name} as from worth_lines")
            connection.unregister("worth_lines")
        connection.execute("commit")


def tier_costs_gbp(home: Home) -> dict[str, float]:
    """Pounds a year to compute each tier every night, by the ledger's dearest night (others may have skipped it)."""
    if not home.warehouse_db.exists():
        return {}
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        known = "select 1 from duckdb_tables() where schema_name = 'economics' and table_name = 'cost_entry'"
        if not connection.execute(known).fetchone():
            return {}
        return dict(connection.execute(TIER_COSTS).fetchall())


def _arrow(kind: type, lines: Iterable[Any]) -> pa.Table:
    """Lines as a table with a column per field of their dataclass."""
    hints = get_type_hints(kind)
    kept = list(lines)
    return pa.table(
        {
            item.name: pa.array([getattr(line, item.name) for line in kept], type=_type(hints[item.name]))
            for item in fields(kind)
        }
    )


def _type(hint: Any) -> pa.DataType:
    return TYPES[str(hint).removesuffix(" | None") if "|" in str(hint) or "[" in str(hint) else hint.__name__]
