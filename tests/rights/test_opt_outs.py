"""Opt-out lists: what is taken, what is refused and how it is told, whom they leave out of what."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract_reader import read_contracts
from rights.opt_out_file import is_nhs_number
from rights.opt_out_lists import folder
from rights.opt_out_policy import data_sets_covered, read_opt_out_policy
from rights.opted_out import OptOuts, apply_opt_outs
from rights.store import open_rights
from settings.errors import RegionError
from settings.paths import REPOSITORY, Home, Region
from sharing.governance_reader import read_governance
from tests.linkage.identity_store import rows, write_records

REGION = Region(REPOSITORY / "region")
CONTRACTS = read_contracts(REGION.contracts)
ANN, BOB, EVE = "9434765919", "9990000018", "9990000026"
HEADER = "valid_from,list,data_sets,purposes,fall_tolerance,source\n"
LINES = """2018-05-25,national_data_opt_out,gp_register emergency_attendance adult_social_care,valuation,0.2,test
2018-05-25,local_objection,all,all,0.5,test
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Ann with three records, of which one has her number; Bob with one; nobody has Eve's number."""
    found = Home(tmp_path)
    write_records(
        found,
        [
            {"record_id": "a1", "dataset": "gp_register", "nhs_number": ANN},
            {"record_id": "a2", "dataset": "council_tax"},
            {"record_id": "a3", "dataset": "adult_social_care"},
            {"record_id": "b1", "dataset": "gp_register", "nhs_number": BOB},
        ],
    )
    _store(
        found,
        """
        create schema linkage;
        create table linkage.persons as
        select record_id, dataset, if(record_id < 'b', 'P00000001', 'P00000002') as person_id
        from identity.person_records;
        create table linkage.person_history as
        select 'person' as kind, 'merge' as event, 'P00000009' as id, 'P00000001' as other_id
        """,
    )
    return found


def _store(home: Home, statements: str) -> None:
    connection = open_rights(home)
    connection.execute(statements)
    connection.close()


def send(home: Home, name: str, text: str) -> None:
    folder(home).mkdir(parents=True, exist_ok=True)
    (folder(home) / name).write_text(text, encoding="utf-8")


def apply(home: Home) -> OptOuts:
    """With the policy below and no agreement."""
    region = Region(home.root / "region")
    region.policies.mkdir(parents=True, exist_ok=True)
    (region.policies / "opt_outs.csv").write_text(HEADER + LINES, encoding="utf-8")
    return apply_opt_outs(home, region, CONTRACTS, as_of="2026-06-01")


def left_out(home: Home) -> set[tuple[str, str]]:
    return set(rows(home, "select person_id, dataset from rights.opted_out"))


def test_a_person_found_by_number_is_left_out_with_all_records_of_the_covered_data_sets(home: Home) -> None:
    send(home, "national_data_opt_out_20260601.csv", f"nhs_number\n{ANN[:3]} {ANN[3:6]} {ANN[6:]}\n{EVE}\n")
    found = apply(home)
    covered = {"gp_register", "emergency_attendance", "adult_social_care"}
    assert left_out(home) == {("P00000001", dataset) for dataset in covered}
    assert (found.people, found.records, found.unmatched_entries) == (1, 2, 1)  # council tax stays
    counts = rows(home, "select dataset, entries, people, records from rights.opt_out_count order by 1")
    assert counts == [("adult_social_care", 2, 1, 1), ("emergency_attendance", 2, 1, 0), ("gp_register", 2, 1, 1)]


def test_a_local_objection_to_one_data_set_leaves_out_of_that_one_only_also_by_a_merged_id(home: Home) -> None:
    send(home, "local_objection_20260601.csv", "person_id,dataset\nP00000009,council_tax\n")
    assert apply(home).records == 1
    assert left_out(home) == {("P00000001", "council_tax")}


def test_the_newest_list_is_whole_and_what_it_no_longer_names_is_used_again(home: Home) -> None:
    send(home, "local_objection_20260601.csv", f"nhs_number\n{ANN}\n{BOB}\n")
    assert apply(home).people == 2
    assert apply(home).skipped
    send(home, "local_objection_20260701.csv", f"nhs_number\n{BOB}\n")
    found = apply(home)  # although the night is of June: an objection holds from when it is known
    assert not found.skipped
    assert {person for person, _ in left_out(home)} == {"P00000002"}
    assert [path.name for path in folder(home).iterdir()] == ["local_objection_20260701.csv"]


def test_bad_rows_are_refused_by_number_without_their_values_and_the_good_ones_are_taken(home: Home) -> None:
    send(
        home,
        "local_objection_20260601.csv",
        f"nhs_number,person_id,dataset\n{ANN},,\n9434765910,,\n,Pxx,\n,,council_tax\n{BOB},,nowhere\n",
    )
    found = apply(home)
    assert found.people == 1
    assert [problem.split(": ")[1] for problem in found.problems] == ["row 3", "row 4", "row 5", "row 6"]
    assert not any(value in problem for problem in found.problems for value in ("9434765910", "Pxx", "nowhere", BOB))


@pytest.mark.parametrize(
    "content",
    ["nhs_number\n", "name\nAnn\n", "nhs_number,name\n9434765919,Ann\n", "nhs_number\n1\n", f"nhs_number\n{BOB}\n"],
    ids=["empty", "no column", "further column", "no good row", "too short"],
)
def test_a_list_that_cannot_be_meant_leaves_the_one_before_in_force(home: Home, content: str) -> None:
    send(home, "national_data_opt_out_20260601.csv", f"nhs_number\n{ANN}\n{EVE}\n")
    apply(home)
    before = left_out(home)
    send(home, "national_data_opt_out_20260602.csv", content)
    found = apply(home)
    assert len(found.problems) >= 1
    assert left_out(home) == before
    assert len(list(folder(home).iterdir())) == 2


def test_a_list_without_a_policy_stops_the_night(home: Home) -> None:
    send(home, "new_list_20260601.csv", f"nhs_number\n{ANN}\n")
    with pytest.raises(RegionError, match="new_list"):
        apply(home)


def test_without_lists_nobody_is_left_out_and_the_step_is_skipped(home: Home) -> None:
    assert apply(home) == OptOuts(0, 0, 0, 0, 0, (), skipped=True)


def covered(purposes: str, *, as_of: str, tmp_path: Path, data_sets: str = "all") -> list[str]:
    (tmp_path / "opt_outs.csv").write_text(HEADER + f"2020-01-01,a_list,{data_sets},{purposes},0.1,test\n")
    governance = read_governance(REGION)
    (policy,) = read_opt_out_policy(tmp_path, as_of=as_of, contracts=CONTRACTS, purposes=governance.purposes).values()
    return data_sets_covered(policy, CONTRACTS, governance.agreements.values(), as_of=date.fromisoformat(as_of))


def test_a_list_covers_a_data_set_while_a_live_agreement_uses_it_for_a_counted_purpose(tmp_path: Path) -> None:
    before, after = (covered("population_health", as_of=day, tmp_path=tmp_path) for day in ("2026-08-31", "2026-09-01"))
    assert before == ["adult_social_care", "gp_register"]
    assert after == ["adult_social_care", "emergency_attendance", "gp_register"]
    assert covered("home_safety", as_of="2026-06-01", tmp_path=tmp_path) == ["adult_social_care", "council_tax"]


def test_own_use_and_all_purposes_are_always_in_force_and_premises_are_nobodys(tmp_path: Path) -> None:
    people = sorted(name for name, contract in CONTRACTS.items() if contract.subject == "person")
    assert covered("valuation", as_of="2026-06-01", tmp_path=tmp_path) == people
    assert covered("all", as_of="2026-06-01", tmp_path=tmp_path) == people
    with pytest.raises(RegionError, match="no data set about people"):
        covered("all", as_of="2026-06-01", tmp_path=tmp_path, data_sets="home_safety_visit")


def test_at_night_a_data_set_that_nobody_knows_makes_its_list_cover_all(tmp_path: Path) -> None:
    (tmp_path / "opt_outs.csv").write_text(HEADER + "2020-01-01,a,gp_registr,all,0.1,x\n")
    read = read_opt_out_policy(tmp_path, as_of="2026-06-01", contracts=CONTRACTS, purposes=(), is_strict=False)
    assert read["a"].data_sets == ("all",)
    with pytest.raises(RegionError, match="gp_registr"):
        read_opt_out_policy(tmp_path, as_of="2026-06-01", contracts=CONTRACTS, purposes=())


@pytest.mark.parametrize(
    "line", ["2020-01-01,a b,all,all,0.1,x", "x,a,nowhere,all,2,x", "2020-01-01,a,all,nothing,0.1,x"]
)
def test_a_wrong_line_of_the_policy_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "opt_outs.csv").write_text(HEADER + line + "\n")
    with pytest.raises(RegionError, match="line 2"):
        read_opt_out_policy(tmp_path, as_of="2026-01-01", contracts=CONTRACTS, purposes=[])


@pytest.mark.parametrize(("text", "is_one"), [(ANN, True), (BOB, True), ("9434765910", False), ("943476591", False)])
def test_nhs_numbers_are_known_by_their_check_digit(text: str, is_one: bool) -> None:
    assert is_nhs_number(text) is is_one


def test_the_regions_own_policy_and_lists_are_sound() -> None:
    found: dict[str, Any] = read_opt_out_policy(
        REGION.policies, as_of="2026-06-01", contracts=CONTRACTS, purposes=read_governance(REGION).purposes
    )
    assert set(found) == {"national_data_opt_out", "local_objection"}
