"""What goes wrong in each partner's book, how often, and how a wrong value is made from the right one.

Rates are shares of a book's entries. They differ because clerks, screens and reasons to ask differ: a hospital
verifies the NHS number, the police write down what they are told, a tax office needs no birth date.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.streams import Streams


@dataclass(frozen=True)
class ErrorRates:
    """Shares of entries with each fault. An identity role that a data set lacks has no effect."""

    given_typo: float = 0.01
    surname_typo: float = 0.01
    names_swapped: float = 0.002
    nickname: float = 0.02
    former_surname: float = 0.15  # of people who have one
    accents_lost: float = 0.3
    capitals: bool = False  # the book is in capital letters
    birth_day_month_swapped: float = 0.005
    birth_typo: float = 0.005
    birth_placeholder: float = 0.003
    birth_missing: float = 0.005
    sex_missing: float = 0.005
    number_missing: float = 0.03  # NHS number, UPN or NI number
    number_typo: float = 0.002
    old_address: float = 0.10  # of people who have moved
    postcode_missing: float = 0.01
    postcode_typo: float = 0.005
    postcode_unspaced: float = 0.03
    uprn_missing: float = 0.02
    phone_missing: float = 0.3
    email_missing: float = 0.4
    duplicate: float = 0.01  # people entered twice, the second time with errors of its own
    broken: float = 0.002  # rows that break the contract; below every contract's tolerance


RATES = {
    "adult_social_care": ErrorRates(
        given_typo=0.015, surname_typo=0.015, nickname=0.05, number_missing=0.12, old_address=0.15, phone_missing=0.2
    ),
    "childrens_social_care": ErrorRates(
        given_typo=0.03, surname_typo=0.03, birth_typo=0.01, number_missing=0.25, old_address=0.2, sex_missing=0.02
    ),
    "school_census": ErrorRates(
        given_typo=0.005,
        surname_typo=0.005,
        nickname=0.01,
        accents_lost=0.0,
        birth_missing=0.001,
        number_missing=0.0,
        number_typo=0.0,
        old_address=0.08,
        duplicate=0.0,
    ),
    "council_tax": ErrorRates(
        surname_typo=0.02,
        nickname=0.01,
        former_surname=0.3,
        accents_lost=1.0,
        capitals=True,
        birth_missing=0.55,
        birth_placeholder=0.02,
        old_address=0.0,
        uprn_missing=0.005,
        phone_missing=0.35,
        email_missing=0.35,
        duplicate=0.0,
    ),
    "housing_tenancy": ErrorRates(
        birth_missing=0.03, number_missing=0.08, old_address=0.0, uprn_missing=0.0, phone_missing=0.15, duplicate=0.005
    ),
    "homelessness": ErrorRates(
        given_typo=0.04,
        surname_typo=0.04,
        names_swapped=0.008,
        nickname=0.12,
        birth_day_month_swapped=0.01,
        number_missing=0.2,
        old_address=0.4,
        postcode_missing=0.12,
        phone_missing=0.1,
        email_missing=0.2,
    ),
    "gp_register": ErrorRates(
        given_typo=0.004,
        surname_typo=0.004,
        nickname=0.01,
        former_surname=0.2,
        accents_lost=0.6,
        birth_typo=0.001,
        birth_missing=0.0,
        birth_placeholder=0.0005,
        number_missing=0.008,
        number_typo=0.0005,
        old_address=0.12,
        duplicate=0.012,
        phone_missing=0.2,
    ),
    "emergency_attendance": ErrorRates(
        given_typo=0.02,
        surname_typo=0.02,
        names_swapped=0.004,
        accents_lost=1.0,
        capitals=True,
        birth_placeholder=0.01,
        number_missing=0.08,
        number_typo=0.003,
        old_address=0.2,
        postcode_missing=0.03,
        duplicate=0.05,
    ),
    "police_incident": ErrorRates(
        given_typo=0.04,
        surname_typo=0.045,
        names_swapped=0.01,
        nickname=0.12,
        accents_lost=1.0,
        capitals=True,
        birth_day_month_swapped=0.015,
        birth_typo=0.02,
        birth_placeholder=0.015,
        birth_missing=0.08,
        old_address=0.3,
        postcode_missing=0.1,
        postcode_typo=0.02,
        duplicate=0.6,
    ),
    "home_safety_visit": ErrorRates(),
    "benefit_claims": ErrorRates(broken=0.0),
}
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
ACCENTS = str.maketrans(
    "áàâäãåçéèêëíìîïñóòôöõøšúùûüýžÁÀÂÄÅÇÉÈÊËÍÑÓÖØŠÚÜŽ", "aaaaaaceeeeiiiinoooooosuuuuyzAAAAACEEEEINOOOSUUZ"
)


def with_typos(
    streams: Streams, name: str, text: NDArray[np.object_], rate: float, *, letters: str = ALPHABET
) -> NDArray[np.object_]:
    """A copy of `text` where a share `rate` has one letter replaced, dropped, doubled or swapped with the next.

    The first letter stays; values of fewer than three letters stay whole.
    """
    size = len(text)
    hit = np.flatnonzero(streams.happens(f"{name} hit", size, rate))
    kind = streams.whole(f"{name} kind", size, 0, 4)[hit]
    place = streams.uniform(f"{name} place", size)[hit]
    letter = streams.whole(f"{name} letter", size, 0, len(letters))[hit]
    result = text.copy()
    result[hit] = [
        _one_typo(value, int(k), float(p), letters[int(c)])
        for value, k, p, c in zip(text[hit], kind, place, letter, strict=True)
    ]
    return result


def _one_typo(value: str | None, kind: int, place: float, letter: str) -> str | None:
    if value is None or len(value) < 3:
        return value
    at = 1 + int(place * (len(value) - 1))
    if kind == 0:
        return value[:at] + letter + value[at + 1 :]
    if kind == 1:
        return value[:at] + value[at + 1 :]
    if kind == 2:
        return value[:at] + value[at] + value[at:]
    return value[: at - 1] + value[at] + value[at - 1] + value[at + 1 :] if at > 1 else value[:at] + letter + value[at:]


def without_accents(vocabulary: NDArray[np.object_]) -> NDArray[np.object_]:
    """The names of a vocabulary in plain letters."""
    return np.array([name.translate(ACCENTS) for name in vocabulary], dtype=object)


def blanked(streams: Streams, name: str, text: NDArray[np.object_], rate: float) -> NDArray[np.object_]:
    """A copy of `text` where a share `rate` is None."""
    result = text.copy()
    result[streams.happens(name, len(text), rate)] = None
    return result
