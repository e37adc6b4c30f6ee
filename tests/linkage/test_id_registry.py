"""Ids over several nights: who keeps, who yields, what the history tells, and that no number comes back."""

import pytest

from linkage import history
from linkage.id_registry import assign_ids, write_registry
from tests.linkage.registry_nights import Nights


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_an_unchanged_night_changes_no_id_and_adds_no_history(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "de", 3: "f"})
    assert nights.night({7: "abc", 8: "de", 9: "f"}, batch="another") == first
    assert len(set(first.values())) == 3
    assert [event for event, *_ in nights.events()] == ["birth"] * 3


def test_a_merge_keeps_the_id_of_the_larger_and_redirects_the_other(nights: Nights) -> None:
    first = nights.night({1: "de", 2: "abc"})
    second = nights.night({1: "abcde", 2: "x"})
    assert {second[member] for member in "abcde"} == {first["a"]}
    assert second["x"] == "P00000003"
    assert set(nights.events(2)) == {("merge", first["d"], first["a"], 2), ("birth", "P00000003", None, 1)}


def test_larger_means_by_last_nights_size_also_where_records_are_gone(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "de", 3: "fghi"})
    second = nights.night({1: "defg"})  # of fghi two are left, of abc none, of de both
    assert set(second.values()) == {first["f"]}
    assert set(nights.events(2)) == {("merge", first["d"], first["f"], 2), ("retirement", first["a"], None, 3)}


def test_records_that_went_to_others_do_not_count_for_an_id(nights: Nights) -> None:
    first = nights.night({1: "abcde", 2: "fgh"})
    second = nights.night({1: "abfgh", 2: "c", 3: "d", 4: "e"})  # two of abcde against all of fgh
    assert {second[member] for member in "abfgh"} == {first["f"]}


def test_an_id_in_use_is_not_retired_by_one_that_comes_back(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "d"})
    nights.night({2: "d"})
    assert set(nights.night({1: "abcd"}).values()) == {first["d"]}
    assert nights.events(3) == [("merge", first["a"], first["d"], 3)]


def test_of_two_equal_ones_the_older_id_stays(nights: Nights) -> None:
    nights.work.execute("insert into store.linkage.id_counter values ('person', 99999998)")
    first = nights.night({1: "ab"})
    second = nights.night({1: "ab", 2: "cd"})
    assert (first["a"], second["c"]) == ("P99999999", "P100000000")
    assert set(nights.night({1: "abcd"}).values()) == {"P99999999"}


def test_a_split_leaves_the_id_with_the_majority(nights: Nights) -> None:
    first = nights.night({1: "abcde"})
    second = nights.night({1: "de", 2: "abc"})
    assert second["a"] == first["a"]
    assert second["d"] != first["a"]
    assert set(nights.events(2)) == {("birth", second["d"], None, 2), ("split", first["a"], second["d"], 2)}


def test_a_record_that_moves_between_two_persons_changes_neither_id(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "de"})
    second = nights.night({1: "ab", 2: "cde"})
    assert second == first | {"c": first["d"]}
    assert nights.events(2) == [("move", first["a"], first["d"], 1)]


def test_two_persons_who_swap_a_record_each_keep_their_id(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "def"})
    second = nights.night({1: "abf", 2: "cde"})
    assert (second["a"], second["d"]) == (first["a"], first["d"])


def test_a_three_way_merge_with_a_split_gives_each_id_one_end(nights: Nights) -> None:
    first = nights.night({1: "abcd", 2: "efg", 3: "hi"})
    second = nights.night({1: "abefghi", 2: "cd"})
    assert second["e"] == first["e"]  # three of efg against two of abcd and two of hi
    assert second["c"] == first["a"]  # half of abcd has no other id
    assert set(nights.events(2)) == {("move", first["a"], first["e"], 2), ("merge", first["h"], first["e"], 2)}


def test_an_id_halved_is_not_lost_to_a_group_that_has_a_better_one(nights: Nights) -> None:
    first = nights.night({1: "ab", 2: "cde"})
    second = nights.night({1: "acde", 2: "b"})
    assert (second["a"], second["b"]) == (first["c"], first["b"])


def test_a_number_is_never_used_again(nights: Nights) -> None:
    first = nights.night({1: "ab", 2: "c"})
    nights.night({1: "abc"})
    third = nights.night({1: "ab", 2: "c", 3: "n"})
    assert not {third["c"], third["n"]} & set(first.values())


def test_a_person_whose_records_were_away_finds_the_id_again(nights: Nights) -> None:
    first = nights.night({1: "ab", 2: "c"})
    nights.night({1: "ab"})
    assert nights.night({1: "ab", 2: "c"}) == first
    assert nights.events(2) == [("retirement", first["c"], None, 1)]
    assert nights.events(3) == [("return", first["c"], None, 1)]


def test_a_record_away_while_its_person_was_merged_follows_the_redirect(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "defg"})
    nights.night({1: "abdefg"})
    third = nights.night({1: "abdefg", 2: "c"})
    assert third["c"] not in first.values()
    assert nights.night({2: "c"})["c"] == third["c"]


def test_the_place_settles_who_keeps_a_household_of_two(nights: Nights) -> None:
    first = nights.night({1: "ab"})
    assert nights.night({1: "a", 2: "b"}, place={first["a"]: 2})["b"] == first["a"]


def test_a_household_is_remembered_when_its_only_person_gets_another_id() -> None:
    homes = Nights("household")
    first = homes.night({1: "x", 2: "yz"})
    homes.work.execute("create or replace temp table grouped (member varchar, group_no integer)")
    persons = Nights()
    persons.work = homes.work
    persons.kind = "person"
    homes.work.execute("create or replace temp table grouped as select 'r' as member, 1 as group_no")
    homes.work.execute("insert into store.linkage.id_registry values ('person', 'r', 'x'), ('person', 's', 'w')")
    homes.work.execute("insert into store.linkage.id_registry values ('person', 't', 'w')")
    homes.work.execute(
        "create or replace temp table last_person as "
        "select unnest(['r', 's', 't']) as member, unnest(['x', 'w', 'w']) as id"
    )
    homes.work.execute(
        "create or replace temp table grouped as select unnest(['r', 's', 't']) as member, 1 as group_no"
    )
    assigned = assign_ids(homes.work, "person", store="store", batch="b", before="last_person")
    history.make_events(homes.work, "person", store="store", before="last_person")
    write_registry(homes.work, "person", assigned, store="store")
    assert homes.night({1: "w", 2: "yz"})["w"] == first["x"]


def test_the_order_of_new_ids_hangs_on_the_whole_batch(nights: Nights) -> None:
    groups = dict(enumerate("abcdefghij"))
    orders = {tuple(Nights().night(groups, batch=batch).values()) for batch in ("one", "two", "three")}
    assert len(orders) == 3
    assert Nights().night(groups, batch="one") == Nights().night(groups, batch="one")


def test_ids_grow_beyond_their_width(nights: Nights) -> None:
    nights.work.execute("insert into store.linkage.id_counter values ('person', 99999999)")
    assert nights.night({1: "a"}) == {"a": "P100000000"}
