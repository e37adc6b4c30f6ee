"""What a partner's book holds before it is written to a file, and draws that books have in common (events, spells,
clients).

A draft covers all nights: a record whose first day lies after the start appears in the file of the night after that
day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from demo.people import World
from demo.streams import NEVER

YEAR = 365
HISTORY_YEARS = 3  # of events before the start
AHEAD_YEARS = 1  # events after it, of which each night sees one more day


EVENT_DAYS = (-HISTORY_YEARS * YEAR, AHEAD_YEARS * YEAR)  # from the start


@dataclass(frozen=True)
class Draft:
    """Records of one data set.

    `entry_person` and `entry_home` have one value per entry of the book; all else one per record.
    """

    entry_person: NDArray[np.int64] | None  # None: the book names nobody
    entry: NDArray[np.int64]  # the entry that each record belongs to
    content: dict[str, NDArray]  # by column name: keys, period columns (datetime64[D]) and measures
    first_day: NDArray[np.int64]
    end_column: str | None = None
    end_day: NDArray[np.int64] | None = None  # NEVER: still open
    entry_home: NDArray[np.int64] | None = None
    revised: dict[str, NDArray] = field(default_factory=dict)  # content after a correction


@dataclass(frozen=True)
class Happenings:
    """Something that happened to people: one entry per happening, in the order of people."""

    person: NDArray[np.int64]
    day: NDArray[np.int64]
    end_day: NDArray[np.int64]  # NEVER: not ended; equal to `day` for events

    def where(self, chosen: NDArray[np.bool_]) -> "Happenings":
        return Happenings(self.person[chosen], self.day[chosen], self.end_day[chosen])


def last_day(world: World) -> NDArray[np.int64]:
    """The day on which each person dies, before the start or after it; NEVER for others."""
    later = np.where(world.death_night < NEVER, world.start_day + world.death_night - 2, NEVER)
    return np.minimum(world.death_day, later)


def since_arrival(world: World, person: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.int64]:
    """`day`, but for people who arrive on a later night the day before that night."""
    night = world.members.arrival_night[person]
    return np.where(night > 1, world.start_day + night - 2, day)


def first_night(world: World, day: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first night whose files know of `day`: what happens on a day is in the next night's file."""
    return np.maximum(day - world.start_day + 2, 1)


def _within_life(world: World, found: Happenings) -> NDArray[np.bool_]:
    arrived = since_arrival(world, np.arange(world.size), world.members.birth_day)
    return (found.day >= arrived[found.person]) & (found.day <= last_day(world)[found.person])


def draw_events(world: World, name: str, yearly: NDArray[np.float64]) -> Happenings:
    """Events at a `yearly` rate per person, from HISTORY_YEARS before the start to AHEAD_YEARS after it."""
    years = HISTORY_YEARS + AHEAD_YEARS
    count = world.streams.named(f"{name} events").poisson(yearly * years)
    person = np.repeat(np.arange(world.size), count)
    day = world.start_day + world.streams.whole(f"{name} day", len(person), *EVENT_DAYS)
    found = Happenings(person, day, day)
    return found.where(_within_life(world, found))


def draw_spells(world: World, name: str, share: NDArray[np.float64], *, mean_days: float, years: int = 6) -> Happenings:
    """Spells for a `share` of people, a fifth of whom have two; they began up to `years` ago or will within a year."""
    has = world.streams.happens(f"{name} known", world.size, share)
    again = world.streams.happens(f"{name} again", world.size, 0.2)
    person = np.repeat(np.arange(world.size), has * (1 + again))
    size = len(person)
    day = world.start_day + world.streams.whole(f"{name} from", size, -years * YEAR, AHEAD_YEARS * YEAR)
    length = (-np.log1p(-world.streams.uniform(f"{name} length", size)) * mean_days).astype(np.int64) + 7
    end = np.minimum(day + length, last_day(world)[person])
    found = Happenings(person, day, end)
    return found.where(_within_life(world, found) & (end > day))


def clients(
    world: World, book: str, person: NDArray[np.int64], duplicate: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Entries for the people of records, some of whom the book holds twice; and the entry of each record."""
    known, position = np.unique(person, return_inverse=True)
    twice = world.streams.happens(f"{book} twice", world.size, duplicate)[known]
    first = np.cumsum(1 + twice) - (1 + twice)
    second = world.streams.happens(f"{book} second entry", len(person), 0.4)
    return np.repeat(known, 1 + twice), first[position] + (second & twice[position])


def pick(world: World, name: str, codes: Mapping[str, float], size: int) -> NDArray[np.object_]:
    """Codes drawn with the weights given."""
    drawn = world.streams.choice(name, size, np.array(list(codes.values())))
    return np.array(list(codes), dtype=object)[drawn]


def as_dates(day: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Days since 1970 as dates; NEVER becomes not-a-time."""
    return np.where(day == NEVER, np.datetime64("NaT", "D"), day.astype("datetime64[D]"))
