"""The table `linked.complementary`: what all guarded data sets must withhold beside their small counts, by name.

Whom the data sets know is read by `known_people.py`; what to withhold is decided in `guard.py`.
"""

from typing import Any

import numpy as np

from sharing.guard import withhold
from sharing.known_people import Guarded, read_guarded

WITHHELD = """(tier varchar, place_code varchar, dataset varchar, name varchar, measure varchar, code varchar,
    age_band varchar, sex varchar)"""


def write_withheld(connection: Any, guarded: Guarded, table: str) -> None:
    """Add the counts that `guarded.lattice` marks to `table`, whose columns are `WITHHELD`."""
    lattice = guarded.lattice
    cells = lattice.ids[lattice.withheld]
    number, key = cells % lattice.places, cells // lattice.places
    measure, code, kind = lattice.measures.parts(key)
    name = np.where(measure >= 0, -1, key)
    frame = {"number": number, "name_no": name, "measure_no": measure, "code_no": code, "kind_no": kind}
    import pandas as pd

    connection.register("guard_withheld", pd.DataFrame(frame))
    names = " ".join(f"when {number} then '{name}'" for number, name in enumerate(guarded.names))
    is_full = "w.measure_no >= 0 and (w.kind_no >= 0 or w.code_no < 0)"
    connection.execute(
        f"""insert into {table}
        select place.level || case when w.name_no >= 2 then '_rag' when w.name_no >= 0 then '_known_to'
                when {is_full} then '_full' else '_coded' end,
            place.place_code, ?, case w.name_no {names} else 'people' end,
            measure.measure, case when w.measure_no >= 0 then coalesce(code.code, 'all') end,
            case when {is_full} then coalesce(kind.age_band, 'all') end,
            case when {is_full} then coalesce(kind.sex, 'all') end
        from guard_withheld as w
        inner join guard_place as place on w.number = place.number
        left join (select distinct measure, measure_no from guard_code) as measure on w.measure_no = measure.measure_no
        left join guard_code as code on w.measure_no = code.measure_no and w.code_no = code.code_no
        left join guard_kind as kind on w.kind_no = kind.number
        order by all""",
        [guarded.dataset],
    )
    connection.unregister("guard_withheld")


def complementary(connection: Any, *, schema: str = "linked") -> Any:
    """What all guarded data sets must withhold beside their small counts: a relation with the columns of `WITHHELD`."""
    connection.execute(f"create or replace temp table guard_complementary {WITHHELD}")
    for guarded in read_guarded(connection, schema=schema):
        withhold(guarded.lattice, guarded.homes, guarded.least_values)
        write_withheld(connection, guarded, "guard_complementary")
    return connection.sql("select * from guard_complementary order by all")
