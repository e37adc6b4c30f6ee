"""The step that judges linkage: figures by hand, with and without truth; what is told; what a replay adds."""

from pathlib import Path
from typing import Any

import pytest

from linkage.decisions import record_decision
from linkage.evaluation.evaluate import evaluate
from linkage.evaluation.quality import judge_linkage, report_path
from linkage.run import link
from linkage.store import open_work
from settings.duck import connect
from settings.errors import UserError
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, rows, write_query, write_records

BACKGROUND = (Path(__file__).parent / "background.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    folder = tmp_path_factory.mktemp("linked")
    home, policies = Home(folder / "home"), quick_policies(folder / "policies", trend_least_runs=1)
    write_query(home, BACKGROUND.format(people=300))
    link(home, policies=policies, as_of=AS_OF)
    return home, policies


def trend(home: Home, metric: str) -> list[tuple[Any, ...]]:
    return rows(home, f"select run_no, value from linkage.trend where metric = '{metric}' and subgroup = '' order by 1")


def test_a_replay_adds_nothing_and_is_skipped(linked: tuple[Home, Path]) -> None:
    home, policies = linked
    first = judge_linkage(home, policies=policies, as_of=AS_OF)
    page = report_path(home).read_bytes()
    again = judge_linkage(home, policies=policies, as_of=AS_OF)
    assert (first.skipped, again.skipped) == (False, True)
    assert (again.measures, again.run_no, again.behind) == (first.measures, 1, first.behind)
    report_path(home).unlink()
    assert not judge_linkage(home, policies=policies, as_of=AS_OF).skipped
    assert report_path(home).read_bytes() == page
    assert len(trend(home, "persons")) == 1


def test_without_truth_the_report_tells_expected_errors_and_names_no_value(linked: tuple[Home, Path]) -> None:
    home, policies = linked
    counts = judge_linkage(home, policies=policies, as_of=AS_OF)
    page = report_path(home).read_text(encoding="utf-8")
    assert counts.pair_f1 is None and counts.expected_missed_links < 0.1
    assert "There is no truth to judge by" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    for (value,) in rows(home, "select distinct family_name || ', ' || given_name from identity.person_records"):
        assert value not in page
    for (value,) in rows(home, "select distinct postcode from identity.person_records where postcode is not null"):
        assert value not in page


def test_a_run_whose_measures_jump_says_which(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies", trend_least_runs=1)
    write_query(home, BACKGROUND.format(people=300))
    link(home, policies=policies, as_of=AS_OF)
    assert judge_linkage(home, policies=policies, as_of=AS_OF).jumped == ()
    write_query(home, BACKGROUND.format(people=150))
    link(home, policies=policies, as_of="2026-06-02")
    second = judge_linkage(home, policies=policies, as_of="2026-06-02")
    assert second.run_no == 2
    assert any(sentence.startswith("persons: 1") for sentence in second.jumped)
    assert [run for run, _ in trend(home, "persons")] == [1, 2]
    assert "Over the runs" in report_path(home).read_text(encoding="utf-8")


def test_with_truth_the_figures_are_those_of_the_evaluation(tmp_path: Path) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    background = BACKGROUND.format(people=200)
    write_query(home, f"select * replace (md5(dataset || chr(31) || record_id) as record_id) from ({background})")
    home.truth.mkdir()
    with connect() as work:
        work.execute(f"""
            copy (
                select dataset, record_id as record_key, regexp_extract(record_id, '[0-9]+$') as true_person_id
                from ({background})
            ) to '{home.truth / "records.parquet"}' (format parquet)
        """)
    link(home, policies=policies, as_of=AS_OF)
    counts, quality = judge_linkage(home, policies=policies, as_of=AS_OF), evaluate(home)
    assert quality is not None and quality.records == counts.records == 400
    assert counts.pair_recall == quality.pair_recall and counts.cluster_f1 == quality.cluster_f1
    assert trend(home, "cluster_f1") == [(1, quality.cluster_f1)]
    missed = 200 - round(200 * quality.pair_recall)  # one pair per person: a missed pair leaves one record outside
    assert trend(home, "missed_links")[0][1] == pytest.approx(missed / 400, abs=1e-6)


def test_clerical_decisions_are_told_once_there_are_any(linked: tuple[Home, Path]) -> None:
    home, policies = linked
    judge_linkage(home, policies=policies, as_of=AS_OF)
    assert "Clerical review" not in report_path(home).read_text(encoding="utf-8")
    left, right, probability = rows(
        home, "select record_id_l, record_id_r, match_probability from linkage.pairs order by 1, 2 limit 1"
    )[0]
    with open_work(home) as work:
        record_decision(
            work,
            (left, right),
            "same",
            reviewer="clerk",
            decided_at="2026-06-01T09:00:00",
            match_probability=probability,
            model_version=None,
        )
    assert not judge_linkage(home, policies=policies, as_of=AS_OF).skipped
    assert "Clerical review" in report_path(home).read_text(encoding="utf-8")
    assert left not in report_path(home).read_text(encoding="utf-8")


@pytest.mark.parametrize("records", [[], [{"record_id": "a", "given_name": "JO"}]], ids=["no record", "one record"])
def test_little_or_nothing_to_judge_is_no_error(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    home, policies = Home(tmp_path / "home"), quick_policies(tmp_path / "policies")
    write_records(home, records)
    link(home, policies=policies, as_of=AS_OF)
    counts = judge_linkage(home, policies=policies, as_of=AS_OF)
    assert (counts.records, counts.behind, counts.jumped) == (len(records), (), ())
    assert "Linkage report" in report_path(home).read_text(encoding="utf-8")


def test_before_linkage_it_says_what_to_run_first(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    write_query(home, BACKGROUND.format(people=10))
    with pytest.raises(UserError, match="run assign_persons first"):
        judge_linkage(home, policies=quick_policies(tmp_path / "policies"), as_of=AS_OF)
