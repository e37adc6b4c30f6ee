"""The table `linked.complementary`: what all guarded data sets must withhold beside their small counts, by name.

Whom the data sets know is read by `known_people.py`; what to withhold is decided in `guard.py`; what earlier nights
told is kept by `remembered.py`.
"""

from typing import Any

import numpy as np

from sharing.guard import withhold
from sharing.known_people import read_guarded
from sharing.named_cells import NAME_COLUMNS, NAME_TYPES, name_cells
from sharing.remembered import keep_room, read_room, write_room


def complementary(connection: Any, *, schema: str = "linked", as_of: str | None = None) -> Any:
    """What all guarded data sets must withhold beside their small counts: a relation with the columns `NAME_COLUMNS`.

    as_of: the night, if what it tells shall be remembered by later ones, in the table `remembered` of the schema.
    """
    connection.execute(f"create or replace temp table guard_complementary ({NAME_TYPES})")
    for guarded in read_guarded(connection, schema=schema):
        lattice = guarded.lattice
        night = as_of if guarded.remembered_days else None
        if night is not None:
            read_room(connection, guarded, schema=schema, as_of=night)
        withhold(lattice, guarded.homes, guarded.least_values)
        named = name_cells(connection, guarded, np.flatnonzero(lattice.withheld))
        connection.execute(f"insert into guard_complementary select {NAME_COLUMNS} from ({named}) order by all")
        if night is not None:
            keep_room(connection, guarded)
    if as_of is not None:
        write_room(connection, schema=schema, as_of=as_of)
    return connection.sql("select * from guard_complementary order by all")
