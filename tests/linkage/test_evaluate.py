"""Precision and recall counted by hand."""

from pathlib import Path

import pytest

from linkage.evaluation.evaluate import evaluate, judge, judge_between, sweep
from linkage.run import link
from settings.duck import connect
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, write_records


def judged(found: str, true: str) -> tuple[int, float, float, float, float]:
    """Records are positions; equal letters are one person. A dot has no truth."""
    work = connect()
    work.execute(
        "create table found as select unnest(range(?))::varchar as record_id, unnest(?) as found",
        [len(found), list(found)],
    )
    work.execute(
        "create table truth as select unnest(range(?))::varchar as record_id, unnest(?) as true_id",
        [len(true), list(true)],
    )
    work.execute("delete from truth where true_id = '.'")
    quality = judge(work)
    return (
        quality.records,
        quality.pair_precision,
        quality.pair_recall,
        quality.cluster_precision,
        quality.cluster_recall,
    )


@pytest.mark.parametrize(
    ("found", "true", "records", "pair_precision", "pair_recall", "cluster_precision", "cluster_recall"),
    [
        ("aabb", "xxyy", 4, 1, 1, 1, 1),
        ("abcd", "xxyy", 4, 1, 0, 0, 0),
        ("aaaa", "xxyy", 4, 2 / 6, 1, 0, 0),
        ("aaab", "xxyy", 4, 1 / 3, 1 / 2, 0, 0),
        ("aabc", "xxyy", 4, 1, 1 / 2, 1 / 3, 1 / 2),
        ("abc", "xyz", 3, 1, 1, 1, 1),
        ("aab", "xx.", 2, 1, 1, 1, 1),
        ("", "", 0, 1, 1, 1, 1),
    ],
)
def test_quality_of_a_drawn_case(
    found: str,
    true: str,
    records: int,
    pair_precision: float,
    pair_recall: float,
    cluster_precision: float,
    cluster_recall: float,
) -> None:
    expected = (records, pair_precision, pair_recall, cluster_precision, cluster_recall)
    assert judged(found, true) == pytest.approx(expected, abs=1e-6)


def test_the_truth_of_the_demo_is_joined_by_data_set_and_key(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with connect() as work:
        ids = [work.execute("select md5(concat_ws(chr(31), 'gp', ?, ?))", [key, "1"]).fetchone()[0] for key in "AB"]
        write_records(home, [{"record_id": record, "given_name": "UNA"} for record in ids])
        home.truth.mkdir()
        work.execute(f"""
            copy (
                select 'gp' as dataset, unnest(['A|1', 'B|1']) as record_key, unnest(['T1', 'T2']) as true_person_id
            ) to '{home.truth / "records.parquet"}' (format parquet)
        """)
    link(home, policies=quick_policies(tmp_path / "policies"), as_of=AS_OF)
    quality = evaluate(home)
    assert quality is not None
    assert (quality.records, quality.cluster_f1) == (2, 1.0)
    assert set(sweep(home)) == {0.5, 0.8, 0.9, 0.95, 0.99, 0.999}


def test_without_truth_there_is_no_judgement(tmp_path: Path) -> None:
    assert evaluate(Home(tmp_path)) is None
    assert sweep(Home(tmp_path)) == {}


def test_pairs_of_two_sources_are_judged_without_those_within_one() -> None:
    """a1 and a2 are one person within a source; b1 is the same one and was found with a1 alone; b2 was put to c1."""
    work = connect()
    work.execute("""
        create table truth as from (values
            ('a1', 'x', 1), ('a2', 'x', 1), ('b1', 'x', 2), ('b2', 'y', 2), ('c1', 'z', 3)
        ) as t (record_id, true_id, source);
        create table found as from (values
            ('a1', 1), ('b1', 1), ('a2', 2), ('b2', 3), ('c1', 3), ('unknown', 1)
        ) as t (record_id, found)
    """)
    found = judge_between(work, threshold=0.8)
    assert (found.pairs, found.precision, found.recall) == (2, 0.5, 0.5)
