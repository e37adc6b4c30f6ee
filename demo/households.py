"""Households: their kinds, the ages and sexes of their members and the dwelling of each. Names are `people.py`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.streams import Streams

CARE_HOME, HOSTEL = 9, 10  # positions in KINDS
KINDS = np.array(  # share, adults, fewest and most children, youngest and oldest head, the adults are a couple
    [
        (0.130, 1, 0, 0, 65, 96, 0),  # older person alone
        (0.170, 1, 0, 0, 19, 65, 0),  # working age alone
        (0.120, 2, 0, 0, 62, 92, 1),  # older couple
        (0.170, 2, 0, 0, 20, 62, 1),  # couple
        (0.200, 2, 1, 4, 25, 54, 1),  # family
        (0.070, 1, 1, 3, 19, 52, 0),  # lone parent
        (0.050, 3, 0, 0, 18, 35, 0),  # sharers
        (0.025, 3, 1, 3, 30, 50, 1),  # three generations: the third adult is a grandparent
        (0.050, 2, 1, 1, 46, 68, 1),  # couple with a grown child
        (0.008, 1, 0, 0, 72, 98, 0),  # resident of a care home
        (0.007, 1, 0, 0, 18, 50, 0),  # resident of a hostel
    ]
)
GENERATION = 7  # position of the three-generation household
TWIN_SHARE = 0.025  # of younger siblings who are a twin of the one before
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Members:
    """One entry per person, household by household; head first, then partner or other adults, then children."""

    household: NDArray[np.int64]
    kind: NDArray[np.int64]  # of the household
    order: NDArray[np.int64]  # 0 is the head
    is_child: NDArray[np.bool_]  # child of the head, of any age
    is_partner: NDArray[np.bool_]
    is_twin: NDArray[np.bool_]  # shares the birth date of the person before
    is_female: NDArray[np.bool_]
    birth_day: NDArray[np.int64]  # days since 1970-01-01
    arrival_night: NDArray[np.int64]  # 1: there from the start


def build_members(streams: Streams, *, people: int, arrivals_per_night: int, nights: int, start_day: int) -> Members:
    """Exactly `people` people from the start, then about `arrivals_per_night` more for each later night."""
    wanted = people + arrivals_per_night * (nights - 1)
    size = int(wanted / 1.9) + 50
    kind = streams.choice("household kind", size, KINDS[:, 0])
    low, high = KINDS[kind, 2], KINDS[kind, 3]
    children = (low + np.floor(streams.uniform("children", size) ** 1.6 * (high - low + 1))).astype(int)
    adults = KINDS[kind, 1].astype(int)
    count = adults + children
    household = np.repeat(np.arange(size), count)[:wanted]
    first = np.cumsum(count) - count
    order = np.arange(wanted) - first[household]
    is_child = order >= adults[household]
    is_partner = (order == 1) & (KINDS[kind, 6] == 1)[household]
    is_twin = is_child & (order > adults[household]) & streams.happens("twin", wanted, TWIN_SHARE)
    birth_day = _birth_days(streams, household, kind, order, is_child, is_twin, start_day=start_day)
    sex = streams.happens("sex", wanted, 0.51)
    head_sex = sex[first[household]]
    opposite = streams.happens("partner of the other sex", wanted, 0.97)
    night = np.ones(wanted, dtype=np.int64)
    night[people:] = 2 + np.arange(wanted - people) // max(arrivals_per_night, 1)
    head_night = night[first[household]]  # nobody arrives before the household's head
    return Members(
        household=household,
        kind=kind[household],
        order=order,
        is_child=is_child,
        is_partner=is_partner,
        is_twin=is_twin,
        is_female=np.where(is_partner, head_sex ^ opposite, sex),
        birth_day=birth_day,
        arrival_night=np.maximum(night, head_night),
    )


def _birth_days(
    streams: Streams,
    household: NDArray[np.int64],
    kind: NDArray[np.int64],
    order: NDArray[np.int64],
    is_child: NDArray[np.bool_],
    is_twin: NDArray[np.bool_],
    *,
    start_day: int,
) -> NDArray[np.int64]:
    size = len(household)
    youngest, oldest = KINDS[kind, 4], KINDS[kind, 5]
    head_age = (youngest + streams.uniform("head age", len(kind)) * (oldest - youngest))[household]
    own = streams.uniform("age", size)
    gap = 20 + 16 * own + 1.5 * np.maximum(order - 2, 0)
    youngest_child = own * np.clip(head_age - 17, 0, 18)
    child_age = np.clip(head_age - gap, youngest_child, np.where(kind[household] == 8, 30, 24))
    adult_age = np.maximum(head_age + 3 * streams.normal("partner age", size) - 1, 18)
    grandparent = (kind[household] == GENERATION) & (order == 2)
    age = np.select([order == 0, grandparent, is_child], [head_age, head_age + 24 + 8 * own, child_age], adult_age)
    birth_day = (start_day - age * DAYS_PER_YEAR).astype(np.int64)
    twins = np.flatnonzero(is_twin)
    for position in range(2, 8):  # in order of birth, so that a triplet follows the twin before it
        chosen = twins[order[twins] == position]
        birth_day[chosen] = birth_day[chosen - 1]
    return birth_day


def dwellings_for(
    streams: Streams, *, kind: NDArray[np.int64], is_communal: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The dwelling of each household (given its kind), and the empty ones in the order in which movers take them."""
    homes = np.flatnonzero(~is_communal)
    establishments = np.flatnonzero(is_communal)
    queue = homes[np.argsort(streams.uniform("home order", len(homes)), kind="stable")]
    in_communal = (kind == CARE_HOME) | (kind == HOSTEL)
    place_of_home = np.cumsum(~in_communal) - 1
    sort = np.where(kind == CARE_HOME, 0, 1)  # care homes are the even establishments, hostels the odd
    half = max(len(establishments) // 2, 1)
    chosen = 2 * streams.whole("establishment", len(kind), 0, half) + sort
    dwelling = np.where(in_communal, establishments[chosen % len(establishments)], queue[place_of_home % len(queue)])
    return dwelling, queue[int((~in_communal).sum()) :][::-1]
