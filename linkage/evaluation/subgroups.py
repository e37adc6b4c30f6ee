"""Error rates by subgroup: age band, sex, data set, deprivation fifth; counted where there is truth, else expected.

What is wrong with each record is `record_errors.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

from linkage.evaluation.record_errors import find_errors

COUNTED = ("false_links", "missed_links")
EXPECTED = ("expected_false_links", "expected_missed_links")
WHOLE = "everybody"


@dataclass(frozen=True)
class Rate:
    """Share of a subgroup's records, with its interval. `effective` is the sample that the interval amounts to."""

    kind: str
    subgroup: str
    measure: str
    records: int
    value: float
    low: float
    high: float
    effective: float


@dataclass(frozen=True)
class Behind:
    """A subgroup whose rate is above everybody's by more than the policy's margin and more than chance."""

    kind: str
    subgroup: str
    measure: str
    value: float
    whole: float


def error_rates(work: Any, geography: Path, *, confidence: float, has_truth: bool) -> list[Rate]:
    """Rates of every subgroup and measure, of the stored persons, from tables `member` and `placed`.

    Table `truth` is read if `has_truth`.
    geography: folder of the standard lookups; without wards every deprivation fifth is unknown. Intervals are Wilson's
    for the sample that the spread between persons amounts to: records of one person err together.
    """
    find_errors(work, geography, has_truth=has_truth)
    measures = (*(COUNTED if has_truth else ()), *EXPECTED, "alone")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    sums = ", ".join(_SUMS.format(m=measure) for measure in measures)
    long = " union all ".join(_LONG.format(m=measure) for measure in measures)
    rows = work.execute(_RATES.format(sums=sums, long=long, z=z, whole=WHOLE)).fetchall()
    return [Rate(*row) for row in rows]


def falling_behind(rates: list[Rate], *, margin: float) -> list[Behind]:
    """The subgroups to tell about, worst first. Counted rates where there is truth, else expected ones."""
    measures = COUNTED if any(rate.measure in COUNTED for rate in rates) else EXPECTED
    whole = {rate.measure: rate.value for rate in rates if rate.kind == WHOLE}
    found = [
        Behind(rate.kind, rate.subgroup, rate.measure, rate.value, whole[rate.measure])
        for rate in rates
        if rate.measure in measures and rate.value > whole[rate.measure] + margin and rate.low > whole[rate.measure]
    ]
    return sorted(found, key=lambda item: (item.whole - item.value, item.kind, item.subgroup))


# Of a measure `wrong` over the persons of a subgroup: its sum, its squares' and its products' with their records.
_SUMS = (
    "round(sum({m}), 6) as {m}, round(sum({m} * {m}), 6) as {m}_squares, round(sum({m} * records), 6) as {m}_products"
)

_LONG = """
    select
        kind, subgroup, place, '{m}' as measure, records, persons, record_squares,
        {m} as wrong, {m}_squares as squares, {m}_products as products
    from told
"""

_RATES = """
with told as (
    select
        case
            when grouping(decade) = 0 then 'age'
            when grouping(sex) = 0 then 'sex'
            when grouping(fifth) = 0 then 'deprivation fifth'
            else '{whole}'
        end as kind,
        case
            when grouping(decade) = 0
                then if(decade = 990, 'unknown', if(decade = 90, '90+', decade || '-' || decade + 9))
            when grouping(sex) = 0 then sex
            when grouping(fifth) = 0 then if(fifth = 99, 'unknown', fifth::varchar)
            else '{whole}'
        end as subgroup,
        coalesce(decade, 0) as place,
        sum(records)::bigint as records, count(*) as persons, sum(records * records)::double as record_squares, {sums}
    from by_person
    group by grouping sets ((), (decade), (sex), (fifth))
    having count(*) > 0
    union all
    select
        'data set', dataset, 0,
        sum(records)::bigint, count(*), sum(records * records)::double, {sums}
    from by_dataset
    group by dataset
),
summed as (
{long}
),
rated as (
    select *, least(wrong / records, 1) as rate from summed
),
spread as (
    select *, (squares - 2 * rate * products + rate * rate * record_squares) / (records * records) as variance
    from rated
),
sample as (
    select
        *,
        case when rate > 0 and rate < 1 and variance > 0 then least(rate * (1 - rate) / variance, records)
            else persons end as effective
    from spread
),
centred as (
    select
        *,
        (rate + {z} * {z} / (2 * effective)) / (1 + {z} * {z} / effective) as middle,
        {z} * sqrt(rate * (1 - rate) / effective + {z} * {z} / (4 * effective * effective))
            / (1 + {z} * {z} / effective) as half
    from sample
)
select
    kind, subgroup, measure, records, round(rate, 6), round(greatest(middle - half, 0), 6),
    round(least(middle + half, 1), 6), round(effective, 1)
from centred
order by array_position(['everybody', 'age', 'sex', 'deprivation fifth', 'data set'], kind), place, subgroup, measure
"""
