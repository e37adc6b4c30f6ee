"""A region's actions valued in one call, and what the warehouse then holds."""

from pathlib import Path

import pytest

from settings import duck
from settings.errors import NothingPublished, RegionError
from settings.paths import Home
from tests.valuation import small_town as town
from valuation.value import TABLES, Valued, value_region

UNKNOWN = {**town.ACTION, "id": "unknown", "outcome": {"name": "luck", "what": "Luck", "source": "demo_truth"}}


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Valued, list[str]]:
    folder = tmp_path_factory.mktemp("valued")
    home, said = Home(folder / "home"), []
    release = town.build(home, people=400)
    region = town.region(folder / "region", town.ACTION, UNKNOWN)
    return home, value_region(home, region, town.contracts(), as_of=town.AS_OF, release=release, say=said.append), said


def test_every_table_is_written_and_counted(valued: tuple[Home, Valued, list[str]]):
    home, found, _ = valued
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        rows = {name: connection.execute(f"select count(*) from economics.{name}").fetchone()[0] for name in TABLES}
    assert rows == found.rows
    assert [name for name, count in rows.items() if not count] == ["linkage_value"]  # no night, no queries to run again
    assert rows["value_curve"] == 20


def test_an_action_whose_outcome_nobody_knows_is_told_and_left_out(valued: tuple[Home, Valued, list[str]]):
    home, found, said = valued
    assert found.not_valued == {"unknown": "the truth has no column luck_year_after"}
    assert any(line.startswith("unknown: not valued") for line in said)
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        actions = connection.execute("select distinct action from economics.action_value").fetchall()
    assert actions == [("prevention",)]


def test_no_id_of_a_person_or_household_is_in_the_tables(valued: tuple[Home, Valued, list[str]]):
    home, _, _ = valued
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        for name in TABLES:
            columns = [row[0] for row in connection.execute(f"describe economics.{name}").fetchall()]
            assert not {"person_id", "household_id", "usrn", "postcode", "unit_id"} & set(columns)


def test_a_region_without_actions_has_empty_tables_and_needs_no_release(tmp_path: Path):
    home = Home(tmp_path / "home")
    found = value_region(home, town.region(tmp_path / "region"), town.contracts(), as_of=town.AS_OF)
    assert found == Valued(dict.fromkeys(TABLES, 0), {})
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        assert connection.execute("select data_sets, net_value_gbp from economics.action_value").fetchall() == []


def test_before_the_first_night_there_is_nothing_to_value(tmp_path: Path):
    region = town.region(tmp_path / "region", town.ACTION)
    with pytest.raises(NothingPublished):
        value_region(Home(tmp_path / "home"), region, town.contracts(), as_of=town.AS_OF)


def test_settings_that_are_missing_or_out_of_range_are_all_told(tmp_path: Path):
    region = town.region(tmp_path / "region", town.ACTION)
    table = region.policies / "valuation.csv"
    table.write_text(table.read_text().replace(",folds,2,", ",folds,1,").replace(",seed,", ",sead,"))
    with pytest.raises(RegionError) as error:
        value_region(Home(tmp_path / "home"), region, town.contracts(), as_of=town.AS_OF)
    told = "\n".join(error.value.problems)
    for words in ("line 2: no setting 'sead'", "line 3: folds is not a number", "'seed' has no value"):
        assert words in told, told
