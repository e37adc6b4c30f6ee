"""Lasting ids: which running number a group keeps from last night, and which new ones it gets.

Groups are persons (members: records) or households (members: persons). Nothing here knows how a group was found.
"""

from dataclasses import dataclass
from typing import Any

PREFIX = {"person": "P", "household": "H"}
WIDTH = {"person": 8, "household": 7}  # P00000001, H0000001

TABLES = """
create table if not exists linkage.id_registry (kind varchar, member varchar, id varchar);
create table if not exists linkage.id_counter (kind varchar, last_number bigint);
"""


@dataclass(frozen=True)
class Assigned:
    """How many groups kept an id, got a new one, and how many ids found no group any more."""

    groups: int
    kept: int
    new: int
    retired: int


def assign_ids(work: Any, kind: str, *, store: str, batch: str) -> Assigned:
    """Make tables `assigned` (group_no, id) and `registry` (member, id) from table `grouped` (member, group_no).

    store: the attached identity database, whose `linkage.id_registry` tells which id each member had last. An id goes
    to the group that holds most of its members, a group keeps the id that gives it most; ties go to the lower number.
    New ids are running numbers that were never used, given in the order of md5(batch || the group's first member),
    where batch is a digest of the whole night's records: nobody outside can compute which group came first.
    """
    registry, counter = f"{store}.linkage.id_registry", f"{store}.linkage.id_counter"
    work.execute(f"""
        create or replace temp table known as
        select member, id from {registry} where kind = '{kind}';

        create or replace temp table kept as
        with claim as (
            select group_no, id, count(*) as members
            from grouped join known using (member)
            group by all
        ),
        won as (
            select * from claim
            qualify row_number() over (partition by id order by members desc, group_no) = 1
        )
        select group_no, id from won
        qualify row_number() over (partition by group_no order by members desc, id) = 1;

        create or replace temp table fresh as
        with newcomer as (
            select group_no, min(member) as first_member
            from grouped
            where group_no not in (select group_no from kept)
            group by group_no
        )
        select
            group_no,
            row_number() over (order by md5('{batch}' || first_member), first_member) + coalesce(
                (select max(last_number) from {counter} where kind = '{kind}'), 0
            ) as number
        from newcomer;

        create or replace temp table assigned as
        select group_no, id from kept
        union all
        select
            group_no,
            '{PREFIX[kind]}' || lpad(
                number::varchar, greatest({WIDTH[kind]}, length(number::varchar))::integer, '0'
            ) as id
        from fresh;

        create or replace temp table registry as
        select member, id from grouped join assigned using (group_no);
    """)
    new, kept = (work.execute(f"select count(*) from {table}").fetchone()[0] for table in ("fresh", "kept"))
    retired = work.execute("select count(distinct id) from known where id not in (select id from assigned)").fetchone()[
        0
    ]
    return Assigned(groups=new + kept, kept=kept, new=new, retired=retired)


def write_registry(work: Any, kind: str, assigned: Assigned, *, store: str) -> None:
    """Replace the registry's rows of these members and move the counter on; call it within the step's transaction.

    Members that are away tonight keep their row, so that a record that returns finds its id again.
    """
    work.execute(f"""
        delete from {store}.linkage.id_registry where kind = '{kind}' and member in (select member from registry);
        insert into {store}.linkage.id_registry select '{kind}', member, id from registry order by member;
    """)
    last = work.execute(
        f"select coalesce(max(last_number), 0) from {store}.linkage.id_counter where kind = ?", [kind]
    ).fetchone()[0]
    work.execute(f"delete from {store}.linkage.id_counter where kind = ?", [kind])
    work.execute(f"insert into {store}.linkage.id_counter values (?, ?)", [kind, last + assigned.new])
