"""Clusters at the threshold in force become persons with lasting ids; each record keeps its best reason.

Which records make a cluster is `cluster.py`; which id it keeps is `id_registry.py`; what became of ids is `history.py`.
"""

from typing import Any

from linkage import decisions, history
from linkage.id_registry import Assigned, assign_ids, write_registry
from linkage.store import STORE
from linkage.table_changes import last_night, write_changes


def make_persons(work: Any, *, threshold: float, batch: str) -> Assigned:
    """Make table `person` (record_id, dataset, person_id, match_probability, match_reason) from the stored clusters.

    match_probability and match_reason are those of the record's best pair within its person, null if it is alone there.
    The best is a rule's, then the likeliest at or above the threshold, then a clerk's, then the likeliest below it.
    """
    work.execute(
        f"""
        create or replace temp table grouped as
        select record_id as member, cluster_id as group_no
        from {STORE}.linkage.clusters
        where threshold = ?
        """,
        [threshold],
    )
    assigned = assign_ids(work, "person", store=STORE, batch=batch)
    history.make_events(work, "person", store=STORE, before=last_night(work, "persons", "record_id", "person_id"))
    decisions.in_force(work)
    work.execute(_BEST.format(store=STORE, threshold=threshold))
    work.execute(_PERSON.format(store=STORE))
    return assigned


def write_persons(work: Any, assigned: Assigned, *, run: history.Run) -> None:
    """Bring `linkage.persons`, the registry and the history up to tonight; call it within the step's transaction."""
    write_changes(work, "persons", "person", key="record_id")
    write_registry(work, "person", assigned, store=STORE)
    history.write_events(work, "person", store=STORE, run=run)


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
