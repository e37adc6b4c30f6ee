"""Who of a place could have another code of a measure, or another rating, so that a count were one smaller or greater.

No table crosses two measures, or a measure with a rating: each is looked at alone.
"""

from dataclasses import dataclass

import numpy as np

from sharing.lattice import Lattice
from sharing.lattice_keys import CURRENT, FIRST_MEASURE, RATINGS, Ints, spread

NONE = -1


@dataclass(frozen=True)
class Effort:
    """How many are tried: people of the cell, people who might come into it, other codes, partners, people who move."""

    people: int
    elsewhere: int
    codes: int
    partners: int
    movers: int


@dataclass(frozen=True)
class Recodings:
    """A person's keys `old` become `new` (-1: no key). owner: the wanted cell. sought: what one who swaps has."""

    owner: Ints
    person: Ints
    old: tuple[Ints, Ints]
    new: tuple[Ints, Ints]
    sought: Ints

    def only(self, which: Ints) -> "Recodings":
        """These alone, in this order."""
        old, new = self.old, self.new
        return Recodings(
            self.owner[which],
            self.person[which],
            (old[0][which], old[1][which]),
            (new[0][which], new[1][which]),
            self.sought[which],
        )


def sampled_rows(lattice: Lattice, cells: Ints, most: int) -> tuple[Ints, Ints]:
    """Up to so many rows of each cell, evenly spread: which of `cells`, and the row. Of cell -1 none."""
    counts = np.where(cells >= 0, lattice.count[cells], 0)
    taken = np.minimum(counts, most)
    owner, within = spread(taken)
    return owner, lattice.members[lattice.first[cells][owner] + within * counts[owner] // taken[owner]]


def first_rows(lattice: Lattice, cells: Ints, most: int) -> tuple[Ints, Ints]:
    """The first rows of each cell: of people who live where the data set knows fewest. Of cell -1 none."""
    owner, within = spread(np.where(cells >= 0, np.minimum(lattice.count[cells], most), 0))
    return owner, lattice.members[lattice.first[cells][owner] + within]


def away(lattice: Lattice, cells: Ints, effort: Effort) -> Recodings:
    """People of each cell with other codes, or another rating."""
    owner, row = first_rows(lattice, cells, effort.people)
    person, key = lattice.person[row], lattice.key[row]
    measure, code, _ = lattice.measures.parts(key)
    found = []
    for step in range(1, effort.codes + 1):
        rated = np.flatnonzero(_is_rating(key) & (step < len(RATINGS)))
        other = RATINGS[0] + (key[rated] - RATINGS[0] + step) % len(RATINGS)
        found.append(_single(owner[rated], person[rated], key[rated], other, sought=other))
        coded = np.flatnonzero((code >= 0) & (lattice.measures.codes_of(measure) > step))
        own = code[coded]
        new = (own + step) % lattice.measures.codes_of(measure[coded])
        found.append(_coded(lattice, owner[coded], person[coded], measure[coded], own, new, sought=new))
    return _joined(found)


def into(lattice: Lattice, cells: Ints, effort: Effort) -> Recodings:
    """People of each cell's place who have another code, or another rating, with the cell's."""
    place, key = lattice.ids[cells] % lattice.places, lattice.ids[cells] // lattice.places
    measure, code, kind = lattice.measures.parts(key)
    current = np.where(_is_rating(key), lattice.find(place, np.full(len(key), CURRENT)), NONE)
    owner, row = sampled_rows(lattice, current, effort.elsewhere)
    person = lattice.person[row]
    rating = lattice.people.rating[person]
    old = np.where(rating >= 0, RATINGS[0] + rating, NONE)
    other = np.flatnonzero(old != key[owner])
    owner, person, old = owner[other], person[other], old[other]
    found = [_single(owner, person, old, key[owner], sought=key[owner])]
    holders = np.where(code >= 0, lattice.find(place, lattice.measures.base_of(measure)), NONE)
    owner, row = sampled_rows(lattice, holders, effort.elsewhere)
    person, own = lattice.person[row], lattice.code[row]
    same_kind = (kind[owner] == NONE) | (kind[owner] == lattice.people.kind[person])
    other = np.flatnonzero((own != code[owner]) & same_kind)
    owner, person, own = owner[other], person[other], own[other]
    found.append(_coded(lattice, owner, person, measure[owner], own, code[owner], sought=code[owner]))
    return _joined(found)


def _is_rating(key: Ints) -> np.ndarray:
    return (key >= RATINGS[0]) & (key < FIRST_MEASURE)


def _single(owner: Ints, person: Ints, old: Ints, new: Ints, *, sought: Ints) -> Recodings:
    none = np.full(len(owner), NONE)
    # who has no rating has none to give
    return Recodings(owner, person, (old, none), (new, none), np.where(old >= 0, sought, NONE))


def _coded(
    lattice: Lattice, owner: Ints, person: Ints, measure: Ints, old: Ints, new: Ints, *, sought: Ints
) -> Recodings:
    keys, kind = lattice.measures, lattice.people.kind[person]
    return Recodings(
        owner,
        person,
        (keys.code_key(measure, old), keys.kind_key(measure, old, kind)),
        (keys.code_key(measure, new), keys.kind_key(measure, new, kind)),
        keys.kind_key(measure, sought, kind),
    )


def _joined(found: list[Recodings]) -> Recodings:
    def all_of(columns: list[Ints]) -> Ints:
        return np.concatenate(columns)

    return Recodings(
        all_of([item.owner for item in found]),
        all_of([item.person for item in found]),
        (all_of([item.old[0] for item in found]), all_of([item.old[1] for item in found])),
        (all_of([item.new[0] for item in found]), all_of([item.new[1] for item in found])),
        all_of([item.sought for item in found]),
    )
