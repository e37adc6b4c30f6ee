"""Who is left out of which data set: opt-out lists against the persons that linkage found.

Linkage itself sees everybody, because an objection can only be honoured for all of a person's records once they are
known to be that person's. From `rights.opted_out` on, nothing sees the covered records: households, `linked`, tiers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingestion.contract import Contract
from rights.opt_out_lists import take_lists
from rights.opt_out_policy import data_sets_covered, read_opt_out_policy
from rights.store import open_rights
from settings import duck
from settings.paths import Home, Region
from sharing.governance_reader import read_governance


@dataclass(frozen=True)
class OptOuts:
    """A night's opt-outs, in counts."""

    lists: int
    people: int  # left out of one data set at least
    pairs: int  # of person and data set
    records: int  # left out
    unmatched_entries: int  # that match no person
    problems: tuple[str, ...]
    skipped: bool  # nothing differs from last night


def apply_opt_outs(home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str) -> OptOuts:
    """Take new lists in and write `rights.opted_out` and `rights.opt_out_count`. Needs `linkage.persons`."""
    governance = read_governance(region)
    policies = read_opt_out_policy(
        region.policies, as_of=as_of, contracts=contracts, purposes=governance.purposes, is_strict=False
    )
    about_people = [name for name, contract in contracts.items() if contract.subject == "person"]
    connection = open_rights(home)
    try:
        taken = take_lists(connection, home, policies, datasets=about_people)
        cover = {
            name: data_sets_covered(policy, contracts, governance.agreements.values(), as_of=date.fromisoformat(as_of))
            for name, policy in policies.items()
        }
        _match(connection, cover)
        changed = _replace(connection)
        connection.execute(_COUNTS, {"as_of": as_of})
        people, pairs, records = connection.execute(
            """
            select
                (select count(distinct person_id) from rights.opted_out), (select count(*) from rights.opted_out),
                (select count(*) from linkage.persons semi join rights.opted_out using (person_id, dataset))
            """
        ).fetchone()
        (unmatched,) = connection.execute("select count(*) from entry where person_id is null").fetchone()
        (lists,) = connection.execute("select count(*) from rights.opt_out_list").fetchone()
    finally:
        connection.close()
    return OptOuts(lists, people, pairs, records, unmatched, taken.problems, skipped=not changed)


def _match(connection: Any, cover: Mapping[str, Iterable[str]]) -> None:
    """Make temp tables `entry` (list, row_number, dataset, person_id: as of now or null) and `covered`."""
    connection.execute("create or replace temp table covered (list varchar, dataset varchar)")
    pairs = [[name, dataset] for name, datasets in cover.items() for dataset in datasets]
    if pairs:
        connection.executemany("insert into covered values (?, ?)", pairs)
    connection.execute(_NOW_KNOWN_AS if duck.has_table(connection, "linkage", "person_history") else _NO_HISTORY)
    connection.execute(_ENTRIES)


def _replace(connection: Any) -> bool:
    """Write who is left out; False where that is as it was."""
    connection.execute("""
        create or replace temp table tonight as
        select distinct entry.person_id, covered.dataset
        from entry join covered on entry.list = covered.list and coalesce(entry.dataset = covered.dataset, true)
        where entry.person_id is not null
    """)
    (differing,) = connection.execute("""
        select count(*) from (
            (from tonight except from rights.opted_out) union all (from rights.opted_out except from tonight)
        )
    """).fetchone()
    if differing:
        connection.execute("create or replace table rights.opted_out as from tonight order by person_id, dataset")
    return bool(differing)


# A merged id leads to the one that lives on; an entry names a person by the id of the day it was written.
_NOW_KNOWN_AS = """
create or replace temp table now_known_as as
with recursive step(asked, id) as (
    select distinct person_id, person_id from rights.opt_out_entry where person_id is not null
    union
    select step.asked, history.other_id
    from step join linkage.person_history as history
        on history.id = step.id and history.kind = 'person' and history.event = 'merge'
)
select asked, id as person_id from step where id in (select person_id from linkage.persons)
"""
_NO_HISTORY = """
create or replace temp table now_known_as as
select distinct person_id as asked, person_id from linkage.persons
where person_id in (select person_id from rights.opt_out_entry)
"""

# A number may stand with more than one person, by a partner's mistake: all of them are left out.
_ENTRIES = """
create or replace temp table entry as
with by_number as (
    select distinct records.nhs_number, persons.person_id
    from identity.person_records as records join linkage.persons as persons using (record_id)
    where records.nhs_number in (select nhs_number from rights.opt_out_entry)
),
found as (
    select list, row_number, by_number.person_id from rights.opt_out_entry join by_number using (nhs_number)
    union
    select entries.list, entries.row_number, now_known_as.person_id
    from rights.opt_out_entry as entries join now_known_as on entries.person_id = now_known_as.asked
)
select entries.list, entries.row_number, entries.dataset, found.person_id
from rights.opt_out_entry as entries left join found using (list, row_number)
"""

_COUNTS = """
create or replace temp table left_out as
select distinct covered.list, covered.dataset, entry.person_id
from covered join entry on entry.list = covered.list and coalesce(entry.dataset = covered.dataset, true)
where entry.person_id is not null;

create or replace temp table records_left_out as
select left_out.list, left_out.dataset, count(*) as records
from left_out join linkage.persons as persons using (person_id, dataset)
group by all;

create or replace temp table people_left_out as
select list, dataset, count(*) as people from left_out group by all;

create or replace temp table unmatched as
select list, count(distinct row_number) as entries from entry where person_id is null group by list;

create or replace table rights.opt_out_count as
select
    $as_of::date as as_of, lists.list, lists.list_date, covered.dataset, lists.entries,
    coalesce(unmatched.entries, 0) as unmatched_entries,
    coalesce(people_left_out.people, 0) as people,
    coalesce(records_left_out.records, 0) as records
from rights.opt_out_list as lists
left join covered using (list)
left join unmatched using (list)
left join people_left_out using (list, dataset)
left join records_left_out using (list, dataset)
order by lists.list, covered.dataset;
"""
