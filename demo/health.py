"""The NHS's books: general practice registrations and emergency attendances."""

import numpy as np
from numpy.typing import NDArray

from demo.books import Draft, Happenings, as_dates, clients, draw_events, last_day, pick, since_arrival
from demo.errors import RATES
from demo.identifiers import as_text
from demo.needs import chance
from demo.people import World
from demo.streams import NEVER, scrambled

CONDITION_BY_AGE = {
    "young": {"AST": 55, "EPI": 10, "DEP": 15, "LD": 10, "DIAB": 10},
    "middle": {"DEP": 35, "DIAB": 22, "AST": 25, "EPI": 4, "LD": 4, "CHD": 6, "COPD": 4},
    "old": {"DIAB": 25, "CHD": 24, "COPD": 17, "DEM": 12, "STR": 10, "DEP": 8, "AST": 4},
}
LIST_GHOSTS = 0.4  # second registrations that nobody closed
UNREPORTED_DEATHS = 0.05


def gp_register(world: World) -> Draft:
    """Registrations of nearly everybody, with frailty and conditions; some people are on two lists."""
    book, streams = "gp_register", world.streams
    known = np.flatnonzero(streams.happens(f"{book} known", world.size, 0.985))
    twice = streams.happens(f"{book} twice", world.size, RATES[book].duplicate)[known]
    person = np.repeat(known, 1 + twice)
    is_second = np.r_[False, person[1:] == person[:-1]]
    years_ago = 20 * streams.uniform(f"{book} since", len(person))
    since = np.maximum(world.start_day - 30 - (365 * years_ago).astype(np.int64), world.members.birth_day[person])
    since = np.where((world.former_home != world.home)[person] & ~is_second, world.moved_day[person], since)
    since = since_arrival(world, person, since)
    ghost = streams.happens(f"{book} ghost", len(person), LIST_GHOSTS)
    stays = streams.happens(f"{book} unreported", len(person), UNREPORTED_DEATHS)
    ends = np.where(stays, NEVER, last_day(world)[person])
    ends = np.where(is_second & ~ghost, np.minimum(since + 700, world.start_day - 1), ends)
    frailty, condition, conditions = _health(world, person)
    return Draft(
        entry_person=person,
        entry=np.arange(len(person)),
        content={
            "registration_id": "G" + as_text(scrambled(np.arange(len(person)), 10**9), 9),
            "registered_on": as_dates(since),
            "frailty_score": frailty,
            "main_condition": condition,
            "conditions": conditions,
        },
        revised={"frailty_score": np.minimum(np.round(frailty + 0.02, 3), 1.0)},
        first_day=since,
        end_column="deregistered_on",
        end_day=ends,
    )


def _health(
    world: World, person: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.object_], NDArray[np.int64]]:
    age, needs, streams = world.age.clip(0), world.needs, world.streams
    noise = streams.normal("frailty noise", world.size)
    frailty = 0.02 + 0.16 * np.exp(0.033 * (age - 75) + 0.35 * needs.frailty + 0.25 * noise)
    frailty = np.where(age < 50, frailty * 0.4, frailty).clip(0, 0.75)
    mean = 0.15 * np.exp(0.033 * np.maximum(age - 20, 0) + 0.35 * needs.frailty + 0.25 * needs.distress)
    conditions = np.minimum(streams.named("conditions").poisson(np.minimum(mean, 8)), 12)
    band = np.select([age < 30, age < 60], [0, 1], 2)
    drawn = [pick(world, f"condition {name}", codes, world.size) for name, codes in CONDITION_BY_AGE.items()]
    condition = np.where(conditions > 0, np.choose(band, drawn), "NONE")
    return np.round(frailty, 3)[person], condition[person], conditions[person]


def fall_rate(world: World) -> NDArray[np.float64]:
    """Falls a year, by age and frailty; a fall makes the next one no likelier."""
    age = world.age.clip(0)
    yearly = 0.012 * np.exp(0.055 * np.maximum(age - 45, 0) + 0.75 * world.needs.frailty)
    return np.minimum(np.where(age < 12, 0.05, yearly), 3.0)


def fall_events(world: World) -> Happenings:
    """Falls that end in the emergency department."""
    return draw_events(world, "fall", fall_rate(world))


def emergency_attendance(world: World) -> Draft:
    """Attendances after falls and for all else; the hospital keeps one entry per patient, sometimes two."""
    age, needs, book = world.age.clip(0), world.needs, "emergency_attendance"
    falls = fall_events(world)
    effects = 0.25 * needs.frailty + 0.3 * needs.distress + 0.25 * needs.strain + 0.1 * needs.hardship
    yearly = 0.27 * np.exp(effects + 0.012 * np.maximum(age - 40, 0) + 0.5 * (age < 5))
    other = draw_events(world, "attendance", np.minimum(yearly, 12.0))
    person, day = np.concatenate([falls.person, other.person]), np.concatenate([falls.day, other.day])
    is_fall = np.arange(len(person)) < len(falls.person)
    order = np.lexsort((day, ~is_fall, person))
    person, day, is_fall = person[order], day[order], is_fall[order]
    size = len(person)
    entry_person, entry = clients(world, book, person, RATES[book].duplicate)
    causes = pick(world, "cause", {"10": 24, "20": 6, "30": 4, "40": 4, "50": 14, "60": 13, "70": 6, "99": 29}, size)
    violent = world.streams.happens("violent cause", size, chance(-3.5, 0.9 * needs.strain[person]))
    recognised = world.streams.happens("fall recognised", size, 0.9)
    return Draft(
        entry_person=entry_person,
        entry=entry,
        content={
            "attendance_id": "A" + as_text(scrambled(np.arange(size), 10**9), 9),
            "record_status": np.full(size, "N", dtype=object),
            "arrival_date": as_dates(day),
            "cause_code": np.select([is_fall & recognised, is_fall, violent], ["11", "10", "30"], causes).astype(
                object
            ),
            "fall": is_fall & recognised,
            "admitted": world.streams.happens(
                "admitted", size, chance(-1.9, 0.025 * np.maximum(age[person] - 45, 0), 0.4 * needs.frailty[person])
            ),
        },
        revised={"record_status": np.full(size, "A", dtype=object)},
        first_day=day,
    )
