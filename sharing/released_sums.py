"""Which released counts add up to which: a place's streets or postcodes, a data set's ratings, a measure's codes.

A sum holds at every place (`key_sum`: over keys) or for every key (`place_sum`: over places). `is_whole`: the parts are
all of it, else it is at least the parts together. The map is of the places where somebody lives.
"""

from typing import Any

from sharing.released_bounds import BASE, CODE, KIND, LIVING, RATINGS, STATUSES

NESTED = (("street", "ward"), ("postcode", "ward"), ("street", "postcode"), ("postcode", "street"))
HOMES = """
create or replace temp table home as
    select distinct hash('street', usrn) as street, hash('postcode', postcode) as postcode,
        hash('ward', ward_code) as ward, usrn is not null as has_street, postcode is not null as has_postcode,
        ward_code is not null as has_ward
    from {linked}.person;
create or replace temp table place_sum
    (family varchar, total ubigint, part ubigint, is_whole boolean, expected bigint)"""
PLACE_SUM = """
insert into place_sum
    with inside as (
        select {part} as part, any_value({total}) as total from home where has_{part}
        group by {part} having count(distinct {total}) = 1 and bool_and(has_{total})
    ),
    whole as (
        select home.{total} as total, bool_and(inside.part is not null and has_{part}) as is_whole
        from home left join inside on home.{part} = inside.part group by all
    )
    select '{part}', total, inside.part, is_whole, count(*) over (partition by total)
    from inside inner join whole using (total)"""
# that everybody is rated, or has a code, a reader knows from the contract
PEOPLE = """
create or replace temp table current_people as
    select dataset, count(*) as people, count(rag) as rated from {linked}.person_dataset
    where status = 'current' and dataset in (select dataset from count_rule) group by dataset;
create or replace temp view held as
    with latest as (
        select * from {linked}.measure
        where is_latest and status = 'current' and code is not null and dataset in (select dataset from count_rule)
    )
    select person.person_id, dataset, measure, code
    from latest inner join {linked}.person as person on latest.person_id = person.person_id where subject = 'person'
    union all
    select person.person_id, dataset, measure, code
    from latest inner join {linked}.person as person on latest.uprn = person.uprn where subject = 'premises';
create or replace temp table holders as
    select dataset, measure, count(*) as people from held group by dataset, measure"""
KEY_SUM = f"""
create or replace temp table key_sum as
    with kinds as (select distinct coalesce(age_band, 'unknown'), coalesce(sex, 'unknown') from {{linked}}.person),
    current as (
        select key, dataset, people, people = rated as is_rated
        from count_key inner join current_people using (dataset) where part = '{STATUSES[0]}'
    )
    select 'rating' as family, total.key as total, part.key as part, is_rated as is_whole, 3 as expected
    from current as total inner join count_key as part using (dataset) where part.part in {RATINGS}
    union all
    select 'measure ' || measure, total.key, part.key, coalesce(holders.people = total.people, false), 1
    from current as total
    inner join count_key as part using (dataset) left join holders using (dataset, measure)
    where part.part = '{BASE}'
    union all
    select 'code', total.key, part.key, true, count(*) over (partition by total.key)
    from count_key as total inner join count_key as part using (dataset, measure)
    where total.part = '{BASE}' and part.part = '{CODE}'
    union all
    select 'kind', total.key, part.key, true, (select count(*) from kinds)
    from count_key as total inner join count_key as part using (dataset, measure, code)
    where total.part = '{CODE}' and part.part = '{KIND}'
    union all
    select 'living ' || part.dataset, total.key, part.key, false, 2
    from count_key as total inner join count_key as part on total.part = '{LIVING}' and part.part in {STATUSES}"""
# rest: the most that parts without a row add
SUMS = """
create or replace temp table family as
    select family, row_number() over (order by family) as family_no
    from (select family from key_sum union select family from place_sum);
create or replace temp table sum_part as
    with summed as (
        select family, total.id as total, part.id, is_whole, expected, part.level, part.dataset
        from key_sum as sums
        inner join released_count as total on sums.total = total.key
        inner join released_count as part on sums.part = part.key and total.place = part.place
        union all
        select family, total.id, part.id, is_whole, expected, part.level, part.dataset
        from place_sum as sums
        inner join released_count as total on sums.total = total.place
        inner join released_count as part on sums.part = part.place and total.key = part.key
    )
    select total * (select count(*) + 1 from family) + family_no as sum_no, summed.* exclude (family)
    from summed inner join family using (family);
create or replace temp table sum_total as
    select sum_no, total as id, is_whole, (any_value(expected) - count(*)) * any_value(threshold) as rest
    from sum_part inner join count_rule using (level, dataset) group by sum_no, total, is_whole"""


def write_sums(connection: Any, *, linked: str) -> None:
    """Fill `sum_part` (sum_no, id) and `sum_total` (sum_no, id, is_whole, rest) from `released_count`."""
    statements = [HOMES]
    statements += [PLACE_SUM.format(part=part, total=total) for part, total in NESTED]
    statements += [PEOPLE, KEY_SUM, SUMS]
    for statement in ";".join(statements).format(linked=linked).split(";"):
        connection.execute(statement)
