"""Small counts that need nothing withheld, told by counting alone: most of them, and no move is looked at for these.

What is not settled here is tried move by move (`guard.py`).
"""

import numpy as np

from sharing.candidates import Homes
from sharing.lattice import WARD, Lattice
from sharing.lattice_keys import HISTORIC, Ints

TOO_MANY = 10**6  # known at a place, for any count of it to be withheld


def unseen_moves_of_home(lattice: Lattice, homes: Homes, cells: Ints, most: int) -> tuple[Ints, Ints]:
    """How many people could leave each cell for elsewhere in the ward unseen, and how many could come.

    Only between places where the data set knows so few that every count of it is withheld, tonight as before: there is
    nothing to look up.
    """
    rules, places = lattice.rules[:WARD], lattice.people.place
    level, place = lattice.level[cells], lattice.ids[cells] % lattice.places
    nothing = np.zeros(len(cells), np.int64)
    if any(rule.zero_released for rules_of_level in rules for rule in rules_of_level):
        return nothing, nothing
    thresholds = np.array([min(rule.threshold for rule in rules_of_level) for rules_of_level in rules])
    known = np.bincount(
        lattice.ids % lattice.places, lattice.count * (lattice.ids // lattice.places <= HISTORIC), lattice.places
    ).astype(np.int64)
    known = np.append(known, 0)  # of no place

    known[lattice.is_bound_by_past()] = TOO_MANY

    def room(at: Ints) -> Ints:
        return (thresholds - known[at[:, :WARD]]).min(axis=1)

    dark = (room(places) >= 0) & lattice.people.can_move
    in_cell = np.bincount(lattice.cell[dark[lattice.person]].ravel() + 1, minlength=len(lattice.ids) + 1)[1:]
    first = lattice.person[lattice.members[lattice.first[cells]]]
    ward = places[first, WARD]
    elsewhere = np.zeros(len(cells), bool)
    for step in range(int(min(2, homes.count.max(initial=0)))):
        home = homes.place[np.minimum(homes.first[ward] + step, len(homes.place) - 1)]
        there = (ward >= 0) & (step < homes.count[ward]) & (room(home) >= most)
        elsewhere |= there & (home[np.arange(len(cells)), np.minimum(level, WARD)] != place)
    of_ward = lattice.find(ward, lattice.ids[cells] // lattice.places)
    others = np.where(of_ward >= 0, in_cell[of_ward], 0) - in_cell[cells]
    below = level < WARD
    return in_cell[cells] * (below & elsewhere), np.clip(np.minimum(room(places[first]), others), 0, None) * below
