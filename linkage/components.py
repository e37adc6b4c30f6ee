"""Which records have to be clustered again: the connected components of pairs that a change touches.

A component is clustered by itself (`cluster.py`), so that the others stay as they are. Pairs that were taken away have
left their ends in `linkage.touched`; decisions that came or went since last time are found here.
"""

from typing import Any

from linkage.store import STORE

DECISIONS_USED = f"{STORE}.linkage.decision_used"


def find_decisions(work: Any) -> None:
    """Make temp table `decided_now` (kind, record_id_l, record_id_r) from must_link and cannot_link."""
    work.execute("""
        create or replace temp table decided_now as
        select 'must' as kind, record_id_l, record_id_r from must_link
        union
        select 'cannot', record_id_l, record_id_r from cannot_link
    """)


def find_touched(work: Any, *, lowest: float) -> int:
    """Make temp table `reached` (record_id): records in a component that changed, gone ones included; count it.

    lowest: the lowest threshold; pairs below it join nothing.
    """
    work.execute(f"""
        create or replace temp table reached as
        with decided as (
            (from decided_now except from {DECISIONS_USED}) union (from {DECISIONS_USED} except from decided_now)
        )
        select record_id from {STORE}.linkage.touched
        union select record_id_l from decided
        union select record_id_r from decided;
    """)
    beside = _beside_reached(work, lowest)
    work.register("beside", beside)
    work.execute(f"""
        insert into reached
        select record_id from {STORE}.linkage.record_key
        where record_no in (select record_no from beside) and record_id not in (from reached)
    """)
    work.unregister("beside")
    count: int = work.execute("select count(*) from reached").fetchone()[0]
    return count


def _beside_reached(work: Any, lowest: float) -> Any:
    """An Arrow table (record_no) of all records in the components of those in table `reached` that have a number."""
    import numpy
    import pyarrow
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = work.execute(f"""
        select record_no_l as a, record_no_r as b from {STORE}.linkage.scored_pair where match_probability >= {lowest}
        union all
        select l.record_no, r.record_no
        from decided_now
        join {STORE}.linkage.record_key as l on record_id_l = l.record_id
        join {STORE}.linkage.record_key as r on record_id_r = r.record_id
        where kind = 'must'
    """).fetchnumpy()
    begun = work.execute(f"""
        select record_no from {STORE}.linkage.record_key where record_id in (from reached)
    """).fetchnumpy()["record_no"]
    (most,) = work.execute(f"select coalesce(max(record_no), 0) from {STORE}.linkage.record_key").fetchone()
    ones = numpy.ones(len(edges["a"]), dtype=numpy.int8)
    count, labels = connected_components(coo_array((ones, (edges["a"], edges["b"])), shape=(most + 1,) * 2), False)
    is_reached = numpy.zeros(count, dtype=bool)
    is_reached[labels[begun]] = True
    return pyarrow.table({"record_no": numpy.flatnonzero(is_reached[labels]).astype(numpy.int32)})


def read_component_records(work: Any, *, all_records: bool) -> None:
    """Make `record`, `pair`, `must_link` and `cannot_link` for `cluster_spans`, of all records or the reached."""
    reached = "" if all_records else "where record_id in (from reached)"
    work.execute(f"""
        create table record as
        select
            row_number() over (order by record_id)::integer as record_no, record_id, known.record_no as known_no,
            dataset, nhs_number, upn, nino
        from (select record_id, dataset, nhs_number, upn, nino from {STORE}.identity.person_records {reached})
        join (select record_id, record_no from {STORE}.linkage.record_key {reached}) as known using (record_id);

        create table pair as
        select l.record_no as record_no_l, r.record_no as record_no_r, match_probability
        from {STORE}.linkage.scored_pair as scored
        join (select record_no, known_no from record) as l on scored.record_no_l = l.known_no
        join (select record_no, known_no from record) as r on scored.record_no_r = r.known_no;
    """)
    number_decisions(work)


def number_decisions(work: Any) -> None:
    """Make tables `must_link` and `cannot_link` (record_no_l < record_no_r) of `decided_now`, over table `record`."""
    for kind in ("must", "cannot"):
        work.execute(f"""
            create or replace temp table {kind}_link as
            select least(l.record_no, r.record_no) as record_no_l, greatest(l.record_no, r.record_no) as record_no_r
            from decided_now
            join record as l on record_id_l = l.record_id
            join record as r on record_id_r = r.record_id
            where kind = '{kind}'
        """)


def write_clusters(work: Any, *, all_records: bool) -> None:
    """Write table `span` to `linkage.cluster_span`, for all records or those reached, and note what was taken in.

    Call it within the step's transaction.
    """
    spans = """
        select record.record_id, first.record_id as cluster_id, low, high
        from (from span order by record_no, low) as span
        join record using (record_no)
        join record as first on cluster_no = first.record_no
    """
    target = f"{STORE}.linkage.cluster_span"
    if all_records:
        work.execute(f"create or replace table {target} as {spans}")
        work.execute(f"delete from {STORE}.linkage.reclustered")
        work.execute(f"delete from {STORE}.linkage.step where step = 'persons'")
    else:
        work.execute(f"delete from {target} where record_id in (from reached); insert into {target} {spans}")
        work.execute(f"""
            insert into {STORE}.linkage.reclustered
            from reached anti join {STORE}.linkage.reclustered using (record_id) order by record_id
        """)
    work.execute(f"""
        delete from {STORE}.linkage.touched;
        delete from {DECISIONS_USED};
        insert into {DECISIONS_USED} from decided_now order by all;
    """)
