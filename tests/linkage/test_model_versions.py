"""Models apart from the night: trained, compared, adopted, kept."""

from pathlib import Path

import pytest

from linkage import model_versions
from linkage.model_compare import compare, was_compared
from linkage.policy import read_policy
from linkage.run import make_clusters, score_pairs
from linkage.store import as_date
from settings.duck import connect
from settings.errors import UserError
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, rows, write_query

BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8")


def test_a_candidate_is_compared_before_it_is_adopted_and_changes_what_it_said(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=300))
    first = score_pairs(home, policies=policies, as_of=AS_OF).model_version
    make_clusters(home, policies=policies, as_of=AS_OF)
    same, _ = compare(home, first, policies=policies, as_of=AS_OF)
    assert (same.clusters_changed, same.records_moved, same.merges, same.splits) == (0, 0, 0, 0)
    with connect(home.identity_db) as connection:
        connection.execute("update identity.person_records set birth_date = null where record_id like '%care-%5'")
    candidate = model_versions.train_version(
        home, policy=read_policy(policies, as_of=as_date(AS_OF)), as_of=AS_OF
    ).version
    assert candidate != first
    assert model_versions.need_in_use(home).version == first
    score_pairs(home, policies=policies, as_of=AS_OF)
    make_clusters(home, policies=policies, as_of=AS_OF)
    assert not was_compared(home, candidate)
    difference, quality = compare(home, candidate, policies=policies, as_of=AS_OF)
    assert was_compared(home, candidate)
    assert quality == {}
    assert difference.clusters_in_use == len(
        rows(home, "select distinct cluster_id from linkage.clusters where threshold = 0.8")
    )
    used = model_versions.adopt(home, candidate, by="a test")
    assert (used.previous, used.adopted_by) == (first, "a test")
    score_pairs(home, policies=policies, as_of=AS_OF)
    assert make_clusters(home, policies=policies, as_of=AS_OF).clusters == difference.clusters_candidate
    assert {one.version for one in model_versions.list_versions(home)} == {first, candidate}


def test_an_unknown_version_is_told_with_those_there_are(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(UserError, match="mvld model train"):
        model_versions.find_version(home, "2020-01-01-00000000")
    with pytest.raises(UserError, match="there is no model yet"):
        model_versions.need_in_use(home)


def test_a_name_that_no_record_has_any_more_is_forgotten_and_the_others_weigh_as_before(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=300))
    version = score_pairs(home, policies=policies, as_of=AS_OF).model_version
    path = model_versions.version_folder(home, version) / "frequency_family_name.parquet"
    with connect() as work:
        before = dict(work.execute(f"select coalesce(family_name, ''), tf_family_name from '{path}'").fetchall())
    gone = max(name for name in before if name)
    with connect(home.identity_db) as connection:
        connection.execute("delete from identity.person_records where family_name = ?", [gone])
    model_versions.forget_lost_values(home)
    with connect() as work:
        after = dict(work.execute(f"select coalesce(family_name, ''), tf_family_name from '{path}'").fetchall())
    assert after == {name: share for name, share in before.items() if name != gone}


def test_frequencies_keep_no_value_that_was_seen_once(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_query(home, BACKGROUND.format(people=300))
    version = score_pairs(home, policies=policies, as_of=AS_OF).model_version
    folder = model_versions.version_folder(home, version)
    kept = sorted(folder.glob("frequency_*.parquet"))
    assert kept
    for path in kept:
        column = path.stem.removeprefix("frequency_")
        with connect() as work:
            once, least = work.execute(
                f"select max(tf_{column}) filter ({column} is null), min(tf_{column}) filter ({column} is not null) "
                f"from '{path}'"
            ).fetchone()
        assert once > 0 and (least is None or least == pytest.approx(2 * once) or least > 2 * once)
