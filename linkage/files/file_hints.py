"""Columns that nobody named and that look like a role, by their name or by their values: told, never used by itself.

Counts and column names only; no value leaves the working database. Roles found by their names alone are
`file_columns.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.files.file_columns import FileColumns, Wanted
from linkage.files.file_reader import ROW
from settings.duck import identifier

SAMPLE = 2_000  # rows at the head of a file whose values are looked at
LEAST_SHARE = 0.8  # of the values that have the form of a role for the column to look like it
LEAST_VALUES = 10
# Words of a name that tell of a role. A name that tells of two, such as first_and_surname, is left alone.
WORDS: Mapping[str, frozenset[str]] = {
    "given_name": frozenset(["forename", "forenames", "firstname", "first", "given", "christian"]),
    "family_name": frozenset(["surname", "lastname", "last", "family", "maiden"]),
    "birth_date": frozenset(["dob", "born", "birthdate", "birthday"]),
    "sex": frozenset(["sex", "gender"]),
    "postcode": frozenset(["postcode", "postcodes", "postal", "pc", "zip", "zipcode"]),
    "address": frozenset(["address", "addr", "street", "suburb"]),
    "uprn": frozenset(["uprn"]),
    "nhs_number": frozenset(["nhs", "nhsno"]),
    "upn": frozenset(["upn"]),
    "nino": frozenset(["nino", "insurance"]),
    "phone": frozenset(["phone", "telephone", "tel", "mobile", "mob"]),
    "email": frozenset(["email", "mail"]),
}
# Forms that hardly anything else has, of values in capitals without spaces.
FORMS: Mapping[str, str] = {
    "postcode": "[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}",
    "nino": "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]",
    "upn": "[A-Z][0-9]{11}[0-9A-Z]",
    "phone": r"(\+44|0044|0)[1237][0-9]{8,9}",
    "email": r"[^@]+@[^@]+\.[A-Z]+",
}


@dataclass(frozen=True)
class Hint:
    """Columns of a file that look like a role and are not used. `columns`: those in use first, then these."""

    file: str
    role: str
    unused: tuple[str, ...]
    columns: tuple[str, ...]


def find_hints(work: Any, columns: Mapping[str, FileColumns], wanted: Wanted) -> list[Hint]:
    """What looks like a role in the files that tables `raw_<n>` hold, and is not used."""
    hints = []
    for place, (name, found) in enumerate(columns.items()):
        described = work.execute(f"select * from raw_{place} limit 0").description
        used = {ROW, found.identifier, wanted.identifier, wanted.truth, *found.extras}
        used |= {column for columns_of_role in found.roles.values() for column in columns_of_role}
        free = [column for column, *_ in described if column not in used]
        by_role: dict[str, list[str]] = {}
        for column, role in (_by_values(work, place, free) | _by_names(free)).items():
            by_role.setdefault(role, []).append(column)
        for role in WORDS:
            looks = tuple(column for column in free if column in by_role.get(role, ()))
            if looks:
                hints.append(Hint(name, role, looks, (*found.roles.get(role, ()), *looks)))
    return hints


def _by_names(free: list[str]) -> dict[str, str]:
    """Column -> the one role that its name tells of."""
    told = {}
    for column in free:
        words = set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).lower()))
        roles = [role for role, telling in WORDS.items() if words & telling]
        if {"birth", "date"} <= words:
            roles.append("birth_date")
        if len(roles) == 1:
            told[column] = roles[0]
    return told


def _by_values(work: Any, place: int, free: list[str]) -> dict[str, str]:
    """Column -> the role whose form most of its values have."""
    if not free:
        return {}
    asked = [(column, role) for column in free for role in FORMS]
    shares = ", ".join(
        f"count(*) filter (regexp_full_match(upper(replace({identifier(column)}, ' ', '')), '{FORMS[role]}')) "
        f">= greatest({LEAST_VALUES}, {LEAST_SHARE} * count({identifier(column)}))"
        for column, role in asked
    )
    found = work.execute(f"select {shares} from (from raw_{place} limit {SAMPLE})").fetchone()
    told: dict[str, str] = {}
    for (column, role), is_like in zip(asked, found, strict=True):
        if is_like:
            told.setdefault(column, role)
    return told
