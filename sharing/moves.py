"""Moves: the smallest ways in which the people of a data set could be otherwise. Each adds one to a count or takes one.

A move changes some cells by one, up or down, and leaves everything else alone:

- *recode*: somebody has another code of one measure, or another rating
- *swap*: two people of a ward swap a code or a rating; no ward count changes
- *move home*: somebody lives elsewhere in the ward; no ward count changes
- *leave*, *join*: somebody is not known to the data set; one more is, like somebody who is

Which moves are tried is `candidates.py`; which matter, and what is withheld for their sake, is `guard.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sharing.lattice import LEVELS, WARD, Lattice
from sharing.lattice_keys import Ints

IMPOSSIBLE = 10**12  # cost of a move that no withholding makes possible
TOLD_BEFORE = 10**9  # cost of a change that an earlier night's release tells of, whatever is withheld tonight
NOBODY, UNCHANGED = -1, -2  # instead of a cell: it counts nobody so far; the move does not touch one


@dataclass(frozen=True)
class Change:
    """One cell of each move, one up (1) or down (-1)."""

    level: int
    sign: int
    cell: Ints


@dataclass(frozen=True)
class Moves:
    """`person`: who moves, by whom moves are told apart. Each change has a cell for every move."""

    person: Ints
    changes: tuple[Change, ...]

    def room(self, lattice: Lattice) -> Ints:
        """How often each move could be made unseen."""
        least = np.full(len(self.person), len(lattice.ids))
        for _, room in self._rooms(lattice):
            np.minimum(least, room, out=least)
        return least

    def costs(self, lattice: Lattice, most: int) -> Ints:
        """People whose count would have to be withheld for each move to be unseen, were it made 1 to `most` times.

        Shape times x moves.
        """
        times = np.arange(1, most + 1)[:, None]
        cost = np.zeros((most, len(self.person)), np.int64)
        for change, room in self._rooms(lattice):
            price = np.where(change.cell == NOBODY, IMPOSSIBLE, lattice.price[change.cell])
            cost += (room < times) * price
            if lattice.past_room is not None:
                past = lattice.past_room[int(change.sign < 0), change.cell]
                cost += ((past < times) & (change.cell >= 0)) * TOLD_BEFORE
        return cost

    def in_the_way(self, lattice: Lattice, times: int, moves: Ints) -> Ints:
        """The cells that must be withheld for these moves to be unseen."""
        only = Moves(self.person[moves], tuple(Change(c.level, c.sign, c.cell[moves]) for c in self.changes))
        found = [change.cell[(room < times) & (change.cell >= 0)] for change, room in only._rooms(lattice)]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _rooms(self, lattice: Lattice) -> Iterator[tuple[Change, Ints]]:
        """How far each changed cell may go."""
        for change in self.changes:
            room = (lattice.up if change.sign > 0 else lattice.down)[change.cell]
            room[change.cell == UNCHANGED] = len(lattice.ids)
            room[change.cell == NOBODY] = lattice.room_of_nobody[change.level] if change.sign > 0 else 0
            yield change, room


def _changed(lattice: Lattice, place: Ints, key: Ints, is_changed: np.ndarray | bool = True) -> Ints:
    """The cells of keys at places; a place or key of -1 is none."""
    return np.where((place >= 0) & (key >= 0) & is_changed, lattice.find(place, key), UNCHANGED)


def _keys(lattice: Lattice, person: Ints) -> Iterator[Ints]:
    """Everybody's first key, then the second and so on; -1 for those who have no more."""
    first, last = lattice.start[person], lattice.start[person + 1]
    for slot in range(int((last - first).max(initial=0))):
        row = first + slot
        yield np.where(row < last, lattice.key[np.minimum(row, len(lattice.key) - 1)], -1)


def leave_or_join(lattice: Lattice, person: Ints, sign: int) -> Moves:
    """Each person not known any more (-1), or one more like them (1)."""
    place = lattice.people.place
    return Moves(
        person,
        tuple(
            Change(level, sign, _changed(lattice, place[person, level], key))
            for key in _keys(lattice, person)
            for level in range(len(LEVELS))
        ),
    )


def move_home(lattice: Lattice, person: Ints, home: Ints) -> Moves:
    """Each person to another street and postcode of the same ward. home: person x level, places."""
    place = lattice.people.place
    changes = []
    for key in _keys(lattice, person):
        for level in range(WARD):
            source, target = place[person, level], home[:, level]
            apart = source != target
            changes.append(Change(level, -1, _changed(lattice, source, key, apart)))
            changes.append(Change(level, 1, _changed(lattice, target, key, apart)))
    return Moves(person, tuple(changes))


def recode(lattice: Lattice, person: Ints, old: tuple[Ints, ...], new: tuple[Ints, ...]) -> Moves:
    """Each person's keys `old` become `new`."""
    place = lattice.people.place
    return Moves(
        person,
        tuple(
            Change(level, sign, _changed(lattice, place[person, level], key))
            for keys, sign in ((old, -1), (new, 1))
            for key in keys
            for level in range(len(LEVELS))
        ),
    )


def swap(lattice: Lattice, person: Ints, other: Ints, old: tuple[Ints, ...], new: tuple[Ints, ...]) -> Moves:
    """Each person's keys `old` become `new`, and those of another of the same ward the other way round."""
    place = lattice.people.place
    changes = []
    for level in range(WARD):
        here, there = place[person, level], place[other, level]
        apart = here != there
        for keys, sign in ((old, -1), (new, 1)):
            for key in keys:
                changes.append(Change(level, sign, _changed(lattice, here, key, apart)))
                changes.append(Change(level, -sign, _changed(lattice, there, key, apart)))
    return Moves(person, tuple(changes))
