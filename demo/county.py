"""The county's books: adult social care, children's social care, the school census."""

import numpy as np
from numpy.typing import NDArray

from demo.books import Draft, as_dates, clients, draw_spells, pick
from demo.errors import RATES
from demo.households import CARE_HOME
from demo.identifiers import as_text
from demo.needs import chance
from demo.people import World
from demo.streams import NEVER, scrambled


def adult_social_care(world: World) -> Draft:
    """Spells of support: likelier with age, frailty and distress."""
    age, needs = world.age, world.needs
    share = chance(-4.5, 0.055 * np.maximum(age - 45, 0), 1.1 * needs.frailty, 0.5 * needs.distress)
    share = np.where(world.members.kind == CARE_HOME, 0.85, share) * (age >= 18)
    found = draw_spells(world, "adult_social_care", share, mean_days=900)
    person, size = found.person, len(found.person)
    book = "adult_social_care"
    entry_person, entry = clients(world, book, person, RATES[book].duplicate)
    old = age[person] >= 65
    reason = np.where(
        old,
        pick(world, "asc old reason", {"101": 25, "102": 40, "201": 4, "301": 18, "501": 6, "601": 4, "602": 3}, size),
        pick(world, "asc young reason", {"101": 15, "102": 15, "201": 3, "401": 32, "501": 24, "602": 11}, size),
    )
    intense = needs.frailty[person] + world.streams.normal("asc intensity", size)
    setting = np.select(
        [world.members.kind[person] == CARE_HOME, intense > 2.6, intense > 2.1],
        [np.where(intense > 0.6, "NUR", "RES").astype(object), "RES", "NUR"],
        pick(world, "asc setting", {"HOME": 62, "DP": 26, "DAY": 12}, size),
    )
    base = np.where(np.isin(setting, ["RES", "NUR"]), 850, 170)
    cost = np.round(base * np.exp(0.35 * intense + 0.2 * world.streams.normal("asc cost", size)), 2)
    return Draft(
        entry_person=entry_person,
        entry=entry,
        content={
            "episode_id": "EP" + as_text(scrambled(np.arange(size), 10**8), 8),
            "client_number": "P" + as_text(scrambled(entry, 10**7), 7),
            "start_date": as_dates(found.day),
            "primary_support_reason": reason,
            "setting": setting,
            "weekly_cost": cost,
        },
        revised={"weekly_cost": np.round(cost * 1.04, 2)},
        first_day=found.day,
        end_column="end_date",
        end_day=found.end_day,
    )


def referral_share(world: World) -> NDArray[np.float64]:
    """Each person's chance of being referred as a child at some time in seven years."""
    age, needs = world.age, world.needs
    young = (age < 22) & (world.members.is_child | (age < 18))
    return chance(-2.7, 1.1 * needs.strain, 0.6 * needs.hardship) * young


def childrens_social_care(world: World) -> Draft:
    """Referrals of children: likelier with strain in the family and hardship."""
    needs = world.needs
    found = draw_spells(world, "childrens_social_care", referral_share(world), mean_days=420)
    book = "childrens_social_care"
    at = (found.day - world.members.birth_day[found.person]) / 365.25
    found = found.where(at < 18)
    person, size = found.person, len(found.person)
    entry_person, entry = clients(world, book, person, RATES[book].duplicate)
    severity = needs.strain[person] + world.streams.normal("csc severity", size)
    return Draft(
        entry_person=entry_person,
        entry=entry,
        content={
            "referral_id": "R" + as_text(scrambled(np.arange(size), 10**9), 9),
            "la_child_id": as_text(scrambled(entry, 10**8), 8),
            "referral_date": as_dates(found.day),
            "primary_need_code": pick(
                world,
                "csc need",
                {"N1": 48, "N2": 9, "N3": 3, "N4": 10, "N5": 16, "N6": 4, "N7": 2, "N8": 4, "N9": 4},
                size,
            ),
            "plan_type": np.select([severity > 2.6, severity > 1.7, severity > 0], ["CLA", "CPP", "CIN"], "EH").astype(
                object
            ),
            "disability": world.streams.happens("csc disability", size, 0.12),
        },
        first_day=found.day,
        end_column="closure_date",
        end_day=found.end_day,
    )


def school_census(world: World) -> Draft:
    """Pupils on roll: nearly all children of school age; absence and exclusions follow strain and distress."""
    age, needs, streams = world.age, world.needs, world.streams
    share = np.select([(age >= 4.5) & (age < 16), (age >= 16) & (age < 18.9)], [0.93, 0.55], 0.0)
    person = np.flatnonzero(streams.happens("school_census known", world.size, share) & world.is_alive)
    size = len(person)
    strain, hardship = needs.strain[person], needs.hardship[person]
    absence = np.exp(1.5 + 0.4 * strain + 0.3 * needs.distress[person] + 0.5 * streams.normal("absence", size))
    absence = np.round(np.minimum(absence, 90), 1)
    exclusions = streams.named("exclusions").poisson(0.06 * np.exp(1.0 * strain) * (age[person] > 8))
    started = world.members.birth_day[person] + np.where(age[person] >= 11.5, 4200, 1700)
    first_day = np.minimum(started, world.start_day - 30)
    return Draft(
        entry_person=person,
        entry=np.arange(size),
        content={
            "school": np.array([f"Fenshire School {i}" for i in range(1, 121)], dtype=object)[
                world.places.ward[world.home[person]] * 4
            ],
            "entry_date": as_dates(first_day),
            "absence_percent": absence,
            "exclusions": exclusions,
            "send_provision": np.select(
                [
                    streams.happens("ehcp", size, chance(-3.4, 0.5 * needs.distress[person])),
                    streams.happens("sen", size, chance(-1.9, 0.5 * strain)),
                ],
                ["E", "K"],
                "N",
            ).astype(object),
            "free_school_meals": streams.happens("fsm", size, chance(-1.5, 1.3 * hardship)),
        },
        revised={"absence_percent": np.round(absence * 0.9, 1)},
        first_day=first_day,
        end_day=np.full(size, NEVER),
    )
