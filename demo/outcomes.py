"""What comes of people in the two years after the start: what actions mean to prevent, as valuation is judged by it.

Some of it no book ever says (help that nobody claimed, fires); the second year is not in any file at all. All of it is
drawn from streams of its own, so that no extract depends on it. The counts of the years around the start that the
books do hold are in `truth.py`.
"""

import numpy as np
from numpy.typing import NDArray

from demo.books import YEAR, last_day, since_arrival
from demo.county import referral_share
from demo.district import application_rate
from demo.health import fall_rate
from demo.households import CARE_HOME
from demo.needs import chance
from demo.people import World
from demo.safety import home_need

Counts = dict[str, NDArray[np.int64]]
AFTER = {"year_after": 0, "second_year_after": YEAR}  # first day of each, from the start
PENSION_AGE = 66
UNCLAIMED = {  # log odds of being entitled at average hardship, and the ages from and below which one may be
    "fsm_unclaimed": (-3.2, 4.5, 15.0),
    "pension_credit_unclaimed": (-2.8, PENSION_AGE, np.inf),
}
STAYS_UNCLAIMED = 0.85  # of those entitled, the share who do not claim within a given year
SPELLS_A_YEAR = 1.2 / 7  # a share of people with a spell in seven years, a fifth of whom have two


def later_outcomes(world: World) -> Counts:
    """`{fall,homeless,child_referral}_second_year_after` and, for both years, `{fire,fsm_unclaimed,
    pension_credit_unclaimed}_...`: how often per person, in the order of people.
    """
    second = AFTER["second_year_after"]
    return {
        "fall_second_year_after": _events(world, "second year falls", fall_rate(world), second),
        "homeless_second_year_after": _events(world, "second year homelessness", application_rate(world), second),
        "child_referral_second_year_after": _events(world, "second year referrals", _referral_rate(world), second),
        **{f"fire_{when}": _events(world, f"fires {when}", _fire_rate(world), day) for when, day in AFTER.items()},
        **_unclaimed(world, "fsm_unclaimed"),
        **_unclaimed(world, "pension_credit_unclaimed"),
    }


def yearly_chances(world: World) -> dict[str, NDArray[np.float64]]:
    """Each person's chance that the outcome comes to them in a year that they live through, as the demo draws it."""
    rates = {
        "fall": fall_rate(world),
        "homeless": application_rate(world),
        "child_referral": _referral_rate(world),
        "fire": _fire_rate(world),
    }
    entitled = {name: _entitlement(world, name) * STAYS_UNCLAIMED for name in UNCLAIMED}
    return {name: -np.expm1(-rate) for name, rate in rates.items()} | entitled


def _referral_rate(world: World) -> NDArray[np.float64]:
    is_child = (world.age + 1.5 < 18) & (world.members.is_child | (world.age < 17))
    return SPELLS_A_YEAR * referral_share(world) * is_child


def _events(world: World, name: str, yearly: NDArray[np.float64], first_day: int) -> NDArray[np.int64]:
    """Events at a `yearly` rate in the year that begins `first_day` days after the start, of those who live then."""
    count = world.streams.named(name).poisson(yearly)
    person = np.repeat(np.arange(world.size), count)
    day = world.start_day + world.streams.whole(f"{name} day", len(person), first_day, first_day + YEAR)
    arrived = since_arrival(world, np.arange(world.size), world.members.birth_day)
    seen = person[(day <= last_day(world)[person]) & (day >= arrived[person])]
    return np.bincount(seen, minlength=world.size)


def _fire_rate(world: World) -> NDArray[np.float64]:
    """Fires that the service attends, counted with the head of the household: age, frailty and drink or distress."""
    head = (world.members.order == 0) & (world.members.kind < CARE_HOME)
    effects = 0.55 * home_need(world)[world.home] + 0.35 * world.needs.distress
    return np.minimum(0.0075 * np.exp(effects), 0.5) * head


def _entitlement(world: World, name: str) -> NDArray[np.float64]:
    base, low, high = UNCLAIMED[name]
    return chance(base, 1.3 * world.needs.hardship) * ((world.age >= low) & (world.age < high))


def _unclaimed(world: World, name: str) -> Counts:
    """1 for each year in which somebody is entitled after hardship and does not claim. Entitlement lasts."""
    entitled = world.streams.happens(f"{name} entitled", world.size, _entitlement(world, name))
    return {
        f"{name}_{when}": (
            entitled
            & world.streams.happens(f"{name} {when}", world.size, STAYS_UNCLAIMED)
            & (last_day(world) >= world.start_day + day)
        ).astype(np.int64)
        for when, day in AFTER.items()
    }
