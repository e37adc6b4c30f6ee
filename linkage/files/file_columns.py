"""Which column of a file holds what: the roles a user names, and those whose names are obvious.

Only columns and their names belong here; no value is read. Reading is `file_reader.py`;
columns that nobody named and that look like a role are `file_hints.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.contract import IDENTITY_ROLES

RECORD = "record_id"
ROW_NUMBER = "row_number"  # what --id says where no column tells records apart
# Names that can mean nothing else, written without case, spaces and signs.
OBVIOUS_NAMES: Mapping[str, tuple[str, ...]] = {
    RECORD: ("recordid", "uniqueid", "recid", "id"),
    "given_name": ("givenname", "firstname", "forename", "forenames", "firstnames", "givennames", "christianname"),
    "family_name": ("familyname", "surname", "lastname"),
    "birth_date": ("birthdate", "dateofbirth", "dob"),
    "sex": ("sex", "gender"),
    "postcode": ("postcode", "postalcode", "zipcode", "zip"),
    "address": ("address", "fulladdress", "streetaddress"),
    "uprn": ("uprn",),
    "nhs_number": ("nhsnumber", "nhsno"),
    "upn": ("upn", "uniquepupilnumber"),
    "nino": ("nino", "ninumber", "nationalinsurancenumber"),
    "phone": ("phone", "phonenumber", "telephone", "telephonenumber", "mobile", "mobilenumber"),
    "email": ("email", "emailaddress"),
}


@dataclass(frozen=True)
class Wanted:
    """What a user asked for. `roles`: role -> columns, several being read together in that order."""

    roles: Mapping[str, tuple[str, ...]]
    extras: tuple[str, ...] = ()
    identifier: str | None = None
    truth: str | None = None


@dataclass(frozen=True)
class FileColumns:
    """The columns of one file. An extra or a truth that this file lacks is missing from it."""

    identifier: str | None  # None: the row number
    roles: Mapping[str, tuple[str, ...]]
    obvious: tuple[str, ...]  # the roles (and `record_id`) that nobody named
    extras: tuple[str, ...]
    truth: str | None


def parse_map(pairs: Sequence[str], problems: list[str]) -> dict[str, tuple[str, ...]]:
    """Texts such as 'given_name=first_name' as role -> columns; what is wrong with them goes into `problems`."""
    roles: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        role, equals, column = pair.partition("=")
        if not equals or not column:
            problems.append(f"--map {pair}: write role=column, such as given_name=first_name")
        elif role not in IDENTITY_ROLES:
            problems.append(f"--map {pair}: no role '{role}'; use one of {', '.join(IDENTITY_ROLES)}")
        else:
            roles[role] = (*roles.get(role, ()), column)
    return roles


def unknown_columns(wanted: Wanted, headers: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence per column that was named and stands in no file. headers: file name -> its columns."""
    known = {column for columns in headers.values() for column in columns}
    named = [(f"--map {role}={column}", column) for role, columns in wanted.roles.items() for column in columns]
    named += [(f"--extra {column}", column) for column in wanted.extras]
    if wanted.identifier and wanted.identifier != ROW_NUMBER:
        named.append((f"--id {wanted.identifier}", wanted.identifier))
    if wanted.truth:
        named.append((f"--truth {wanted.truth}", wanted.truth))
    listed = "; ".join(f"{name} has {', '.join(columns)}" for name, columns in headers.items())
    return [f"{option}: no column '{column}'; {listed}" for option, column in named if column not in known]


def columns_of(header: Sequence[str], wanted: Wanted) -> FileColumns:
    """Who is who among the columns of one file. A role that was named is never guessed in any file."""
    taken = {wanted.truth, wanted.identifier, *wanted.extras, *(c for named in wanted.roles.values() for c in named)}
    free = [column for column in header if column not in taken]
    plain = {column: re.sub(r"[^a-z0-9]", "", column.lower()) for column in free}
    guessed: dict[str, str] = {}
    for role, names in OBVIOUS_NAMES.items():
        if role in wanted.roles or (role == RECORD and wanted.identifier):
            continue
        found = [column for name in names for column in free if plain[column] == name]
        if found:
            guessed[role] = found[0]
    identifier = wanted.identifier or guessed.get(RECORD)
    if identifier == ROW_NUMBER or identifier not in header:
        identifier = None
    named = {role: tuple(column for column in columns if column in header) for role, columns in wanted.roles.items()}
    roles = {role: columns for role, columns in named.items() if columns}
    roles |= {role: (column,) for role, column in guessed.items() if role != RECORD}
    return FileColumns(
        identifier=identifier,
        roles={role: roles[role] for role in IDENTITY_ROLES if role in roles},
        obvious=tuple(guessed),
        extras=tuple(column for column in dict.fromkeys(wanted.extras) if column in header),
        truth=wanted.truth if wanted.truth in header else None,
    )


def clashing_columns(wanted: Wanted) -> list[str]:
    """One sentence per column that is wanted for two things of which it can only be one."""
    mapped = {column for columns in wanted.roles.values() for column in columns}
    problems = [
        f"--extra {column}: it is mapped to a role already, and would count twice"
        for column in dict.fromkeys(wanted.extras)
        if column in mapped
    ]
    if wanted.truth and wanted.truth in {*mapped, *wanted.extras}:
        problems.append(f"--truth {wanted.truth}: what is linked on cannot judge; take it out of --map and --extra")
    return problems


def extra_columns(names: Sequence[str]) -> dict[str, str]:
    """The names under which extras are compared: their own, made safe for SQL; unlike any role's and each other's."""
    made: dict[str, str] = {}
    for place, name in enumerate(dict.fromkeys(names), start=1):
        plain = f"extra_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}".rstrip("_")
        made[name] = f"{plain}_{place}" if plain == "extra" or plain in made.values() else plain
    return made
