"""What can be said of the persons without any truth: sizes, density, bridges, links between data sets, conflicts.

Adds rows to table `measure`; what is unusual about them is judged in `trends.py`.
"""

from typing import Any

from linkage.evaluation.bridges import bridges_of_persons
from linkage.store import STORE

# metric, subgroup ('' for all), value, base: what a share is of; null for counts and means
FACTS = ("birth_date", "sex", "nhs_number", "upn", "nino")  # a person has one of each
MEASURE = "create or replace temp table measure (metric varchar, subgroup varchar, value double, base double)"


def measure_persons(work: Any, *, threshold: float) -> None:
    """Fill table `measure` from tables `member` and `placed`, and make `shared` (a, b, persons) of data sets.

    An edge is a pair of one person's records at or above `threshold`.
    """
    work.execute(MEASURE)
    work.execute(_SIZES.format(store=STORE))
    work.execute(_DENSITY)
    bridges_of_persons(
        work,
        f"""
        select person_l as person_no, record_l as a, record_r as b
        from placed join size on person_l = person_no
        where person_l = person_r and records >= 3 and match_probability >= {threshold}
        order by a, b
        """,
    )
    work.execute(_BRIDGES)
    work.execute(_SHARED)
    differs = ", ".join(
        f"case when count({fact}) >= 2 then (min({fact}) <> max({fact}))::integer end as {fact}" for fact in FACTS
    )
    work.execute(_CONFLICTS.format(store=STORE, differs=differs, facts=", ".join(FACTS)))


_SIZES = """
create or replace temp table size as
select person_no, count(*) as records from member group by person_no;

insert into measure
select 'records', '', count(*), null from member
union all select 'persons', '', count(*), null from size
union all select 'households', '', count(distinct household_id), null from {store}.linkage.households
union all select 'pairs', '', count(*), null from placed
union all select 'records_per_person', '', round(avg(records), 6), null from size;

insert into measure
with sized as (
    select
        case
            when records <= 5 then records::varchar
            when records < 10 then '6-9'
            when records < 20 then '10-19'
            else '20+'
        end as subgroup,
        records
    from size
),
counted as (select subgroup, min(records) as place, count(*) as persons from sized group by subgroup)
select 'persons_of_size', subgroup, round(persons / sum(persons) over (), 6), sum(persons) over ()
from counted
order by place;
"""

# Density: of the pairs that a person's records could make, the share that was scored and kept, from three records on.
_DENSITY = """
insert into measure
with inside as (
    select person_l as person_no, count(*) as pairs from placed where person_l = person_r group by person_l
),
dense as (
    select coalesce(pairs, 0) / (records * (records - 1) / 2) as density
    from size left join inside using (person_no)
    where records >= 3
),
banded as (select least(floor(density * 5), 4)::integer as fifth, count(*) as persons from dense group by fifth)
select 'mean_density', '', round(avg(density), 6), null from dense having count(*) > 0
union all
(
    select
        'persons_of_density', fifth * 20 || '-' || fifth * 20 + 20 || '%',
        round(persons / sum(persons) over (), 6), sum(persons) over ()
    from banded
    order by fifth
);
"""

_BRIDGES = """
insert into measure
with held as (
    select person_no, max(lesser) as lesser from bridge group by person_no
)
select 'persons_with_a_bridge', '', round(count(lesser) / count(*), 6), count(*)
from size left join held using (person_no)
where records >= 3
having count(*) > 0
union all
select 'persons_held_by_one_pair', '', round(count(*) filter (lesser >= 2) / count(*), 6), count(*)
from size left join held using (person_no)
where records >= 4
having count(*) > 0;
"""

_SHARED = """
create or replace temp table shared as
with seen as (select distinct person_no, dataset from member)
select l.dataset as a, r.dataset as b, count(*) as persons
from seen as l join seen as r using (person_no)
group by all;

insert into measure
select
    'persons_in_both', shared.a || ' and ' || shared.b,
    round(shared.persons / least(l.persons, r.persons), 6), least(l.persons, r.persons)
from shared
join shared as l on l.a = shared.a and l.b = shared.a
join shared as r on r.a = shared.b and r.b = shared.b
where shared.a < shared.b
order by 2;
"""

# Of the persons of whom two records tell a fact, the share told two values.
_CONFLICTS = """
insert into measure
with told as (
    select {differs}
    from member join {store}.identity.person_records using (record_id)
    group by person_no
),
long as (unpivot told on {facts} into name fact value differs)
select 'persons_with_two', replace(fact, '_', ' '), round(avg(differs), 6), count(*)
from long
group by fact
order by fact;
"""
