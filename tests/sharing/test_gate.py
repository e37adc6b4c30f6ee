"""No cell without a live agreement that says yes in every respect, whatever the region's files say."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.contract import Contract, DeliveryFormat
from ingestion.contract_reader import read_contracts
from settings.paths import REPOSITORY, Region
from sharing.gate import PERMITTED, REFUSALS, Decision, evaluate
from sharing.governance import (
    Agreement,
    Approver,
    Ceiling,
    Governance,
    HeldControl,
    Ladder,
    Marking,
    Rung,
    Scheme,
    UserGroup,
)
from sharing.governance_reader import read_governance
from sharing.markings import markings_of, sensitivity
from sharing.tiers import DETAILS, LEVELS, TIERS

DAY = date(2026, 6, 2)
CONTROLS = ("c0", "c1", "c2")
DATASETS = ("alpha", "beta")
GROUPS = ("g1", "g2")
PARTNERS = ("north", "south")
PURPOSES = ("p1", "p2")
MARKINGS = ("low", "high", "odd")
days = st.dates(date(2026, 5, 30), date(2026, 6, 5))


def some(values):
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


approvers = st.lists(
    st.builds(
        lambda *facts: Approver(*facts),
        st.sampled_from(("a", "A ", "b", "c")),
        st.sampled_from(PARTNERS),
        st.sampled_from((date(2026, 1, 1), DAY, date(2026, 6, 3))),
    )
)
ceilings = st.none() | st.builds(Ceiling, level=st.sampled_from(LEVELS), detail=st.sampled_from(DETAILS))
agreements = st.builds(
    lambda **facts: Agreement(**facts),  # hypothesis would fill both names of a field that has an alias
    id=st.sampled_from(("x", "y", "z")),
    title=st.just("t"),
    discloser=st.sampled_from(PARTNERS),
    data_sets=st.lists(st.sampled_from((*DATASETS, "gone")), min_size=1).map(tuple),
    recipient_groups=st.lists(st.sampled_from((*GROUPS, "gone")), min_size=1).map(tuple),
    purpose=st.sampled_from(PURPOSES),
    lawful_basis=st.just("b"),
    tiers=some((*TIERS, "no_tier")),
    ceiling=ceilings,
    approvers=approvers.map(tuple),
    valid_from=days,
    valid_to=days,
)
held = st.builds(lambda **facts: HeldControl(**facts), evidence=st.just("e"), valid_to=st.none() | days)
groups = st.builds(
    UserGroup,
    id=st.sampled_from(GROUPS),
    title=st.just("t"),
    organisation=st.just("o"),
    purposes=st.lists(st.sampled_from(PURPOSES), min_size=1).map(tuple),
    controls=st.dictionaries(st.sampled_from(CONTROLS), held),
)
contracts = st.builds(
    Contract,
    dataset=st.sampled_from(DATASETS),
    version=st.just("1"),
    title=st.just("t"),
    description=st.just(""),
    grain=st.just(""),
    partner=st.sampled_from(PARTNERS),
    organisation_type=st.sampled_from(("council", "stranger")),
    owner=st.just("o"),
    subject=st.sampled_from(("person", "premises", "ward")),
    delivery=st.just("snapshot"),
    format=st.just(DeliveryFormat("a_{date}.csv", "csv")),
    columns=st.just(()),
    lead_service=st.just("s"),
    classification=st.none() | st.sampled_from((*MARKINGS, "unheard of")),
)
ladders = st.none() | st.builds(
    Ladder,
    controls=st.just(dict.fromkeys(CONTROLS, "")),
    rungs=st.just(tuple(Rung(f"r{number}", "t", (control,)) for number, control in enumerate(CONTROLS))),
    row_level_minimum=st.sampled_from(("r0", "r1", "gone")),
)
markings = st.builds(
    Marking, rung=st.sampled_from(("r0", "r1", "r2", "gone")), when_counted=st.none() | st.sampled_from(MARKINGS)
)
schemes = st.builds(
    Scheme,
    id=st.just("s"),
    title=st.just("t"),
    organisation_types=st.just(("council",)),
    markings=st.dictionaries(st.sampled_from(MARKINGS), markings),
)


@st.composite
def regions(draw: st.DrawFn) -> tuple[Governance, dict[str, Contract]]:
    governance = Governance(
        agreements={item.id: item for item in draw(st.lists(agreements, max_size=3))},
        groups={item.id: item for item in draw(st.lists(groups, max_size=2))},
        schemes={item.id: item for item in draw(st.lists(schemes, max_size=1))},
        ladder=draw(ladders),
        purposes=dict.fromkeys(PURPOSES, ""),
    )
    return governance, {item.dataset: item for item in draw(st.lists(contracts, max_size=2))}


@settings(max_examples=300, deadline=None)
@given(regions(), st.integers(0, 3))
def test_every_permitted_cell_has_an_agreement_that_says_yes_in_every_respect(region, minimum_approvers):
    governance, known = region
    decisions = evaluate(governance, known, as_of=DAY, minimum_approvers=minimum_approvers)
    assert len(decisions) == len(governance.groups) * len(known) * len(TIERS)
    for cell in decisions:
        assert (cell.reason == PERMITTED) == cell.is_permitted and cell.reason in (PERMITTED, *REFUSALS)
        if cell.is_permitted:
            _is_lawful(cell, governance, known[cell.dataset], minimum_approvers)


def _is_lawful(cell: Decision, governance: Governance, contract: Contract, minimum_approvers: int) -> None:
    """Written anew from the documentation, not from the gate."""
    agreement, group = governance.agreements[cell.agreement or ""], governance.groups[cell.group]
    assert agreement.valid_from <= DAY <= agreement.valid_to
    assert cell.dataset in agreement.data_sets and cell.group in agreement.recipient_groups
    assert agreement.discloser == contract.partner
    assert agreement.purpose in group.purposes
    signed = {(one.role.strip().lower(), one.organisation) for one in agreement.approvers if one.signed_on <= DAY}
    assert len(signed) >= minimum_approvers
    assert not minimum_approvers or any(organisation == agreement.discloser for _, organisation in signed)
    under = agreement.ceiling and (
        LEVELS.index(cell.level) >= LEVELS.index(agreement.ceiling.level)
        and DETAILS.index(cell.detail) <= DETAILS.index(agreement.ceiling.detail)
    )
    assert cell.tier in agreement.tiers or under
    assert not (contract.subject == "premises" and cell.level == "person")
    assert not (contract.subject == "ward" and cell.level != "ward")
    assert governance.ladder is not None
    rungs = [rung.id for rung in governance.ladder.rungs]
    for control in CONTROLS[: rungs.index(cell.rung) + 1]:
        lasts = group.controls[control].valid_to
        assert lasts is None or lasts >= DAY


@settings(max_examples=100, deadline=None)
@given(regions())
def test_without_agreements_or_without_a_ladder_nothing_is_permitted(region):
    governance, known = region
    for less in (replace(governance, agreements={}), replace(governance, ladder=None), replace(governance, schemes={})):
        assert not any(cell.is_permitted for cell in evaluate(less, known, as_of=DAY, minimum_approvers=0))


@settings(max_examples=100, deadline=None)
@given(regions(), st.sampled_from(CONTROLS))
def test_a_control_more_never_takes_a_cell_away(region, control):
    governance, known = region
    more = {
        name: replace(group, controls={**group.controls, control: HeldControl("e")})
        for name, group in governance.groups.items()
    }

    def permitted(rules: Governance) -> set[tuple[str, str, str]]:
        decisions = evaluate(rules, known, as_of=DAY, minimum_approvers=1)
        return {(cell.group, cell.dataset, cell.tier) for cell in decisions if cell.is_permitted}

    assert permitted(governance) <= permitted(replace(governance, groups=more))


@pytest.fixture(scope="module")
def demo() -> tuple[Governance, dict[str, Contract]]:
    region = Region(REPOSITORY / "region")
    return read_governance(region), read_contracts(region.contracts)


@pytest.mark.parametrize(
    ("group", "dataset", "tier", "reason", "agreement"),
    [
        ("county_early_help", "adult_social_care", "person_coded", "permitted", "fsa-01"),
        ("county_early_help", "adult_social_care", "person_full", "tier_not_agreed", "fsa-01"),
        ("county_early_help", "police_incident", "person_rag", "control_missing", "fsa-03"),
        ("county_early_help", "police_incident", "ward_rag", "permitted", "fsa-03"),
        ("county_early_help", "gp_register", "ward_known_to", "no_agreement", None),
        ("county_public_health", "gp_register", "postcode_rag", "permitted", "fsa-05"),
        ("marsh_housing_options", "school_census", "household_rag", "expired", "fsa-10"),
        ("icb_population_health", "emergency_attendance", "person_coded", "not_started", "fsa-11"),
        ("marsh_revenues", "council_tax", "household_rag", "control_missing", "fsa-07"),
        ("fire_home_safety", "home_safety_visit", "person_known_to", "level_not_supported", None),
        ("fire_home_safety", "benefit_claims", "postcode_known_to", "level_not_supported", None),
    ],
)
def test_the_demo_region_decides_as_its_agreements_say(demo, group, dataset, tier, reason, agreement):
    decisions = evaluate(*demo, as_of=DAY, minimum_approvers=2)
    (cell,) = [item for item in decisions if (item.group, item.dataset, item.tier) == (group, dataset, tier)]
    assert (cell.reason, cell.agreement) == (reason, agreement), cell.clause


def test_an_agreement_holds_on_its_first_and_last_day_and_not_a_day_longer(demo):
    def live(on: str) -> bool:
        decisions = evaluate(*demo, as_of=on, minimum_approvers=2)
        return any(cell.is_permitted and cell.agreement == "fsa-10" for cell in decisions)

    assert [live(on) for on in ("2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01")] == [False, True, True, False]


def test_a_signature_counts_once_from_its_day_and_one_is_the_disclosers(demo):
    governance, known = demo
    agreement = governance.agreements["fsa-02"]
    discloser, recipient = agreement.approvers

    def reasons(*approvers: Approver) -> set[str]:
        changed = {**governance.agreements, "fsa-02": replace(agreement, approvers=approvers)}
        decisions = evaluate(replace(governance, agreements=changed), known, as_of=DAY, minimum_approvers=2)
        return {cell.reason for cell in decisions if cell.agreement == "fsa-02" and cell.tier == "household_rag"}

    assert reasons(discloser, recipient) == {"permitted"}
    again = replace(discloser, role=f" {discloser.role.upper()}", signed_on=date(2025, 6, 21))
    assert reasons(discloser, again) == {"not_approved"}
    assert reasons(discloser, replace(recipient, signed_on=date(2026, 6, 3))) == {"not_approved"}
    assert reasons(recipient, replace(recipient, role="somebody else")) == {"not_approved"}


def test_a_cell_takes_the_highest_marking_of_the_columns_it_shows(demo):
    governance, known = demo
    gp = known["gp_register"]
    assert markings_of(gp, "rag") == ("De-personalised",)
    assert sensitivity(governance, gp, "person", "rag").rung == "sensitive"
    assert sensitivity(governance, gp, "person", "coded").rung == "special"
    assert sensitivity(governance, gp, "ward", "coded").rung == "internal"
    lower = replace(gp, classification_by_detail={"coded": "Anonymised"})
    assert sensitivity(governance, lower, "person", "coded").rung == "special"  # its columns say more than the detail
    assert set(sensitivity(governance, gp, "person", "coded").controls) >= {"dspt", "staff_vetting", "named_users"}


def test_of_several_agreements_the_strictest_conditions_hold(demo):
    governance, known = demo
    first = governance.agreements["fsa-06"]
    second = replace(first, id="fsa-99", conditions=replace(first.conditions, minimum_k=9, date_precision="year"))
    both = replace(governance, agreements={**governance.agreements, "fsa-99": second})
    decisions = evaluate(both, known, as_of=DAY, minimum_approvers=2)
    cells = [cell for cell in decisions if cell.agreement == "fsa-06" and cell.is_permitted]
    assert cells and {(cell.conditions.minimum_k, cell.conditions.date_precision) for cell in cells} == {(9, "year")}
