"""What agreements permit goes out only after enough different people let it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract_reader import read_contracts
from settings.errors import UserError
from settings.paths import Home, Region
from sharing.access import Access, read_access
from sharing.approval import Terms, covers
from sharing.approval_writer import sign
from sharing.governance import PRECISIONS, ApprovedCells, Approver
from sharing.region_check import check_region
from sharing.region_yaml import ERROR
from tests.sharing.region_files import agree, write, write_policy, write_sharing

DAY = "2025-06-01"
HEAD = Approver(role="Head of information governance", organisation="Fenshire", signed_on=date(2025, 5, 1))
OWNER = Approver(role="Senior information risk owner", organisation="Fenshire", signed_on=date(2025, 5, 2))


@pytest.fixture
def region(tmp_path: Path) -> Region:
    region = Region(tmp_path / "region")
    write_sharing(region)
    write_policy(region, minimum_release_approvers=2)
    return region


def access(region: Region, on: str = DAY) -> Access:
    return read_access(region, read_contracts(region.contracts), as_of=on)


def let_out(region: Region, group: str) -> None:
    for person in (HEAD, OWNER):
        sign(region, access(region), group, person)


def tiers(region: Region, group: str) -> set[str]:
    return {item.tier for item in access(region).permitted(group)}


def test_nothing_goes_out_before_two_people_signed(region: Region) -> None:
    assert not tiers(region, "early_help")
    assert len(access(region).awaiting("early_help")) == 20
    assert sign(region, access(region), "early_help", HEAD)[1:] == (1, 2)
    assert not tiers(region, "early_help")
    assert sign(region, access(region), "early_help", OWNER)[1:] == (2, 2)
    assert len(tiers(region, "early_help")) == 20
    assert not tiers(region, "planners"), "the one group's approval is not the other's"


def test_the_same_person_signs_once_however_it_is_written(region: Region) -> None:
    sign(region, access(region), "early_help", HEAD)
    again = Approver(role="HEAD of  information governance", organisation="fenshire ", signed_on=date(2025, 5, 9))
    with pytest.raises(UserError, match="signed this already"):
        sign(region, access(region), "early_help", again)


def test_a_widening_waits_and_what_was_approved_goes_on(region: Region) -> None:
    let_out(region, "planners")
    before = tiers(region, "planners")
    assert before == {"ward_known_to", "ward_rag", "ward_coded"}
    agree(region, "a2", "planners", ceiling={"level": "postcode", "detail": "coded"})
    assert tiers(region, "planners") == before
    assert {item.tier for item in access(region).awaiting("planners")} == {
        "postcode_known_to",
        "postcode_rag",
        "postcode_coded",
    }
    let_out(region, "planners")
    assert len(tiers(region, "planners")) == 6


def test_looser_terms_are_a_widening_and_stricter_ones_are_not(region: Region) -> None:
    agree(region, "a1", "early_help", conditions={"minimum_k": 5, "date_precision": "quarter"})
    let_out(region, "early_help")
    assert len(tiers(region, "early_help")) == 20
    agree(region, "a1", "early_help", conditions={"minimum_k": 9, "date_precision": "year"})
    assert len(tiers(region, "early_help")) == 20
    agree(region, "a1", "early_help", conditions={"minimum_k": 4, "date_precision": "quarter"})
    assert len(tiers(region, "early_help")) == 12, "counts of people in places have no k"
    agree(region, "a1", "early_help", conditions={"minimum_k": 5, "date_precision": "month"})
    assert len(tiers(region, "early_help")) == 12


def test_narrowing_and_the_end_of_an_agreement_need_nobody(region: Region) -> None:
    let_out(region, "early_help")
    agree(region, "a1", "early_help", ceiling={"level": "ward", "detail": "rag"})
    assert tiers(region, "early_help") == {"ward_known_to", "ward_rag"}
    assert not access(region, "2026-06-01").permitted("early_help")
    assert not access(region, "2026-06-01").awaiting("early_help")


def test_an_approval_gives_nothing_that_no_agreement_gives(region: Region) -> None:
    let_out(region, "early_help")
    (region.root / "agreements" / "a1.yaml").unlink()
    assert not tiers(region, "early_help")


def test_the_check_tells_what_waits_and_names_that_lead_nowhere(region: Region) -> None:
    sign(region, access(region), "early_help", HEAD)
    cells = {"homelesness": {"tiers": ["ward_rags"]}}
    people = [{"role": "x", "organisation": "y", "date": "2025-01-01"}]
    write(region, "approvals/nobody.yaml", {"id": "nobody", "approvals": [{"approvers": people, "data_sets": cells}]})
    found = check_region(region, Home(region.root.parent / "home"), as_of=date(2025, 6, 1))
    told = "\n".join(str(problem) for problem in found)
    for words in (
        "approvals/early_help.yaml: line 4: it has 1 different signature(s) and needs 2",
        "20 agreed cell(s) of early_help await approval",
        "approvals/nobody.yaml: line 1: no user group 'nobody'",
        "approvals/nobody.yaml: line 8: no contract for data set 'homelesness'",
        "approvals/nobody.yaml: line 8: 'ward_rags' is no tier; did you mean 'ward_rag'?",
    ):
        assert words in told, told
    errors = {problem.line for problem in found if "nobody" in problem.file and problem.severity == ERROR}
    assert errors == {1, 8}


@given(
    st.integers(1, 9), st.integers(1, 9), st.sampled_from(PRECISIONS),
    st.integers(1, 9), st.integers(1, 9), st.sampled_from(PRECISIONS),
)  # fmt: skip
def test_terms_are_covered_only_if_none_is_looser(
    k: int,
    diversity: int,
    precision: str,
    approved_k: int,
    approved_l: int,
    approved_precision: str,
) -> None:
    approved = ApprovedCells(("ward_rag", "person_rag"), approved_k, approved_l, approved_precision)  # type: ignore[arg-type]
    is_covered = covers(approved, "person_rag", Terms(k, diversity, precision))  # type: ignore[arg-type]
    is_looser = (
        k < approved_k or diversity < approved_l or PRECISIONS.index(precision) < PRECISIONS.index(approved_precision)
    )
    assert is_covered != is_looser
    assert covers(approved, "ward_rag", None) and not covers(approved, "ward_full", None)
