"""Ids over several nights: who keeps, who yields, and that no number comes back."""

import pytest

from linkage.id_registry import TABLES, assign_ids, write_registry
from settings.duck import connect


class Nights:
    """A store in memory; each night is given as group -> members."""

    def __init__(self) -> None:
        self.work = connect()
        self.work.execute("attach ':memory:' as store; create schema store.linkage")
        for statement in TABLES.split(";"):
            if statement.strip():
                self.work.execute(statement.replace("linkage.", "store.linkage.", 1))

    def night(self, groups: dict[int, str], batch: str = "batch") -> dict[str, str]:
        """Member -> id after a night. Members are single letters."""
        self.work.execute("create or replace temp table grouped (member varchar, group_no integer)")
        for group, members in groups.items():
            self.work.executemany("insert into grouped values (?, ?)", [[member, group] for member in members])
        assigned = assign_ids(self.work, "person", store="store", batch=batch)
        write_registry(self.work, "person", assigned, store="store")
        return dict(self.work.execute("select member, id from registry").fetchall())


@pytest.fixture
def nights() -> Nights:
    return Nights()


def test_an_unchanged_night_changes_no_id(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "de", 3: "f"})
    assert nights.night({7: "abc", 8: "de", 9: "f"}, batch="another") == first
    assert len(set(first.values())) == 3


def test_a_merge_keeps_the_id_of_the_larger_and_a_new_person_gets_a_new_number(nights: Nights) -> None:
    first = nights.night({1: "abc", 2: "de"})
    second = nights.night({1: "abcde", 2: "x"})
    assert {second[member] for member in "abcde"} == {first["a"]}
    assert second["x"] == "P00000003"


def test_a_split_leaves_the_id_with_the_majority(nights: Nights) -> None:
    first = nights.night({1: "abcde"})
    second = nights.night({1: "de", 2: "abc"})
    assert second["a"] == first["a"]
    assert second["d"] != first["a"]


def test_a_number_is_never_used_again(nights: Nights) -> None:
    first = nights.night({1: "ab", 2: "c"})
    nights.night({1: "abc"})
    third = nights.night({1: "abc", 2: "n"})
    assert third["n"] not in first.values()


def test_a_member_that_was_away_finds_its_id_again(nights: Nights) -> None:
    first = nights.night({1: "ab", 2: "c"})
    nights.night({1: "ab"})
    assert nights.night({1: "ab", 2: "c"}) == first


def test_the_order_of_new_ids_hangs_on_the_whole_batch(nights: Nights) -> None:
    groups = dict(enumerate("abcdefghij"))
    orders = {tuple(Nights().night(groups, batch=batch).values()) for batch in ("one", "two", "three")}
    assert len(orders) == 3
    assert Nights().night(groups, batch="one") == Nights().night(groups, batch="one")


def test_ids_grow_beyond_their_width(nights: Nights) -> None:
    nights.work.execute("insert into store.linkage.id_counter values ('person', 99999999)")
    assert nights.night({1: "a"}) == {"a": "P100000000"}
