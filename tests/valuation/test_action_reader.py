"""The region's actions, and every way in which a file of one can be wrong, told at once."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ingestion.contract_reader import read_contracts
from settings.errors import RegionError
from settings.paths import REPOSITORY, Region
from sharing.governance_reader import read_governance
from valuation.action_reader import json_schema, read_actions

FENSHIRE = Region(REPOSITORY / "region")
CONTRACTS = read_contracts(FENSHIRE.contracts)
ONE = "income_maximisation"


def problems(tmp_path: Path, **changes: Any) -> list[str]:
    """What the reader says of an action of Fenshire with some keys changed, or taken away where None."""
    content = yaml.safe_load((FENSHIRE.root / "actions" / f"{ONE}.yaml").read_text())
    for path, value in changes.items():
        *above, key = path.split("__")
        place = content
        for name in above:
            place = place[name]
        if value is None:
            del place[key]
        else:
            place[key] = value
    (tmp_path / "actions").mkdir(exist_ok=True)
    (tmp_path / "actions" / "one.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    with pytest.raises(RegionError) as error:
        read_actions(Region(tmp_path), CONTRACTS)
    return list(error.value.problems)


def test_fenshire_has_the_six_actions_and_their_groups_exist():
    actions = read_actions(FENSHIRE, CONTRACTS)
    assert set(actions) == {
        "early_help",
        "falls_prevention",
        "free_school_meals",
        "home_fire_safety",
        "homelessness_prevention",
        "income_maximisation",
    }
    assert {action.user_group for action in actions.values()} <= set(read_governance(FENSHIRE).groups)
    assert {action.unit for action in actions.values()} == {"person", "household"}
    assert all(0 < action.break_even < 1 for action in actions.values())


def test_figures_that_have_a_published_source_are_as_published():
    actions = read_actions(FENSHIRE, CONTRACTS)
    assert actions["falls_prevention"].outcome_cost_gbp.value == 4_000
    assert actions["homelessness_prevention"].outcome_cost_gbp.value == 14_808 + 7_717
    assert actions["early_help"].outcome_cost_gbp.value == round(0.45 * 10_776 + 0.08 * 44_647)
    assert actions["free_school_meals"].outcome_cost_gbp.value == 1_200_000 / 500
    pension = actions["income_maximisation"]
    assert pension.outcome_cost_gbp.value == 3_879
    assert pension.effect.value == round(2_165 / 8_200, 3)


def test_the_benefit_is_the_product_of_its_parts():
    pension = read_actions(FENSHIRE, CONTRACTS)[ONE]
    assert pension.benefit_gbp == pytest.approx(3_879 * 0.264 * 0.9 * 0.69)
    assert pension.break_even == pytest.approx(15 / pension.benefit_gbp)


def test_a_level_speaks_for_its_tiers_unless_the_tier_was_asked_about():
    acceptability = read_actions(FENSHIRE, CONTRACTS)[ONE].acceptability
    assert acceptability.of("person_rag") == acceptability.accepts["person"]
    assert acceptability.of("person_full") == acceptability.accepts["person_full"]
    assert acceptability.is_vetoed("person_full")
    assert not acceptability.is_vetoed("person_coded")


def test_capacity_is_a_number_or_a_share_and_never_more_than_there_are():
    capacity = read_actions(FENSHIRE, CONTRACTS)[ONE].capacity
    assert capacity.of(1000) == 150
    assert capacity.__class__(value=400, unit="units", source="x").of(1000) == 400
    assert capacity.__class__(value=400, unit="units", source="x").of(30) == 30


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit_cost_gbp": None}, "'unit_cost_gbp' is missing"),
        ({"effect__source": None}, "'effect.source' is missing"),
        ({"effect__grade": "E"}, "'effect.grade'"),
        ({"deadweight__value": 1.5}, "'deadweight.value'"),
        ({"capcity": 5}, "did you mean 'capacity'?"),
        ({"candidates": ["gp_regster"]}, "did you mean 'gp_register'?"),
        ({"own_data": ["gp_register"]}, "both the owner's and a candidate"),
        ({"eligible": {"min_age": 70, "max_age": 60}}, "min_age exceeds max_age"),
        ({"acceptability__accepts": {"town": {"targeted": 1, "control": 1}}}, "'town' is neither a level nor a tier"),
        ({"pays": {"The council": 0.6, "The hospital": 0.3}, "shares_source": "x"}, "pays: the shares add up to 0.9"),
        ({"pays": {"The council": 0.6, "The hospital": 0.4}}, "pays: shares without a source"),
        ({"gains": ["The council", "The council"]}, "gains: 'The council' is named twice"),
        ({"gains": {"The council": 1.2}, "shares_source": "x"}, "'gains.The council'"),
        ({"gains": []}, "'gains'"),
        ({"outcome__source": "records"}, "the outcome's records are not named"),
        ({"outcome__records": {"dataset": "nowhere"}}, "no contract describes 'nowhere'"),
        (
            {"outcome__records": {"dataset": "emergency_attendance", "measure": "falls"}},
            "did you mean 'fall'?",
        ),
    ],
)
def test_each_mistake_is_told_with_file_line_and_remedy(tmp_path: Path, changes: dict[str, Any], said: str):
    (problem,) = problems(tmp_path, **changes)
    assert said in problem
    assert problem.startswith("actions/one.yaml: line ")


def test_a_list_of_bodies_means_equal_shares_and_stated_ones_stay_as_they_are():
    actions = read_actions(FENSHIRE, CONTRACTS)
    assert actions["home_fire_safety"].gains == pytest.approx(
        {"Households": 1 / 3, "Fenshire Fire and Rescue Service": 1 / 3, "Fenshire Hospitals NHS Trust": 1 / 3}
    )
    assert actions["home_fire_safety"].shares_source is None
    assert actions["free_school_meals"].gains == {"Schools": 1.0, "Families": 0.0}
    assert "pupil premium" in (actions["free_school_meals"].shares_source or "")


def test_the_schema_for_editors_takes_bodies_as_a_list_or_with_shares():
    schema = json_schema()
    action = yaml.safe_load((FENSHIRE.root / "actions" / f"{ONE}.yaml").read_text())
    for pays in (["A"], {"A": 0.6, "B": 0.4}):
        jsonschema.validate(action | {"pays": pays}, schema)
    for pays in ([], {"A": "most"}, "A"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(action | {"pays": pays}, schema)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path):
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions" / "two.yaml").write_text("- not\n- a mapping\n")
    told = problems(tmp_path, unit_cost_gbp=None, title=None)
    assert len(told) == 3


def test_two_files_may_not_bear_one_id(tmp_path: Path):
    (tmp_path / "actions").mkdir()
    text = (FENSHIRE.root / "actions" / f"{ONE}.yaml").read_text()
    (tmp_path / "actions" / "a.yaml").write_text(text)
    (problem,) = problems(tmp_path)
    assert "is taken by actions/a.yaml" in problem


def test_a_region_without_actions_has_none(tmp_path: Path):
    assert read_actions(Region(tmp_path), CONTRACTS) == {}
