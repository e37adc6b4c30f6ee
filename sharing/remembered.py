"""What earlier nights told: how far each count could have been otherwise, with the same release, on every one of them.

Who knows which places did not change between two nights may lay their releases side by side. A move that is to go
unseen must therefore have gone unseen then, too. The table `remembered` of a schema has a row per count and night,
nights before the last put together by periods of `remembered_days`, so that each is remembered that long at least.
Counts by age and sex that are too small for a row are not kept. What is done with it is `guard.py`.
"""

from typing import Any

import numpy as np

from settings import duck
from sharing.known_people import Guarded
from sharing.lattice import FREE
from sharing.named_cells import NAME_COLUMNS, NAME_TYPES, find_ids, name_cells

TABLE = f"({NAME_TYPES}, remembered_days integer, told_on date, up integer, down integer)"


def _is_there(connection: Any, schema: str) -> bool:
    *database, name = schema.replace('"', "").split(".")
    return duck.has_table(connection, name, "remembered", database=database[0] if database else None)


def read_room(connection: Any, guarded: Guarded, *, schema: str, as_of: str) -> None:
    """Tell the lattice what nights before `as_of` told of the data set."""
    if not _is_there(connection, schema):
        return
    rows = f"""select * from {schema}.remembered
        where dataset = {duck.quoted(guarded.dataset)} and told_on < date '{as_of}'"""
    ids, level, up, down = find_ids(connection, guarded, rows, "up", "down")
    known, first, cell = np.unique(ids, return_index=True, return_inverse=True)
    room = np.full((2, len(known)), FREE)
    np.minimum.at(room[0], cell, up)
    np.minimum.at(room[1], cell, down)
    if len(known):
        guarded.lattice.remember(known, level[first], room)


def keep_room(connection: Any, guarded: Guarded) -> None:
    """Put what this night tells of the data set into the temporary table `guard_told`."""
    lattice = guarded.lattice
    _, _, kind = lattice.measures.parts(lattice.ids // lattice.places)
    is_small = lattice.count <= lattice.threshold[lattice.level]
    cells = np.flatnonzero((kind < 0) | ~is_small)
    up, down = np.where(lattice.withheld, FREE, lattice.told_room)[:, cells]
    named = name_cells(connection, guarded, cells, up=up, down=down)
    connection.execute(f"create temp table if not exists guard_told {TABLE}")
    connection.execute(f"""insert into guard_told
        select {NAME_COLUMNS}, {guarded.remembered_days}, null, up, down from ({named})""")


def write_room(connection: Any, *, schema: str, as_of: str) -> None:
    """Replace the table `remembered`: this night's lines beside earlier ones, of which those too old are dropped.

    A night that is done again replaces its own lines.
    """
    connection.execute(f"create temp table if not exists guard_told {TABLE}")
    if not _is_there(connection, schema):
        connection.execute(f"create table {schema}.remembered {TABLE}")
    connection.execute(f"""
        create or replace table {schema}.remembered as
        with others as (from {schema}.remembered where told_on <> date '{as_of}'),
        kept as (
            select * from others
            where told_on >= date '{as_of}' - 2 * remembered_days or told_on = (select max(told_on) from others)
        ),
        by_period as (
            select {NAME_COLUMNS}, remembered_days,
                least(told_on, epoch + cast((told_on - epoch) // remembered_days * remembered_days as integer))
                    as told_on,
                min(up) as up, min(down) as down
            from kept, (select date '2000-01-01' as epoch) where told_on < date '{as_of}' group by all
        )
        from by_period
        union all from kept where told_on > date '{as_of}'
        union all select * replace (date '{as_of}' as told_on) from guard_told;
        drop table guard_told""")
