"""Scored pairs into clusters, at every threshold of the policy, strongest evidence first.

A cluster is a set of records, not yet a person with an id (`persons.py`). Records are joined in rounds of falling
threshold. In each, two clusters join when enough of the pairs between them reach the threshold: one lucky pair does not
make a person out of two. Clusters that would hold two different NHS numbers never join. Clusters are therefore nested:
those at a lower threshold are unions of those at a higher one.
"""

from collections.abc import Sequence
from typing import Any

# Of the pairs between two clusters, the share that must reach the threshold before they join. A cluster's records come
# from different sources, each with its own gaps, so that a small share is what true persons show.
SUPPORT = 0.1
PASSES = 4  # rounds per threshold; joining changes what is supported, little is left after the second


def cluster(work: Any, *, thresholds: Sequence[float]) -> None:
    """Make table `cluster` (record_no, threshold, cluster_no) from tables `record` and `pair`.

    cluster_no is the smallest record_no of the cluster. One row per record and threshold.
    """
    work.execute("create or replace table cluster (record_no integer, threshold double, cluster_no integer)")
    work.execute("create or replace temp table node as select record_no, record_no as cluster_no from record")
    work.execute(
        "create or replace temp table edge as select record_no_l as a, record_no_r as b, match_probability from pair "
        "where match_probability >= ?",
        [min(thresholds)],
    )
    for threshold in sorted(thresholds, reverse=True):
        for _ in range(PASSES):
            if not _join_supported(work, threshold):
                break
        work.execute("insert into cluster select record_no, ?, cluster_no from node order by record_no", [threshold])
    work.execute("drop table node; drop table edge")


def _join_supported(work: Any, threshold: float) -> bool:
    """Join the clusters that the pairs at or above `threshold` support; say whether any did."""
    work.execute(_SUPPORTED.format(threshold=threshold, support=SUPPORT))
    if not _components(work, "supported"):
        return False
    work.execute(_CONFLICTED)
    while work.execute(_BEST_PARTNERS).fetchone()[0]:
        work.execute(_JOIN_PARTNERS)
    work.execute(_RELABEL)
    return True


def _components(work: Any, table: str) -> bool:
    """Make table `joined` (cluster_no, new_no): the connected components of `table` (a, b); false if it is empty."""
    import numpy
    import pyarrow
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = work.execute(f"select a, b from {table}").fetchnumpy()
    if not len(edges["a"]):
        return False
    numbers, ends = numpy.unique(numpy.concatenate([edges["a"], edges["b"]]), return_inverse=True)
    left, right = ends[: len(edges["a"])], ends[len(edges["a"]) :]
    graph = coo_array((numpy.ones(len(left), dtype=numpy.int8), (left, right)), shape=(len(numbers), len(numbers)))
    count, labels = connected_components(graph, directed=False)
    smallest = numpy.full(count, numpy.iinfo(numpy.int32).max, dtype=numpy.int32)
    numpy.minimum.at(smallest, labels, numbers.astype(numpy.int32))
    work.register("component", pyarrow.table({"cluster_no": numbers.astype(numpy.int32), "new_no": smallest[labels]}))
    work.execute("create or replace temp table joined as select * from component")
    work.unregister("component")
    return True


# Pairs of clusters with enough support and no two NHS numbers between them.
_SUPPORTED = """
create or replace temp table current_edge as
select
    least(l.cluster_no, r.cluster_no) as a,
    greatest(l.cluster_no, r.cluster_no) as b,
    count(*) as pairs,
    max(match_probability) as best
from edge
join node as l on edge.a = l.record_no
join node as r on edge.b = r.record_no
where match_probability >= {threshold} and l.cluster_no <> r.cluster_no
group by all;

create or replace temp table current_cluster as
select cluster_no, count(*) as records, max(nhs_number) as nhs_number
from node join record using (record_no)
where cluster_no in (select a from current_edge union all select b from current_edge)
group by cluster_no;

create or replace temp table supported as
select a, b, pairs, best
from current_edge
join current_cluster as l on a = l.cluster_no
join current_cluster as r on b = r.cluster_no
where pairs >= {support} * l.records * r.records
    and (l.nhs_number = r.nhs_number or l.nhs_number is null or r.nhs_number is null)
order by a, b;
"""

# Chains of supported pairs that would still bring two NHS numbers together: there, clusters join two by two instead.
_CONFLICTED = """
create or replace temp table conflicted as
select new_no
from joined join current_cluster using (cluster_no)
group by new_no
having count(distinct nhs_number) > 1;

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

create or replace temp table number as
select new_no as cluster_no, max(nhs_number) as nhs_number
from joined join current_cluster using (cluster_no)
where new_no in (select a from contested union all select b from contested union all select keep_no from partner)
group by new_no;

create or replace temp table contested as
with moved as (
    select coalesce(l.keep_no, a) as a, coalesce(r.keep_no, b) as b, best, pairs
    from contested
    left join partner as l on a = l.gone_no
    left join partner as r on b = r.gone_no
)
select least(a, b) as a, greatest(a, b) as b, max(best) as best, sum(pairs) as pairs
from moved
join number as l on a = l.cluster_no
join number as r on b = r.cluster_no
where a <> b and (l.nhs_number = r.nhs_number or l.nhs_number is null or r.nhs_number is null)
group by all;
"""

_RELABEL = """
create or replace temp table node as
select record_no, coalesce(new_no, cluster_no) as cluster_no
from node left join joined using (cluster_no)
"""
