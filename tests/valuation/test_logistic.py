"""The model: exact where the answer is known, and at the top of its likelihood everywhere."""

import numpy as np
import pytest

from valuation import logistic

SETTLED = {"tolerance": 1e-12, "max_steps": 100}


def test_with_next_to_no_shrinkage_a_two_by_two_table_gives_its_log_odds_ratio():
    signal = np.repeat([0.0, 0.0, 1.0, 1.0], [80, 20, 30, 70])[:, None]
    happened = np.repeat([0.0, 1.0, 0.0, 1.0], [80, 20, 30, 70])
    intercept, slope = logistic.fit(signal, happened, ridge=1e-6, **SETTLED)
    assert intercept == pytest.approx(np.log(20 / 80), abs=1e-6)
    assert slope == pytest.approx(np.log(70 / 30) - np.log(20 / 80), abs=1e-6)


def sample(seed: int = 1, units: int = 2000, columns: int = 6) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    signals = random.normal(size=(units, columns))
    odds = signals @ np.linspace(-1, 1, columns) - 2
    return signals, (random.random(units) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("ridge", [0.5, 20.0])
def test_the_penalised_likelihood_is_level_at_the_result(ridge: float):
    signals, happened = sample()
    found = logistic.fit(signals, happened, ridge=ridge, **SETTLED)
    missed = happened - logistic.chances(signals, found)
    assert abs(missed.sum()) < 1e-4
    assert signals.T @ missed == pytest.approx(ridge * found[1:], abs=1e-6)


def test_a_column_that_is_shrunk_more_counts_for_less_and_the_others_do_not_suffer():
    signals, happened = sample()
    even = logistic.fit(signals, happened, ridge=1.0, **SETTLED)
    ridge = np.array([1e4, 1, 1, 1, 1, 1])
    uneven = logistic.fit(signals, happened, ridge=ridge, **SETTLED)
    assert abs(uneven[1]) < abs(even[1]) / 10
    assert abs(uneven[2]) > abs(even[2]) / 1.5


def test_a_signal_that_parts_the_outcomes_completely_still_ends_with_finite_coefficients():
    signal = np.arange(100.0)[:, None] / 50
    found = logistic.fit(signal, (signal[:, 0] > 1).astype(float), ridge=1.0, **SETTLED)
    assert np.isfinite(found).all()
    assert found[1] > 0


@pytest.mark.parametrize("always", [0.0, 1.0])
def test_an_outcome_that_never_varies_teaches_nothing(always: float):
    signals, _ = sample(units=200)
    found = logistic.fit(signals, np.full(200, always), ridge=5.0, **SETTLED)
    assert np.isfinite(found).all()
    assert np.abs(found[1:]).max() < 0.2


def test_a_column_that_never_varies_counts_for_nothing():
    values = np.column_stack([np.ones(50), np.arange(50.0)])
    scaled = logistic.scale_of(values).apply(values)
    assert (scaled[:, 0] == 0).all()
    assert scaled[:, 1].std() == pytest.approx(1)
