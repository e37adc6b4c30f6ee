"""The ledger shared out among the tiers, so that their parts add up to it exactly.

An asset's cost is shared equally by the tiers that need it, straight or through others. That is the Shapley value of
the game in which a set of tiers costs whatever any of them needs (Littlechild and Owen's airport game), so it is exact
for any number of tiers. What no tier needs (the release, valuation) is overhead, needed by all alike.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from settings import duck
from settings.paths import Home
from valuation.asset_cost import upstream
from valuation.rates import MONEY

TABLE = """
create or replace table economics.tier_cost (
    tier varchar primary key,
    own_gbp decimal(18, 6) not null,
    stand_alone_gbp decimal(18, 6) not null,
    marginal_gbp decimal(18, 6) not null,
    allocated_gbp decimal(18, 6) not null
)"""


@dataclass(frozen=True)
class TierCost:
    """Pounds, to the millionth: of the tier's own asset; of all it needs, were it alone; of what it alone needs; and
    its share of everything. marginal <= allocated <= stand-alone, but for overhead, of which each bears a part.
    """

    tier: str
    own_gbp: Decimal
    stand_alone_gbp: Decimal
    marginal_gbp: Decimal
    allocated_gbp: Decimal


def allocate(
    costs_gbp: Mapping[str, Decimal], parents: Mapping[str, Collection[str]], tiers: Iterable[str]
) -> list[TierCost]:
    """Share `costs_gbp` (asset -> pounds in millionths) among `tiers`, which are assets too.

    parents: asset -> the assets it is made from. Raises ValueError where there are costs and no tier to bear them.
    """
    wanted = sorted(tiers)
    needs = {tier: upstream(tier, parents) for tier in wanted}
    users = {asset: [tier for tier in wanted if asset in needs[tier]] for asset in costs_gbp}
    if not wanted and any(costs_gbp.values()):
        raise ValueError("there is no tier to bear the costs")
    allocated = dict.fromkeys(wanted, Decimal(0))
    for asset, cost in sorted(costs_gbp.items()):
        bearers = users[asset] or wanted
        for tier, part in zip(bearers, _parts(cost, len(bearers)), strict=True):
            allocated[tier] += part
    return [
        TierCost(
            tier=tier,
            own_gbp=costs_gbp.get(tier, Decimal(0)),
            stand_alone_gbp=_sum(costs_gbp[asset] for asset in costs_gbp if asset in needs[tier]),
            marginal_gbp=_sum(costs_gbp[asset] for asset in costs_gbp if users[asset] == [tier]),
            allocated_gbp=allocated[tier],
        )
        for tier in wanted
    ]


def write_tier_cost(home: Home, parents: Mapping[str, Collection[str]], tiers: Iterable[str]) -> list[TierCost]:
    """Share the whole ledger among the tiers and replace `economics.tier_cost`."""
    with duck.connect(home.warehouse_db) as connection:
        rows = connection.execute(
            "select asset_key, sum(BilledCost) from economics.cost_entry group by 1 order by 1"
        ).fetchall()
        shared = allocate(dict(rows), parents, tiers)
        connection.execute(f"begin; {TABLE}")
        for line in shared:
            values: list[Any] = [line.tier, line.own_gbp, line.stand_alone_gbp, line.marginal_gbp, line.allocated_gbp]
            connection.execute("insert into economics.tier_cost values (?, ?, ?, ?, ?)", values)
        connection.execute("commit")
    return shared


def _parts(cost: Decimal, count: int) -> list[Decimal]:
    """`cost` in `count` parts that differ by a millionth at most and add up to it; the first bear what is left over."""
    if not count:
        return []
    whole = int(cost / MONEY)
    each, left = divmod(whole, count)
    return [(each + (position < left)) * MONEY for position in range(count)]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
