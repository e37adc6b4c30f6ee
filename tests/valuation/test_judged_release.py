"""Outcomes that records tell are judged on a release two windows old, without whoever objected since."""

import shutil
from pathlib import Path

import pytest

from settings import duck
from settings.paths import Home
from tests.valuation import small_town as town
from valuation.actions import Outcome, OutcomeRecords
from valuation.judged_release import judged_release
from valuation.outcomes import Outcomes, read_outcomes
from valuation.units import open_valuation, read_units

ACTION = town.action(
    outcome=Outcome(name="event", what="x", source="records", window_days=30, records=OutcomeRecords("noise"))
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A release of 1 June, one in force of 31 July, and records of `noise` up to then."""
    home = Home(tmp_path)
    release = town.build(home, people=40)
    home.published.mkdir()
    for name in ("2026-05-31-00000001", "2026-06-01-00000002", "2026-07-31-00000003"):
        shutil.copytree(release, home.published / name)
    home.current.symlink_to("2026-07-31-00000003")
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("update linked.dataset set extract_date = '2026-07-31'")
        connection.execute("alter table linked.person add column left_out_of varchar[]")
        connection.execute("update linked.person set left_out_of = ['clinic'] where person_id = 'P000004'")
        connection.execute(
            "insert into linked.person by name (from linked.person select * replace ('P000999' as person_id) limit 1)"
        )
        connection.execute("insert into linked.record values ('a', 'noise', 'P000009', '2026-07-15', null)")
    return home


def test_the_newest_release_two_windows_before_the_records_end_is_taken(home):
    assert judged_release(home, ACTION) == home.published / "2026-06-01-00000002"
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("update linked.dataset set extract_date = '2026-07-30'")
    assert judged_release(home, ACTION) == home.published / "2026-05-31-00000001"
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("update linked.dataset set extract_date = '2026-07-01'")
    assert judged_release(home, ACTION) is None


def test_an_outcome_that_the_demo_tells_is_judged_on_the_release_in_force(home):
    assert judged_release(home, town.action()) is None


def test_on_an_earlier_release_the_outcome_is_known_and_newcomers_and_objectors_homes_are_left_out(home):
    with open_valuation(home, release=judged_release(home, ACTION)) as work:
        read_units(work, ACTION, folds=2, seed=1)
        units = {row[0] for row in work.execute("select person_id from unit").fetchall()}
        came = read_outcomes(work, ACTION, home)
    assert units == {f"P{number:06d}" for number in range(40)} - {"P000004", "P000005"}
    assert isinstance(came, Outcomes) and came.judged.sum() == 1 and came.fitted.sum() == 0
    with open_valuation(home) as work:
        read_units(work, ACTION, folds=2, seed=1)
        assert work.execute("select count(*) from unit").fetchone() == (41,)
