"""Latent needs of people: what nobody records and every service sees a part of.

Each need is the sum of an effect of the neighbourhood, one of the household and one of the person, and all needs
share a common factor at each level. So whoever is known to one service is likelier to be known to another, and more
so in the same family and the same street. How needs become records is in the modules of the partners.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.places import Places
from demo.streams import Streams

NEEDS = ("frailty", "hardship", "strain", "distress")
COMMON_SHARE = 0.55  # of each effect's variance that all four needs share
STANDARD_DEVIATIONS = {"household": 0.65, "person": 0.70}
POSTCODE_SHARE = 0.45  # a postcode's own deviation, as a share of the wards' inequality


@dataclass(frozen=True)
class Needs:
    """Per person, about normal with mean 0; a unit is roughly one standard deviation."""

    frailty: NDArray[np.float64]  # health that wears out: falls, care
    hardship: NDArray[np.float64]  # money and housing
    strain: NDArray[np.float64]  # conflict, violence, family trouble
    distress: NDArray[np.float64]  # mental health, drink and drugs


def _effects(streams: Streams, name: str, size: int) -> dict[str, NDArray[np.float64]]:
    common = streams.normal(f"{name} common", size)
    return {
        need: np.sqrt(COMMON_SHARE) * common + np.sqrt(1 - COMMON_SHARE) * streams.normal(f"{name} {need}", size)
        for need in NEEDS
    }


def draw_needs(
    streams: Streams,
    *,
    household: NDArray[np.int64],
    dwelling: NDArray[np.int64],
    places: Places,
    inequality: float,
) -> Needs:
    """Needs of each person, given household and dwelling."""
    of_household = _effects(streams, "household", int(household.max()) + 1)
    of_person = _effects(streams, "person", len(household))
    of_postcode = _effects(streams, "postcode", int(places.postcode_number.max()) + 1)
    ward = places.wards["deprivation"].to_numpy()[places.ward[dwelling]]
    postcode = places.postcode_number[dwelling]
    return Needs(
        **{
            need: ward
            + inequality * POSTCODE_SHARE * of_postcode[need][postcode]
            + STANDARD_DEVIATIONS["household"] * of_household[need][household]
            + STANDARD_DEVIATIONS["person"] * of_person[need]
            for need in NEEDS
        }
    )


def chance(base: float, *effects: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic probability with log odds `base` plus the effects."""
    return 1 / (1 + np.exp(-(base + sum(effects))))
