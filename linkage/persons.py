"""Clusters at the threshold in force become persons with lasting ids; each record keeps its best reason.

Which records make a cluster is `cluster.py`; which id it keeps is `id_registry.py`; what became of ids is `history.py`.
"""

from dataclasses import replace
from typing import Any

from linkage import decisions, history
from linkage.id_registry import Assigned, assign_ids, write_registry
from linkage.store import STORE
from linkage.table_changes import last_night, write_changes


def make_persons(work: Any, *, threshold: float, batch: str, all_records: bool = True) -> Assigned:
    """Make table `person` (record_id, dataset, person_id, match_probability, match_reason) from the stored clusters.

    It has all records, or those whose person can be another than last night (temp table `affected`: record_id).
    match_probability and match_reason are those of the record's best pair within its person, null if it is alone there.
    The best is a rule's, then the likeliest at or above the threshold, then a clerk's, then the likeliest below it.
    """
    some = "" if all_records else "and record_id in (from affected)"
    if not all_records:
        work.execute(_AFFECTED.format(store=STORE))
    work.execute(
        f"""
        create or replace temp table grouped as
        select record_id as member, cluster_id as group_no
        from {STORE}.linkage.clusters
        where threshold = ? {some}
        """,
        [threshold],
    )
    before = last_night(work, "persons", "record_id", "person_id", where=f"true {some}")
    assigned = assign_ids(work, "person", store=STORE, batch=batch, before=before)
    history.make_events(work, "person", store=STORE, before=before)
    decisions.in_force(work)
    work.execute(_BEST.format(store=STORE, threshold=threshold))
    work.execute(_PERSON.format(store=STORE))
    (groups,) = work.execute(
        f"select count(*) from {STORE}.linkage.clusters where threshold = ? and record_id = cluster_id", [threshold]
    ).fetchone()
    return replace(assigned, groups=groups, kept=groups - assigned.new)


def write_persons(work: Any, assigned: Assigned, *, run: history.Run, all_records: bool = True) -> None:
    """Bring `linkage.persons`, the registry and the history up to tonight; call it within the step's transaction.

    What clustering left to be done (`linkage.reclustered`) is done then.
    """
    write_changes(work, "persons", "person", key="record_id", among=None if all_records else "affected")
    write_registry(work, "person", assigned, store=STORE)
    history.write_events(work, "person", store=STORE, run=run)
    work.execute(f"delete from {STORE}.linkage.reclustered")


# Records whose clusters were made again since persons were last written, gone ones included, and all records that share
# an id with one of them. The other clusters are as they were and hold all that is left of one id, so that nothing in
# them can change; nor can a pair within them, since clustering begins where pairs and decisions changed.
_AFFECTED = """
create or replace temp table affected as
with shared as (
    select id from {store}.linkage.id_registry
    where kind = 'person' and member in (from {store}.linkage.reclustered)
)
select record_id from {store}.linkage.reclustered
union
select member from {store}.linkage.id_registry where kind = 'person' and id in (from shared);
"""


# Pairs are known by their place in the table until the end: reasons are long. Of equal weights, equal hashes of the
# reason mean equal reasons, so that the place does not matter.
_BEST = """
create or replace temp table best as
with inside as (
    select
        pairs.pair_no, record_id_l, record_id_r, match_weight, hash(match_reason) as reason_hash,
        case when match_weight is null then 3 when match_probability >= {threshold} then 2 else 0 end as rank
    from {store}.linkage.numbered_pairs as pairs
    join grouped as l on pairs.record_id_l = l.member
    join grouped as r on pairs.record_id_r = r.member and l.group_no = r.group_no
    union all
    select null, record_id_l, record_id_r, null, 0, 1
    from decided
    join grouped as l on record_id_l = l.member
    join grouped as r on record_id_r = r.member and l.group_no = r.group_no
    where decision = 'same'
),
side as (
    select record_id_l as record_id, * exclude (record_id_l, record_id_r) from inside
    union all
    select record_id_r as record_id, * exclude (record_id_l, record_id_r) from inside
)
select
    record_id,
    max(rank) as rank,
    arg_max(pair_no, (rank, coalesce(match_weight, 0), reason_hash)) filter (pair_no is not null) as pair_no
from side
group by record_id
"""

_PERSON = """
create or replace temp table person as
select
    records.record_id,
    records.dataset,
    assigned.id as person_id,
    if(best.rank = 1, 1.0, pairs.match_probability) as match_probability,
    if(best.rank = 1, 'decision: same', pairs.match_reason) as match_reason
from {store}.identity.person_records as records
join grouped on records.record_id = grouped.member
join assigned using (group_no)
left join best on records.record_id = best.record_id
left join {store}.linkage.numbered_pairs as pairs on best.pair_no = pairs.pair_no
order by records.record_id
"""
