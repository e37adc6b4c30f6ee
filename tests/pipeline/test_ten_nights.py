"""Ten nights of linkage in a row, each with a few new, changed and missing records: what becomes of the ids."""

from datetime import date, timedelta
from typing import Any

import pytest

from linkage.run import link
from settings.duck import connect
from settings.paths import REPOSITORY, Home
from tests.linkage.identity_store import quick_policies, rows, write_query

BACKGROUND = (REPOSITORY / "tests" / "linkage" / "background.sql").read_text(encoding="utf-8")
PEOPLE, NIGHTS = 120, 10
FIRST = date(2026, 6, 1)
KINDS = {"person": ("persons", "record_id", "person_id"), "household": ("households", "person_id", "household_id")}


def records_of(night: int) -> str:
    """Two people more each night; 1 in 60 records, 1 in 40 people away; in time 1 in 40 is misspelt, 1 in 30 moves."""
    return f"""
        select * replace (
            if(md5_number_lower('slip' || record_id) % 400 < {night}, given_name[:2], given_name) as given_name,
            if(md5_number_lower('move' || record_id) % 300 < {night}, '777', uprn) as uprn
        )
        from ({BACKGROUND.format(people=PEOPLE + 2 * night)})
        where md5_number_lower('away' || record_id) % 60 <> {night}
            and md5_number_lower('gone' || split_part(record_id, '-', 3)) % 40 <> {night}
    """


def groups(home: Home, kind: str) -> dict[str, str]:
    """Member -> id."""
    table, member, name = KINDS[kind]
    return dict(rows(home, f"select {member}, {name} from linkage.{table} where {name} is not null"))


def changed_without_cause(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Ids of groups that hold exactly the members they held, of those there on both nights, under another id."""
    there = before.keys() & now.keys()
    old: dict[str, set[str]] = {}
    new: dict[str, set[str]] = {}
    for member in there:
        old.setdefault(before[member], set()).add(member)
        new.setdefault(now[member], set()).add(member)
    return [name for name, members in old.items() if members in new.values() and new.get(name) != members]


def history(home: Home) -> list[tuple[Any, ...]]:
    return rows(home, "select kind, event, id, other_id from linkage.person_history order by run_no, rowid")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after ten nights; what every night had to keep was asserted on the way."""
    home = Home(tmp_path_factory.mktemp("ten_nights"))
    policies = quick_policies(home.root / "policies")
    before: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for night in range(NIGHTS):
        as_of = (FIRST + timedelta(days=night)).isoformat()
        write_query(home, records_of(night))
        link(home, policies=policies, as_of=as_of)
        now = {kind: groups(home, kind) for kind in KINDS}
        for kind in KINDS:
            assert changed_without_cause(before[kind], now[kind]) == [], f"night {night}"
        before = now
    return home


def test_the_nights_were_not_quiet(home: Home) -> None:
    events = {(kind, event) for kind, event, *_ in history(home)}
    assert {("person", "birth"), ("person", "retirement"), ("person", "return")} <= events
    assert {("household", "birth"), ("household", "split")} <= events


def test_the_history_alone_tells_which_ids_live_and_none_was_given_twice(home: Home) -> None:
    for kind in KINDS:
        living: set[str] = set()
        born: list[str] = []
        for found, event, name, _ in history(home):
            if found == kind:
                born += [name] if event == "birth" else []
                living = living | {name} if event in ("birth", "return") else living - _ended(event, name)
        assert living == set(groups(home, kind).values())
        assert len(born) == len(set(born))


def _ended(event: str, name: str) -> set[str]:
    return {name} if event in ("merge", "retirement") else set()


def test_a_night_replayed_adds_no_history_even_when_its_steps_run_again(home: Home) -> None:
    before = history(home), groups(home, "person"), groups(home, "household")
    with connect(home.identity_db) as connection:
        connection.execute("delete from linkage.step where step in ('persons', 'households')")
    as_of = (FIRST + timedelta(days=NIGHTS - 1)).isoformat()
    assert not link(home, policies=home.root / "policies", as_of=as_of).skipped
    assert (history(home), groups(home, "person"), groups(home, "household")) == before
