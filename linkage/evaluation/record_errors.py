"""What is wrong with each record, by the truth and by the model: table `error`, and its sums per person.

A record is *falsely linked* when most records of its person are somebody else's, and *missed* when most records of its
true person are elsewhere. Without truth the pairs' probabilities say what to expect: a record is false with the chance
that its best pair inside its person is wrong; two persons are one with the mean probability of all pairs between them
(none where their NHS numbers differ), and then the smaller one's records are missed. Expected rates know nothing of
true pairs that no blocking rule found.
"""

from pathlib import Path
from typing import Any

from linkage.store import STORE
from settings.duck import quoted


def find_errors(work: Any, geography: Path, *, has_truth: bool) -> None:
    """Make tables `error`, `by_dataset` and `by_person` from tables `member`, `placed` and, if `has_truth`, `truth`.

    geography: folder of the standard lookups; without wards every deprivation fifth is unknown.
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
