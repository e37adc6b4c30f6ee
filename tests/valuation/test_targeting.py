"""Whom a score reaches and what that is worth, on cases worked by hand and as properties of any score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuation import targeting

HOMES = np.random.default_rng(7).integers(0, 2**63, 3000, dtype=np.uint64)
MONEY = {"benefit_gbp": 100.0, "cost_gbp": 20.0}


def ranking(score: list[float], happened: list[float]) -> targeting.Ranking:
    return targeting.rank(np.array(score), np.array(happened))


def test_the_best_are_reached_first():
    found = ranking([0.1, 0.9, 0.5, 0.7], [0, 1, 1, 0])
    assert found.expected_at(np.array([0, 1, 2, 3, 4])).tolist() == [0, 1, 1, 2, 2]


def test_ties_are_shared_evenly():
    ward = ranking([2, 2, 2, 2, 1], [1, 1, 0, 0, 1])  # four alike of whom two, then one
    assert ward.expected_at(1.0) == pytest.approx(0.5)
    assert ward.expected_at(3.0) == pytest.approx(1.5)
    assert ward.expected_at(4.5) == pytest.approx(2.5)


def test_scores_that_differ_by_rounding_only_are_ties():
    found = ranking([1.0, 1.0 + 1e-12, 1.0 - 1e-12], [1, 0, 0])
    assert found.reached.tolist() == [3]


def test_more_capacity_than_units_reaches_all_and_costs_no_more():
    found = ranking([3, 2, 1], [1, 0, 1])
    assert targeting.value_at(found, 50.0, **MONEY) == pytest.approx(2 * 100 - 3 * 20)


def test_net_value_is_the_decision_curves_net_benefit():
    """Vickers and Elkin: true positives less false positives weighted by the odds of the threshold, in pounds."""
    random = np.random.default_rng(1)
    score, happened = random.normal(size=500), (random.random(500) < 0.2).astype(float)
    found, benefit, cost = ranking(list(score), list(happened)), 571.0, 120.0
    threshold = cost / benefit
    for capacity in (1.0, 17.0, 60.5, 499.0):
        positives = float(found.expected_at(capacity))
        false_positives = capacity - positives
        expected = (benefit - cost) * (positives - false_positives * threshold / (1 - threshold))
        value = targeting.value_at(found, capacity, benefit_gbp=benefit, cost_gbp=cost)
        assert value == pytest.approx(expected)


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes of people, the cell that each is in, and for each cell the place that it is part of."""
    people = draw(st.integers(2, 60))
    cells = draw(st.integers(1, people))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    places = random.integers(0, draw(st.integers(1, cells)), cells)
    return (
        (random.random(people) < draw(st.floats(0.05, 0.95))).astype(float),
        random.integers(0, cells, people),
        places,
    )


def best_score(happened: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """What the best possible judge of cells says of each person: the share of their cell to whom the outcome comes."""
    people = np.bincount(cell)
    return (np.bincount(cell, weights=happened) / np.maximum(people, 1))[cell]


@settings(max_examples=200, deadline=None)
@given(town=towns(), capacity=st.floats(0, 70))
def test_coarsening_never_raises_the_optimal_value(town: tuple[np.ndarray, ...], capacity: float):
    happened, cell, place_of = town
    fine = targeting.rank(best_score(happened, cell), happened)
    coarse = targeting.rank(best_score(happened, place_of[cell]), happened)
    values = [float(targeting.value_at(item, capacity, **MONEY)) for item in (fine, coarse)]
    assert values[0] >= values[1] - 1e-6


def test_the_capacity_that_buys_the_same_value_is_where_the_own_curve_reaches_it():
    own = ranking([3, 3, 3, 3, 2, 1], [1, 0, 1, 0, 1, 0])  # value 30 a unit in the first group, then 80, then -20
    worth = targeting.value_at(own, 2.0, **MONEY)
    assert worth == pytest.approx(60)
    assert targeting.capacity_worth(own, 90.0, above=2.0, **MONEY) == pytest.approx(3.0)
    assert targeting.capacity_worth(own, 160.0, above=2.0, **MONEY) == pytest.approx(4.5)
    assert targeting.capacity_worth(own, 60.0, above=2.0, **MONEY) == pytest.approx(2.0)
    assert targeting.capacity_worth(own, 500.0, above=2.0, **MONEY) is None


def test_a_resample_that_draws_everybody_once_is_the_value_itself():
    found = ranking([3, 3, 2, 1, 0], [1, 0, 1, 0, 0])
    once = np.ones((1, 5), dtype=np.uint8)
    happened = np.array([1.0, 0, 1, 0, 0])
    value = targeting.resampled_values(found, happened, once, share=0.5, **MONEY)
    assert value == pytest.approx([float(targeting.value_at(found, 2.5, **MONEY))])


def test_a_resample_worked_by_hand():
    found = ranking([3, 2, 1], [1, 0, 1])
    drawn = np.array([[0, 2, 1]], dtype=np.uint8)  # the best is gone: capacity 2 of 3 reaches the second, drawn twice
    value = targeting.resampled_values(found, np.array([1.0, 0, 1]), drawn, share=2 / 3, **MONEY)
    assert value == pytest.approx([-40.0])


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Share of samples whose 10-90 interval holds the value that a town of any size would have."""
    random, covered = np.random.default_rng(5), 0
    for trial in range(200):
        score = random.normal(size=400)
        happened = (random.random(400) < 1 / (1 + np.exp(-(score - 1)))).astype(float)
        found = targeting.rank(score, happened)
        weights = targeting.resampling_weights(HOMES[:400], resamples=200, seed=trial)
        low, high = np.quantile(targeting.resampled_values(found, happened, weights, share=0.1, **MONEY), [0.1, 0.9])
        covered += low <= 400 * 0.1 * (100 * TRUE_SHARE_OF_BEST_TENTH - 20) <= high
    assert 0.7 < covered / 200 < 0.88


def _true_share_of_best_tenth() -> float:
    score = np.sort(np.random.default_rng(9).normal(size=2_000_000))[-200_000:]
    return float((1 / (1 + np.exp(-(score - 1)))).mean())


TRUE_SHARE_OF_BEST_TENTH = _true_share_of_best_tenth()


def test_more_resamples_than_the_top_groups_need_change_nothing():
    """Groups after those that any resample can reach are not counted: the result is that of counting them all."""
    random = np.random.default_rng(3)
    score, happened = random.normal(size=3000), (random.random(3000) < 0.1).astype(float)
    found = targeting.rank(score, happened)
    weights = targeting.resampling_weights(HOMES, resamples=20, seed=1)
    fast = targeting.resampled_values(found, happened, weights, share=0.03, **MONEY)
    for number, drawn in enumerate(weights):
        again = np.repeat(np.arange(3000), drawn)
        whole = targeting.rank(score[again], happened[again])
        slow = targeting.value_at(whole, 0.03 * len(again), **MONEY) * 3000 / len(again)
        assert fast[number] == pytest.approx(float(slow))


def test_weights_are_poisson_and_a_home_is_drawn_alike_whoever_lives_elsewhere():
    weights = targeting.resampling_weights(HOMES, resamples=100, seed=4)
    shares = np.bincount(weights.ravel(), minlength=5)[:5] / weights.size
    assert shares == pytest.approx(np.exp(-1) / np.array([1, 1, 2, 6, 24]), abs=0.005)
    assert abs(np.corrcoef(weights[0], weights[1])[0, 1]) < 0.07
    few = targeting.resampling_weights(HOMES[10:20], resamples=100, seed=4)
    assert (few == weights[:, 10:20]).all()
    assert (targeting.resampling_weights(HOMES, resamples=1, seed=5) != weights[:1]).any()
