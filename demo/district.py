"""The districts' books: council tax, housing tenancies, homelessness applications."""

import numpy as np
from numpy.typing import NDArray

from demo.books import Draft, as_dates, draw_events, first_night, last_day, pick, since_arrival
from demo.errors import RATES
from demo.households import CARE_HOME, HOSTEL
from demo.identifiers import as_text
from demo.needs import chance
from demo.people import World
from demo.places import DISTRICTS
from demo.streams import NEVER, scrambled

LANDLORD_DISTRICTS = (0, 3)  # positions in DISTRICTS of those that let homes themselves
CLOSED_ACCOUNTS_DAYS = 730  # accounts closed longer ago have left the extract
SECOND_HOMES = 0.015  # liable people with an account for another home, often in another district


def _heads(world: World) -> NDArray[np.int64]:
    return np.flatnonzero((world.members.order == 0) & (world.members.kind < CARE_HOME) & world.is_alive)


def _accounts(world: World) -> tuple[NDArray[np.int64], ...]:
    """Liable person, home, first day, end day and serial number of each account.

    For heads of households: at home, at the home they left, at a second home, at the home they move to.
    """
    streams, head = world.streams, _heads(world)
    moved = (world.former_home[head] != world.home[head]) & (
        world.moved_day[head] > world.start_day - CLOSED_ACCOUNTS_DAYS
    )
    second = streams.happens("second home", world.size, SECOND_HOMES)[head]
    moves = (world.move_night[head] <= world.nights) & (world.move_night[head] < world.death_night[head])
    leaves = np.minimum(np.where(moves, world.start_day + world.move_night[head] - 2, NEVER), last_day(world)[head])
    settled = np.where(world.former_home[head] != world.home[head], world.moved_day[head], world.start_day - 3500)
    settled = since_arrival(world, head, settled)
    blocks = [
        (head, world.home[head], settled, leaves),
        (head[moved], world.former_home[head][moved], settled[moved] - 900, settled[moved]),
        (
            head[second],
            world.home[(head[second] + 7919) % world.people],
            settled[second] - 200,
            np.full(second.sum(), NEVER),
        ),
        (head[moves], world.next_home[head][moves], leaves[moves], np.full(moves.sum(), NEVER)),
    ]
    person, home, first_day, end_day = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    serial = np.concatenate([block * 10**7 + values[0] for block, values in enumerate(blocks)])
    # Records of later nights come last, so that more nights leave the first night's draws as they were.
    later = np.lexsort((serial, np.maximum(first_night(world, first_day), world.members.arrival_night[person])))
    return tuple(values[later] for values in (person, home, first_day, end_day, serial))


def council_tax(world: World) -> Draft:
    """Accounts with what is owed and which help is given, both after the liable person's hardship."""
    person, home, first_day, end_day, serial = _accounts(world)
    arrears = _arrears(world, "council tax", person, -1.7, 180)
    hardship = world.needs.hardship[person]
    reduced = world.streams.happens("council tax reduction", world.size, chance(-1.6, 1.2 * world.needs.hardship))[
        person
    ]
    alone = _lives_alone(world)[person]
    return Draft(
        entry_person=person,
        entry=np.arange(len(person)),
        entry_home=home,
        content={
            "account_ref": as_text(10**8 + scrambled(serial, 10**8)),
            "billing_authority": np.array([code for code, *_ in DISTRICTS], dtype=object)[world.places.district[home]],
            "liable_from": as_dates(first_day),
            "arrears": arrears,
            "reduction": np.where(reduced, np.where(hardship > 0.9, "F", "P"), "N").astype(object),
            "discount": np.where(
                alone, "SPD", pick(world, "discount", {"NON": 90, "DIS": 3, "STU": 4, "SMI": 3}, len(person))
            ),
        },
        revised={"arrears": np.round(arrears * 0.8, 2)},
        first_day=first_day,
        end_column="liable_to",
        end_day=end_day,
    )


def _lives_alone(world: World) -> NDArray[np.bool_]:
    """Nobody else came to the household on the same night."""
    household, night = world.members.household, world.members.arrival_night
    _, group, together = np.unique(household * 1000 + np.minimum(night, 999), return_inverse=True, return_counts=True)
    return together[group] == 1


def _arrears(world: World, name: str, person: NDArray[np.int64], base: float, typical: float) -> NDArray[np.float64]:
    """Pounds owed: none for most, more often and more with hardship; the same person owes the same kind of sum."""
    hardship = world.needs.hardship
    owes = world.streams.happens(f"{name} owes", world.size, chance(base, 1.2 * hardship))
    much = typical * np.exp(0.6 * hardship + 0.8 * world.streams.normal(f"{name} owed", world.size))
    return np.where(owes, np.round(much, 2), 0.0)[person]


def housing_tenancy(world: World) -> Draft:
    """Lead tenants in the two districts that let their own homes; social renting follows the household's hardship."""
    streams, head = world.streams, _heads(world)
    share = chance(-1.3, 1.2 * world.needs.hardship) * np.isin(world.district, LANDLORD_DISTRICTS)
    head = head[streams.happens("tenant", world.size, share)[head]]
    book = "housing_tenancy"
    person = np.repeat(head, 1 + streams.happens(f"{book} twice", world.size, RATES[book].duplicate)[head])
    size = len(person)
    first_day = np.where(
        world.former_home[person] != world.home[person],
        world.moved_day[person],
        world.start_day - streams.whole("tenancy from", world.size, 300, 6000)[person],
    )
    first_day = since_arrival(world, person, first_day)
    leaves = np.where(world.move_night <= world.nights, world.start_day + world.move_night - 2, NEVER)
    arrears = _arrears(world, "rent", person, -1.0, 260)
    strain = world.needs.strain[person]
    return Draft(
        entry_person=person,
        entry=np.arange(size),
        entry_home=world.home[person],
        content={
            "tenancy_number": "T" + as_text(scrambled(np.arange(size), 10**7), 7),
            "tenancy_start": as_dates(first_day),
            "tenancy_type": pick(world, "tenancy type", {"SEC": 70, "FIX": 14, "INT": 11, "TEMP": 5}, size),
            "rent_arrears": arrears,
            "repairs": streams.named("repairs").poisson(0.7 * np.exp(0.3 * world.needs.hardship[person])),
            "antisocial_behaviour": streams.happens("asb", size, chance(-3.4, 1.0 * strain)),
        },
        revised={"rent_arrears": np.round(arrears * 0.85, 2)},
        first_day=first_day,
        end_column="tenancy_end",
        end_day=np.minimum(leaves, last_day(world))[person],
    )


def application_rate(world: World) -> NDArray[np.float64]:
    """Applications a year: hardship, strain and distress, more in early adulthood and in hostels."""
    age, needs = world.age, world.needs
    effects = (1.0 * needs.hardship, 0.6 * needs.strain, 0.4 * needs.distress, -0.03 * np.maximum(age - 25, 0))
    yearly = chance(-4.4, *effects) * ((age >= 17) & ~world.members.is_child | (age >= 18))
    return np.where(world.members.kind == HOSTEL, 0.45, yearly) * (world.members.kind != CARE_HOME)


def homelessness(world: World) -> Draft:
    """Applications for help, each typed anew."""
    found = draw_events(world, "homelessness", application_rate(world))
    person, size = found.person, len(found.person)
    lasts = 20 + (-np.log1p(-world.streams.uniform("application length", size)) * 90).astype(np.int64)
    return Draft(
        entry_person=person,  # each application is typed anew
        entry=np.arange(size),
        content={
            "application_ref": "HL" + as_text(scrambled(np.arange(size), 10**8), 8),
            "application_date": as_dates(found.day),
            "reason_code": pick(world, "reason", {"1": 27, "2": 30, "3": 13, "4": 9, "5": 5, "6": 5, "9": 11}, size),
            "decision": pick(world, "decision", {"PREV": 30, "RELF": 32, "MAIN": 18, "NONE": 13, "PEND": 7}, size),
        },
        revised={"decision": np.full(size, "RELF", dtype=object)},
        first_day=found.day,
        end_column="closed_date",
        end_day=np.minimum(found.day + lasts, last_day(world)[person]),
    )
