"""Reads from `linked` whom each data set knows, as numbers.

Only data sets whose people are not drawn and whose policy asks for `least_values` are read, and the residents where no
data set's people are drawn. Nothing is decided here (`guard.py`), nor written (`complementary.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharing.candidates import Homes
from sharing.lattice import LEVELS, WARD, Lattice, People, Rule, Rules, lattice_of
from sharing.lattice_keys import HISTORIC, Ints, Measures, measures_of

HOMES_TRIED = 4  # per ward
LIVING = "people living"  # instead of a data set: everybody, known or not
NAMES = ("people_current", "people_historic", "people_red", "people_amber", "people_green")
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
select dataset, min(least_values) as least_values, max(remembered_days) as remembered_days
from {schema}.disclosure_rule as rule inner join {schema}.dataset as dataset using (dataset)
where rule.level in ('street', 'postcode', 'ward') and dataset.subject <> 'ward'
group by dataset having count(*) = 3 and min(least_values) > 1 and max(left_out_share) = 0 order by dataset"""
GUARDED_LIVING = """
select max(least_values), max(remembered_days) from {schema}.disclosure_rule
where level in ('street', 'postcode', 'ward')
having max(least_values) > 1 and max(left_out_share) = 0 and count(distinct level) = 3"""
KNOWN = """
create or replace temp table guard_known as
    select person.*, true as can_move, known.status = 'current' as is_current,
        case known.rag when 'red' then 0 when 'amber' then 1 when 'green' then 2 else -1 end as rating
    from {schema}.person_dataset as known inner join guard_person as person using (person_id)
    where known.dataset = $dataset"""
# who is known somewhere cannot live elsewhere without that telling
LIVE = """
create or replace temp table guard_known as
    select person.*, known.person_id is null as can_move, true as is_current, -1 as rating
    from guard_person as person
    left join (select distinct person_id from {schema}.person_dataset) as known using (person_id)"""
# those first who can move and live where the data set knows fewest
ORDERED = """
create or replace temp table guard_ordered as
    select *, row_number() over (order by not can_move, known_at_home, person_id) - 1 as number
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
    names: tuple[str, ...]  # of the columns that count without a measure
    lattice: Lattice
    homes: Homes
    least_values: int
    remembered_days: int  # for which what a night told is remembered


def read_guarded(connection: Any, *, schema: str = "linked") -> Iterator[Guarded]:
    """The residents and each data set, if to be guarded, in order of name. Temporary tables stay in the connection."""
    for statement in NUMBERS.format(schema=schema).split(";"):
        connection.execute(statement)
    places = int(connection.execute("select count(*) from guard_place").fetchone()[0])
    (kinds,) = connection.execute("select count(*) from guard_kind").fetchone()
    guarded = [(LIVING, *row) for row in connection.execute(GUARDED_LIVING.format(schema=schema)).fetchall()]
    guarded += connection.execute(GUARDED.format(schema=schema)).fetchall()
    for dataset, least_values, remembered_days in guarded:
        is_living = dataset == LIVING
        for statement in (LIVE if is_living else KNOWN, ORDERED, HELD, CODES):
            wanted = {"dataset": dataset} if "$dataset" in statement else {}
            connection.execute(statement.format(schema=schema), wanted)
        people, measures = _people(connection), _measures(connection, int(kinds))
        if len(people.rating):
            rules = _rules_of_living(connection, schema) if is_living else _rules(connection, schema, dataset)
            lattice = lattice_of(people, measures, rules, places)
            names = ("people_living",) if is_living else NAMES
            homes = _homes(connection, lattice, places)
            yield Guarded(dataset, names, lattice, homes, int(least_values), int(remembered_days))


def _columns(connection: Any, query: str, parameters: list[Any] | None = None) -> list[Ints]:
    found = connection.execute(query, parameters or []).fetchnumpy()
    return [np.asarray(column).astype(np.int64) for column in found.values()]


def _people(connection: Any) -> People:
    street, postcode, ward, is_current, can_move, rating, kind = _columns(
        connection,
        """select street, postcode, ward, is_current::integer, can_move::integer, rating, kind from guard_ordered
        order by number""",
    )
    holder, measure, code = _columns(
        connection,
        """select holder, measure_no, code_no from guard_held inner join guard_code using (measure, code)
        order by all""",
    )
    place = np.stack([street, postcode, ward], axis=1)
    return People(place, is_current.astype(bool), can_move.astype(bool), rating, kind, holder, measure, code)


def _measures(connection: Any, kinds: int) -> Measures:
    (codes,) = _columns(connection, "select count(*) from guard_code group by measure_no order by measure_no")
    return measures_of(codes, kinds)


def _rules_of_living(connection: Any, schema: str) -> Rules:
    """Residents are told beside every data set, by its rule. A place where nobody lives has no row."""
    rows = connection.execute(
        f"select distinct level, threshold, rounding from {schema}.disclosure_rule order by all"
    ).fetchall()
    return tuple(tuple(Rule(least, step, True) for at, least, step in rows if at == level) for level in LEVELS)


def _rules(connection: Any, schema: str, dataset: str) -> Rules:
    rows = connection.execute(
        f"select level, threshold, rounding, zero_released from {schema}.disclosure_rule where dataset = ?", [dataset]
    ).fetchall()
    found = {level: (Rule(threshold, rounding, zero),) for level, threshold, rounding, zero in rows}
    return tuple(found[level] for level in LEVELS)


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
