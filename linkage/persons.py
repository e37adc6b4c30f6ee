"""Clusters at the threshold in force become persons with lasting ids; each record keeps its best reason.

Which records make a cluster is `cluster.py`; which id it keeps is `id_registry.py`.
"""

from typing import Any

from linkage.id_registry import Assigned, assign_ids
from linkage.store import STORE


def make_persons(work: Any, *, threshold: float, batch: str) -> Assigned:
    """Make table `person` (record_id, dataset, person_id, match_probability, match_reason) from the stored clusters.

    match_probability and match_reason are those of the record's best pair within its person, null if it is alone there.
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
    work.execute(f"""
        create or replace table person as
        with inside as (
            select pairs.*
            from {STORE}.linkage.pairs as pairs
            join grouped as l on pairs.record_id_l = l.member
            join grouped as r on pairs.record_id_r = r.member and l.group_no = r.group_no
        ),
        side as (
            select record_id_l as record_id, match_weight, match_probability, match_reason from inside
            union all
            select record_id_r as record_id, match_weight, match_probability, match_reason from inside
        ),
        best as (
            select
                record_id,
                max(match_probability) as match_probability,
                arg_max(match_reason, (match_weight, match_reason)) as match_reason
            from side
            group by record_id
        )
        select records.record_id, records.dataset, assigned.id as person_id, best.match_probability, best.match_reason
        from {STORE}.identity.person_records as records
        join grouped on records.record_id = grouped.member
        join assigned using (group_no)
        left join best on records.record_id = best.record_id
        order by records.record_id
    """)
    return assigned
