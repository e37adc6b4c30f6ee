"""How likely the outcome is for each unit, from its signals: scikit-learn's model, shrunk column by column.

Only the model belongs here: no tables, no money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.linear_model import LogisticRegression

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


def fit(scaled: Matrix, happened: Vector, *, ridge: Vector | float, tolerance: float, max_steps: int) -> Vector:
    """Coefficients, the intercept first, that maximise the log likelihood less ridge / 2 times their squares.

    scaled: units by columns, scaled. happened: 0 or 1 per unit. ridge: one for all columns, or one each, above 0; the
    intercept is not shrunk. A column is shrunk more by being made smaller: the model knows one ridge for all. Where
    nothing varies there is nothing to learn, and only the intercept is not 0.
    """
    units, columns = scaled.shape
    share = float(np.clip(happened.mean(), 0.5 / units, 1 - 0.5 / units))
    found = np.zeros(columns + 1)
    found[0] = np.log(share / (1 - share))
    if not columns or happened.min() == happened.max():
        return found
    size = 1 / np.sqrt(np.broadcast_to(ridge, columns))
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=tolerance, max_iter=max_steps)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        model.fit(scaled * size, happened)
    return np.r_[model.intercept_, model.coef_[0] * size]


def chances(scaled: Matrix, coefficients: Vector) -> Vector:
    """The chance of the outcome for each unit."""
    odds = np.clip(scaled @ coefficients[1:] + coefficients[0], -STEEPEST, STEEPEST)
    return np.asarray(1 / (1 + np.exp(-odds)))
