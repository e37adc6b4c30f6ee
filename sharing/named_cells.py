"""Cells of a lattice under the names that the tiers know them by, and back. What they are for is not known here."""

from typing import Any

import numpy as np

from settings.duck import quoted
from sharing.known_people import Guarded
from sharing.lattice import LEVELS
from sharing.lattice_keys import Ints

NAME_COLUMNS = "tier, place_code, dataset, name, measure, code, age_band, sex"
NAME_TYPES = ", ".join(f"{name} varchar" for name in NAME_COLUMNS.split(", "))


def name_cells(connection: Any, guarded: Guarded, cells: Ints, **numbers: Ints) -> str:
    """A query for the cells' names, in `NAME_COLUMNS`, and for `numbers`, of which each has one for each cell.

    Holds until the next call, and while the temporary tables of `known_people.read_guarded` are of this data set.
    """
    import pandas as pd

    lattice = guarded.lattice
    number, key = lattice.ids[cells] % lattice.places, lattice.ids[cells] // lattice.places
    measure, code, kind = lattice.measures.parts(key)
    name = np.where(measure >= 0, -1, key)
    frame = {"number": number, "name_no": name, "measure_no": measure, "code_no": code, "kind_no": kind, **numbers}
    connection.register("guard_cell", pd.DataFrame(frame))
    names = " ".join(f"when {number} then '{name}'" for number, name in enumerate(guarded.names))
    is_full = "cell.measure_no >= 0 and (cell.kind_no >= 0 or cell.code_no < 0)"
    return f"""
        select place.level || case when cell.name_no >= 2 then '_rag' when cell.name_no >= 0 then '_known_to'
                when {is_full} then '_full' else '_coded' end as tier,
            place.place_code, {quoted(guarded.dataset)} as dataset,
            case cell.name_no {names} else 'people' end as name, measure.measure,
            case when cell.measure_no >= 0 then coalesce(code.code, 'all') end as code,
            case when {is_full} then coalesce(kind.age_band, 'all') end as age_band,
            case when {is_full} then coalesce(kind.sex, 'all') end as sex
            {"".join(f", cell.{name}" for name in numbers)}
        from guard_cell as cell
        inner join guard_place as place on cell.number = place.number
        left join (select distinct measure, measure_no from guard_code) as measure
            on cell.measure_no = measure.measure_no
        left join guard_code as code on cell.measure_no = code.measure_no and cell.code_no = code.code_no
        left join guard_kind as kind on cell.kind_no = kind.number"""


def find_ids(connection: Any, guarded: Guarded, named: str, *numbers: str) -> tuple[Ints, ...]:
    """Ids and levels of a query's cells (`NAME_COLUMNS`, `numbers`), and the numbers. Unknown names are left out."""
    names = " ".join(f"when '{name}' then {number}" for number, name in enumerate(guarded.names))
    found = connection.execute(f"""
        select place.number, list_position({list(LEVELS)}, place.level) - 1 as level,
            case when named.measure is null then case named.name {names} end else -1 end as name_no,
            coalesce(measure.measure_no, -1) as measure_no, coalesce(code.code_no, -1) as code_no,
            coalesce(kind.number, -1) as kind_no{"".join(f", named.{name}" for name in numbers)}
        from ({named}) as named
        inner join guard_place as place
            on named.tier like place.level || '_%' and named.place_code = place.place_code
        left join (select distinct measure, measure_no from guard_code) as measure on named.measure = measure.measure
        left join guard_code as code on named.measure = code.measure and named.code = code.code
            and not (named.tier like '%_full' and named.age_band = 'all')
        left join guard_kind as kind on named.age_band = kind.age_band and named.sex = kind.sex
        where (named.measure is null) = (measure.measure is null)
            and (code.code is not null or named.measure is null or named.age_band = 'all')""").fetchnumpy()
    place, level, name, measure, code, kind, *rest = (np.asarray(column).astype(np.int64) for column in found.values())
    keys = guarded.lattice.measures
    of_code = np.where(kind >= 0, keys.kind_key(measure, code, kind), keys.code_key(measure, code))
    key = np.where(measure < 0, name, np.where(code < 0, keys.base_of(measure), of_code))
    return key * guarded.lattice.places + place, level, *rest
