"""Every fault of the region's files is found at once, with file, line and remedy."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from settings.errors import RegionError
from settings.paths import REPOSITORY, Home, Region
from sharing.contract_schema import check_contract_schema
from sharing.governance_reader import read_governance
from sharing.region_check import check_region, schema_files
from sharing.region_yaml import ERROR, NOTE, Problem
from tests.sharing.region_files import (
    AGREEMENT,
    HELD,
    LADDER,
    SCHEME,
    SIGNED,
    agree,
    write,
    write_policy,
    write_sharing,
)

DAY = date(2025, 6, 1)


@pytest.fixture
def sound(tmp_path: Path) -> Region:
    """A region with nothing wrong in it."""
    region = Region(tmp_path / "region")
    write_sharing(region)
    for table in ("disclosure.csv", "linkage.csv", "tiers.csv"):
        shutil.copy(REPOSITORY / "region" / "policies" / table, region.policies)
    rules = (region.policies / "disclosure.csv").read_text().splitlines(keepends=True)
    (region.policies / "disclosure.csv").write_text("".join(rules[:4]))  # no data set's own
    for folder in ("costs", "geography"):
        shutil.copytree(REPOSITORY / "region" / folder, region.root / folder)
    return region


def found(region: Region, severity: str = ERROR, on: date = DAY) -> list[Problem]:
    problems = check_region(region, Home(region.root.parent / "home"), as_of=on)
    return [problem for problem in problems if problem.severity == severity and "geography" not in problem.file]


def test_a_sound_region_has_no_problem_and_no_note(sound):
    assert found(sound) == [] and found(sound, NOTE) == []


def test_the_demo_region_is_sound_and_has_what_it_should_show():
    region = Region(REPOSITORY / "region")
    assert found(region, on=date(2026, 6, 2)) == []
    governance = read_governance(region)
    assert len(governance.agreements) >= 10 and len(governance.groups) >= 6
    assert len({group.organisation for group in governance.groups.values()}) >= 4
    assert any(item.conditions.wording for item in governance.agreements.values())
    notes = [str(note) for note in found(region, NOTE, on=date(2026, 6, 2))]
    for words in ("it ended on 2026-03-31", "it starts on 2026-09-01", "lacks police_vetting", "ig_training lapsed"):
        assert sum(words in note for note in notes) == 1, words


@pytest.mark.parametrize(
    ("changed", "words", "remedy"),
    [
        ({"data_sets": ["homelesness"]}, "no contract for data set 'homelesness'", "did you mean 'homelessness'?"),
        (
            {"discloser": "Fenshire Police"},
            "'Fenshire Police' cannot disclose 'homelessness'",
            "partner of the contract",
        ),
        ({"recipient_groups": ["early_halp"]}, "no user group 'early_halp'", "did you mean 'early_help'?"),
        ({"purpose": "curiosity"}, "no purpose 'curiosity'", "use one of planning, prevention"),
        ({"purpose": "planning"}, "'planning' is no purpose of early_help", "add it to user group early_help"),
        (
            {"ceiling": None, "tiers": ["person_knownto"]},
            "'person_knownto' is no tier",
            "did you mean 'person_known_to'?",
        ),
        ({"tiers": ["ward_rag"]}, "says what may be seen twice or not at all", "either tiers or a ceiling"),
        ({"ceiling": None}, "says what may be seen twice or not at all", "either tiers or a ceiling"),
        ({"from_": "2026-01-01"}, "it ends before it starts", "mend 'from' or 'to'"),
        ({"approvers": SIGNED[:1]}, "it has 1 approver(s) and needs 2", "add who signed"),
        ({"approvers": [SIGNED[1], {**SIGNED[1], "role": "y"}]}, "nobody signed for Marsh District Council", "who did"),
        (
            {"approvers": [SIGNED[0], {**SIGNED[0], "role": "HEAD  of housing", "date": "2024-12-05"}]},
            "it has 1 approver(s) and needs 2",
            "add who signed",
        ),
        ({"approvers": None}, "it has 0 approver(s)", "add who signed"),
        ({"lawful_basis": None}, "'lawful_basis' is missing", "add it"),
        ({"data_set": ["homelessness"]}, "unknown key 'data_set'", "did you mean 'data_sets'?"),
        ({"conditions": {"minimum_q": 3}}, "unknown key 'conditions.minimum_q'", "remove it"),
        ({"conditions": {"minimum_k": 0}}, "'conditions.minimum_k': input should be greater than or equal to 1", ""),
        ({"ceiling": {"level": "town", "detail": "rag"}}, "'ceiling.level': input should be 'person'", ""),
        ({"conditions": {"minimum_k": True}}, "'conditions.minimum_k': input should be a valid integer", ""),
        ({"conditions": {"minimum_k": 10**20}}, "'conditions.minimum_k': input should be less than", ""),
        ({"to": "soon"}, "'to' is not a day", "write it like 2025-04-01"),
        ({"to": 4102444800}, "'to' is not a day", "write it like 2025-04-01"),  # else: seconds since 1970
        ({"data_sets": "homelessness"}, "'data_sets' is not a list", "write it like [one, two]"),
        ({"data_sets": []}, "'data_sets' is empty", "name at least one"),
        ({"lawful_basis": " "}, "'lawful_basis' says nothing", "say it"),
        ({"title": 7}, "'title' is not text", "put it in quotes"),
    ],
)
def test_what_is_wrong_with_an_agreement_is_told_with_line_and_remedy(sound, changed, words, remedy):
    path = agree(sound, "a1", "early_help", **changed)
    told = [problem for problem in found(sound) if problem.file == "agreements/a1.yaml"]
    (problem,) = [problem for problem in told if problem.what.startswith(words)]
    assert remedy in problem.remedy
    key = next(iter(changed)).rstrip("_")
    starts = [line for line, text in enumerate(path.read_text().splitlines(), 1) if text.startswith(f"{key}:")]
    assert all(start <= problem.line <= start + 2 for start in starts)


def test_a_tier_finer_than_what_the_data_set_is_about_is_told(sound):
    shutil.copy(REPOSITORY / "region" / "contracts" / "home_safety_visit.odcs.yaml", sound.contracts)
    write(
        sound,
        "classifications/fire.yaml",
        SCHEME | {"id": "fire", "organisation_types": ["fire"], "markings": {"PROTECT": {"rung": "internal"}}},
    )
    signed = [{**SIGNED[0], "organisation": "Fenshire Fire and Rescue Service"}, SIGNED[1]]
    facts = {"discloser": "Fenshire Fire and Rescue Service", "data_sets": ["home_safety_visit"], "approvers": signed}
    agree(sound, "a3", "planners", **facts)
    (problem,) = found(sound)
    assert problem.what == "person is finer than 'home_safety_visit', which is about a premises"
    assert problem.remedy == "household is the finest it has"


def test_agreements_that_overlap_are_told_with_cells_and_day(sound):
    agree(sound, "a9", "early_help", ceiling=None, tiers=["ward_rag", "ward_full"], from_="2025-03-01")
    (problem,) = found(sound)
    assert problem.file == "agreements/a9.yaml" and problem.line == 8
    assert problem.what.startswith("it overlaps with a1 from 2025-03-01 in homelessness for early_help (2 tier(s)")
    agree(sound, "a9", "early_help", from_="2026-01-01", to="2026-12-31")
    assert found(sound) == []


def test_what_has_ended_not_begun_or_comes_to_nothing_is_a_note(sound):
    agree(sound, "a1", "early_help", to="2025-05-31")
    agree(sound, "a2", "planners", from_="2025-07-01", ceiling={"level": "ward", "detail": "rag"})
    assert found(sound) == []
    assert [note.what for note in found(sound, NOTE)] == [
        "it ended on 2025-05-31 and permits nothing",
        "it starts on 2025-07-01",
    ]
    group = {"id": "early_help", "title": "x", "organisation": "x", "purposes": ["prevention"], "controls": {}}
    write(sound, "user_groups/early_help.yaml", group)
    agree(sound, "a1", "early_help")
    notes = [note.what for note in found(sound, NOTE)]
    assert sum("early_help gets nothing of" in note for note in notes) == 2  # of the rows, and of the counts


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        (
            "classifications/ladder.yaml",
            LADDER | {"row_level_minimum": "sensative"},
            "no rung 'sensative'; did you mean",
        ),
        ("classifications/ladder.yaml", LADDER | {"controls": {}}, "no control 'named_users'"),
        ("classifications/districts.yaml", SCHEME | {"markings": {}}, "scheme districts has no marking 'Confidential'"),
        (
            "classifications/districts.yaml",
            SCHEME
            | {"markings": {"Confidential": {"rung": "sensitive", "when_counted": "Top"}, "Top": {"rung": "personal"}}},
            "counts are marked higher (Top) than people",
        ),
        ("classifications/other.yaml", SCHEME | {"id": "other"}, "scheme districts has 'district' too"),
        ("classifications/other.yaml", SCHEME, "id 'districts' is taken by classifications/districts.yaml"),
        (
            "user_groups/planners.yaml",
            {
                "id": "planners",
                "title": "x",
                "organisation": "x",
                "purposes": ["prevention"],
                "controls": {**HELD, "luck": {"evidence": "x"}},
            },
            "no control 'luck'",
        ),
        ("agreements/a7.yaml", {"id": "a1", **AGREEMENT, "recipient_groups": ["planners"]}, "id 'a1' is taken"),
    ],
)
def test_what_is_wrong_between_files_is_told(sound, path, content, words):
    write(sound, path, content)
    assert any(words in str(problem) for problem in found(sound)), [str(problem) for problem in found(sound)]


def test_tables_files_and_contracts_are_judged_in_the_same_go(sound):
    write_policy(sound, id_length="many", person_date_precision="week")
    (sound.policies / "disclosure.csv").write_text("valid_from,level,threshold,source\n2020-13-01,ward,7,\n")
    (sound.root / "agreements" / "a1.yaml").write_text("id: [\n")
    (sound.root / "agreements" / "a2.yaml").write_text("id: a2\nid: a3\n")
    contract = sound.contracts / "homelessness.odcs.yaml"
    contract.write_text(contract.read_text().replace("value: Confidential}", "value: Secretive}"))
    told = "\n".join(str(problem) for problem in found(sound))
    for words in (
        "policies/sharing.csv: line 4: id_length is not a whole number from 12 to 64",
        "policies/sharing.csv: line 5: person_date_precision is not one of day, month",
        "policies/disclosure.csv: line 2: says no source",
        "policies/disclosure.csv: line 2: valid_from is not a date",
        "agreements/a1.yaml: line 2: is not valid YAML",
        "agreements/a2.yaml: line 2: key 'id' is said twice",
        "contracts/homelessness.odcs.yaml: line 126: scheme districts has no marking 'Secretive'",
    ):
        assert words in told, told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: a1\nnotes: &a [*a]\n", "line 2: 'notes' is not text"),  # an alias in a circle
        (f"id: a1\nnotes: {'[' * 3000}{']' * 3000}\n", "line 1: is nested too deep"),
        ("id: a1\nfrom: 2025-01-01\nto: 2025-02-30\n", "line 3: is not a day or number that exists"),
        ("id: a1\npurpose: no\n", "line 2: 'purpose' is not text; put it in quotes"),
        ("\ufeffid: a1\ntitle: x\ntitle: y\n", "line 3: key 'title' is said twice"),
        (None, "cannot be read"),  # a folder
    ],
)
def test_what_yaml_can_do_to_a_file_is_told_and_stops_no_other_check(sound, text, told):
    path = sound.root / "agreements" / "a1.yaml"
    path.unlink()
    if text is None:
        path.mkdir()
    else:
        path.write_text(text, encoding="utf-8")
    agree(sound, "a2", "planners", purpose="curiosity")
    problems = [str(problem) for problem in found(sound)]
    assert any(problem.startswith("agreements/a1.yaml") and told in problem for problem in problems), problems
    assert any("no purpose 'curiosity'" in problem for problem in problems), problems


def test_a_table_in_another_encoding_and_a_contract_that_says_a_key_twice_are_told(sound):
    policy, contract = sound.policies / "sharing.csv", sound.contracts / "homelessness.odcs.yaml"
    policy.write_bytes(policy.read_text().encode("utf-16"))
    lines = len(contract.read_text().splitlines())
    contract.write_text(contract.read_text() + "version: 9.9.9\n")
    told = [str(problem) for problem in found(sound)]
    assert "policies/sharing.csv: cannot be read; write it in UTF-8" in told
    assert f"contracts/homelessness.odcs.yaml: line {lines + 1}: key 'version' is said twice; keep one" in told


def test_a_group_whose_file_is_wrong_is_not_said_to_be_missing(sound):
    write(sound, "user_groups/planners.yaml", {"id": "planners", "title": "x", "purposes": ["prevention"]})
    assert [problem.what for problem in found(sound)] == ["'organisation' is missing"]


def test_a_file_that_nobody_reads_is_noted(sound):
    path = sound.root / "agreements" / "a1.yaml"
    (path.parent / "older").mkdir()
    path.rename(path.parent / "older" / "a1.yaml")
    (path.parent / "a2.yaml").rename(path.parent / "a2.YAML")
    unread = [note.file for note in found(sound, NOTE) if note.what == "is not read"]
    assert unread == ["agreements/a2.YAML", "agreements/older/a1.yaml"]


def test_a_missing_table_is_told_with_where_to_see_its_settings(sound):
    shutil.copy(REPOSITORY / "region" / "policies" / "blueprint.csv", sound.policies)
    (sound.policies / "tiers.csv").unlink()
    told = [str(problem) for problem in found(sound)]
    for name in ("tiers", "discount"):
        assert (
            sum(f"policies/{name}.csv: is missing; write it with the columns valid_from" in item for item in told) == 1
        )


def test_reading_refuses_what_the_check_would_tell(sound):
    agree(sound, "a1", "early_help", purpose=None)
    agree(sound, "a2", "planners", to="never")
    with pytest.raises(RegionError) as error:
        read_governance(sound)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("was", "becomes", "told", "line"),
    [
        ("kind: DataContract", "kind: Contract", "kind: 'Contract' is not one of ['DataContract']", 2),
        ("kind: DataContract", "kind: DataContract\nsteward: none", "'steward' was unexpected", 1),
        ("apiVersion: v3.1.0", "apiVersion: v9.9.9", "apiVersion: 'v9.9.9' is not one of", 1),
        ("logicalType: date", "logicalType: day", "logicalType: 'day' is not one of", 44),
    ],
)
def test_a_contract_that_the_standards_schema_refuses_is_told_with_its_line(tmp_path, was, becomes, told, line):
    region = Region(tmp_path)
    region.contracts.mkdir()
    text = (REPOSITORY / "region" / "contracts" / "homelessness.odcs.yaml").read_text()
    assert was in text
    path = region.contracts / "homelessness.odcs.yaml"
    path.write_text(text)
    assert list(check_contract_schema(region)) == []
    path.write_text(text.replace(was, becomes, 1))
    (problem,) = check_contract_schema(region)
    assert problem.file == "contracts/homelessness.odcs.yaml"
    assert told in problem.what
    assert problem.line == line


def test_the_json_schemas_in_the_region_are_those_of_the_code_and_accept_every_file():
    from jsonschema import Draft202012Validator, FormatChecker

    region = REPOSITORY / "region"
    schemas = schema_files(region / "schemas")
    for path, schema in schemas.items():
        assert json.loads(path.read_text()) == schema, "run: mvld check-region --schemas region/schemas"
    files = [
        path
        for folder in ("agreements", "user_groups", "classifications", "policies")
        for path in (region / folder).glob("*.yaml")
    ]
    assert len(files) > 20
    for path in files:
        named = path.read_text().splitlines()[0].rsplit("/", 1)[-1]
        schema = schemas[region / "schemas" / named]
        content = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
        assert not list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(content)), path


def test_a_disclosure_rule_names_a_data_set_and_promises_what_can_be_kept(sound):
    path = sound.policies / "disclosure.csv"
    header = "valid_from,level,dataset,threshold,rounding,least_values,remembered_days,source\n"
    path.write_text(header + "2020-01-01,ward,,7,5,3,28,x\n2020-01-01,ward,no_such_list,7,5,6,long,x\n")
    told = [str(problem) for problem in found(sound)]
    assert sum("disclosure.csv: line 3: no data set 'no_such_list'" in item for item in told) == 1
    assert sum("disclosure.csv: line 3: least_values is not" in item for item in told) == 1
    assert sum("disclosure.csv: line 3: remembered_days is not" in item for item in told) == 1
    assert not any("disclosure.csv: line 2:" in item for item in told)
