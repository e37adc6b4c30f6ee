"""Precision at the threshold as clerks saw it: the share of decided pairs that are one person, by probability band.

The decisions are `decisions.py`; charts and reports show this elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import NormalDist
from typing import Any

from linkage.decisions import in_force
from linkage.store import STORE, has_table


@dataclass(frozen=True)
class Band:
    """Decided pairs whose probability lies in [low, high). `share` is same / (same + different), with its interval.

    `pairs` counts all pairs of the night in the band. Without a decision, share and bounds are null.
    """

    low: float
    high: float
    pairs: int
    same: int
    different: int
    unsure: int
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True)
class Precision:
    """Precision at a threshold as clerks saw it.

    decided: all decided pairs at or above the threshold, together. They were chosen for being doubtful, so their share
    is lower than the precision of all. estimate: the bands' shares weighted by the bands' pairs, over bands that hold a
    decision; covered: the share of the pairs at or above the threshold that lie in those bands.
    """

    threshold: float
    bands: tuple[Band, ...]
    decided: Band
    estimate: float | None
    covered: float


def precision(work: Any, *, threshold: float, edges: Sequence[float], confidence: float) -> Precision:
    """Judge the scored pairs by the decisions in force, with the probability each pair had when it was decided.

    edges: where bands begin besides 0 and the threshold. confidence: of the Wilson intervals, such as 0.95.
    """
    in_force(work)
    starts = sorted({0.0, threshold, *edges})
    scored = f"(select match_probability from {STORE}.linkage.pairs where match_weight is not null)"
    if not has_table(work, "linkage", "pairs"):
        scored = "(select null::double as match_probability where false)"
    bands = []
    for low, high in pairwise([*starts, 1.0]):
        between = f"match_probability >= {low} and match_probability {'<=' if high == 1 else '<'} {high}"
        counts = work.execute(f"""
            select
                (select count(*) from {scored} where {between}), count(*) filter (decision = 'same'),
                count(*) filter (decision = 'different'), count(*) filter (decision = 'unsure')
            from decided where {between}
        """).fetchone()
        bands.append(_band(low, high, counts, confidence=confidence))
    above = [band for band in bands if band.low >= threshold]
    told = [band for band in above if band.share is not None]
    pairs, told_pairs = (sum(band.pairs for band in some) for some in (above, told))
    summed = tuple(
        sum(counts) for counts in zip(*((b.pairs, b.same, b.different, b.unsure) for b in above), strict=True)
    )
    return Precision(
        threshold=threshold,
        bands=tuple(bands),
        decided=_band(threshold, 1.0, summed, confidence=confidence),
        estimate=sum(band.pairs * (band.share or 0.0) for band in told) / told_pairs if told_pairs else None,
        covered=told_pairs / pairs if pairs else 0.0,
    )


def _band(low: float, high: float, counts: Sequence[int], *, confidence: float) -> Band:
    pairs, same, different, unsure = counts
    if not same + different:
        return Band(low, high, pairs, same, different, unsure, None, None, None)
    bounds = wilson(same, same + different, confidence=confidence)
    return Band(low, high, pairs, same, different, unsure, same / (same + different), *bounds)


def wilson(right: int, of: int, *, confidence: float) -> tuple[float, float]:
    """Wilson's interval for a share, of `of` > 0 trials (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = right / of, z * z / of
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))
