"""The ledger shared among (data set, tier) cells so that their parts add up to it exactly, by use.

A line of the ledger is needed by the cells whose tier is made from its asset and whose data set its asset is made from.
It is shared among those of them that somebody may read, in proportion to how many user groups may; where nobody may
read any of them, equally among all. Where all are read alike that is the Shapley value of the game in which a choice
of cells costs whatever any of them needs (Littlechild and Owen's airport game), exact for any number of cells.
What no cell needs (the release, valuation, the platform's people) is overhead: needed by all alike.

Arithmetic only: reading the ledger and writing the tables is `cost_tables.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from valuation.asset_cost import upstream
from valuation.rates import MONEY
from valuation.remainders import whole_parts

Cell = tuple[str, str]  # data set, tier
RAW, TIERS = "raw/", "tiers/"


@dataclass(frozen=True)
class Charge:
    """What the ledger holds for one asset, and of one data set where the line says which. Pounds to the millionth."""

    asset_key: str
    dataset: str | None
    gbp: Decimal
    needed_by: frozenset[Cell]  # empty: overhead


@dataclass(frozen=True)
class Cost:
    """Pounds, to the millionth: marginal <= allocated <= stand_alone, whatever the use.

    own: of its own asset, `tiers/<tier>` or `raw/<dataset>`. cumulative: all that it needs, each asset counted once.
    stand_alone: that with all overhead, what it would cost were it alone. marginal: what nothing else needs.
    allocated: its share of everything.
    """

    own_gbp: Decimal
    cumulative_gbp: Decimal
    stand_alone_gbp: Decimal
    marginal_gbp: Decimal
    allocated_gbp: Decimal


def charges(
    lines: Iterable[tuple[str, str | None, Decimal]],
    parents: Mapping[str, Collection[str]],
    cells: Collection[Cell],
) -> list[Charge]:
    """Who needs each line (asset key, data set of the line or None, pounds).

    parents: asset -> the assets it is made from. A line of an asset or a data set that is gone is overhead.
    """
    tiers = sorted({tier for _, tier in cells})
    needs = {tier: upstream(TIERS + tier, parents) for tier in tiers}
    found = []
    for asset, dataset, gbp in lines:
        made_from = {dataset} if dataset else _datasets(asset, parents)
        users = frozenset(cell for cell in cells if asset in needs[cell[1]] and (not made_from or cell[0] in made_from))
        found.append(Charge(asset, dataset, gbp, users))
    return sorted(found, key=lambda charge: (charge.asset_key, charge.dataset or ""))


def allocate(wanted: Collection[Charge], cells: Collection[Cell], readers: Mapping[Cell, int]) -> dict[Cell, Decimal]:
    """Each cell's share of all charges, in millionths of a pound that add up to them.

    readers: how many user groups may read each cell. Raises ValueError where there are costs and no cell to bear them.
    """
    shares = dict.fromkeys(sorted(cells), Decimal(0))
    if not shares and any(charge.gbp for charge in wanted):
        raise ValueError("there is no tier to bear the costs")
    for charge in wanted:
        bearers = sorted(charge.needed_by or shares)
        weights = [readers.get(cell, 0) for cell in bearers]
        for cell, part in zip(bearers, whole_parts(int(charge.gbp / MONEY), weights), strict=True):
            shares[cell] += part * MONEY
    return shares


def tier_costs(wanted: Collection[Charge], shares: Mapping[Cell, Decimal]) -> dict[str, Cost]:
    """The cost of each tier, over all data sets."""
    tiers = sorted({tier for _, tier in shares})
    return {tier: _cost([cell for cell in shares if cell[1] == tier], wanted, shares, TIERS + tier) for tier in tiers}


def dataset_costs(wanted: Collection[Charge], shares: Mapping[Cell, Decimal]) -> dict[str, Cost]:
    """The cost of each data set, over all tiers."""
    names = sorted({dataset for dataset, _ in shares})
    return {name: _cost([cell for cell in shares if cell[0] == name], wanted, shares, RAW + name) for name in names}


def cell_costs(wanted: Collection[Charge], shares: Mapping[Cell, Decimal]) -> dict[Cell, Cost]:
    """The cost of each data set at each tier, which has no asset of its own."""
    return {cell: _cost([cell], wanted, shares, "") for cell in shares}


def joint_cost(members: Collection[Cell], wanted: Collection[Charge]) -> Decimal:
    """What some cells would cost were there no others: all that any of them needs, once, and the overhead."""
    inside = frozenset(members)
    return _sum(charge.gbp for charge in wanted if not charge.needed_by or charge.needed_by & inside)


def _cost(
    members: Collection[Cell], wanted: Collection[Charge], shares: Mapping[Cell, Decimal], own_asset: str
) -> Cost:
    inside = frozenset(members)
    needed = _sum(charge.gbp for charge in wanted if charge.needed_by & inside)
    return Cost(
        own_gbp=_sum(charge.gbp for charge in wanted if charge.asset_key == own_asset),
        cumulative_gbp=needed,
        stand_alone_gbp=joint_cost(inside, wanted),
        marginal_gbp=_sum(charge.gbp for charge in wanted if charge.needed_by and charge.needed_by <= inside),
        allocated_gbp=_sum(shares[cell] for cell in inside),
    )


def _datasets(asset: str, parents: Mapping[str, Collection[str]]) -> set[str]:
    """The data sets that the asset is made from."""
    return {name.removeprefix(RAW) for name in upstream(asset, parents) if name.startswith(RAW)}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
