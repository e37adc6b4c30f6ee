"""Both regimes of Shirali, Abebe and Hardt (2024), from the demo's inequality: knowing each person, which costs part of
the budget, beats knowing wards only where wards differ little **and** the budget is large.

Judged on the demo's true risks, without model or linkage, so that nothing but the world decides.
"""

from functools import cache

import numpy as np
import pytest

from demo.district import application_rate
from demo.people import build_world
from valuation import targeting

SEEDS = (1, 2, 3)
COST_OF_KNOWING = 0.25  # of people who could be reached for what person-level data cost, as a share of all
SMALL, LARGE = 0.27, 0.5  # budgets, as shares of people who could be reached with nothing spent on data
EQUAL, UNEQUAL = 0.0, 1.0


@cache
def risks(inequality: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Each adult's chance of becoming homeless within a year, and the mean chance in their ward."""
    world = build_world(people=4000, seed=seed, nights=1, inequality=inequality, start_date="2026-06-01")
    counted = (world.members.arrival_night == 1) & world.is_alive & (world.age >= 18)
    risk = (1 - np.exp(-application_rate(world)))[counted]
    ward = world.places.ward[world.home][counted]
    return risk, (np.bincount(ward, weights=risk) / np.maximum(np.bincount(ward), 1))[ward]


def prevented(inequality: float, budget: float) -> tuple[float, float]:
    """Outcomes among those reached, by knowing persons (and reaching fewer) and by knowing wards, over the seeds."""
    by_person = by_ward = 0.0
    for seed in SEEDS:
        risk, of_ward = risks(inequality, seed)
        by_person += float(targeting.rank(risk, risk).expected_at((budget - COST_OF_KNOWING) * len(risk)))
        by_ward += float(targeting.rank(of_ward, risk).expected_at(budget * len(risk)))
    return by_person, by_ward


def test_persons_win_where_wards_are_alike_and_the_budget_is_large():
    by_person, by_ward = prevented(EQUAL, LARGE)
    assert by_person > 1.1 * by_ward


@pytest.mark.parametrize(("inequality", "budget"), [(EQUAL, SMALL), (UNEQUAL, SMALL), (UNEQUAL, LARGE)])
def test_wards_win_where_they_differ_or_the_budget_is_small(inequality: float, budget: float):
    by_person, by_ward = prevented(inequality, budget)
    assert by_ward > by_person


def test_the_more_wards_differ_the_more_of_the_persons_value_they_keep():
    kept = []
    for inequality in (0.0, 0.5, 1.0):
        ratios = []
        for seed in SEEDS:
            risk, of_ward = risks(inequality, seed)
            best, ward = (targeting.rank(score, risk).expected_at(0.1 * len(risk)) for score in (risk, of_ward))
            ratios.append(float(ward / best))
        kept.append(np.mean(ratios))
    assert kept[0] < kept[1] < kept[2]
    assert kept[2] > 2 * kept[0]
