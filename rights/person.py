"""Which person is meant: by lasting id, followed through merges, or by NHS number."""

import re
from dataclasses import dataclass
from typing import Any

from linkage.id_life import life_of
from rights.opt_out_file import is_nhs_number
from settings.duck import connect
from settings.errors import UserError
from settings.paths import Home


@dataclass(frozen=True)
class Person:
    """One person as linked last night. records: data set -> number; record_ids are never shown."""

    person_id: str
    household_id: str | None
    records: dict[str, int]
    record_ids: tuple[str, ...]


def find_person(home: Home, *, person_id: str | None = None, nhs_number: str | None = None) -> Person:
    """The person with this id, or to whom a record with this number belongs.

    Raises UserError where nobody is found, more than one person bears the number, or neither or both are given.
    """
    if (person_id is None) == (nhs_number is None):
        raise UserError("Say who is meant", ["give a person's id, or --nhs-number"])
    if person_id is not None and not person_id.strip().upper().startswith("P"):
        raise UserError("That is not an id of a person", ["ids of persons look like P00000001"])
    wanted = life_of(home, person_id).current_id if person_id else _bearer(home, str(nhs_number))
    with connect(home.identity_db, read_only=True) as connection:
        found = connection.execute(
            "select record_id, dataset from linkage.persons where person_id = ? order by record_id", [wanted]
        ).fetchall()
        household = connection.execute(
            "select household_id from linkage.households where person_id = ?", [wanted]
        ).fetchone()
    if not found:
        raise UserError(f"No record belongs to {wanted} now", ["`mvld person` tells what became of the id"])
    datasets = [dataset for _, dataset in found]
    return Person(
        wanted,
        household[0] if household else None,
        {dataset: datasets.count(dataset) for dataset in sorted(set(datasets))},
        tuple(record for record, _ in found),
    )


def _bearer(home: Home, text: str) -> str:
    number = re.sub(r"[\s-]", "", text)
    if not is_nhs_number(number):
        raise UserError("That is not an NHS number", ["ten digits, of which the last is the check digit"])
    with connect(home.identity_db, read_only=True) as connection:
        found: list[tuple[Any, ...]] = connection.execute(
            """
            select distinct person_id from identity.person_records join linkage.persons using (record_id)
            where nhs_number = ? order by person_id
            """,
            [number],
        ).fetchall()
    if not found:
        raise UserError("No record bears this number", ["try the person's id; `mvld review` may show the record"])
    if len(found) > 1:
        raise UserError(
            f"{len(found)} persons bear this number", [f"say which: {', '.join(person for (person,) in found)}"]
        )
    return str(found[0][0])
