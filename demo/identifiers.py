"""Identifiers that are well formed and belong to nobody: NHS numbers, UPNs, NI numbers, phones, e-mail addresses.

NHS numbers come from the test ranges 999 and then 998, NI numbers bear the prefix QQ that is never issued, phones
begin at the range that Ofcom keeps for drama (07700 900000) and run on as far as needed, mail addresses end in
example.org.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.streams import scrambled

PUPIL_LETTERS = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"), dtype=object)
DIGITS_10 = np.arange(10, 1, -1)  # weights of an NHS number's check digit


def _digits(number: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    powers: NDArray[np.int64] = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return number[:, None] // powers % 10


def as_text(number: NDArray[np.int64], width: int = 0) -> NDArray[np.object_]:
    """Whole numbers as text, with leading zeros up to `width`."""
    text = pd.Series(number).astype("str")
    return (text.str.zfill(width) if width else text).to_numpy(dtype=object)


@lru_cache(maxsize=2)
def nhs_numbers(count: int) -> NDArray[np.object_]:
    """The first `count` valid test NHS numbers, in scrambled order within their range."""
    blocks = []
    found = 0
    for prefix in (999, 998, 997, 996):
        wanted = min(int((count - found) * 1.2) + 100, 1_000_000)  # one in eleven has no check digit
        serial = prefix * 1_000_000 + scrambled(np.arange(wanted), 1_000_000)
        check = 11 - (_digits(serial, 9) * DIGITS_10[:9]).sum(axis=1) % 11
        blocks.append((serial * 10 + check % 11)[check != 10])
        found += len(blocks[-1])
        if found >= count:
            break
    return as_text(np.concatenate(blocks)[:count])


def pupil_numbers(person: NDArray[np.int64]) -> NDArray[np.object_]:
    """Unique pupil numbers with their check letter."""
    number = 999_000_000_000 + scrambled(person, 10**9)
    letter = (_digits(number, 12) * np.arange(2, 14)).sum(axis=1) % 23
    return PUPIL_LETTERS[letter] + as_text(number)


def insurance_numbers(person: NDArray[np.int64]) -> NDArray[np.object_]:
    """National Insurance numbers with the prefix QQ: four million of them."""
    letters = np.array(list("ABCD"), dtype=object)[person // 1_000_000 % 4]
    return "QQ" + as_text(scrambled(person % 1_000_000, 1_000_000), 6) + letters


def phone_numbers(line: NDArray[np.int64]) -> NDArray[np.object_]:
    """Mobile numbers from 07700 900000 on."""
    return "0" + as_text(7_700_900_000 + line)


def email_addresses(
    given: NDArray[np.object_], surname: NDArray[np.object_], person: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Addresses such as jane.smith417@example.org; the number is not unique on purpose."""
    local = pd.Series(given).str.lower() + "." + pd.Series(surname).str.lower().str.replace("[^a-z]", "", regex=True)
    return (local + as_text(scrambled(person, 1000)) + "@example.org").to_numpy(dtype=object)
