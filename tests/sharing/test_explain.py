"""What `mvld explain-access` tells: yes or no with the clause, and what is not there by name."""

import pytest

from ingestion.contract_reader import read_contracts
from settings.errors import UserError
from settings.paths import REPOSITORY, Region
from sharing.access import read_access
from sharing.explain import explain, in_short
from sharing.tiers import TIERS

REGION = Region(REPOSITORY / "region")
CONTRACTS = read_contracts(REGION.contracts)
ACCESS = read_access(REGION, CONTRACTS, as_of="2026-06-02")


def test_one_cell_is_told_with_its_clause():
    (line,) = explain(ACCESS, CONTRACTS, group="county_early_help", tier="ward_rag", dataset="police_incident")
    assert line.is_permitted and line.clause == "fsa-03 permits it until 2026-12-31"
    (line,) = explain(ACCESS, CONTRACTS, group="county_early_help", tier="person_rag", dataset="police_incident")
    assert not line.is_permitted and "lacks police_vetting" in line.clause


def test_tiers_that_one_clause_decides_are_told_together_and_every_tier_once():
    lines = explain(ACCESS, CONTRACTS, group="county_early_help")
    for dataset in CONTRACTS:
        told = [tier for line in lines if line.dataset == dataset for tier in line.tiers]
        assert sorted(told) == sorted(TIERS)
    assert [in_short(line.tiers) for line in lines if line.dataset == "gp_register"] == ["all"]
    assert [in_short(line.tiers) for line in lines if line.dataset == "benefit_claims"] == [
        "ward: all",
        "person: all; household: all; street: all; postcode: all",
    ]


def test_what_is_not_there_is_told_with_what_was_meant():
    with pytest.raises(UserError) as error:
        explain(ACCESS, CONTRACTS, group="county_early", tier="ward_rags", dataset="police_incidents")
    assert error.value.problems == (
        "no user group 'county_early'; did you mean 'county_early_help'?",
        "no tier 'ward_rags'; did you mean 'ward_rag'?",
        "no data set 'police_incidents'; did you mean 'police_incident'?",
    )
