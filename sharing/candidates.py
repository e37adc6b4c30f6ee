"""For small counts that must not be known too well: moves that would make each smaller (`FEWER`) or greater (`MORE`).

A few of each kind, those first that touch few released counts. Choosing between them is `guard.py`; what a person's
other code or rating could be is `recodings.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sharing.lattice import WARD, Lattice
from sharing.lattice_keys import CURRENT, HISTORIC, Ints, spread
from sharing.moves import Moves, leave_or_join, move_home, recode, swap
from sharing.recodings import Effort, Recodings, away, first_rows, into


@dataclass(frozen=True)
class Homes:
    """Where somebody could live: place x level, ward by ward, those first where the data set knows fewest."""

    place: Ints
    first: Ints  # of each ward place, by its number
    count: Ints


@dataclass(frozen=True)
class Candidates:
    """Moves beside the wanted cell (its number in the list asked for) that each changes."""

    owner: Ints
    moves: Moves


Kind = Callable[[Lattice, Ints, Homes, Effort], Candidates]


def _recode(lattice: Lattice, found: Recodings) -> Candidates:
    return Candidates(found.owner, recode(lattice, found.person, found.old, found.new))


def _swap(lattice: Lattice, cells: Ints, found: Recodings, effort: Effort) -> Candidates:
    """The recodings whose person finds another of the ward, living elsewhere, for whom it goes the other way round."""
    place, level = lattice.people.place, lattice.level[cells][found.owner]
    ward = np.where(level < WARD, place[found.person, WARD], -1)
    partners = np.where((ward >= 0) & (found.sought >= 0), lattice.find(ward, found.sought), -1)
    counts = np.where(partners >= 0, lattice.count[partners], 0)
    which, within = spread(np.minimum(counts, effort.partners))
    turn = (found.person[which] + within) % counts[which]
    partner = lattice.person[lattice.members[lattice.first[partners][which] + turn]]
    apart = place[found.person[which], level[which]] != place[partner, level[which]]
    found, partner = found.only(which[apart]), partner[apart]
    return Candidates(found.owner, swap(lattice, found.person, partner, found.old, found.new))


def _movers(lattice: Lattice, cells: Ints, most: int) -> tuple[Ints, Ints]:
    """The first people of each cell who can move: which of `cells`, and the person. Of cell -1 none."""
    owner, row = first_rows(lattice, cells, most)
    person = lattice.person[row]
    can = lattice.people.can_move[person]
    return owner[can], person[can]


def recode_away(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the cell have another code, or another rating."""
    return _recode(lattice, away(lattice, cells, effort))


def recode_into(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the same place have the cell's code, or its rating."""
    return _recode(lattice, into(lattice, cells, effort))


def swap_away(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the cell swap their code, or rating, with others of the ward."""
    return _swap(lattice, cells, away(lattice, cells, effort), effort)


def swap_into(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the same place swap with others of the ward who have the cell's code, or its rating."""
    return _swap(lattice, cells, into(lattice, cells, effort), effort)


def move_out(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the cell live elsewhere in the ward, where the data set knows few."""
    owner, person = _movers(lattice, np.where(lattice.level[cells] < WARD, cells, -1), effort.movers)
    step = np.arange(len(owner)) % effort.movers
    ward = lattice.people.place[person, WARD]
    can = np.flatnonzero((ward >= 0) & (step < homes.count[ward]))
    owner, person, ward, step = owner[can], person[can], ward[can], step[can]
    home = homes.place[homes.first[ward] + (cells[owner] + step) % homes.count[ward]]
    level = lattice.level[cells[owner]]
    apart = home[np.arange(len(owner)), level] != lattice.people.place[person, level]
    return Candidates(owner[apart], move_home(lattice, person[apart], home[apart]))


def move_in(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the ward who have the cell's key elsewhere live where somebody of the cell does."""
    level, place = lattice.level[cells], lattice.ids[cells] % lattice.places
    home = lattice.people.place[lattice.person[lattice.members[lattice.first[cells]]]]
    ward = np.where((level < WARD) & (home[:, WARD] >= 0), home[:, WARD], -1)
    owner, person = _movers(lattice, lattice.find(ward, lattice.ids[cells] // lattice.places), 2 * effort.movers)
    apart = lattice.people.place[person, level[owner]] != place[owner]
    owner, person = owner[apart], person[apart]
    return Candidates(owner, move_home(lattice, person, home[owner]))


def _neighbours(lattice: Lattice, person: Ints, level: Ints, key: Ints, most: int) -> tuple[Ints, Ints]:
    """People with a key on each person's street, in another postcode; or, for a street, in the postcode elsewhere."""
    places = lattice.people.place
    across = np.where(level < WARD, 1 - level, WARD)
    at = np.where(level < WARD, places[person, across], -1)
    which, other = _movers(lattice, lattice.find(at, key), most)
    apart = places[other, level[which]] != places[person[which], level[which]]
    same_ward = places[other, WARD] == places[person[which], WARD]
    return which[apart & same_ward], other[apart & same_ward]


def move_along(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the cell live in another postcode of their street, or another street of their postcode."""
    owner, person = _movers(lattice, np.where(lattice.level[cells] < WARD, cells, -1), effort.movers)
    status = np.where(lattice.people.is_current[person], CURRENT, HISTORIC)
    which, other = _neighbours(lattice, person, lattice.level[cells[owner]], status, effort.elsewhere)
    which, other = which[_some(which, effort.movers)], other[_some(which, effort.movers)]
    return Candidates(owner[which], move_home(lattice, person[which], lattice.people.place[other]))


def come_along(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """The other way round: people with the cell's key, of the same street or postcode, live where one of it does."""
    owner, row = first_rows(lattice, np.where(lattice.level[cells] < WARD, cells, -1), effort.movers)
    anchor, key = lattice.person[row], lattice.ids[cells] // lattice.places
    which, other = _neighbours(lattice, anchor, lattice.level[cells[owner]], key[owner], effort.elsewhere)
    which, other = which[_some(which, effort.movers)], other[_some(which, effort.movers)]
    return Candidates(owner[which], move_home(lattice, other, lattice.people.place[anchor[which]]))


def _some(which: Ints, most: int) -> np.ndarray:
    """Of an ascending list, the first so many of each."""
    return np.arange(len(which)) - np.searchsorted(which, which) < most


def leave(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """People of the cell are not known to the data set."""
    owner, person = _movers(lattice, cells, effort.movers)
    return Candidates(owner, leave_or_join(lattice, person, -1))


def join(lattice: Lattice, cells: Ints, homes: Homes, effort: Effort) -> Candidates:
    """More people like the first of the cell are known to the data set."""
    owner = np.repeat(np.arange(len(cells)), effort.movers)
    like = lattice.person[lattice.members[lattice.first[cells]]][owner]
    moves = leave_or_join(lattice, like, 1)
    stranger = -1 - (np.arange(len(owner)) % effort.movers)  # strangers are told apart from one another only
    return Candidates(owner, Moves(stranger, moves.changes))


FEWER: tuple[Kind, ...] = (swap_away, recode_away, move_along, move_out, leave)
MORE: tuple[Kind, ...] = (swap_into, recode_into, come_along, move_in, join)
QUICK_KINDS: tuple[tuple[Kind, Kind], ...] = ((swap_away, swap_into), (recode_away, recode_into))
