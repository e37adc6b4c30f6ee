"""What keeps clusters apart: verified numbers that conflict, and records that a clerk decided are two people.

Two NHS numbers are two people wherever they come from; two UPNs or NINOs are where one source gives both. How clusters
join is `cluster.py`. Marks and clusters are numbers and hashes here, never values.
"""

from typing import Any

ANYWHERE = ("nhs_number",)  # one person has one, whoever says it
WITHIN_SOURCE = ("upn", "nino")  # sources differ in how they know it; one source knows its own


def find_marks(work: Any, *, one_per_dataset: bool = False) -> None:
    """Make temp table `mark` (cluster_no, kind, value) from table `record`, each record a cluster of its own.

    Two clusters conflict that hold marks of one kind and none in common. With `one_per_dataset` each record is marked
    as its data set's, so that two of one data set conflict.
    """
    marks = [
        f"select record_no as cluster_no, hash('{number}') as kind, hash({number}) as value from record "
        f"where {number} is not null"
        for number in ANYWHERE
    ] + [
        f"select record_no, hash('{number}', dataset), hash({number}) from record where {number} is not null"
        for number in WITHIN_SOURCE
    ]
    if one_per_dataset:
        marks.append("select record_no, hash('data set', dataset), record_no::ubigint from record")
    work.execute(f"create or replace temp table mark as {' union all '.join(marks)}")


def find_apart(work: Any) -> None:
    """Make temp table `apart` (a, b) of clusters that hold records which table `cannot_link` keeps apart."""
    work.execute("create or replace temp table apart as select record_no_l as a, record_no_r as b from cannot_link")


def find_contested(work: Any) -> int:
    """Make temp table `conflicted` (new_no): components of `joined` that hold a conflict; count them."""
    work.execute("""
        create or replace temp table conflicted as
        select new_no
        from joined join mark using (cluster_no)
        group by new_no, kind
        having count(distinct value) > 1
        union
        select l.new_no
        from apart
        join joined as l on a = l.cluster_no
        join joined as r on b = r.cluster_no and l.new_no = r.new_no
    """)
    count: int = work.execute("select count(*) from conflicted").fetchone()[0]
    return count


def drop_conflicting(work: Any) -> None:
    """Take from table `contested` (a, b) the pairs of clusters that conflict, as table `joined` has them by now."""
    work.execute("""
        create or replace temp table held as
        select distinct new_no as cluster_no, kind, value
        from joined join mark using (cluster_no)
        where new_no in (select a from contested union select b from contested);

        create or replace temp table kept_apart as
        select coalesce(l.new_no, a) as a, coalesce(r.new_no, b) as b
        from apart
        left join joined as l on a = l.cluster_no
        left join joined as r on b = r.cluster_no;

        create or replace temp table contested as
        select * from contested
        where not exists (
            from kept_apart
            where least(kept_apart.a, kept_apart.b) = contested.a and greatest(kept_apart.a, kept_apart.b) = contested.b
        )
        and (a, b) not in (
            select a, b
            from contested
            join held as l on a = l.cluster_no
            join held as r on b = r.cluster_no and l.kind = r.kind
            group by a, b, l.kind
            having not bool_or(l.value = r.value)
        )
    """)


def relabel_apart_and_marks(work: Any) -> None:
    """Give marks and `apart` their clusters after table `moved` (cluster_no, new_no); those without edge are done."""
    work.execute("""
        create or replace temp table mark as
        select * from (
            select distinct coalesce(new_no, cluster_no) as cluster_no, kind, value
            from mark left join moved using (cluster_no)
        )
        where cluster_no in (select a from edge union select b from edge);

        create or replace temp table apart as
        select coalesce(l.new_no, a) as a, coalesce(r.new_no, b) as b
        from apart
        left join moved as l on a = l.cluster_no
        left join moved as r on b = r.cluster_no
    """)
