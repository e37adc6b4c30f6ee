"""One data set's counts at street, postcode and ward as arrays: who counts where, and how far a count may move unseen.

A *key* is what a released count counts: people known now, historically, rated red, holding a code, and so on. A *cell*
is a key at a place. Which moves to try, and what to withhold, is `guard.py`; the tiers' SQL counts for itself.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sharing.lattice_keys import CURRENT, HISTORIC, RATINGS, Ints, Measures

FREE = 1_000_000  # a withheld count that says nothing of its size can move this far
LEVELS = ("street", "postcode", "ward")
WARD = 2


@dataclass(frozen=True)
class Rule:
    """What is released at one level: see docs/disclosure.md. zero_released: also where a count of zero has no row."""

    threshold: int
    rounding: int
    zero_released: bool


Rules = tuple[tuple[Rule, ...], ...]  # by level, those under which its counts are released: mostly one


@dataclass(frozen=True)
class People:
    """Those whom a data set knows. place: person x level, -1 where unknown; rating: 0 to 2, -1 for none.

    can_move: who may be elsewhere, or not be, without another data set's counts telling.
    """

    place: Ints
    is_current: NDArray[np.bool_]
    can_move: NDArray[np.bool_]
    rating: Ints
    kind: Ints
    holder: Ints  # of each content: the person, ascending
    measure: Ints
    code: Ints


@dataclass
class Lattice:
    """People's rows (person, key) and the cells that these make. `cell`: row x level, -1 where there is no place."""

    people: People
    measures: Measures
    rules: Rules
    places: int
    person: Ints
    key: Ints
    code: Ints  # of the content that the row is of; -1 where it is of none
    start: Ints  # of each person's rows, and the end
    cell: Ints
    ids: Ints
    members: Ints  # rows, cell by cell
    first: Ints  # of each cell's members, and the end
    count: Ints
    level: Ints
    up: Ints
    down: Ints
    at: NDArray[np.int32] = field(init=False)  # cell by key and place
    withheld: NDArray[np.bool_] = field(init=False)
    price: Ints = field(init=False)  # of withholding the cell: the people that it tells of
    threshold: Ints = field(init=False)  # by level
    room_of_nobody: Ints = field(init=False)  # by level: how far a count of nobody may rise unseen
    told_room: Ints = field(init=False)  # up and down x cell: as tonight's release has it, if the cell is not withheld
    past_room: Ints | None = field(init=False, default=None)  # the same of the nights remembered; None: of none

    def __post_init__(self) -> None:
        self.at = np.full(self.measures.keys * self.places, -1, np.int32)
        self.at[self.ids] = np.arange(len(self.ids))
        self.withheld = np.zeros(len(self.ids), bool)
        self.told_room = np.stack([self.up, self.down])
        self.threshold = np.array([max(rule.threshold for rule in rules) for rules in self.rules])
        self.price = np.where(self.count > self.threshold[self.level], self.count, 1)
        self.room_of_nobody = np.array(
            [min(0 if rule.zero_released else rule.threshold for rule in rules) for rules in self.rules]
        )

    def find(self, place: Ints, key: Ints) -> Ints:
        """The cell of a key at a place; -1 where it counts nobody, and for a place or key of -1."""
        return np.where((place >= 0) & (key >= 0), self.at[key * self.places + place], -1)

    def small(self) -> Ints:
        """The withheld counts that a tier has a row for: not those by age and sex."""
        _, _, kind = self.measures.parts(self.ids // self.places)
        return np.flatnonzero((self.count > 0) & (self.count <= self.threshold[self.level]) & (kind < 0))

    def withhold(self, cells: Ints) -> None:
        """From here on these cells say nothing of their size, but what earlier nights told."""
        self.withheld[cells] = True
        self.up[cells], self.down[cells] = (FREE, FREE) if self.past_room is None else self.past_room[:, cells]

    def remember(self, ids: Ints, level: Ints, room: Ints) -> None:
        """Earlier nights left these cells this room (up and down x cell); others, not by age and sex, had nobody.

        ids, level: of cells, those too that count nobody now: they become cells, for something was told of them.
        """
        is_new = self.at[ids] < 0
        self._add(ids[is_new], level[is_new])
        _, _, kind = self.measures.parts(self.ids // self.places)
        nobody = np.where(kind < 0, self.room_of_nobody[self.level], FREE)
        self.past_room = np.stack([nobody, np.full(len(self.ids), FREE)])
        self.past_room[:, self.at[ids]] = room
        self.up, self.down = np.minimum(self.told_room, self.past_room)

    def _add(self, ids: Ints, level: Ints) -> None:
        """Cells that count nobody."""
        self.at[ids] = len(self.ids) + np.arange(len(ids), dtype=np.int32)
        nothing = np.zeros(len(ids), np.int64)
        self.ids, self.level = np.append(self.ids, ids), np.append(self.level, level)
        self.count, self.price = np.append(self.count, nothing), np.append(self.price, nothing + 1)
        self.first = np.append(self.first, nothing + self.first[-1])
        self.withheld = np.append(self.withheld, nothing > 0)
        self.told_room = np.hstack([self.told_room, np.stack([self.room_of_nobody[level], nothing])])

    def is_bound_by_past(self) -> NDArray[np.bool_]:
        """By place: whether earlier nights leave any of its counts less room than tonight does."""
        bound = np.zeros(self.places + 1, bool)  # the last: of no place
        if self.past_room is not None:
            bound[self.ids[(self.past_room < self.told_room).any(axis=0)] % self.places] = True
        return bound


def slack(count: Ints, rule: Rule) -> tuple[Ints, Ints]:
    """How far up and down each count may move with the same release; counts from 1."""
    small = count <= rule.threshold
    half = rule.rounding // 2
    shown = (count + half) // rule.rounding * rule.rounding  # nearest; a half goes up, as in SQL
    least = np.maximum(shown - half, rule.threshold + 1)
    most = shown - half + rule.rounding - 1
    floor = int(rule.zero_released)
    return (
        np.where(small, rule.threshold - count, most - count),
        np.where(small, count - floor, count - least),
    )


def lattice_of(people: People, measures: Measures, rules: Rules, places: int) -> Lattice:
    """Count everybody's keys at every level."""
    number = len(people.is_current)
    everybody = np.arange(number)
    rated = np.flatnonzero(people.rating >= 0)
    kind = people.kind[people.holder]
    person = np.concatenate([everybody, rated, *[people.holder] * 3])
    key = np.concatenate(
        [
            np.where(people.is_current, CURRENT, HISTORIC),
            RATINGS[0] + people.rating[rated],
            measures.base[people.measure],
            measures.code_key(people.measure, people.code),
            measures.kind_key(people.measure, people.code, kind),
        ]
    )
    none = np.full(number, -1)
    code = np.concatenate([none, none[rated], *[people.code] * 3])
    order = np.argsort(person, kind="stable")
    person, key, code = person[order], key[order], code[order]
    place = people.place[person]
    raw = np.where(place >= 0, key[:, None] * places + place, -1).ravel()
    by_cell = np.argsort(raw, kind="stable")
    by_cell = by_cell[np.searchsorted(raw[by_cell], 0) :]
    ids, first = np.unique(raw[by_cell], return_index=True)
    first = np.append(first, len(by_cell)).astype(np.int64)
    count = np.diff(first)
    cell = np.full(len(raw), -1)
    cell[by_cell] = np.repeat(np.arange(len(ids)), count)
    level = by_cell[first[:-1]] % len(LEVELS)
    up, down = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)
    for number_of_level, rules_of_level in enumerate(rules):
        own = level == number_of_level
        up[own], down[own] = np.min([slack(count[own], rule) for rule in rules_of_level], axis=0)
    return Lattice(
        people=people,
        measures=measures,
        rules=rules,
        places=places,
        person=person,
        key=key,
        code=code,
        start=np.searchsorted(person, np.arange(number + 1)),
        cell=cell.reshape(-1, len(LEVELS)),
        ids=ids,
        members=by_cell // len(LEVELS),
        first=first,
        count=count,
        level=level,
        up=up,
        down=down,
    )
