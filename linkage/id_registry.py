"""Lasting ids: which running number a group keeps from last night, and which new ones it gets.

Groups are persons (members: records) or households (members: persons). Nothing here knows how a group was found; what
became of each id is told by `history.py`.
"""

from dataclasses import dataclass
from typing import Any

from linkage.history import TABLES as HISTORY_TABLES

PREFIX = {"person": "P", "household": "H"}
WIDTH = {"person": 8, "household": 7}  # P00000001, H0000001
NOWHERE = "(select null::varchar as id, null as group_no where false)"

TABLES = f"""
create table if not exists linkage.id_registry (kind varchar, member varchar, id varchar);
create table if not exists linkage.id_counter (kind varchar, last_number bigint);
{HISTORY_TABLES}
"""


@dataclass(frozen=True)
class Assigned:
    """How many groups kept an id, got a new one, and how many ids found no group any more."""

    groups: int
    kept: int
    new: int
    retired: int


def assign_ids(work: Any, kind: str, *, store: str, batch: str, before: str, place: str = NOWHERE) -> Assigned:
    """Make temp table `assigned` (group_no, id, is_new) from table `grouped` (member, group_no).

    store: the attached identity database, whose `linkage.id_registry` tells which id each member had last. before: a
    relation (member, id) of last night's groups. Groups that share no id can be assigned without each other: `grouped`
    may leave out those that hold all members of one id.

    An id goes to the group that holds most of its members; a group that several ids go to keeps the one that was the
    largest last night, and the others are merged into it. Members who went elsewhere do not count for an id, those who
    are gone do. Ties go to the group at the place where the id was (`place`: a relation of id and group_no), then to
    the older id, then to the first group. An id whose members went elsewhere in equal parts is not lost while one of
    these groups has no other id.

    New ids are running numbers that were never used, given in the order of md5(batch || the group's first member),
    where batch is a digest of the whole night's records: nobody outside can compute which group came first.

    Temp tables `known` (member, id: last) and `claim` (group_no, id, members) are left for the history.
    """
    work.execute(f"""
        create or replace temp table known as
        select member, id from {store}.linkage.id_registry
        where kind = '{kind}' and member in (select member from grouped);

        create or replace temp table claim as
        select group_no, id, count(*) as members
        from grouped join known using (member)
        group by all;
    """)
    _keep_ids(work, before, place)
    work.execute(_NEW_IDS.format(store=store, kind=kind, batch=batch, prefix=PREFIX[kind], width=WIDTH[kind]))
    new, kept, retired = work.execute("""
        select
            (select count(*) from assigned where is_new), (select count(*) from kept),
            (select count(distinct id) from claim where id not in (select id from assigned))
    """).fetchone()
    return Assigned(groups=new + kept, kept=kept, new=new, retired=retired)


def _keep_ids(work: Any, before: str, place: str) -> None:
    """Make temp table `kept` (group_no, id): the strongest claims first, each id and each group once."""
    work.execute(_MAIN_CLAIMS.format(before=before, place=place))
    while work.execute("select count(*) from contested").fetchone()[0]:
        work.execute(_TAKE_BEST)


# A claim counts where most of the id's members are. Most ids have one such group and most groups one such id.
_MAIN_CLAIMS = """
create or replace temp table main_claim as
select * from claim qualify members = max(members) over (partition by id);

create or replace temp table kept as
select group_no, id from main_claim
qualify count(*) over (partition by id) = 1 and count(*) over (partition by group_no) = 1;

create or replace temp table contested as
with open_claim as (
    select group_no, id, count(*) over (partition by id) as groups
    from main_claim where id not in (select id from kept)
),
last_night as (
    select before.id, before.member, grouped.group_no
    from {before} as before left join grouped using (member)
    where before.id in (select id from open_claim)
),
size as (
    select open_claim.group_no, open_claim.id, count(last_night.member) as members
    from open_claim left join last_night
        on open_claim.id = last_night.id
        and (open_claim.group_no = last_night.group_no or (last_night.group_no is null and groups = 1))
    group by all
)
select
    size.group_no,
    size.id,
    row_number() over (
        order by members desc, place.id is not null desc, length(size.id), size.id, size.group_no
    ) as turn
from size
left join {place} as place on size.id = place.id and size.group_no = place.group_no;
"""

# Claims that are first for their id and for their group are granted; what they rule out is dropped.
_TAKE_BEST = """
create or replace temp table granted as
select group_no, id from contested
qualify turn = min(turn) over (partition by id) and turn = min(turn) over (partition by group_no);

insert into kept select group_no, id from granted;

create or replace temp table contested as
select * from contested
where id not in (select id from granted) and group_no not in (select group_no from granted);
"""

_NEW_IDS = """
create or replace temp table assigned as
with newcomer as (
    select group_no, min(member) as first_member
    from grouped
    where group_no not in (select group_no from kept)
    group by group_no
),
numbered as (
    select
        group_no,
        (
            row_number() over (order by md5('{batch}' || first_member), first_member)
            + coalesce((select max(last_number) from {store}.linkage.id_counter where kind = '{kind}'), 0)
        )::varchar as number
    from newcomer
)
select group_no, id, false as is_new from kept
union all
select
    group_no, '{prefix}' || lpad(number, greatest({width}, length(number))::integer, '0') as id, true as is_new
from numbered
"""


def write_registry(work: Any, kind: str, assigned: Assigned, *, store: str) -> None:
    """Bring the registry up to tonight and move the counter on; call it within the step's transaction.

    Only what changed is written. Members that are away keep their row, so that a record that returns finds its id
    again; the rows of an id that was merged follow it, so that it is never used again.
    """
    work.execute(f"""
        create or replace temp table moved as
        select member, assigned.id
        from grouped join assigned using (group_no)
        anti join known on grouped.member = known.member and assigned.id = known.id;

        delete from {store}.linkage.id_registry where kind = '{kind}' and member in (select member from moved);
        insert into {store}.linkage.id_registry select '{kind}', member, id from moved order by member;

        update {store}.linkage.id_registry as registry
        set id = merged.other_id
        from merged where registry.kind = '{kind}' and registry.id = merged.id;
    """)
    if kind == "person":
        work.execute(_PASS_ON_HOUSEHOLDS.format(store=store))
    if assigned.new:
        work.execute(
            f"""
            create or replace temp table counted as
            select coalesce(max(last_number), 0) + ? as last_number
            from {store}.linkage.id_counter where kind = '{kind}';
            """,
            [assigned.new],
        )
        work.execute(f"""
            delete from {store}.linkage.id_counter where kind = '{kind}';
            insert into {store}.linkage.id_counter select '{kind}', last_number from counted;
        """)


# A person's household is remembered under the person's id: where that id merges, the other takes the memory over.
_PASS_ON_HOUSEHOLDS = """
create or replace temp table inherited as
select merged.other_id as member, min(registry.id) as id
from {store}.linkage.id_registry as registry
join merged on registry.member = merged.id
where registry.kind = 'household'
    and merged.other_id not in (select member from {store}.linkage.id_registry where kind = 'household')
group by merged.other_id;

delete from {store}.linkage.id_registry where kind = 'household' and member in (select id from merged);
insert into {store}.linkage.id_registry select 'household', member, id from inherited order by member;
"""
