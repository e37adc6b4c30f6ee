"""The tables that SQL reads as they are: what SQL would take for nothing is told before it does."""

from datetime import date
from pathlib import Path

import pytest

from settings.errors import RegionError
from sharing.disclosure_check import check_disclosure, read_tier_settings, refuse_wrong_policies

HEADER = (
    "valid_from,level,dataset,threshold,rounding,minimum_for_measures,dominance_people,dominance_share,"
    "zero_released,source"
)
DAY = date(2025, 6, 1)


def line(level="ward", dataset="", threshold="7", rounding="5", share="0.9", zero="true", since="2020-01-01") -> str:
    return f"{since},{level},{dataset},{threshold},{rounding},20,2,{share},{zero},test"


def told(folder: Path, *lines: str, header: str = HEADER) -> list[str]:
    others = [line("street"), line("postcode")]
    (folder / "disclosure.csv").write_text("\n".join([header, *lines, *others]) + "\n")
    return [str(problem).removeprefix("policies/disclosure.csv: ") for problem in check_disclosure(folder, as_of=DAY)]


def test_a_sound_policy_has_no_problem(tmp_path):
    assert told(tmp_path, line(), line(dataset="police", threshold="12")) == []


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"level": "wards"}, "level is not one of street, postcode, ward"),
        ({"threshold": "few"}, "threshold is not a whole number"),
        ({"rounding": "0"}, "rounding is not a whole number of 1 or more"),
        ({"share": ""}, "dominance_share is not a share from 0 to 1"),
        ({"zero": "maybe"}, "zero_released is not true or false"),
    ],
)
def test_a_value_that_sql_would_pass_over_is_told(tmp_path, wrong, words):
    assert any(item.startswith(f"line 3: {words}") for item in told(tmp_path, line(), line(**wrong)))


@pytest.mark.parametrize("threshold, rounding, better", [(10, 10, 14), (10, 5, 12), (5, 5, 7), (3, 10, 4)])
def test_a_threshold_that_rounding_undoes_is_told_with_the_next_that_holds(tmp_path, threshold, rounding, better):
    (only,) = told(tmp_path, line(threshold=str(threshold), rounding=str(rounding)))
    assert f"raise the threshold to {better}" in only
    assert told(tmp_path, line(threshold=str(better), rounding=str(rounding))) == []


def test_a_level_without_a_rule_in_force_is_told(tmp_path):
    assert told(tmp_path, line(since="2025-06-02")) == [
        "has no line for ward and all data sets on 2025-06-01; add one: dataset empty"
    ]


def test_a_missing_column_is_told_once(tmp_path):
    header = HEADER.replace("rounding", "round_to")
    assert told(tmp_path, line(), header=header) == ["line 1: has no column rounding; see docs/disclosure.md"]


def test_settings_of_the_tiers_are_needed_and_above_nought(tmp_path):
    told(tmp_path, line())
    with pytest.raises(RegionError, match=r"tiers\.csv is missing"):
        refuse_wrong_policies(tmp_path, as_of=DAY)
    table = "valid_from,setting,value,source\n2020-01-01,event_current_days,-1,x\n2020-01-01,place_red_ratio,2,x\n"
    (tmp_path / "tiers.csv").write_text(table)
    with pytest.raises(RegionError) as error:
        read_tier_settings(tmp_path, as_of=DAY)
    assert [problem.split(": ", 1)[1] for problem in error.value.problems] == [
        "line 2: event_current_days is not a number above 0; see docs/tiers.md",
        "'place_amber_ratio' has no value on 2025-06-01; add a line",
    ]
