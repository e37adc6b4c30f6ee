"""The keys of a lattice: what its counts count, numbered. Where and how many is `lattice.py`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
CURRENT, HISTORIC, RATINGS = 0, 1, (2, 3, 4)
FIRST_MEASURE = 5


@dataclass(frozen=True)
class Measures:
    """Where each measure's keys lie: `base` is everybody who has it, then one key a code, then one a code and kind."""

    base: Ints
    codes: Ints
    kinds: int  # of age band and sex

    @property
    def keys(self) -> int:
        return FIRST_MEASURE + int((1 + self.codes * (1 + self.kinds)).sum())

    def base_of(self, measure: Ints) -> Ints:
        return self.base[measure] if len(self.base) else np.full(len(measure), -1)

    def codes_of(self, measure: Ints) -> Ints:
        return self.codes[measure] if len(self.base) else np.zeros(len(measure), np.int64)

    def code_key(self, measure: Ints, code: Ints) -> Ints:
        return self.base_of(measure) + 1 + code

    def kind_key(self, measure: Ints, code: Ints, kind: Ints) -> Ints:
        return self.base_of(measure) + 1 + self.codes_of(measure) + code * self.kinds + kind

    def parts(self, key: Ints) -> tuple[Ints, Ints, Ints]:
        """Measure, code and kind of each key; -1 for what it has not."""
        measure = np.where(key >= FIRST_MEASURE, np.searchsorted(self.base, key, side="right") - 1, -1)
        within = np.where(measure >= 0, key - self.base_of(measure) - 1, -1)
        codes = self.codes_of(measure)
        is_kind = (within >= codes) & (measure >= 0)
        kind = np.where(is_kind, (within - codes) % self.kinds, -1)
        return measure, np.where(is_kind, (within - codes) // self.kinds, within), kind


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """For lists of these lengths one after another: which list each item is of, and its place within."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def measures_of(codes: Ints, kinds: int) -> Measures:
    """codes: how many each measure has. kinds: of age band and sex there are."""
    sizes = 1 + codes * (1 + kinds)
    return Measures(FIRST_MEASURE + np.cumsum(sizes) - sizes, codes, kinds)
