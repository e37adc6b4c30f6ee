"""A whole number shared out by weight in whole numbers that add up to it: the largest remainders get what is left over.

Only the arithmetic belongs here; who bears what is `allocation.py`.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def whole_parts(total: int, weights: Sequence[float | Fraction]) -> list[int]:
    """`total` in one whole part per weight, each within one of its fair part. Where remainders tie, the first gains.

    Weights are not negative; where all are 0 they count as equal. `total` may be negative. [] for no weights.
    """
    shares = [Fraction(weight) for weight in weights]
    if not any(shares):
        shares = [Fraction(1)] * len(shares)
    whole = sum(shares)
    fair = [total * share / whole for share in shares]
    parts = [floor(share) for share in fair]
    order = sorted(range(len(fair)), key=lambda place: (parts[place] - fair[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


def in_units(amounts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """`amounts`, none negative, rounded to `unit` (such as a penny) so that they add up to their rounded total."""
    total = sum(amounts, Decimal(0))
    return [
        part * unit for part in whole_parts(int((total / unit).to_integral_value()), [Fraction(a) for a in amounts])
    ]
