"""How well persons agree with the truth, where the truth is known. Read by reports and tests, never by linkage itself.

Pairs: of the pairs of records put into one person, the share that belong together (precision), and of the pairs that
belong together, the share put together (recall). Clusters: the same over whole persons, where only one that holds
exactly a true person's records counts.
"""

from dataclasses import dataclass
from typing import Any

from linkage.counts import Counted
from linkage.store import STORE, need_table, open_work
from settings.duck import quoted
from settings.paths import Home

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


def evaluate(home: Home) -> Quality | None:
    """The quality of `linkage.persons` against `<home>/truth/records.parquet`; None where there is no truth."""
    truth = home.truth / "records.parquet"
    if not truth.exists():
        return None
    with open_work(home, read_only=True) as work:
        need_table(work, "persons", "assign_persons")
        _truth(work, home)
        work.execute(f"create table found as select record_id, person_id as found from {STORE}.linkage.persons")
        return judge(work)


def sweep(home: Home) -> dict[float, Quality]:
    """The quality of the clusters at each threshold, lowest first; empty where there is no truth."""
    if not (home.truth / "records.parquet").exists():
        return {}
    with open_work(home, read_only=True) as work:
        need_table(work, "clusters", "make_clusters")
        _truth(work, home)
        thresholds = work.execute(f"select distinct threshold from {STORE}.linkage.clusters order by 1").fetchall()
        qualities = {}
        for (threshold,) in thresholds:
            work.execute(
                f"create or replace table found as select record_id, cluster_id as found from {STORE}.linkage.clusters "
                "where threshold = ?",
                [threshold],
            )
            qualities[threshold] = judge(work)
        return qualities


def _truth(work: Any, home: Home) -> None:
    work.execute(f"""
        create table truth as
        select {RECORD_ID} as record_id, any_value(true_person_id) as true_id
        from read_parquet({quoted(home.truth / "records.parquet")})
        group by 1
    """)


def judge(work: Any) -> Quality:
    """Quality of table `found` (record_id, found) against table `truth` (record_id, true_id), over records in both."""
    row = work.execute("""
        with judged as (select found, true_id from found join truth using (record_id)),
        block as (select found, true_id, count(*) as records from judged group by all),
        person as (select found, sum(records) as records from block group by found),
        true_person as (select true_id, sum(records) as records from block group by true_id),
        whole as (
            select
                count(*) over (partition by found) = 1 as is_all_of_person,
                count(*) over (partition by true_id) = 1 as is_all_of_truth
            from block
        ),
        exact as (select count(*) filter (is_all_of_person and is_all_of_truth) as persons from whole)
        select
            (select count(*) from judged),
            (select sum(records * (records - 1) // 2) from block),
            (select sum(records * (records - 1) // 2) from person),
            (select sum(records * (records - 1) // 2) from true_person),
            (select persons from exact),
            (select count(*) from person),
            (select count(*) from true_person)
    """).fetchone()
    records, right_pairs, found_pairs, true_pairs, exact, persons, true_persons = (int(value or 0) for value in row)
    return Quality(
        records,
        *_scores(right_pairs, found_pairs, true_pairs),
        *_scores(exact, persons, true_persons),
    )


def _scores(right: int, found: int, true: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return round(precision, 6), round(recall, 6), round(f1, 6)
