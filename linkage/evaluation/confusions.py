"""Who was taken for whom, where the truth is known: twins, namesakes, others of one household, strangers.

How good linkage is on the whole is `evaluate.py`.
"""

from dataclasses import dataclass
from typing import Any

from linkage.evaluation.evaluate import PERSONS
from settings.duck import quoted
from settings.paths import Home


@dataclass(frozen=True)
class Confusion:
    """True people of one `relation` to each other: `pairs` with records (None: not counted), and those put together."""

    relation: str
    pairs: int | None
    merged: int


def confusions(work: Any, home: Home) -> list[Confusion]:
    """Who was taken for whom: twins, parents and children of one name, others of one household, strangers.

    Needs tables `truth` and `<home>/truth/people.parquet`; empty without the latter. Two people count as merged when
    one person holds records of both.
    """
    people = home.truth / "people.parquet"
    if not people.exists():
        return []
    rows = work.execute(_CONFUSIONS.format(persons=PERSONS, people=quoted(people))).fetchall()
    return [Confusion(relation, pairs, merged) for relation, pairs, merged in rows]


# `is_same_named` says that a child bears the name of the parent of its sex: of two such people in one household with
# one sex and two birth dates, one is named after the other, or both after the same parent.
_CONFUSIONS = """
with block as (
    select person_id, true_id from {persons} join truth using (record_id) group by all
),
seen as (
    select people.* from read_parquet({people}) as people
    where true_person_id in (select true_id from truth join {persons} using (record_id))
),
merged as (
    select distinct l.true_id as a, r.true_id as b
    from block as l join block as r on l.person_id = r.person_id and l.true_id < r.true_id
),
kin as (
    select
        l.true_person_id as a,
        r.true_person_id as b,
        case
            when l.is_twin and r.is_twin and l.birth_date = r.birth_date then 'twins'
            when l.is_same_named and r.is_same_named and l.sex = r.sex and l.birth_date <> r.birth_date
                then 'parent and child of one name'
            else 'others of one household'
        end as relation
    from seen as l
    join seen as r
        on l.household_number = r.household_number
        and l.true_person_id < r.true_person_id
        and not (l.is_communal or r.is_communal)
),
kind as (
    select kin.relation, count(*) as pairs, count(merged.a) as merged from kin left join merged using (a, b)
    group by kin.relation
),
stranger as (
    select 'strangers' as relation, null as pairs, count(*) as merged from merged anti join kin using (a, b)
)
select relation, pairs, merged from (from kind union all from stranger)
order by array_position(
    ['twins', 'parent and child of one name', 'others of one household', 'strangers'], relation
)
"""
