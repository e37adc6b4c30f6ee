"""Complementary suppression: what else to withhold so that no small count can be bounded to fewer than so many values.

For each withheld count of 1 to the threshold, moves are found (`moves.py`) that would make it other values. Every
released count that one of these moves would change is withheld. What is released is then the same, row by row, in so
many different worlds, and no combination of tables tells them apart. See docs/disclosure.md.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharing.candidates import FEWER, MORE, QUICK_KINDS, Candidates, Homes
from sharing.lattice import Lattice
from sharing.lattice_keys import Ints
from sharing.moves import IMPOSSIBLE
from sharing.recodings import Effort
from sharing.unseen import unseen_moves_of_home

QUICK, THOROUGH, LAST = Effort(2, 4, 1, 1, 2), Effort(4, 12, 4, 2, 2), Effort(6, 24, 5, 4, 8)
CELLS_AT_ONCE = 50_000
HARD_AT_ONCE = 500  # what one needs withheld, the next may use


def withhold(lattice: Lattice, homes: Homes, least_values: int) -> None:
    """Mark in `lattice.withheld` what must be withheld beside the small counts themselves."""
    others = least_values - 1
    small = lattice.small()
    can = np.zeros((2, others + 1, len(small)), bool)
    can[:, 0] = True
    unseen = np.stack(unseen_moves_of_home(lattice, homes, small, others))
    can |= unseen[:, None] >= np.arange(others + 1)[:, None]
    small = small[~_is_settled(can)]
    left = [_not_free(lattice, homes, part, others) for part in _parts(small, CELLS_AT_ONCE)]
    for part in _parts(np.concatenate(left), HARD_AT_ONCE) if left else ():
        _protect(lattice, homes, part, others)


def _is_settled(can: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """can: side (fewer, more) x times x cell. Which cells can be enough other values."""
    others = can.shape[1] - 1
    return np.any([can[0, down] & can[1, others - down] for down in range(others + 1)], axis=0)


def _parts(cells: Ints, most: int) -> list[Ints]:
    return [cells[start : start + most] for start in range(0, len(cells), most)]


def _not_free(lattice: Lattice, homes: Homes, cells: Ints, others: int) -> Ints:
    """The cells for which no kind of move is found that can be made unseen as things are."""
    can = np.zeros((2, others + 1, len(cells)), bool)
    can[:, 0] = True
    stages = [(QUICK, *kinds) for kinds in QUICK_KINDS]
    stages += [(THOROUGH, *kinds) for kinds in zip(FEWER, MORE, strict=True)]
    for effort, *kinds in stages:
        for side, kind in enumerate(kinds):
            found = kind(lattice, cells, homes, effort)
            room = found.moves.room(lattice)
            for times in range(1, others + 1):
                can[side, times] |= _people(found, room >= times, len(cells)) >= times
        settled = _is_settled(can)
        cells, can = cells[~settled], can[:, :, ~settled]
    return cells


def _people(found: Candidates, wanted: NDArray[np.bool_], cells: int) -> Ints:
    """How many different people's moves are wanted, by cell."""
    owner, person = found.owner[wanted], found.moves.person[wanted]
    order = np.lexsort((person, owner))
    return np.bincount(owner[order][_is_new(owner[order], person[order])], minlength=cells)


def _is_new(owner: Ints, person: Ints) -> NDArray[np.bool_]:
    """Of sorted pairs, those unlike the one before."""
    is_new = np.ones(len(owner), bool)
    is_new[1:] = (owner[1:] != owner[:-1]) | (person[1:] != person[:-1])
    return is_new


def _protect(lattice: Lattice, homes: Homes, cells: Ints, others: int) -> None:
    """Withhold what the cheapest moves of each cell touch."""
    sides = [[kind(lattice, cells, homes, LAST) for kind in kinds] for kinds in (FEWER, MORE)]
    nothing = (np.zeros(len(cells), np.int64), np.zeros(0, np.int64))
    chosen = [[nothing, *_cheapest(lattice, side, len(cells), others)] for side in sides]
    cost = np.stack([chosen[0][down][0] + chosen[1][others - down][0] for down in range(others + 1)])
    # as many fewer as more where it costs the same
    order = np.array(sorted(range(others + 1), key=lambda down: abs(others - 2 * down)))
    best = order[np.argmin(cost[order], axis=0)]
    for down in range(others + 1):
        for side, times in ((0, down), (1, others - down)):
            _withhold_for(lattice, sides[side], chosen[side][times][1], times, best == down)


def _withhold_for(
    lattice: Lattice, found: list[Candidates], chosen: Ints, times: int, wanted: NDArray[np.bool_]
) -> None:
    """Withhold what the chosen moves of the wanted cells touch. chosen: numbers over all candidates, in order."""
    start = 0
    for item in found:
        own = chosen[(chosen >= start) & (chosen < start + len(item.owner))] - start
        own = own[wanted[item.owner[own]]]
        lattice.withhold(item.moves.in_the_way(lattice, times, own))
        start += len(item.owner)


def _cheapest(lattice: Lattice, found: list[Candidates], cells: int, most: int) -> Iterator[tuple[Ints, Ints]]:
    """For 1 to `most` times and each cell, the cost of so many cheapest moves of different people, and those moves."""
    costs = np.concatenate([item.moves.costs(lattice, most) for item in found], axis=1)
    owner = np.concatenate([item.owner for item in found])
    person = np.concatenate([item.moves.person for item in found])
    for times, cost in enumerate(costs, start=1):
        yield _cheapest_of(owner, person, cost, cells, times)


def _cheapest_of(owner: Ints, person: Ints, cost: Ints, cells: int, times: int) -> tuple[Ints, Ints]:
    order = np.lexsort((cost, person, owner))
    order = order[_is_new(owner[order], person[order])]  # of each cell and person the cheapest move only
    order = order[np.lexsort((person[order], cost[order], owner[order]))]
    own = owner[order]
    taken = order[np.arange(len(order)) - np.searchsorted(own, own) < times]
    total = np.bincount(owner[taken], cost[taken], cells).astype(np.int64)
    enough = np.bincount(owner[taken], minlength=cells) >= times
    return np.where(enough, total, IMPOSSIBLE * 10), taken
