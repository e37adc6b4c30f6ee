"""Scored pairs into clusters, at every threshold of the policy, strongest evidence first.

A cluster is a set of records, not yet a person with an id (`persons.py`). Records are joined in rounds of falling
threshold. In each, two clusters join when enough of the pairs between them reach the threshold: one lucky pair does not
make a person out of two. Clusters are therefore nested: those at a lower threshold are unions of those at a higher one.

What clerks decided binds at every threshold: records that must be one person are joined before the first round, records
that must not never are. Nor are two NHS numbers, or two verified numbers that one source gives (`conflicts.py`). A
connected component of pairs is clustered by itself: nothing outside it has a say.
"""

from collections.abc import Sequence
from typing import Any

from linkage.conflicts import (
    drop_conflicting,
    find_apart,
    find_contested,
    find_marks,
    relabel_apart_and_marks,
)

# Of the pairs between two clusters, the share that must reach the threshold before they join. A cluster's records come
# from different sources, each with its own gaps, so that a small share is what true persons show.
SUPPORT = 0.1
PASSES = 4  # rounds per threshold; joining changes what is supported, little is left after the second


def cluster(work: Any, *, thresholds: Sequence[float], one_per_dataset: bool = False) -> None:
    """Make table `cluster` (record_no, threshold, cluster_no), one row per record and threshold.

    As `cluster_spans`, whose spans it spreads out.
    """
    cluster_spans(work, thresholds=thresholds, one_per_dataset=one_per_dataset)
    steps = ", ".join(f"({threshold})" for threshold in sorted(thresholds))
    work.execute(f"""
        create or replace table cluster as
        select record_no, threshold::double as threshold, cluster_no
        from span join (values {steps}) as steps(threshold) on threshold between low and high
        order by threshold, record_no
    """)


def cluster_spans(work: Any, *, thresholds: Sequence[float], one_per_dataset: bool = False) -> int:
    """Make table `span` (record_no, low, high, cluster_no): a record's cluster at the thresholds from low to high.

    Reads tables `record` (record_no, dataset, nhs_number, upn, nino), `pair` and, where there are any, `must_link` and
    `cannot_link` (record_no_l, record_no_r). cluster_no is the smallest record_no of the cluster. `one_per_dataset`: no
    cluster holds two records of one data set. Returns how many hold what conflicts because a clerk decided so.
    """
    falling = sorted(thresholds, reverse=True)
    work.execute(_START.format(lowest=falling[-1]))
    find_marks(work, one_per_dataset=one_per_dataset)
    find_apart(work)
    overruled = _join_decided(work)
    higher = None
    for threshold in falling:
        if higher is not None:
            work.execute("create or replace temp table before as from node")
        for _ in range(PASSES):
            if not _join_supported(work, threshold):
                break
        if higher is not None:
            work.execute(_CLOSE_SPANS.format(low=higher, high=threshold))
        else:
            work.execute(f"create or replace temp table node as select *, {threshold}::double as high from node")
        higher = threshold
    work.execute(f"insert into span select record_no, {falling[-1]}, high, cluster_no from node")
    return overruled


_START = """
create or replace table span (record_no integer, low double, high double, cluster_no integer);
create or replace temp table node as select record_no, record_no as cluster_no from record;
create or replace temp table edge as
select record_no_l as a, record_no_r as b, match_probability from pair where match_probability >= {lowest};
create or replace temp table size as select null::integer as cluster_no, null::bigint as records limit 0;
create table if not exists must_link (record_no_l integer, record_no_r integer);
create table if not exists cannot_link (record_no_l integer, record_no_r integer);
"""

# Of the records whose cluster changed at this threshold, the span at higher ones ends.
_CLOSE_SPANS = """
insert into span
select before.record_no, {low}, before.high, before.cluster_no
from before join node using (record_no)
where before.cluster_no <> node.cluster_no;

create or replace temp table node as
select node.record_no, node.cluster_no, if(before.cluster_no <> node.cluster_no, {high}, before.high) as high
from node join before using (record_no);
"""


def _join_decided(work: Any) -> int:
    """Join what must be one person; return how many of these clusters hold numbers that conflict."""
    work.execute("""
        create or replace temp table supported as
        select record_no_l as a, record_no_r as b, 1::bigint as pairs, 1.0::double as best from must_link
    """)
    if not _components(work):
        return 0
    overruled = find_contested(work)
    _relabel(work)
    return overruled


def _join_supported(work: Any, threshold: float) -> bool:
    """Join the clusters that the pairs at or above `threshold` support; say whether any did."""
    work.execute(_SUPPORTED.format(threshold=threshold, support=SUPPORT))
    if not _components(work):
        return False
    if find_contested(work):
        work.execute(_CONTESTED)
        drop_conflicting(work)
        while work.execute(_BEST_PARTNERS).fetchone()[0]:
            work.execute(_JOIN_PARTNERS)
            drop_conflicting(work)
    return _relabel(work)


def _components(work: Any) -> bool:
    """Make table `joined` (cluster_no, new_no): connected components of `supported` (a, b); false if it is empty."""
    import numpy
    import pyarrow
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = work.execute("select a, b from supported").fetchnumpy()
    if not len(edges["a"]):
        return False
    numbers, ends = numpy.unique(numpy.concatenate([edges["a"], edges["b"]]), return_inverse=True)
    left, right = ends[: len(edges["a"])], ends[len(edges["a"]) :]
    graph = coo_array((numpy.ones(len(left), dtype=numpy.int8), (left, right)), shape=(len(numbers), len(numbers)))
    count, labels = connected_components(graph, directed=False)
    smallest = numpy.empty(count, dtype=numpy.int32)
    smallest[labels[::-1]] = numbers[::-1]  # of a label's numbers the first is written last
    found = pyarrow.table({"cluster_no": numbers.astype(numpy.int32), "new_no": smallest[labels]})
    work.register("component", found)
    work.execute("create or replace temp table joined as select * from component")
    work.unregister("component")
    return True


def _relabel(work: Any) -> bool:
    """Give records, edges, marks and decisions their new clusters; false if no cluster joined another."""
    work.execute("create or replace temp table moved as from joined where new_no <> cluster_no")
    if not work.execute("select count(*) from moved").fetchone()[0]:
        return False
    work.execute(_RELABEL)
    relabel_apart_and_marks(work)
    return True


# Pairs of clusters with enough support. A cluster that is in no table `size` is one record.
_SUPPORTED = """
create or replace temp table supported as
with current_edge as (
    select a, b, count(*) as pairs, max(match_probability) as best
    from edge where match_probability >= {threshold} group by a, b
)
select a, b, pairs, best
from current_edge
left join size as l on a = l.cluster_no
left join size as r on b = r.cluster_no
where pairs >= {support} * coalesce(l.records, 1) * coalesce(r.records, 1);
"""

# Chains of supported pairs that hold a conflict: there, clusters join two by two instead.
_CONTESTED = """
create or replace temp table contested as
select a, b, best, pairs
from supported join joined on a = cluster_no
where new_no in (select new_no from conflicted);

update joined set new_no = cluster_no where new_no in (select new_no from conflicted);
"""

# Clusters that are each other's best partner; the best is the most probable, then the best supported, then the first.
_BEST_PARTNERS = """
create or replace temp table partner as
with side as (
    select a as cluster_no, b as other, best, pairs from contested
    union all
    select b as cluster_no, a as other, best, pairs from contested
),
choice as (
    select cluster_no, other
    from side
    qualify row_number() over (
        partition by cluster_no order by best desc, pairs desc, least(cluster_no, other), greatest(cluster_no, other)
    ) = 1
)
select l.cluster_no as keep_no, l.other as gone_no
from choice as l join choice as r on l.cluster_no = r.other and l.other = r.cluster_no
where l.cluster_no < l.other;

select count(*) from partner;
"""

_JOIN_PARTNERS = """
update joined set new_no = keep_no from partner where new_no = gone_no;

create or replace temp table contested as
with renamed as (
    select coalesce(l.keep_no, a) as a, coalesce(r.keep_no, b) as b, best, pairs
    from contested
    left join partner as l on a = l.gone_no
    left join partner as r on b = r.gone_no
)
select least(a, b) as a, greatest(a, b) as b, max(best) as best, sum(pairs) as pairs
from renamed where a <> b group by all;
"""

_RELABEL = """
create or replace temp table node as
select node.* replace (coalesce(new_no, cluster_no) as cluster_no) from node left join moved using (cluster_no);

create or replace temp table edge as
select least(a, b) as a, greatest(a, b) as b, match_probability
from (
    select coalesce(l.new_no, a) as a, coalesce(r.new_no, b) as b, match_probability
    from edge
    left join moved as l on a = l.cluster_no
    left join moved as r on b = r.cluster_no
)
where a <> b;

create or replace temp table size as
select cluster_no, count(*) as records
from node where cluster_no in (select a from edge union select b from edge)
group by cluster_no having count(*) > 1;
"""
