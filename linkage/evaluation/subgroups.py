"""Error rates by subgroup: age band, sex, data set, deprivation fifth; counted where there is truth, else expected.

A record is *falsely linked* when most records of its person are somebody else's, and *missed* when most records of its
true person are elsewhere. Without truth the pairs' probabilities say what to expect: a record is false with the chance
that its best pair inside its person is wrong; two persons are one with the mean probability of all pairs between them
(none where their NHS numbers differ), and then the smaller one's records are missed. Expected rates know nothing of
true pairs that no blocking rule found.
"""

from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

from linkage.store import STORE
from settings.duck import quoted

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
    wards = geography / "ward.parquet"
    work.execute(
        "create or replace temp view ward_lookup as "
        + (f"from read_parquet({quoted(wards)})" if wards.exists() else _NO_WARD)
    )
    if not has_truth:
        work.execute("create or replace temp table truth (record_id varchar, true_id varchar)")
    work.execute(_ERROR.format(store=STORE))
    work.execute(_PARTS.format(store=STORE))
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


_NO_WARD = "select null::varchar as ward_code, null::integer as deprivation_fifth where false"

# One row per record: what is wrong with it, by the truth and by the model.
_ERROR = """
create or replace temp table error as
with inside as (
    select member.*, truth.true_id from member left join truth using (record_id)
),
size as (
    select person_no, count(*) as records, min(nhs_number) as first_number, max(nhs_number) as last_number
    from member join {store}.identity.person_records using (record_id)
    group by person_no
),
apart as (
    select
        least(person_l, person_r) as a, greatest(person_l, person_r) as b,
        sum(round(match_probability * 1e9)::bigint) / 1e9 as probable
    from placed
    where person_l <> person_r
    group by all
),
outside as (
    select
        case when l.records < r.records then a else b end as person_no,
        max(probable / (l.records * r.records)) as match_probability
    from apart
    join size as l on a = l.person_no
    join size as r on b = r.person_no
    where l.first_number is null or r.first_number is null
        or (l.first_number = r.first_number and l.last_number = r.last_number)
    group by 1
),
block as (
    select person_no, true_id, count(*) as records from inside where true_id is not null group by all
),
main_truth as (select person_no, arg_max(true_id, (records, true_id)) as true_id from block group by person_no),
main_person as (select true_id, arg_max(person_no, (records, person_no)) as person_no from block group by true_id)
select
    inside.person_id,
    inside.dataset,
    (inside.true_id <> main_truth.true_id)::integer as false_links,
    (inside.person_no <> main_person.person_no)::integer as missed_links,
    coalesce(1 - inside.match_probability, 0) as expected_false_links,
    coalesce(outside.match_probability, 0) as expected_missed_links,
    (inside.match_probability is null)::integer as alone
from inside
left join outside on inside.person_no = outside.person_no
left join main_truth on inside.person_no = main_truth.person_no
left join main_person on inside.true_id = main_person.true_id
"""

# Sums per person, and per person and data set: the persons are what varies together. Probabilities are summed as whole
# billionths, so that the order of summing never shows.
_PARTS = """
create or replace temp table by_dataset as
select
    person_id, dataset, count(*) as records, sum(false_links)::double as false_links,
    sum(missed_links)::double as missed_links,
    sum(round(expected_false_links * 1e9)::bigint)::double / 1e9 as expected_false_links,
    sum(round(expected_missed_links * 1e9)::bigint)::double / 1e9 as expected_missed_links,
    sum(alone)::double as alone
from error
group by all;

create or replace temp table by_person as
with summed as (
    select
        person_id, sum(records)::bigint as records, sum(false_links) as false_links, sum(missed_links) as missed_links,
        sum(round(expected_false_links * 1e9)::bigint)::double / 1e9 as expected_false_links,
        sum(round(expected_missed_links * 1e9)::bigint)::double / 1e9 as expected_missed_links,
        sum(alone) as alone
    from by_dataset
    group by person_id
),
fact as (
    select
        person_id,
        coalesce(households.sex, 'unknown') as sex,
        least(date_diff('month', make_date(birth_year, birth_month, 1), valid_on) // 120 * 10, 90) as decade,
        ward_lookup.deprivation_fifth as fifth
    from {store}.linkage.households as households
    left join ward_lookup using (ward_code)
)
select
    summed.*, coalesce(sex, 'unknown') as sex, coalesce(decade, 990) as decade, coalesce(fifth, 99) as fifth
from summed left join fact using (person_id);
"""

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
