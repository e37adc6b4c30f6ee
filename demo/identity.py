"""What a book writes down about who somebody is: the true identity with that book's errors.

A book has entries (a client, a patient); an entry may have several records. Truth itself is `people.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.errors import ErrorRates, blanked, with_typos, without_accents
from demo.identifiers import email_addresses, insurance_numbers, nhs_numbers, phone_numbers, pupil_numbers
from demo.names import vocabulary
from demo.people import World

PLACEHOLDER_DAY = -25_567  # 1900-01-01
NO_DATE = np.datetime64("NaT", "D")
SHARED_PHONE = 0.15  # people who give the household's number
FIRST_MOBILE_LINE = 500_000  # lines below it belong to households


@dataclass(frozen=True)
class Entries:
    """People as one book has them: `person` numbers, and columns by identity role (birth_date as datetime64[D])."""

    person: NDArray[np.int64]
    columns: dict[str, NDArray]
    home: NDArray[np.int64]  # the dwelling written down
    knows_home: NDArray[np.bool_]  # the dwelling is today's, so that a move would be noticed


def write_entries(
    world: World,
    book: str,
    person: NDArray[np.int64],
    rates: ErrorRates,
    *,
    roles: Collection[str],
    home: NDArray[np.int64] | None = None,
) -> Entries:
    """One entry for each of `person`, with the identity `roles` that the book keeps.

    home: the dwellings of books about dwellings; else today's home, or the former one by mistake.
    """
    streams, size = world.streams, len(person)
    old = streams.happens(f"{book} old address", size, rates.old_address)
    where = np.where(old, world.former_home[person], world.home[person]) if home is None else home
    columns = {
        **_names(world, book, person, rates),
        "birth_date": _birth_dates(world, book, person, rates),
        "sex": blanked(
            streams,
            f"{book} sex",
            np.where(world.members.is_female[person], "F", "M").astype(object),
            rates.sex_missing,
        ),
        **address_columns(world, book, where, rates),
        **_numbers(world, book, person, rates, roles),
    }
    kept = {role: values for role, values in columns.items() if role in roles}
    return Entries(person=person, columns=kept, home=where, knows_home=where == world.home[person])


def _names(world: World, book: str, person: NDArray[np.int64], rates: ErrorRates) -> dict[str, NDArray]:
    streams, size, words = world.streams, len(person), vocabulary()
    given, surname = world.given[person], world.surname[person]
    short = streams.happens(f"{book} nickname", size, rates.nickname)
    given = np.where(short, words.nickname[given], given)
    before = streams.happens(f"{book} former surname", size, rates.former_surname)
    surname = np.where(before, world.former_surname[person], surname)
    plain = streams.happens(f"{book} accents", size, rates.accents_lost)
    givens = np.where(plain, without_accents(words.given)[given], words.given[given])
    surnames = np.where(plain, without_accents(words.surname)[surname], words.surname[surname])
    givens = with_typos(streams, f"{book} given typo", givens, rates.given_typo)
    surnames = with_typos(streams, f"{book} surname typo", surnames, rates.surname_typo)
    swapped = streams.happens(f"{book} swapped", size, rates.names_swapped)
    givens, surnames = np.where(swapped, surnames, givens), np.where(swapped, givens, surnames)
    if rates.capitals:
        givens, surnames = _upper(givens), _upper(surnames)
    return {"given_name": givens, "family_name": surnames}


def _upper(text: NDArray[np.object_]) -> NDArray[np.object_]:
    codes, values = pd.factorize(text)
    return np.array([value.upper() for value in values], dtype=object)[codes]


def _birth_dates(world: World, book: str, person: NDArray[np.int64], rates: ErrorRates) -> NDArray[np.datetime64]:
    streams, size = world.streams, len(person)
    truth = world.members.birth_day[person].astype("datetime64[D]")
    month = truth.astype("datetime64[M]")
    year = truth.astype("datetime64[Y]")
    day_number = (truth - month).astype(int) + 1
    month_number = (month - year).astype(int) + 1
    can_swap = day_number <= 12
    swapped = (year.astype("datetime64[M]") + (day_number.clip(1, 12) - 1)).astype("datetime64[D]") + (month_number - 1)
    wrong_year = truth + 365 * np.where(streams.happens(f"{book} birth sign", size, 0.5), -1, 1)
    wrong_day = month.astype("datetime64[D]") + streams.whole(f"{book} birth day", size, 0, 28)
    wrong = np.where(streams.happens(f"{book} birth kind", size, 0.4), wrong_year, wrong_day)
    born = np.where(streams.happens(f"{book} birth typo", size, rates.birth_typo), wrong, truth)
    born = np.where(
        streams.happens(f"{book} birth swap", size, rates.birth_day_month_swapped / 0.394) & can_swap, swapped, born
    )  # 39.4% of days can be swapped
    born = np.minimum(born, np.datetime64(world.start_day, "D"))
    born = np.where(world.members.arrival_night[person] > 1, np.minimum(born, truth), born)
    placeholder = np.datetime64(PLACEHOLDER_DAY, "D")
    born = np.where(streams.happens(f"{book} birth placeholder", size, rates.birth_placeholder), placeholder, born)
    return np.where(streams.happens(f"{book} birth missing", size, rates.birth_missing), NO_DATE, born)


def address_columns(world: World, book: str, home: NDArray[np.int64], rates: ErrorRates) -> dict[str, NDArray]:
    """Address, postcode and UPRN of dwellings as the book writes them."""
    streams, size, places = world.streams, len(home), world.places
    postcode = with_typos(
        streams, f"{book} postcode typo", places.postcode[home], rates.postcode_typo, letters="ABDEFGHJLNPQ0123456789"
    )
    unspaced = streams.happens(f"{book} postcode space", size, rates.postcode_unspaced)
    lookup = pd.Series(postcode[unspaced]).str.replace(" ", "").to_numpy(dtype=object)
    postcode = postcode.copy()
    postcode[unspaced] = lookup
    address = places.address[home]
    return {
        "address": _upper(address) if rates.capitals else address,
        "postcode": blanked(streams, f"{book} postcode missing", postcode, rates.postcode_missing),
        "uprn": blanked(streams, f"{book} uprn missing", places.uprn[home], rates.uprn_missing),
    }


def _numbers(
    world: World, book: str, person: NDArray[np.int64], rates: ErrorRates, roles: Collection[str]
) -> dict[str, NDArray]:
    streams = world.streams
    result: dict[str, NDArray] = {}
    if "nhs_number" in roles:
        numbers = nhs_numbers(world.size)[person]
        result["nhs_number"] = with_typos(streams, f"{book} nhs typo", numbers, rates.number_typo, letters="0123456789")
    if "upn" in roles:
        result["upn"] = pupil_numbers(person)
    if "nino" in roles:
        result["nino"] = insurance_numbers(person)
    result = {role: blanked(streams, f"{book} {role} missing", result[role], rates.number_missing) for role in result}
    if "phone" in roles:
        shared = streams.happens("shared phone", world.size, SHARED_PHONE)[person]
        line = np.where(shared, world.members.household[person], FIRST_MOBILE_LINE + person)
        result["phone"] = blanked(streams, f"{book} phone missing", phone_numbers(line), rates.phone_missing)
    if "email" in roles:
        words = vocabulary()
        given = without_accents(words.given)[world.given[person]]
        mail = email_addresses(given, without_accents(words.surname)[world.surname[person]], person)
        result["email"] = blanked(streams, f"{book} email missing", mail, rates.email_missing)
    return result
