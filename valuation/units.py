"""The units that an action may reach, and what anybody who reaches them knows: age, sex, household, place.

Read from the linked spine of the warehouse, which `open_valuation` attaches beside the release. Signals from the tiers
are `signals.py`; what came of the units is `outcomes.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from settings import duck
from settings.errors import NothingPublished
from settings.paths import Home
from sharing.build import DATABASE
from valuation.actions import Action

ELIGIBLE = """
select person_id, household_id from spine
where age between $min_age and $max_age and (len($districts) = 0 or list_contains($districts, district_code))"""
UNITS = {
    "person": f"""
        select
            person.person_id as unit_id, person.person_id, person.household_id,
            person.usrn, person.postcode, person.ward_code, household.uprn,
            person.age, person.age * person.age / 100.0 as age_squared, (person.sex = 'F')::integer as is_female,
            ln(1 + coalesce(household.members, 0)) as members,
            (person.household_id is null)::integer as has_no_household
        from ({ELIGIBLE}) as eligible
        join warehouse.linked.person as person using (person_id)
        left join warehouse.linked.household as household on person.household_id = household.household_id""",
    "household": f"""
        with member as (
            select
                household_id, max(age) as oldest, min(age) as youngest,
                ln(1 + count(*) filter (age < 18)) as children, ln(1 + count(*) filter (age >= 65)) as older
            from warehouse.linked.person where household_id is not null group by 1
        )
        select
            household_id as unit_id, null::varchar as person_id, household_id, usrn, postcode, ward_code, uprn,
            coalesce(oldest, 0) as oldest, coalesce(youngest, 0) as youngest, children, older,
            ln(1 + members) as members
        from (select distinct household_id from ({ELIGIBLE}) where household_id is not null)
        join warehouse.linked.household using (household_id)
        join member using (household_id)""",
}
# of an earlier release: who was in it, and no home where somebody objected since
IN_EARLIER = """
where
    person_id in (select person_id from release.tiers.person_known_to)
    and coalesce(len(left_out_of), 0) = 0
    and (household_id is null or household_id not in (
        select household_id from warehouse.linked.person where household_id is not null and len(left_out_of) > 0
    ))"""
KEYS = ("unit_id", "person_id", "household_id", "usrn", "postcode", "ward_code", "uprn")


@dataclass(frozen=True)
class Units:
    """Eligible units in the order of their ids; `known` (units by columns) is known of each without any sharing.

    fold: which part of the units each belongs to. home: a number by household, the same in any warehouse that has the
    household at that property. Members of a household have one of each.
    """

    known: NDArray[np.float32]
    fold: NDArray[np.int64]
    home: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.fold)


def see_people(work: Any, *, is_earlier: bool = False) -> None:
    """Give a database with `warehouse` and `release` its date and the view `spine`: who may be valued."""
    work.execute("set variable as_of = (select as_of::date from release.about.release)")
    work.execute(f"create temp view spine as from warehouse.linked.person {IN_EARLIER if is_earlier else ''}")


@contextmanager
def open_valuation(home: Home, *, release: Path | None = None) -> Iterator[Any]:
    """A working database in memory with `warehouse` and `release` (default: the one in force) attached, read only."""
    database = (release or home.current) / DATABASE
    if not database.exists() or not home.warehouse_db.exists():
        raise NothingPublished("there is nothing to value yet", ["run the night first: mvld run"])
    work = duck.connect(folder=home.warehouse_db.parent)
    try:
        duck.attach(work, home.warehouse_db, "warehouse", read_only=True)
        duck.attach(work, database, "release", read_only=True)
        is_earlier = release is not None and home.current.exists() and release.resolve() != home.current.resolve()
        see_people(work, is_earlier=is_earlier)
        yield work
    finally:
        work.close()


def read_units(work: Any, action: Action, *, folds: int, seed: int) -> Units:
    """Make the temporary table `unit` (unit_no from 0, keys of each level) and return what is known of the units."""
    eligible = action.eligible
    arguments = {"min_age": eligible.min_age, "max_age": eligible.max_age, "districts": list(eligible.districts)}
    work.execute(
        f"create or replace temp table unit as select row_number() over (order by unit_id) - 1 as unit_no, * "
        f"from ({UNITS[action.unit]}) order by unit_no",
        arguments,
    )
    found = work.execute(
        f"""select * exclude (unit_no, {", ".join(KEYS)}),
            md5_number_lower(coalesce(uprn, household_id, unit_id) || ' {seed}') as home
        from unit order by unit_no"""
    ).fetchnumpy()
    home = np.asarray(found.pop("home")).astype(np.uint64)
    columns = [np.ma.filled(values, 0).astype(np.float32) for values in found.values()]
    known = np.column_stack(columns).reshape(len(home), len(columns))
    return Units(known=known, fold=(home % np.uint64(folds)).astype(np.int64), home=home)
