"""The books of the police, the fire service and the department for benefits."""

import numpy as np
from numpy.typing import NDArray

from demo.books import AHEAD_YEARS, Draft, as_dates, draw_events, pick
from demo.identifiers import as_text
from demo.needs import chance
from demo.people import World
from demo.streams import scrambled

VISIT_YEARS = 4
CLAIM_MONTHS = 36
DAY = np.timedelta64(1, "D")


def police_incident(world: World) -> Draft:
    """People in incidents, typed anew each time; strain and distress make them likelier, and domestic abuse more so."""
    age, needs = world.age, world.needs
    young = 1.0 * ((age > 14) & (age < 40))
    effects = 0.75 * needs.strain + 0.3 * needs.distress + 0.15 * needs.hardship + 0.5 * young
    yearly = np.minimum(0.095 * np.exp(effects), 10.0) * (age >= 10) * (world.members.kind != 9)
    found = draw_events(world, "police", yearly)
    person, size = found.person, len(found.person)
    is_second = _second_in_incident(world, person)
    incident = np.arange(size) - is_second
    day = found.day[incident]
    number = scrambled(incident, 10**7)
    year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) - 30  # since 2000
    abuse = world.streams.happens("domestic abuse", size, chance(-2.4, 0.8 * needs.strain[person]))[incident]
    codes = {"VAP": 24, "BUR": 8, "ASB": 24, "THE": 22, "DRU": 6, "MIS": 5, "WEL": 11}
    category = np.where(abuse, "DAB", pick(world, "category", codes, size)[incident])
    role = pick(world, "role", {"VIC": 45, "SUS": 27, "WIT": 20, "CON": 8}, size)
    return Draft(
        entry_person=person,
        entry=np.arange(size),
        content={
            "incident_number": "F/" + as_text(number, 7) + "/" + as_text(year, 2),
            "person_sequence": 1 + is_second,
            "incident_date": as_dates(day),
            "role": np.where(category == "MIS", "MIS", role),
            "category": category,
        },
        revised={"role": np.where(category == "MIS", "MIS", "VIC").astype(object)},
        first_day=day,
    )


def _second_in_incident(world: World, person: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 for records that belong to the incident of the record before, which is about somebody else."""
    joins = world.streams.happens("same incident", len(person), 0.2)
    joins[:1] = False
    before = joins.copy()
    joins[1:] &= (person[1:] != person[:-1]) & ~before[:-1]
    return joins.astype(np.int64)


def home_need(world: World) -> NDArray[np.float64]:
    """Per dwelling, how much its neediest resident needs a visit; -3 where nobody lives."""
    living = world.members.arrival_night == 1
    need = world.needs.frailty + 0.5 * world.needs.hardship + 0.03 * np.maximum(world.age - 60, 0)
    worst = np.full(len(world.places.uprn), -3.0)
    np.maximum.at(worst, world.home[living], need[living])
    return worst


def home_safety_visit(world: World) -> Draft:
    """Visits to homes, likelier where somebody is old, frail or poor; the file names the home and nobody in it."""
    streams, places = world.streams, world.places
    worst = home_need(world)
    share = np.minimum(chance(-2.1, 0.7 * worst) * (VISIT_YEARS + AHEAD_YEARS) / VISIT_YEARS, 0.95)
    home = np.flatnonzero(streams.happens("visited", len(worst), share))
    size = len(home)
    day = world.start_day + streams.whole("visit day", size, -VISIT_YEARS * 365, AHEAD_YEARS * 365)
    score = worst[home] + 0.8 * streams.normal("visit risk", size)
    return Draft(
        entry_person=None,
        entry=np.arange(size),
        content={
            "visit_ref": "V" + as_text(scrambled(np.arange(size), 10**7), 7),
            "uprn": places.uprn[home],
            "visit_date": as_dates(day),
            "risk_level": np.select([score > 3.4, score > 2.2, score > 1.0], ["VH", "H", "M"], "L").astype(object),
            "alarms_fitted": streams.named("alarms").poisson(0.5 + 0.4 * np.maximum(score, 0)),
        },
        revised={"alarms_fitted": np.full(size, 2)},
        first_day=day,
    )


def benefit_claims(world: World) -> Draft:
    """Adults with a claim in each ward and month: counted from the same hardship, with a slow swing over the months."""
    adult = (world.members.arrival_night == 1) & world.is_alive & (world.age >= 18)
    level = chance(-1.6, 1.2 * world.needs.hardship) * adult
    expected = np.bincount(world.places.ward[world.home], weights=level, minlength=len(world.places.wards))
    first = np.datetime64(world.start_day, "D").astype("datetime64[M]") - CLAIM_MONTHS
    months = np.arange(CLAIM_MONTHS + 12 * AHEAD_YEARS)
    swing = 1 + 0.05 * np.sin(months / 6) + 0.002 * months
    wards = world.places.wards
    ward = np.repeat(np.arange(len(wards)), len(months))
    month = np.tile(months, len(wards))
    counted = world.streams.named("claims").poisson(expected[ward] * swing[month])
    month_start = (first + month).astype("datetime64[D]")
    month_end = (first + month + 1).astype("datetime64[D]") - DAY  # a month is counted when it is over
    return Draft(
        entry_person=None,
        entry=np.arange(len(ward)),
        content={
            "ward_code": wards["ward_code"].to_numpy(dtype=object)[ward],
            "ward_name": wards["ward_name"].to_numpy(dtype=object)[ward],
            "month": month_start,
            "claims": counted,
        },
        revised={"claims": counted + 1},
        first_day=month_end.astype(np.int64),
    )
