"""What became of each id: births, merges, splits, moves, retirements and returns, appended night by night.

Which id a group keeps is `id_registry.py`; how a person looks an id up is `id_life.py`. A merge is the redirect from
the retired id to the one that lives on. No value of a record is here: ids, counts and dates only.

birth: a group that no id had the better claim to got a new id. merge: most members of id went to other_id's group; id
is retired and leads there for ever. split: members of id went to the new other_id. move: they went to other_id, which
was there before. retirement: no member of id is left. return: members of a retired id are back.
"""

from dataclasses import dataclass
from typing import Any

TABLES = """
create table if not exists linkage.person_history (
    run_no integer, kind varchar, event varchar, id varchar, other_id varchar, members bigint, as_of date,
    run_mark varchar, model_version varchar
);
"""


@dataclass(frozen=True)
class Run:
    """Which run writes: its date (ISO), the fingerprint of its inputs, and the model that scored its pairs."""

    as_of: str
    mark: str
    model_version: str | None


def model_version(work: Any, *, store: str) -> str | None:
    """The version of the model that scored the stored pairs; None where they do not tell it."""
    (tells,) = work.execute(
        "select count(*) from duckdb_columns() where database_name = ? and schema_name = 'linkage' "
        "and table_name = 'pairs' and column_name = 'model_version'",
        [store],
    ).fetchone()
    if not tells:
        return None
    version: str | None = work.execute(f"select max(model_version) from {store}.linkage.pairs").fetchone()[0]
    return version


def make_events(work: Any, kind: str, *, store: str, before: str) -> None:
    """Make temp tables `event` (event, id, other_id, members) and `merged` (id, other_id) of tonight.

    Reads what `id_registry.assign_ids` left. before: a relation (member, id) of last night's groups.
    """
    work.execute(_MERGED)
    work.execute(_EVENTS.format(store=store, kind=kind, before=before))


def write_events(work: Any, kind: str, *, store: str, run: Run) -> None:
    """Append tonight's events; call it within the step's transaction. A night without events adds nothing."""
    work.execute(
        f"""
        insert into {store}.linkage.person_history
        select
            (select coalesce(max(run_no), 0) + 1 from {store}.linkage.person_history), '{kind}', event, id, other_id,
            members, $as_of::date, $mark, $model_version
        from event
        order by id, event, other_id
        """,
        {"as_of": run.as_of, "mark": run.mark, "model_version": run.model_version},
    )


# Members that are in another id's group than the one they last had, and those ids that kept no group at all.
_MERGED = """
create or replace temp table left_behind as
select claim.id, assigned.id as other_id, assigned.is_new, claim.members
from claim join assigned using (group_no)
where claim.id <> assigned.id;

create or replace temp table merged as
select id, other_id from left_behind
where id not in (select id from assigned)
qualify row_number() over (partition by id order by members desc, is_new, length(other_id), other_id) = 1;
"""

_EVENTS = """
create or replace temp table event as
with last_night as (
    select id, count(*) as members from {before} where id is not null group by id
),
told as (
    select id from {store}.linkage.person_history where kind = '{kind}' and event = 'birth'
),
tonight as (
    select assigned.id, any_value(assigned.is_new) as is_new, count(*) as members
    from grouped join assigned using (group_no)
    where assigned.is_new or assigned.id not in (select id from last_night) or (select count(*) from told) = 0
    group by assigned.id
)
select if(is_new or id not in (select id from told), 'birth', 'return') as event, id, null as other_id, members
from tonight
union all
select
    case when merged.id is not null then 'merge' when is_new then 'split' else 'move' end,
    left_behind.id, left_behind.other_id, members
from left_behind left join merged on left_behind.id = merged.id and left_behind.other_id = merged.other_id
union all
select 'retirement', id, null, members
from last_night
where id not in (select id from assigned) and id not in (select id from claim)
"""
