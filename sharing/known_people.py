"""Reads from `linked` whom each data set knows, as numbers; writes back which counts to withhold, by name.

Only data sets whose people are not drawn and whose policy asks for `least_values` are read. Nothing is decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharing.candidates import Homes
from sharing.guard import withhold
from sharing.lattice import (
    HISTORIC,
    WARD,
    Ints,
    Lattice,
    Measures,
    People,
    Rule,
    lattice_of,
    measures_of,
)

HOMES_TRIED = 4  # per ward
NAMES = ("people_current", "people_historic", "people_red", "people_amber", "people_green")
WITHHELD = """(tier varchar, place_code varchar, dataset varchar, name varchar, measure varchar, code varchar,
    age_band varchar, sex varchar)"""
NUMBERS = """
create or replace temp table guard_place as
    select level, place_code, row_number() over (order by level, place_code) - 1 as number from {schema}.place;
create or replace temp table guard_kind as
    select age_band, sex, row_number() over (order by age_band, sex) - 1 as number
    from (select distinct coalesce(age_band, 'unknown') as age_band, coalesce(sex, 'unknown') as sex
          from {schema}.person);
create or replace temp table guard_person as
    select person.person_id, person.uprn, kind.number as kind, coalesce(street.number, -1) as street,
        coalesce(postcode.number, -1) as postcode, coalesce(ward.number, -1) as ward
    from {schema}.person as person
    inner join guard_kind as kind
        on coalesce(person.age_band, 'unknown') = kind.age_band and coalesce(person.sex, 'unknown') = kind.sex
    left join guard_place as street on street.level = 'street' and person.usrn = street.place_code
    left join guard_place as postcode on postcode.level = 'postcode' and person.postcode = postcode.place_code
    left join guard_place as ward on ward.level = 'ward' and person.ward_code = ward.place_code"""
GUARDED = """
select dataset, min(least_values) as least_values
from {schema}.disclosure_rule as rule inner join {schema}.dataset as dataset using (dataset)
where rule.level in ('street', 'postcode', 'ward') and dataset.subject <> 'ward'
group by dataset having count(*) = 3 and min(least_values) > 1 and max(left_out_share) = 0 order by dataset"""
KNOWN = """
create or replace temp table guard_known as
    select person.*, known.status = 'current' as is_current,
        case known.rag when 'red' then 0 when 'amber' then 1 when 'green' then 2 else -1 end as rating
    from {schema}.person_dataset as known inner join guard_person as person using (person_id)
    where known.dataset = $dataset"""
# those first who live where the data set knows fewest
ORDERED = """
create or replace temp table guard_ordered as
    select *, row_number() over (order by known_at_home, person_id) - 1 as number
    from (select *, count(*) over (partition by street) + count(*) over (partition by postcode) as known_at_home
          from guard_known)"""
HELD = """
create or replace temp table guard_held as
    with latest as (
        select * from {schema}.measure
        where dataset = $dataset and is_latest and status = 'current' and code is not null
    )
    select known.number as holder, latest.measure, latest.code
    from latest inner join guard_ordered as known on latest.person_id = known.person_id
    where latest.subject = 'person'
    union all
    select known.number, latest.measure, latest.code
    from latest inner join guard_ordered as known on latest.uprn = known.uprn
    where latest.subject = 'premises'"""
CODES = """
create or replace temp table guard_code as
    select measure, code, dense_rank() over (order by measure) - 1 as measure_no,
        row_number() over (partition by measure order by code) - 1 as code_no
    from (select distinct measure, code from guard_held)"""


@dataclass(frozen=True)
class Guarded:
    """One data set's counts, where its people could live, and how many values each small count must keep."""

    dataset: str
    lattice: Lattice
    homes: Homes
    least_values: int


def read_guarded(connection: Any, *, schema: str = "linked") -> Iterator[Guarded]:
    """Each data set that is to be guarded, in order of name. Temporary tables are left in the connection."""
    for statement in NUMBERS.format(schema=schema).split(";"):
        connection.execute(statement)
    places = int(connection.execute("select count(*) from guard_place").fetchone()[0])
    (kinds,) = connection.execute("select count(*) from guard_kind").fetchone()
    for dataset, least_values in connection.execute(GUARDED.format(schema=schema)).fetchall():
        for statement in (KNOWN, ORDERED, HELD, CODES):
            wanted = {"dataset": dataset} if "$dataset" in statement else {}
            connection.execute(statement.format(schema=schema), wanted)
        people, measures = _people(connection), _measures(connection, int(kinds))
        if len(people.rating):
            lattice = lattice_of(people, measures, _rules(connection, schema, dataset), places)
            yield Guarded(dataset, lattice, _homes(connection, lattice, places), int(least_values))


def _columns(connection: Any, query: str, parameters: list[Any] | None = None) -> list[Ints]:
    found = connection.execute(query, parameters or []).fetchnumpy()
    return [np.asarray(column).astype(np.int64) for column in found.values()]


def _people(connection: Any) -> People:
    street, postcode, ward, is_current, rating, kind = _columns(
        connection,
        "select street, postcode, ward, is_current::integer, rating, kind from guard_ordered order by number",
    )
    holder, measure, code = _columns(
        connection,
        """select holder, measure_no, code_no from guard_held inner join guard_code using (measure, code)
        order by all""",
    )
    place = np.stack([street, postcode, ward], axis=1)
    return People(place, is_current.astype(bool), rating, kind, holder, measure, code)


def _measures(connection: Any, kinds: int) -> Measures:
    (codes,) = _columns(connection, "select count(*) from guard_code group by measure_no order by measure_no")
    return measures_of(codes, kinds)


def _rules(connection: Any, schema: str, dataset: str) -> tuple[Rule, Rule, Rule]:
    rows = connection.execute(
        f"select level, threshold, rounding, zero_released from {schema}.disclosure_rule where dataset = ?", [dataset]
    ).fetchall()
    found = {level: Rule(threshold, rounding, zero) for level, threshold, rounding, zero in rows}
    return found["street"], found["postcode"], found["ward"]


def _homes(connection: Any, lattice: Lattice, places: int) -> Homes:
    """The few homes of each ward where the data set knows fewest."""
    street, postcode, ward = _columns(
        connection,
        """select distinct street, postcode, ward from guard_person
        where street >= 0 and postcode >= 0 and ward >= 0 order by ward, street, postcode""",
    )
    place = np.stack([street, postcode, ward], axis=1)
    known = np.zeros(places, np.int64)
    of_status = lattice.ids // lattice.places <= HISTORIC
    np.add.at(known, lattice.ids[of_status] % lattice.places, lattice.count[of_status])
    order = np.lexsort((np.arange(len(place)), known[place[:, 0]] + known[place[:, 1]], place[:, WARD]))
    place = place[order]
    rank = np.arange(len(place)) - np.searchsorted(place[:, WARD], place[:, WARD])
    place = place[rank < HOMES_TRIED]
    wards = np.arange(places)
    first = np.searchsorted(place[:, WARD], wards)
    return Homes(place, first, np.searchsorted(place[:, WARD], wards, side="right") - first)


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
    names = " ".join(f"when {number} then '{name}'" for number, name in enumerate(NAMES))
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
