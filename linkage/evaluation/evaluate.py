"""How well persons agree with the truth, where the truth is known. Read by reports and tests, never by linkage itself.

Pairs: of the pairs of records put into one person, the share that belong together (precision), and of the pairs that
belong together, the share put together (recall). Clusters: the same over whole persons, where only one that holds
exactly a true person's records counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linkage.counts import Counted
from linkage.store import STORE, need_table, open_work
from settings.duck import quoted
from settings.paths import Home

PERSONS = f"{STORE}.linkage.persons"

# The truth names a record by data set and key as the partner's file has them; this is staging's record_id of the two.
RECORD_ID = "md5(dataset || chr(31) || replace(record_key, '|', chr(31)))"


@dataclass(frozen=True)
class Quality(Counted):
    """Shares from 0 to 1; 1 where there is nothing to be wrong about. `records` have both a person and a truth."""

    records: int
    pair_precision: float
    pair_recall: float
    pair_f1: float
    cluster_precision: float
    cluster_recall: float
    cluster_f1: float


@dataclass(frozen=True)
class PairQuality:
    """Of the scored pairs at or above `threshold`, the share that are right, and the share of all true pairs found."""

    threshold: float
    pairs: int
    precision: float
    recall: float
    f1: float


def evaluate(home: Home) -> Quality | None:
    """The quality of `linkage.persons` against `<home>/truth/records.parquet`; None where there is no truth."""
    if not has_truth(home):
        return None
    with open_work(home, read_only=True) as work:
        need_table(work, "persons", "assign_persons")
        read_truth(work, home)
        return judge_persons(work)


def sweep(home: Home) -> dict[float, Quality]:
    """The quality of the clusters at each threshold, lowest first; empty where there is no truth."""
    if not has_truth(home):
        return {}
    with open_work(home, read_only=True) as work:
        need_table(work, "clusters", "make_clusters")
        read_truth(work, home)
        return sweep_clusters(work)


def has_truth(home: Home) -> bool:
    """Whether somebody laid the truth beside the data, as `mvld demo` does."""
    return (home.truth / "records.parquet").exists()


def read_truth(work: Any, home: Home) -> None:
    """Make table `truth` (record_id, true_id) in the working database."""
    work.execute(f"""
        create or replace table truth as
        select {RECORD_ID} as record_id, any_value(true_person_id) as true_id
        from read_parquet({quoted(home.truth / "records.parquet")})
        group by 1
    """)


def judge_persons(work: Any) -> Quality:
    """The quality of the stored persons against table `truth`."""
    work.execute(f"create or replace temp view found as select record_id, person_id as found from {PERSONS}")
    return judge(work)


def sweep_clusters(work: Any) -> dict[float, Quality]:
    """The quality of the stored clusters at each threshold against table `truth`, lowest first."""
    return _judge_each(work, f"select threshold, record_id, cluster_id as found from {STORE}.linkage.clusters")


def sweep_pairs(work: Any, thresholds: Sequence[float]) -> list[PairQuality]:
    """The quality of the stored pairs alone, before clustering, at each of `thresholds` against table `truth`."""
    steps = ", ".join(f"({threshold}::double)" for threshold in sorted(thresholds))
    rows = work.execute(f"""
        with known as (
            select pairs.match_probability, l.true_id = r.true_id as is_right
            from {STORE}.linkage.pairs as pairs
            join truth as l on pairs.record_id_l = l.record_id
            join truth as r on pairs.record_id_r = r.record_id
        ),
        person as (
            select count(*) as records from truth join {PERSONS} using (record_id) group by true_id
        )
        select
            threshold,
            count(is_right),
            count(*) filter (is_right),
            (select sum(records * (records - 1) // 2) from person)
        from (values {steps}) as step (threshold)
        left join known on match_probability >= threshold
        group by threshold
        order by threshold
    """).fetchall()
    return [
        PairQuality(threshold, found, *_scores(right, found, int(true or 0))) for threshold, found, right, true in rows
    ]


def judge(work: Any) -> Quality:
    """Quality of table `found` (record_id, found) against table `truth` (record_id, true_id), over records in both."""
    return _judge_each(work, "select 0 as threshold, record_id, found from found").get(0, Quality(0, *[1.0] * 6))


def judge_between(work: Any, *, threshold: float) -> PairQuality:
    """Quality of table `found` against table `truth` (record_id, true_id, source) over pairs of two sources alone."""
    found, right, true = work.execute(_BETWEEN).fetchone()
    return PairQuality(threshold, found, *_scores(right, found, true))


def _judge_each(work: Any, found: str) -> dict[float, Quality]:
    """Quality per threshold of query `found` (threshold, record_id, found), lowest first."""
    rows = work.execute(_JUDGE.format(found=found)).fetchall()
    return {
        threshold: Quality(
            int(records),
            *_scores(int(right), int(found_pairs), int(true_pairs)),
            *_scores(exact, persons, true_persons),
        )
        for threshold, records, right, found_pairs, true_pairs, exact, persons, true_persons in rows
    }


def _scores(right: int, found: int, true: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return round(precision, 6), round(recall, 6), round(f1, 6)


# A person's name is hashed to 64 bits, which group faster than text. A person is exact
# when all its records are of one true person and that one has no other records.
_JUDGE = """
with block as (
    select threshold, hash(found) as found, true_id, count(*) as records
    from ({found}) join truth using (record_id)
    group by all
),
person as (
    select threshold, sum(records) as records, count(*) as parts, any_value(true_id) as true_id
    from block group by threshold, found
),
true_person as (
    select threshold, true_id, sum(records) as records, count(*) as parts from block group by threshold, true_id
),
by_block as (
    select threshold, sum(records) as records, sum(records * (records - 1) // 2) as pairs from block group by threshold
),
by_person as (
    select threshold, sum(records * (records - 1) // 2) as pairs, count(*) as persons from person group by threshold
),
by_true_person as (
    select threshold, sum(records * (records - 1) // 2) as pairs, count(*) as persons
    from true_person group by threshold
),
exact as (
    select threshold, count(*) filter (true_person.parts = 1) as persons
    from person join true_person using (threshold, true_id)
    where person.parts = 1
    group by threshold
)
select
    threshold, by_block.records, by_block.pairs, by_person.pairs, by_true_person.pairs, coalesce(exact.persons, 0),
    by_person.persons, by_true_person.persons
from by_block
join by_person using (threshold)
join by_true_person using (threshold)
left join exact using (threshold)
order by threshold
"""

# Pairs of two sources: of each group, all pairs less those within each source.
_BETWEEN = """
with known as (select found, true_id, source from found join truth using (record_id)),
part as (
    select 'found' as kind, hash(found) as part, source, count(*) as n from known group by all
    union all
    select 'true', hash(true_id), source, count(*) from known group by all
    union all
    select 'right', hash(found, true_id), source, count(*) from known group by all
),
paired as (select kind, (sum(n) * sum(n) - sum(n * n)) // 2 as pairs from part group by kind, part)
select
    coalesce(sum(pairs) filter (kind = 'found'), 0)::bigint,
    coalesce(sum(pairs) filter (kind = 'right'), 0)::bigint,
    coalesce(sum(pairs) filter (kind = 'true'), 0)::bigint
from paired
"""
