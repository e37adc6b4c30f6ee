"""Judges whether a reader of a built release could bound a withheld count to fewer than `least_values` values.

Independent of the guard that chose what to withhold: it reads the released tables, the map and the policy, narrows
each count's bounds by the sums that hold, and looks up the truth only to see whom the narrow ones tell of.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from settings import duck
from settings.errors import PublicationRefused
from sharing.about import tables_of
from sharing.build import DATABASE
from sharing.policy import CountRule
from sharing.released_bounds import BASE, CODE, LIVING, write_bounds, write_rules
from sharing.released_sums import write_sums

ROUNDS = 3  # a narrowed count narrows others; see decision 0134
BOUNDS = "create or replace temp table bounds as select id, least, most from released_count"
# sums that say nothing are left out: nearly all, where nearly all counts are withheld
USEFUL = """
create or replace temp table useful_sum as
    with parts as (
        select sum_no, sum(least)::bigint as least, sum(most)::bigint as most, max(most) as greatest
        from sum_part inner join bounds using (id) group by sum_no
    )
    select sum_no, sums.id, is_whole, parts.least, parts.most + rest as most,
        bounds.least as total_least, bounds.most as total_most
    from parts inner join sum_total as sums using (sum_no) inner join bounds on sums.id = bounds.id
    where parts.least > 0 or parts.greatest > bounds.most
        or is_whole and (bounds.least > 0 or parts.most + rest < bounds.most)"""
NARROWED = """
create or replace temp table narrowed as
    select id, max(least) as least, min(most) as most
    from (
        select id, least, case when is_whole then most end as most from useful_sum
        union all
        select part.id, case when sums.is_whole then total_least - (sums.most - part.most) end,
            total_most - (sums.least - part.least)
        from useful_sum as sums inner join sum_part using (sum_no) inner join bounds as part on sum_part.id = part.id
    )
    group by id"""
APPLIED = """
update bounds set least = greatest(bounds.least, narrowed.least), most = least(bounds.most, narrowed.most)
from narrowed where bounds.id = narrowed.id and (narrowed.least > bounds.least or narrowed.most < bounds.most)"""
NARROW = """
create or replace temp table narrow as
    select released_count.* exclude (least, most), threshold, least_values
    from released_count inner join bounds using (id) inner join count_rule using (level, dataset)
    where is_withheld and bounds.most - bounds.least + 1 < least_values
        and bounds.least <= threshold and bounds.most >= 1"""
# whom the narrow ones count; every person of a key once
TRUTH = f"""
create or replace temp table narrow_key as select * from count_key where key in (select key from narrow);
create or replace temp table counted_person as
    select person_id, key from narrow_key inner join {{linked}}.person on part = '{LIVING}'
    union all
    select person_id, key from narrow_key inner join {{linked}}.person_dataset using (dataset)
    where part = 'people_' || status or part = 'people_' || rag
    union all
    select person_id, key
    from narrow_key as sought inner join held using (dataset, measure) inner join {{linked}}.person using (person_id)
    where part = '{BASE}' or held.code = sought.code and (
        part = '{CODE}'
        or sought.age_band = coalesce(person.age_band, 'unknown') and sought.sex = coalesce(person.sex, 'unknown')
    )"""
FOUND = """
with truth as (
    select id, threshold, count(*) as people
    from narrow
    inner join counted_person using (key)
    inner join {linked}.person using (person_id)
    where place = hash(level, case level when 'street' then usrn when 'postcode' then postcode else ward_code end)
    group by id, threshold
)
select tier, dataset, name, least_values, count(*) from narrow inner join truth using (id)
where people <= truth.threshold group by tier, dataset, name, least_values order by all"""


def audit_bounds(folder: Path, *, warehouse: Path, rules: Mapping[str, CountRule]) -> None:
    """Raise PublicationRefused, with tiers, columns, data sets and numbers of counts, unless the release in `folder`
    keeps every small count as uncertain as the policy promises. `warehouse` gives the map and the truth.
    """
    with duck.connect(folder / DATABASE, read_only=True) as connection:
        duck.attach(connection, warehouse, "warehouse", read_only=True)
        (database,) = connection.execute("select current_database()").fetchone()
        tiers = tables_of(connection, database, "tiers")
        ofpeople = "select dataset from about.dataset where subject <> 'ward'"
        datasets = [row[0] for row in connection.execute(ofpeople).fetchall()]
        problems = narrow_counts(connection, rules=rules, datasets=datasets, tiers=tiers, linked="warehouse.linked")
    if problems:
        raise PublicationRefused(f"the release tells too much in {len(problems)} point(s)", problems)


def narrow_counts(
    connection: Any, *, rules: Mapping[str, CountRule], datasets: Collection[str], tiers: Collection[str], linked: str
) -> list[str]:
    """What `tiers` give away of small counts, by tier, column and data set; never which.

    The connection has the released tables in its schema `tiers`; `linked`: the schema with the people they count.
    """
    if not write_rules(connection, rules, datasets):
        return []
    write_bounds(connection, tiers)
    write_sums(connection, linked=linked)
    connection.execute(BOUNDS)
    for _ in range(ROUNDS):
        for statement in (USEFUL, NARROWED, APPLIED):
            connection.execute(statement)
    connection.execute(NARROW)
    for statement in TRUTH.format(linked=linked).split(";"):
        connection.execute(statement)
    return [
        f"{tier}: {counts} withheld {name} of {dataset} can be bounded to fewer than {least_values} values"
        for tier, dataset, name, least_values, counts in connection.execute(FOUND.format(linked=linked)).fetchall()
    ]
