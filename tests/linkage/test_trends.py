"""Measures over runs: what counts as a jump."""

from pathlib import Path

from linkage.evaluation.trends import Jump, append, jumps
from linkage.policy import read_policy
from linkage.store import as_date, open_work, transaction
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, quick_policies, write_records


def jumps_of(folder: Path, values: list[float], base: float | None) -> list[Jump]:
    home, policies = Home(folder / "home"), quick_policies(folder / "policies", trend_margin=0.25, trend_least_runs=3)
    write_records(home, [{"record_id": "a"}])
    with open_work(home) as work, transaction(work):
        run_no = 0
        for night, value in enumerate(values):
            work.execute(
                "create or replace temp table measure (metric varchar, subgroup varchar, value double, base double)"
            )
            work.execute("insert into measure values ('rate', '', ?, ?)", [value, base])
            run_no = append(work, mark=f"night {night}", as_of=AS_OF)
            assert append(work, mark=f"night {night}", as_of=AS_OF) == run_no
        return jumps(work, run_no=run_no, policy=read_policy(policies, as_of=as_date(AS_OF)))


def test_a_jump_is_told_against_the_median_once_there_are_enough_runs(tmp_path: Path) -> None:
    assert jumps_of(tmp_path / "few", [100, 100, 200], None) == []
    assert jumps_of(tmp_path / "enough", [100, 90, 110, 200], None) == [Jump("rate", "", 200, 100, 3)]
    assert jumps_of(tmp_path / "near", [100, 90, 110, 124], None) == []


def test_one_odd_run_does_not_move_the_median(tmp_path: Path) -> None:
    assert jumps_of(tmp_path, [100, 100, 900, 101], None) == []


def test_a_share_of_a_small_base_may_vary(tmp_path: Path) -> None:
    assert jumps_of(tmp_path / "small", [0.1, 0.1, 0.1, 0.14], 50) == []
    assert len(jumps_of(tmp_path / "large", [0.1, 0.1, 0.1, 0.14], 5000)) == 1
