"""Nights that score only what changed leave the tables that a full linkage of the same records leaves."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkage import model_versions, run
from linkage.run import make_clusters, score_pairs
from settings.duck import connect
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, change, decide, quick_policies, rows, write_query

BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8")
PEOPLE = 700
LIMITS = {"max_block_size": 12, "max_loose_block_size": 6, "max_rescored_share": 0.99}


def link(home: Home, policies: Path) -> tuple[str, str]:
    """Pairs and clusters; returns the mode of each."""
    pairs = score_pairs(home, policies=policies, as_of=AS_OF)
    clusters = make_clusters(home, policies=policies, as_of=AS_OF)
    return pairs.mode, clusters.mode


def contents(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("pairs", "clusters", "cluster_span")
    return {table: rows(home, f"select * from linkage.{table} order by all") for table in tables}


def linked_in_full(home: Home, policies: Path, folder: Path) -> Home:
    """A home with the same records, decisions and model, where nothing was linked before."""
    other = Home(folder)
    other.identity.mkdir(parents=True)
    shutil.copytree(model_versions.models_folder(home), model_versions.models_folder(other))
    shutil.copy(home.identity_db, other.identity_db)
    with connect(other.identity_db) as connection:
        kept = connection.execute("select count(*) from duckdb_tables() where table_name = 'decision'").fetchone()[0]
        if kept:
            connection.execute("create table identity.decision as from linkage.decision")
        connection.execute("drop schema linkage cascade; create schema linkage")
        if kept:
            connection.execute("create table linkage.decision as from identity.decision")
    assert link(other, policies) == ("full", "full")
    return other


RECORDS = "identity.person_records"
# What happens in one night, over made-up people whose names, homes and numbers are arithmetic.
NIGHTS: dict[str, str] = {
    "corrections": f"update {RECORDS} set family_name = 'ABBOTT' where md5_number_lower(record_id) % 97 = 0",
    "moves": f"update {RECORDS} set postcode = 'FN5 5EX', uprn = '7' where md5_number_lower(record_id) % 89 = 1",
    "deletions": f"delete from {RECORDS} where md5_number_lower(record_id) % 71 = 2",
    "newcomers": f"""
        insert into {RECORDS} select * replace ('a-' || record_id as record_id, 'housing' as dataset)
        from {RECORDS} where md5_number_lower(record_id) % 61 = 3;
        insert into {RECORDS} select * replace ('z-' || record_id as record_id, 'school' as dataset, '07100' as phone)
        from {RECORDS} where md5_number_lower(record_id) % 83 = 4
    """,
    "a value comes into fashion, and its blocks close": f"""
        update {RECORDS} set given_name = 'MARY', birth_date = date '1984-02-29'
        where md5_number_lower(record_id) % 37 = 5
    """,
    "and goes out of it, and they open": f"""
        update {RECORDS} set birth_date = date '1950-01-01' + (md5_number_lower(record_id) % 9000)::integer
        where birth_date = date '1984-02-29' and md5_number_lower(record_id) % 3 > 0
    """,
    "a number is typed for many": f"""
        update {RECORDS} set nhs_number = '4000000007' where md5_number_lower(record_id) % 101 = 6
    """,
    "and put right": f"""
        update {RECORDS} set nhs_number = null where nhs_number = '4000000007' and md5_number_lower(record_id) % 2 = 0
    """,
}


def test_nights_of_changes_equal_full_linkage_of_the_same_records(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", **LIMITS)
    write_query(home, BACKGROUND.format(people=PEOPLE))
    assert link(home, policies) == ("full", "full")
    for number, (night, statements) in enumerate(NIGHTS.items()):
        before = contents(home)
        change(home, statements)
        if number == 2:
            decide(home, "same", ("background-gp-10", "background-gp-11"))
        if number == 4:
            decide(home, "different", ("background-care-20", "background-gp-20"))
        if number == 6:
            decide(home, "different", ("background-gp-10", "background-gp-11"))
        assert link(home, policies) == ("incremental", "incremental"), night
        found, expected = contents(home), contents(linked_in_full(home, policies, tmp_path / f"full {number}"))
        for table in expected:
            assert found[table] == expected[table], f"{table} after {night}"
        assert found["pairs"] != before["pairs"], night


def test_blocks_really_opened_and_closed_in_those_nights(tmp_path: Path) -> None:
    """What the test above rests on: the two nights of a fashionable value cross the limits of some block."""
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", **LIMITS)
    write_query(home, BACKGROUND.format(people=PEOPLE))
    link(home, policies)
    sizes = "select block_given_birth_date, count(*) from linkage.record_key group by all having count(*) > 12"
    assert not [key for key, _ in rows(home, sizes) if key is not None]
    change(home, NIGHTS["a value comes into fashion, and its blocks close"])
    link(home, policies)
    assert [key for key, _ in rows(home, sizes) if key is not None]


def test_a_night_without_changes_to_what_is_compared_is_skipped(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=200))
    link(home, policies)
    change(home, f"update {RECORDS} set extract_date = date '2026-06-02', last_seen_date = date '2026-06-02'")
    assert score_pairs(home, policies=policies, as_of=AS_OF).skipped
    assert make_clusters(home, policies=policies, as_of=AS_OF).skipped


def test_a_night_that_changes_much_is_a_full_one(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", max_rescored_share=0.1)
    write_query(home, BACKGROUND.format(people=200))
    link(home, policies)
    change(home, f"update {RECORDS} set sex = null where md5_number_lower(record_id) % 5 = 0")
    assert link(home, policies) == ("full", "full")


def test_a_night_killed_between_pairs_and_clusters_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", **LIMITS)
    write_query(home, BACKGROUND.format(people=300))
    link(home, policies)
    change(home, NIGHTS["corrections"])

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    def expect_kill(step: Callable[..., Any], place: str) -> None:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(place, killed)
            step(home, policies=policies, as_of=AS_OF)

    expect_kill(score_pairs, "linkage.incremental.write_changes")
    score_pairs(home, policies=policies, as_of=AS_OF)
    expect_kill(make_clusters, "linkage.components.write_clusters")
    change(home, NIGHTS["deletions"])
    assert link(home, policies) == ("incremental", "incremental")
    assert contents(home) == contents(linked_in_full(home, policies, tmp_path / "full"))


def test_metadata_tells_what_changed_and_which_model_scored(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", **LIMITS)
    write_query(home, BACKGROUND.format(people=200))
    link(home, policies)
    change(home, f"delete from {RECORDS} where record_id in ('background-gp-1', 'background-gp-2')")
    change(home, f"update {RECORDS} set sex = null where record_id = 'background-gp-3'")
    counts = score_pairs(home, policies=policies, as_of=AS_OF)
    assert (counts.records_new, counts.records_changed, counts.records_gone) == (0, 1, 2)
    assert counts.share_rescored == round(1 / 398, 4)
    assert counts.model_version == model_versions.need_in_use(home).version == run.model_path(home).parent.name
