"""A data set whose contract is gone is named with what to do, and erased with everybody."""

from pathlib import Path

import pytest

from ingestion.departed import departed_data_sets, departed_lines, refuse_another_regions_home, remove_departed
from rights.person import Person
from rights.subject_report import collect
from settings.errors import RegionError, UserError
from settings.paths import Home, Region
from tests.ingestion.partner import column, contract, take


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    for name in ("things", "visits"):
        made = contract(column("id", key=True, required=True), dataset=name, file=f"county/{name}_{{date}}.csv")
        take(home, made, "id\n1\n")
    return home


def test_what_a_removed_contract_leaves_is_named_with_the_remedy(home):
    assert departed_data_sets(home, ["things", "visits"]) == departed_lines(home, ["things", "visits"]) == []
    (line,) = departed_lines(home, ["things"])
    assert line.startswith("visits: no contract describes it any more") and "bring the contract back" in line


def test_the_home_of_another_region_is_not_told_to_be_emptied(home):
    assert departed_lines(home, ["council_tax"]) == []
    with pytest.raises(RegionError, match="set MVLD_REGION"):
        refuse_another_regions_home(home, ["council_tax"])
    refuse_another_regions_home(home, ["things"])


def test_removing_takes_extracts_and_leaves_other_data_sets(home):
    assert remove_departed(home, departed_data_sets(home, ["things"])) > 0
    assert departed_data_sets(home, []) == ["things"]


def test_no_subject_report_is_written_that_would_not_be_whole(home, tmp_path):
    known = {"things": contract(dataset="things")}
    with pytest.raises(UserError, match="visits: bring its contract back"):
        collect(home, Region(tmp_path / "region"), known, Person("P00000001", None, {}, ()))
