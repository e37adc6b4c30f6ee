"""The steps of linkage as a night calls them: skipping, repeating, refusing, failing."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from linkage import model_versions, run, steps, store
from linkage.run import link, score_pairs
from settings.duck import connect
from settings.errors import UserError
from settings.files import read_json, write_json
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, rows, write_query, write_records

BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8")
TABLES = ("pairs", "clusters", "persons", "households")


def contents(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows(home, f"select * from linkage.{table} order by all") for table in TABLES}


def test_the_same_records_give_the_same_tables_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for threads in (1, 2):

        def with_threads(*args: Any, threads: int = threads, **kwargs: Any) -> Any:
            connection = connect(*args, **kwargs)
            connection.execute(f"set threads = {threads}")
            return connection

        monkeypatch.setattr(store, "connect", with_threads)
        home = Home(tmp_path / str(threads))
        write_query(home, f"from ({BACKGROUND.format(people=400)}) order by md5(record_id || '{threads}')")
        link(home, policies=quick_policies(tmp_path / "policies"), as_of=AS_OF)
        found.append(contents(home) | {"model": [(run.model_path(home).read_text(encoding="utf-8"),)]})
    assert found[0] == found[1]
    assert len(found[0]["pairs"]) > 300


def test_an_unchanged_night_skips_every_step_and_a_change_runs_them(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=300))
    first = link(home, policies=policies, as_of=AS_OF)
    before = contents(home)
    again = link(home, policies=policies, as_of=AS_OF)
    assert (first.skipped, again.skipped) == (False, True)
    assert (again.persons, again.fingerprint) == (first.persons, first.fingerprint)
    with connect(home.identity_db) as connection:
        connection.execute("delete from identity.person_records where record_id = 'background-gp-7'")
    changed = link(home, policies=policies, as_of=AS_OF)
    assert not changed.skipped
    people = dict(rows(home, "select record_id, person_id from linkage.persons"))
    assert "background-gp-7" not in people
    assert {record: person for record, _, person, *_ in before["persons"] if record in people} == people


def test_too_many_candidate_pairs_stop_the_run_and_name_the_rule_not_the_value(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    policies = quick_policies(tmp_path / "policies", max_block_size=1000, max_pairs_per_rule=1000)
    write_records(
        home,
        [{"record_id": f"r{n:03}", "given_name": "PLACEHOLDER", "birth_date": "1980-04-04"} for n in range(60)],
    )
    with pytest.raises(UserError, match=r"given_birth_date' gives 1,770 candidate pairs.*shared by 60 rec") as refusal:
        score_pairs(home, policies=policies, as_of=AS_OF)
    assert "PLACEHOLDER" not in str(refusal.value) and "1980" not in str(refusal.value)


def test_values_that_too_many_share_block_nothing(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", max_block_size=10)
    write_records(
        home,
        [{"record_id": f"r{n:03}", "nhs_number": "9000000009" if n < 11 else "9000000017"} for n in range(14)],
    )
    assert score_pairs(home, policies=policies, as_of=AS_OF).candidates == {"nhs_number": 3}


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"record_id": "a", "given_name": "JO"}],
        [{"record_id": "a"}, {"record_id": "b"}],
        [{"record_id": "a", "sex": "F"}, {"record_id": "b", "sex": "F"}],
        [{"record_id": n, "family_name": "OAKES", "email": "oakes@example.org"} for n in "abc"],
    ],
    ids=["no record", "one record", "no role", "one weak role", "two roles, one data set"],
)
def test_little_or_nothing_to_link_is_no_error(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    home = Home(tmp_path / "home")
    write_records(home, records)
    result = link(home, policies=quick_policies(tmp_path / "policies"), as_of=AS_OF)
    assert result.records == len(records)
    assert len(rows(home, "select * from linkage.persons")) == len(records)
    assert len(rows(home, "select * from linkage.households")) == result.persons


def test_without_staging_linkage_says_what_to_run_first(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run ingestion and staging first"):
        link(Home(tmp_path), policies=quick_policies(tmp_path / "policies"), as_of=AS_OF)


def test_a_failure_while_writing_leaves_the_tables_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=100))
    link(home, policies=policies, as_of=AS_OF)
    before = contents(home)
    with connect(home.identity_db) as connection:
        connection.execute("update identity.person_records set given_name = 'ZOE' where record_id like '%gp-%'")

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "mark_finished", fail)
    for step in (run.score_pairs, run.make_clusters, run.assign_persons):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(steps, "finished_counts", lambda *_: None)
            step(home, policies=policies, as_of=AS_OF)
    assert contents(home) == before


def test_the_model_in_use_scores_until_another_is_adopted(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=200))
    first = score_pairs(home, policies=policies, as_of=AS_OF)
    before = rows(home, "select max(match_weight) from linkage.pairs")[0][0]
    lower_prior = model_versions.version_folder(home, "lower-prior")
    shutil.copytree(run.model_path(home).parent, lower_prior)
    about = read_json(lower_prior / "about.json") | {"version": "lower-prior"}
    model = read_json(lower_prior / "model.json")
    prior = model["probability_two_random_records_match"]
    write_json(lower_prior / "about.json", about)
    write_json(lower_prior / "model.json", model | {"probability_two_random_records_match": prior / 4})
    assert score_pairs(home, policies=policies, as_of=AS_OF).skipped
    model_versions.adopt(home, "lower-prior", by="a test")
    second = score_pairs(home, policies=policies, as_of=AS_OF)
    after = rows(home, "select max(match_weight) from linkage.pairs")[0][0]
    assert before - after == pytest.approx(2, abs=0.01)
    assert (first.mode, second.mode, second.model_version) == ("full", "full", "lower-prior")
    assert model_versions.in_use(home).previous == first.model_version
