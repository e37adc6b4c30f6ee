"""The people of Fenshire as they truly are: names, dates, homes past and present, needs. Books about them are
elsewhere.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.households import CARE_HOME, HOSTEL, Members, build_members, dwellings_for
from demo.name_lists import BACKGROUND_SHARE
from demo.names import BACKGROUNDS, draw_double_barrelled, draw_given_names, draw_surnames
from demo.needs import Needs, draw_needs
from demo.places import Places, build_places
from demo.streams import NEVER, Streams

ARRIVALS = 0.0005  # new people a night, as a share of the first night's
MOVES = 0.0006  # households that move house a night
MOVED_LATELY = 0.35  # people who moved within the last MOVED_WITHIN_DAYS
MOVED_WITHIN_DAYS = 8 * 365
DIED_LATELY = 0.025  # of people over 55, in the three years before the start
SAME_NAME = 0.03  # children who bear the given name of the parent of their sex


@dataclass(frozen=True)
class World:
    """Places and people; every array has one entry per person, in the order of their numbers."""

    streams: Streams
    places: Places
    people: int  # of the first night
    nights: int
    start_day: int  # days since 1970-01-01
    members: Members
    needs: Needs
    given: NDArray[np.int64]
    surname: NDArray[np.int64]
    former_surname: NDArray[np.int64]  # equals `surname` where there is no other
    background: NDArray[np.int64]
    home: NDArray[np.int64]  # dwelling at the start
    former_home: NDArray[np.int64]  # equals `home` for those who have not moved
    moved_day: NDArray[np.int64]  # into `home`; only where former_home differs
    next_home: NDArray[np.int64]
    move_night: NDArray[np.int64]  # to `next_home`, or NEVER
    death_day: NDArray[np.int64]  # NEVER for the living
    death_night: NDArray[np.int64]
    is_same_named: NDArray[np.bool_]  # as a parent or child in the household

    @property
    def size(self) -> int:
        return len(self.given)

    @property
    def age(self) -> NDArray[np.float64]:
        """In years at the start; negative for nobody."""
        return (self.start_day - self.members.birth_day) / 365.25

    @property
    def is_alive(self) -> NDArray[np.bool_]:
        """At the start."""
        return self.death_day == NEVER

    @property
    def is_communal(self) -> NDArray[np.bool_]:
        return (self.members.kind == CARE_HOME) | (self.members.kind == HOSTEL)

    @property
    def district(self) -> NDArray[np.int64]:
        return self.places.district[self.home]


def build_world(*, people: int, seed: int, nights: int, inequality: float, start_date: str) -> World:
    """Everybody who is in Fenshire on one of the nights."""
    streams = Streams(seed)
    start_day = int(pd.Timestamp(start_date).value // 86_400_000_000_000)
    places = build_places(streams, people=people, inequality=inequality)
    members = build_members(
        streams, people=people, arrivals_per_night=round(people * ARRIVALS), nights=nights, start_day=start_day
    )
    kind = np.zeros(int(members.household.max()) + 1, dtype=np.int64)
    kind[members.household] = members.kind
    dwelling, empty = dwellings_for(streams, kind=kind, is_communal=places.is_communal)
    home = dwelling[members.household]
    needs = draw_needs(streams, household=members.household, dwelling=home, places=places, inequality=inequality)
    return World(
        streams=streams,
        places=places,
        people=people,
        nights=nights,
        start_day=start_day,
        members=members,
        needs=needs,
        home=home,
        **_names(streams, members),
        **_moves(streams, members, kind, home, empty, start_day=start_day),
        **_deaths(streams, members, start_day=start_day),
    )


def _names(streams: Streams, members: Members) -> dict[str, NDArray]:
    size = len(members.household)
    head = np.flatnonzero(members.order == 0)[members.household]
    shares = np.array([BACKGROUND_SHARE[name] for name in BACKGROUNDS])
    own_background = streams.choice("background", size, shares)
    related = members.is_child | members.is_partner & streams.happens("same background", size, 0.9)
    background = np.where(related, own_background[head], own_background)
    birth_year = 1970 + (members.birth_day / 365.25).astype(int)
    given = draw_given_names(
        streams, "given", is_female=members.is_female, birth_year=birth_year, background=background
    )
    born_as = draw_surnames(streams, "surname", background)
    double = streams.happens("double-barrelled", size, 0.03)
    born_as = np.where(double, draw_double_barrelled(streams, "double surname", size), born_as)
    shares_name = members.is_child | (members.is_partner & streams.happens("takes the name", size, 0.72))
    surname = np.where(shares_name, born_as[head], born_as)
    divorced = ~members.is_child & ~members.is_partner & members.is_female & streams.happens("divorced", size, 0.12)
    changed = divorced | (members.is_partner & shares_name)
    former = np.where(divorced, draw_surnames(streams, "married surname", background), born_as)
    namesake = members.is_child & ~members.is_twin & streams.happens("namesake", size, SAME_NAME)
    namesake &= members.is_female == members.is_female[head]
    given = np.where(namesake, given[head], given)
    is_same_named = namesake.copy()
    is_same_named[head[namesake]] = True
    return {
        "given": given,
        "surname": surname,
        "former_surname": np.where(changed, former, surname),
        "background": background,
        "is_same_named": is_same_named,
    }


def _moves(
    streams: Streams,
    members: Members,
    kind: NDArray[np.int64],
    home: NDArray[np.int64],
    empty: NDArray[np.int64],
    *,
    start_day: int,
) -> dict[str, NDArray]:
    """Moves before the start (people one by one) and on later nights (whole households)."""
    size, households = len(home), len(kind)
    ordinary = np.sort(np.unique(home[(members.kind < CARE_HOME) & (members.arrival_night == 1)]))
    moved = streams.happens("moved before", size, np.where(members.kind >= CARE_HOME, 0.9, MOVED_LATELY))
    former = ordinary[streams.whole("former home", size, 0, len(ordinary))]
    stays = np.ones(households, dtype=bool)  # residents of communal places and those who arrive later
    stays[members.household[members.arrival_night == 1]] = False
    stays |= kind >= CARE_HOME
    night = np.where(stays, NEVER, streams.first_night("move night", households, MOVES))
    order = np.argsort(night, kind="stable")
    next_home = np.zeros(households, dtype=np.int64)
    next_home[order] = empty[np.arange(households) % max(len(empty), 1)] if len(empty) else home[0]
    days = np.minimum(1 + MOVED_WITHIN_DAYS * streams.uniform("moved day", size), start_day - members.birth_day).astype(
        np.int64
    )
    return {
        "former_home": np.where(moved, former, home),
        "moved_day": start_day - days,
        "next_home": next_home[members.household],
        "move_night": night[members.household],
    }


def _deaths(streams: Streams, members: Members, *, start_day: int) -> dict[str, NDArray]:
    size = len(members.household)
    age = (start_day - members.birth_day) / 365.25
    died = streams.happens("died before", size, np.where(age > 55, DIED_LATELY * (1 + (age - 55) / 20), 0.0005))
    died &= (members.arrival_night == 1) & ~members.is_child
    yearly = 0.0004 * np.exp(0.085 * np.maximum(age - 30, 0))
    death_night = streams.first_night("death night", size, np.minimum(yearly, 0.5) / 365)
    return {
        "death_day": np.where(died, start_day - streams.whole("death day", size, 1, 3 * 365), NEVER),
        "death_night": np.where(died, NEVER, death_night),
    }
