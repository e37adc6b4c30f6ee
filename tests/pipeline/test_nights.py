"""Nights that follow each other: nothing new, something new, something broken, and runs killed on the way."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from demo.write import write_demo
from settings.paths import Home
from tests.pipeline.night import REGION, Installation

pytestmark = [pytest.mark.pipeline]

PEOPLE = 1_000
STAGES = ("raw/gp_register", "identity/person_records", "linkage/persons", "tiers/ward_full")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Three nights of extracts, of which the tests below let one after the other arrive. No actions: they take time."""
    root = tmp_path_factory.mktemp("nights")
    region = shutil.copytree(REGION, root / "region", ignore=shutil.ignore_patterns("actions"))
    found = Installation(Home(root / "home"), region)
    write_demo(found.home, people=PEOPLE, seed=11, nights=3)
    later = found.home.root / "later"
    dates = sorted({path.stem.rsplit("_", 1)[-1].split(".")[0] for path in found.home.landing.rglob("school_census*")})
    assert len(dates) == 3
    for night in (2, 3):
        for path in sorted(found.home.landing.rglob(f"*{dates[night - 1]}*")):
            target = later / str(night) / path.relative_to(found.home.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
    yield found


OF_THE_LEDGER = ("cost_entry", "asset_cost", "tier_cost", "dataset_cost", "cell_cost", "run_forecast")


def arrive(installation: Installation, night: int) -> None:
    shutil.copytree(installation.home.root / "later" / str(night), installation.home.landing, dirs_exist_ok=True)


def version(installation: Installation) -> str:
    return Path(installation.home.current).resolve().name


def people(installation: Installation) -> int:
    return int(installation.published("select count(distinct person_id) from tiers.person_known_to")[0][0])


def test_a_second_run_with_nothing_new_skips_the_work_and_keeps_the_release(installation: Installation) -> None:
    first = installation.mvld("run").stdout
    before = version(installation)
    second = installation.mvld("run").stdout
    assert "skipped" not in first
    ran = [line for line in second.splitlines() if " rows " in line and "skipped" not in line]
    assert [line for line in ran if not any(f"economics/{name}" in line for name in OF_THE_LEDGER)] == []
    assert version(installation) == before


def test_a_night_with_changes_and_a_broken_file_publishes_the_rest_and_readers_keep_theirs(
    installation: Installation,
) -> None:
    before, count = version(installation), people(installation)
    with duckdb.connect(str(installation.release), read_only=True) as reader:
        arrive(installation, 2)
        (broken,) = installation.home.landing.glob("county/school_census*" + sorted_dates(installation)[-1] + "*")
        broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2].replace(b",", b";", 1))
        installation.mvld("run")
        (still,) = reader.sql("select count(distinct person_id) from tiers.person_known_to").fetchone() or (0,)
        assert still == count
        assert reader.sql("select version from about.release").fetchall() == [(before,)]
    assert version(installation) != before
    stale = dict(installation.published("select dataset, is_stale from about.dataset"))
    assert stale.pop("school_census") is True
    assert not any(stale.values())


def test_most_people_keep_their_ids_over_a_night(installation: Installation) -> None:
    kept = installation.identity("select count(distinct person_id) from linkage.persons where person_id <= 'P00000900'")
    assert kept[0][0] > 800


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_killed_after_a_stage_leaves_the_release(installation: Installation, stage: str) -> None:
    """Each run goes on from what the one before it finished, so that together they come through one night."""
    before = version(installation)
    if stage == STAGES[0]:
        arrive(installation, 2)  # whole now
        arrive(installation, 3)
    process = installation.start("run")
    assert process.stdout is not None
    reached = False
    for line in process.stdout:
        if stage in line:
            reached = True
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.wait()
    assert reached
    assert version(installation) == before
    assert people(installation) > 0


def test_the_next_run_after_the_kills_publishes_and_a_mended_file_heals_its_data_set(
    installation: Installation,
) -> None:
    before = version(installation)
    installation.mvld("run")
    assert version(installation) != before
    assert not any(is_stale for _, is_stale in installation.published("select dataset, is_stale from about.dataset"))


def test_an_empty_landing_folder_ends_in_one_plain_message(tmp_path: Path) -> None:
    done = Installation(Home(tmp_path)).mvld("run", check=False)
    assert done.returncode == 1
    assert "mvld demo" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def sorted_dates(installation: Installation) -> list[str]:
    return sorted(
        {path.stem.rsplit("_", 1)[-1].split(".")[0] for path in installation.home.landing.rglob("school_census*")}
    )
