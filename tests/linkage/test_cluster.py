"""Clusters from scored pairs, on tables small enough to draw."""

from typing import Any

import pytest

from linkage.cluster import cluster
from settings.duck import connect


def clusters(
    pairs: list[tuple[int, int, float]],
    *,
    records: int = 6,
    numbers: dict[int, str] | None = None,
    thresholds: tuple[float, ...] = (0.5, 0.9),
) -> dict[float, set[frozenset[int]]]:
    work: Any = connect()
    work.execute(
        "create table record as select (range + 1)::integer as record_no, 'gp' as dataset, "
        "null::varchar as nhs_number, null::varchar as upn, null::varchar as nino from range(?)",
        [records],
    )
    for record, number in (numbers or {}).items():
        work.execute("update record set nhs_number = ? where record_no = ?", [number, record])
    work.execute("create table pair (record_no_l integer, record_no_r integer, match_probability double)")
    for pair in pairs:
        work.execute("insert into pair values (?, ?, ?)", pair)
    cluster(work, thresholds=thresholds)
    found: dict[float, dict[int, set[int]]] = {}
    for record, threshold, number in work.execute("from cluster").fetchall():
        found.setdefault(threshold, {}).setdefault(number, set()).add(record)
    for groups in found.values():
        assert all(number == min(members) for number, members in groups.items())
    return {threshold: {frozenset(members) for members in groups.values()} for threshold, groups in found.items()}


def sets(*groups: str) -> set[frozenset[int]]:
    return {frozenset(int(digit) for digit in group) for group in groups}


def test_pairs_chain_into_clusters_and_records_alone_stay_alone() -> None:
    found = clusters([(1, 2, 0.95), (2, 3, 0.95), (4, 5, 0.6)])
    assert found[0.9] == sets("123", "4", "5", "6")
    assert found[0.5] == sets("123", "45", "6")


def test_no_pairs_no_clusters_beyond_single_records() -> None:
    assert clusters([], records=3)[0.5] == sets("1", "2", "3")
    assert clusters([], records=0) == {}


def test_two_nhs_numbers_never_meet_and_the_record_between_goes_to_the_stronger() -> None:
    found = clusters([(1, 2, 0.95), (2, 3, 0.99)], records=3, numbers={1: "A", 3: "B"})
    assert found[0.9] == sets("1", "23")
    assert found[0.5] == sets("1", "23")


def test_a_long_chain_between_two_nhs_numbers_is_cut_once() -> None:
    chain = [(1, 2, 0.99), (2, 3, 0.98), (3, 4, 0.92), (4, 5, 0.98), (5, 6, 0.99)]
    assert clusters(chain, numbers={1: "A", 6: "B"})[0.9] == sets("123", "456")


def test_equal_nhs_numbers_do_not_keep_apart() -> None:
    assert clusters([(1, 2, 0.95)], records=2, numbers={1: "A", 2: "A"})[0.9] == sets("12")


def test_one_lucky_pair_does_not_join_two_full_clusters() -> None:
    full = [(a, b, 0.99) for group in ((1, 2, 3, 4), (5, 6, 7, 8)) for a in group for b in group if a < b]
    assert clusters([*full, (4, 5, 0.6)], records=8)[0.5] == sets("1234", "5678")
    assert clusters([*full, (4, 5, 0.6), (3, 6, 0.6)], records=8)[0.5] == sets("12345678")


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_pairs_does_not_matter(order: int) -> None:
    pairs = [(1, 2, 0.95), (2, 3, 0.95), (3, 4, 0.95), (4, 5, 0.95)][::order]
    assert clusters(pairs, numbers={1: "A", 5: "B"})[0.9] == clusters(pairs[::-1], numbers={1: "A", 5: "B"})[0.9]


def test_one_record_per_data_set_goes_to_its_best_partner_and_the_next_best_to_another() -> None:
    """1 and 2 are of one data set, 3 and 4 of another: 3 is the best of both, so 1 gets it and 2 its second choice."""
    work: Any = connect()
    work.execute("""
        create table record as
        select record_no::integer as record_no, dataset, null::varchar as nhs_number, null::varchar as upn,
            null::varchar as nino
        from (values (1, 'a'), (2, 'a'), (3, 'b'), (4, 'b'), (5, 'c')) as t (record_no, dataset);
        create table pair (record_no_l integer, record_no_r integer, match_probability double);
        insert into pair values (1, 3, 0.98), (2, 3, 0.97), (2, 4, 0.91), (1, 5, 0.95), (2, 5, 0.92);
    """)
    cluster(work, thresholds=(0.9,), one_per_dataset=True)
    found = work.execute("select list(record_no order by record_no) from cluster group by cluster_no order by 1")
    assert found.fetchall() == [([1, 3, 5],), ([2, 4],)]
