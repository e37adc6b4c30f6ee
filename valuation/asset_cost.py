"""What an asset cost by itself, and with everything that it is made from.

Sums over the graph of assets only: what was billed is `ledger.py`, sharing it among tiers is `allocation.py`.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal


def upstream(asset: str, parents: Mapping[str, Collection[str]]) -> set[str]:
    """The asset itself and all that it is made from. parents: asset -> the assets that it is made from."""
    needed, waiting = {asset}, [asset]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in needed:
                needed.add(parent)
                waiting.append(parent)
    return needed


def cumulative_costs(own: Mapping[str, Decimal], parents: Mapping[str, Collection[str]]) -> dict[str, Decimal]:
    """The cost of each asset of `own` or `parents` with everything upstream, each upstream asset counted once.

    own: asset -> pounds, in any unit that is used throughout; an asset without a cost counts as nothing.
    """
    return {
        asset: sum((own.get(needed, Decimal(0)) for needed in upstream(asset, parents)), Decimal(0))
        for asset in sorted({*own, *parents})
    }
