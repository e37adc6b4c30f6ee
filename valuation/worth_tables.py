"""The value tables of `economics`. What a column means is with its dataclass."""

from collections.abc import Mapping
from typing import Any

from settings import duck
from settings.paths import Home
from valuation.dataset_lines import DatasetValue
from valuation.level_reach import LevelReach
from valuation.linkage_loss import LinkageValue
from valuation.questions import Assumption
from valuation.table_writer import write_tables
from valuation.worth_rows import ActionValue, CapacityValue, CurvePoint

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
NIGHTS_A_YEAR = 365
TIER_COSTS = f"""
with made as (
    select replace(asset_key, 'tiers/', '') as tier, run_id, sum(BilledCost)::double as gbp
    from economics.cost_entry
    where asset_key like 'tiers/%' and ChargeCategory = 'Usage'
    group by all
)
select tier, max(gbp) * {NIGHTS_A_YEAR} from made group by tier order by tier"""


def write_worth(home: Home, lines: Mapping[str, list[Any]]) -> None:
    """Replace the tables, all or none."""
    write_tables(home, {name: (kind, lines[name]) for name, kind in TABLES.items()})


def tier_costs_gbp(home: Home) -> dict[str, float]:
    """Pounds a year to compute each tier every night, by the ledger's dearest night (others may have skipped it)."""
    if not home.warehouse_db.exists():
        return {}
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        if not duck.has_table(connection, "economics", "cost_entry"):
            return {}
        return dict(connection.execute(TIER_COSTS).fetchall())
