"""Logistic regression with a ridge, by Newton's method: how likely the outcome is for each unit, from its signals.

Only the model belongs here: no tables, no money. Small on purpose, so that a valuation may fit thousands of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
STEEPEST = 30.0  # log odds beyond which a probability is 0 or 1 to the last digit


@dataclass(frozen=True)
class Scale:
    """What makes columns comparable: each one's mean and standard deviation among the units fitted."""

    mean: Vector
    deviation: Vector

    def apply(self, signals: NDArray[np.floating]) -> Matrix:
        return np.asarray((signals - self.mean) / self.deviation)


def scale_of(signals: NDArray[np.floating]) -> Scale:
    """The scale of each column; a column that never varies is left at 0."""
    deviation = signals.std(axis=0, dtype=np.float64)
    return Scale(signals.mean(axis=0, dtype=np.float64), np.where(deviation > 0, deviation, 1.0))


def fit(
    scaled: Matrix,
    happened: Vector,
    *,
    ridge: Vector | float,
    tolerance: float,
    max_steps: int,
    start: Vector | None = None,
) -> Vector:
    """Coefficients, the intercept first, that maximise the log likelihood less ridge / 2 times their squares.

    scaled: units by columns, scaled. happened: 0 or 1 per unit. ridge: one for all columns, or one each; the intercept
    is not shrunk. start: coefficients to begin from, which changes the speed and not the result. Ends when no
    coefficient moves by more than `tolerance`.
    """
    units, columns = scaled.shape
    share = float(np.clip(happened.mean(), 0.5 / units, 1 - 0.5 / units))
    found = np.zeros(columns + 1) if start is None else start.astype(np.float64).copy()
    if start is None:
        found[0] = np.log(share / (1 - share))
    never_infinite = 1e-9 * units  # where nothing (or everything) happened, the intercept would be
    shrink = np.r_[never_infinite, np.broadcast_to(ridge, columns)]
    best = _loss(scaled, happened, found, shrink)
    for _ in range(max_steps):
        chance = chances(scaled, found)
        weight = chance * (1 - chance)
        slope = np.r_[(happened - chance).sum(), scaled.T @ (happened - chance)] - shrink * found
        curve = np.empty((columns + 1, columns + 1))
        weighted = scaled * weight[:, None]
        curve[0, 0], curve[0, 1:] = weight.sum(), weighted.sum(axis=0)
        curve[1:, 0], curve[1:, 1:] = curve[0, 1:], scaled.T @ weighted
        curve.flat[:: columns + 2] += shrink  # the diagonal
        step = np.linalg.solve(curve, slope)
        while (loss := _loss(scaled, happened, found + step, shrink)) > best + 1e-9 and np.abs(step).max() > tolerance:
            step /= 2  # too far: the likelihood is concave, so half of it will do at last
        found, best = found + step, loss
        if np.abs(step).max() <= tolerance:
            break
    return found


def chances(scaled: Matrix, coefficients: Vector) -> Vector:
    """The chance of the outcome for each unit."""
    odds = np.clip(scaled @ coefficients[1:] + coefficients[0], -STEEPEST, STEEPEST)
    return np.asarray(1 / (1 + np.exp(-odds)))


def _loss(scaled: Matrix, happened: Vector, coefficients: Vector, shrink: Vector) -> float:
    odds = scaled @ coefficients[1:] + coefficients[0]
    return float((np.logaddexp(0, odds) - happened * odds).sum() + 0.5 * (shrink * coefficients**2).sum())
