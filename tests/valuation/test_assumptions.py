"""The tests of hypothesis and assumptions, on gains whose answer is known, and that chance alone supports nothing."""

from typing import Any

import numpy as np
import pytest

from sharing.tiers import DETAILS, LEVELS, TIERS
from tests.valuation import small_town as town
from valuation.assumptions import assumptions
from valuation.gains import ActionGains, Gain
from valuation.level_reach import level_reaches
from valuation.questions import ALL, Assumption

POLICY = town.policy()
NOTHING = Gain(0.0, np.zeros(200), 0.0)


def gain(pounds: float, *, earlier: float | None = None, spread: float = 1.0, seed: int = 1) -> Gain:
    around = np.random.default_rng(seed).normal(pounds, spread, 200)
    return Gain(pounds, around, pounds if earlier is None else earlier)


def action(name: str, group: str, tiers: dict[tuple[str, str], Gain] | None = None, **changes: Any) -> ActionGains:
    """An action that gains nothing anywhere but as told."""
    every = {(level, detail): NOTHING for level in LEVELS for detail in DETAILS} | (tiers or {})
    given: dict[str, Any] = {
        "vetoed": frozenset(),
        "perfect_record": NOTHING,
        "permitted_now": NOTHING,
        "has_permitted": True,
        "best_less_worst": NOTHING,
    }
    return ActionGains(name, group, every, **(given | changes))


def answers(gains: list[ActionGains], costs: dict[str, float] | None = None) -> dict[tuple[str, str], Assumption]:
    return {(row.assumption, row.scope): row for row in assumptions(gains, costs or {}, POLICY)}


def by_detail(*pounds: float) -> dict[tuple[str, str], Gain]:
    """The same pounds at each level, by detail."""
    return {(level, detail): gain(p) for level in LEVELS for detail, p in zip(DETAILS, pounds, strict=True)}


def test_value_that_comes_with_little_detail_is_not_linear():
    row = answers([action("a", "g", by_detail(0, 90, 90, 90))])["value_is_not_linear_in_detail", ALL]
    assert row.is_supported is True
    assert row.estimate == pytest.approx(45)


def test_value_on_a_straight_line_does_not_support_the_hypothesis():
    row = answers([action("a", "g", by_detail(0, 30, 60, 90))])["value_is_not_linear_in_detail", "person"]
    assert row.estimate == pytest.approx(0)
    assert row.is_supported is False
    assert row.verdict.startswith("Not supported")


def test_value_that_comes_with_full_detail_only_is_not_linear_and_says_the_other_way():
    row = answers([action("a", "g", by_detail(0, 0, 0, 90))])["value_is_not_linear_in_detail", ALL]
    assert row.is_supported is True
    assert "other way" in row.verdict


def test_data_sets_that_changed_places_between_the_years_do_not_differ():
    lucky = gain(-5.0, earlier=500.0)
    assert answers([action("a", "g", best_less_worst=lucky)])["data_sets_differ_in_value", ALL].is_supported is False
    assert answers([action("a", "g", best_less_worst=gain(50))])["data_sets_differ_in_value", ALL].is_supported is True


@pytest.mark.parametrize(
    ("row_level", "place", "is_cheaper"), [(10.0, 4.0, True), (4.0, 10.0, False), (5.0, 5.0, False)]
)
def test_aggregated_tiers_are_cheaper_only_if_the_ledger_says_so(row_level: float, place: float, is_cheaper: bool):
    costs = {tier: row_level if tier.split("_")[0] in ("person", "household") else place for tier in TIERS}
    row = answers([action("a", "g")], costs)["aggregated_sharing_is_cheaper", ALL]
    assert row.is_supported is is_cheaper
    assert row.estimate == pytest.approx(row_level - place)


def test_without_a_ledger_or_agreements_nothing_is_told():
    rows = answers([action("a", "g", has_permitted=False)])
    for name in ("aggregated_sharing_is_cheaper", "services_that_have_it_gain", "aggregations_serve_several"):
        assert rows[name, ALL].is_supported is None
        assert rows[name, ALL].estimate is None


def test_services_gain_is_told_for_all_and_for_each():
    rows = answers([action("a", "g", permitted_now=gain(50)), action("b", "h", permitted_now=gain(-20))])
    assert rows["services_that_have_it_gain", ALL].estimate == pytest.approx(30)
    assert rows["services_that_have_it_gain", "a"].is_supported is True
    assert rows["services_that_have_it_gain", "b"].is_supported is False


def test_a_tier_serves_several_only_if_two_groups_gain_in_the_year_that_did_not_choose_it():
    street = ("street", "rag")
    both = [action("a", "g", {street: gain(50)}), action("b", "h", {street: gain(40, seed=2)})]
    assert answers(both)["aggregations_serve_several", ALL].estimate == pytest.approx(40)
    assert answers(both)["aggregations_serve_several", ALL].is_supported is True
    luck = [action("a", "g", {street: gain(50)}), action("b", "h", {street: gain(-3, earlier=40, seed=2)})]
    assert answers(luck)["aggregations_serve_several", ALL].is_supported is False
    one_group = [action("a", "g", {street: gain(50)}), action("b", "g", {street: gain(40, seed=2)})]
    assert answers(one_group)["aggregations_serve_several", ALL].is_supported is None


def test_chance_alone_supports_an_assumption_about_as_often_as_its_interval_says():
    random, supported = np.random.default_rng(3), 0
    for _ in range(300):
        real = random.normal(0, 1)
        lucky = Gain(real, random.normal(real, 1, 200), 0.0)
        supported += bool(
            answers([action("a", "g", best_less_worst=lucky)])["data_sets_differ_in_value", ALL].is_supported
        )
    assert 0.05 < supported / 300 < 0.16


def test_a_tier_reaches_the_groups_that_gain_without_a_veto():
    ward = ("ward", "known_to")
    gains = [
        action("a", "g", {ward: gain(50)}),
        action("b", "h", {ward: gain(40, seed=2)}),
        action("c", "i", {ward: gain(30)}, vetoed=frozenset({ward})),
        action("d", "j", {ward: gain(0.1)}),
    ]
    reach = {line.tier: line for line in level_reaches(gains, POLICY)}
    assert len(reach) == 20
    assert reach["ward_known_to"].user_groups == ("g", "h")
    assert reach["ward_known_to"].actions == ("a", "b")
    assert reach["ward_known_to"].gain_gbp == pytest.approx(90)
    assert reach["ward_known_to"].gain_low_gbp > 80
    assert reach["person_full"].groups_served == 0
