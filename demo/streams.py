"""Named streams of random numbers: every draw has a name, so that adding one changes no other.

Draws are per unit and in a fixed order of units. More units (people who arrive on a later night) therefore lengthen a
stream and leave its beginning as it was: the first night's files are the same whatever number of nights is asked for.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEVER = 1_000_000  # a night that never comes


@dataclass(frozen=True)
class Streams:
    """All streams of one seed."""

    seed: int

    def named(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def uniform(self, name: str, size: int) -> NDArray[np.float64]:
        return self.named(name).random(size)

    def normal(self, name: str, size: int) -> NDArray[np.float64]:
        return self.named(name).standard_normal(size)

    def happens(self, name: str, size: int, probability: float | NDArray[np.float64]) -> NDArray[np.bool_]:
        """True with `probability`, unit by unit."""
        return self.uniform(name, size) < probability

    def first_night(self, name: str, size: int, rate: float | NDArray[np.float64]) -> NDArray[np.int64]:
        """The later night (2, 3, ...) on which something with a nightly `rate` first happens to each unit."""
        chance = np.clip(rate, 1e-12, 0.999)
        night = 2 + np.floor(np.log1p(-self.uniform(name, size)) / np.log1p(-chance))
        return np.minimum(night, NEVER).astype(np.int64)

    def choice(self, name: str, size: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Positions drawn with `weights` (any scale)."""
        return np.searchsorted(np.cumsum(weights) / np.sum(weights), self.uniform(name, size), side="right").clip(
            0, len(weights) - 1
        )

    def whole(self, name: str, size: int, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers from `low` up to and without `high`."""
        return low + np.floor(self.uniform(name, size) * (high - low)).astype(np.int64)


def scrambled(number: NDArray[np.int64], space: int, *, step: int = 7_368_787) -> NDArray[np.int64]:
    """A one-to-one shuffle of 0..space-1, so that running numbers give away no order.

    `step` is a prime that divides no power of ten, so it is coprime with every `space` that is one.
    """
    return (number.astype(np.int64) * step + 12_345) % space
