"""A made-up town with a warehouse and a release, small enough to know what every number should be.

Two wards of people in households of two. Data set `clinic` knows those at risk, `noise` knows anybody, `harbour` counts
people by ward only. An outcome comes mostly to those at risk, in both years after the release.
"""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from pydantic import TypeAdapter

from ingestion.contract import Contract
from settings import duck
from settings.paths import REPOSITORY, Home, Region
from valuation.actions import Action
from valuation.policy import ValuationPolicy, read_policy

AS_OF = "2026-06-01"
# how the town is made: person n is at risk or not, lives in household n // 2, in one of two wards
PEOPLE = """
create table people as
select
    n, printf('P%06d', n) as person_id, printf('H%06d', n // 2) as household_id,
    printf('S%d', (n // 20)) as usrn, printf('FN1 %d', n // 20) as postcode,
    case when n < {people} // 2 then 'W1' else 'W2' end as ward_code, 'D1' as district_code,
    20 + (n * 7) % 60 as age, case when n % 3 = 0 then 'F' else 'M' end as sex,
    md5_number_lower('{seed}risk' || n) % 100 < case when n < {people} // 2 then 30 else 10 end as is_at_risk,
    md5_number_lower('{seed}noise' || n) % 100 < 20 as is_noise
from range({people}) as numbers (n)"""
KNOWN = "(dataset = 'clinic' and is_at_risk or dataset = 'noise' and is_noise)"


def build(home: Home, *, people: int = 1200, seed: int | str = "") -> Path:
    """Write the warehouse, the release's folder (returned) and the truth. Another seed is another town."""
    release = home.root / "release"
    release.mkdir(parents=True)
    with duck.connect(release / "linked.duckdb") as connection:
        connection.execute(PEOPLE.format(people=people, seed=seed))
        connection.execute("create table dataset (dataset varchar, subject varchar, extract_date date)")
        connection.execute(
            "insert into dataset values ('clinic', 'person', '2026-06-01'), ('noise', 'person', '2026-06-01'), "
            "('harbour', 'ward', '2026-06-01')"
        )
        _tiers(connection)
        connection.execute(f"create schema about; create table about.release as select '{AS_OF}' as as_of")
        _warehouse(connection, home)
        _truth(connection, home, seed)
        connection.execute("drop table people; drop table dataset")
    return release


def _tiers(connection: Any) -> None:
    said = f"select people.*, dataset, {KNOWN} as known from people cross join dataset where subject = 'person'"
    row = {
        "person": f"select person_id, age // 20 as age_band, sex, ward_code, dataset, known, known::integer as number "
        f"from ({said})",
        "household": f"select household_id, ward_code, 2 as members, dataset, bool_or(known) as known, "
        f"count(*) filter (known) as number from ({said}) group by all",
    }
    connection.execute("create schema tiers")
    for level, cells in row.items():
        key = "person_id, age_band, sex, ward_code" if level == "person" else "household_id, ward_code, members"
        members = "number" if level == "household" else "1"
        connection.execute(f"""
            create table tiers.{level}_known_to as
            select {key}, dataset, case when known then 'current' else 'none' end as status,
                number as members_current, 0 as members_historic,
                case when known then '2026-05' end as last_contact_month from ({cells});
            create table tiers.{level}_rag as
            select {key}, dataset, case when known then 'red' end as rag, number as members_red, 0 as members_amber
            from ({cells});
            create table tiers.{level}_coded as
            select {key}, dataset, 'kind' as measure, 'x' as code, {members} as members_with_code
            from ({cells}) where known;
            create table tiers.{level}_full as
            select {key}, dataset, 1 as member_no, 1 as record_no, date '2026-05-01' as valid_from,
                null::date as event_date, null::date as value_date, 'kind' as measure, 'x' as code,
                null::double as value
            from ({cells}) where known
        """)
    for level, key in (("street", "usrn"), ("postcode", "postcode"), ("ward", "ward_code")):
        cells = f"""
            select {key}, dataset, count(*) as people_living, count(*) filter (known) as people
            from ({said}) group by all
            union all
            select {key}, 'harbour', count(*), count(*) // 3 from people where '{level}' = 'ward' group by all"""
        connection.execute(f"""
            create table tiers.{level}_known_to as
            select {key}, dataset, people_living, case when people > 7 then people end as people_current,
                case when people <= 7 then 'below_threshold' end as people_current_reason, 0 as people_historic
            from ({cells});
            create table tiers.{level}_rag as
            select {key}, dataset, case when people > 7 then people end as people_red, 0 as people_amber,
                0 as people_green, case when people <= 7 then 'below_threshold' end as people_red_reason,
                null::varchar as place_rag from ({cells});
            create table tiers.{level}_coded as
            select {key}, dataset, 'kind' as measure, 'x' as code, case when people > 7 then people end as people
            from ({cells});
            create table tiers.{level}_full as
            select {key}, dataset, 'kind' as measure, 'all' as age_band, 'all' as sex, 'all' as code,
                null::double as value_mean, null::double as value_q1, null::double as value_median,
                null::double as value_q3 from ({cells})
        """)


def _warehouse(connection: Any, home: Home) -> None:
    home.warehouse_db.parent.mkdir(parents=True)
    connection.execute(f"attach {duck.quoted(home.warehouse_db)} as store; create schema store.linked")
    connection.execute("""
        create table store.linked.person as
        select person_id, household_id, age, sex, usrn, postcode, ward_code, district_code from people;
        create table store.linked.household as
        select household_id, 'U' || household_id as uprn, any_value(usrn) as usrn, any_value(postcode) as postcode,
            any_value(ward_code) as ward_code, count(*) as members from people group by 1;
        create table store.linked.dataset as from dataset;
        create table store.linked.record as
        select md5('clinic' || chr(31) || person_id) as record_id, 'clinic' as dataset, person_id,
            null::date as event_date, null::date as valid_from from people;
        create table store.linked.measure (record_id varchar, dataset varchar, measure varchar, code varchar);
        detach store""")


def _truth(connection: Any, home: Home, seed: int | str) -> None:
    """True person n is linked person n: record key and true id follow the number."""
    home.truth.mkdir(parents=True)
    for name, select in {
        "records": "select 'clinic' as dataset, person_id as record_key, 'T' || n as true_person_id from people",
        "people": f"""select 'T' || n as true_person_id,
            (md5_number_lower('{seed}first' || n) % 100 < case when is_at_risk then 55 else 4 end)::integer
                as trouble_year_after,
            (md5_number_lower('{seed}second' || n) % 100 < case when is_at_risk then 55 else 4 end)::integer
                as trouble_second_year_after from people""",
    }.items():
        connection.execute(f"copy ({select}) to {duck.quoted(home.truth / f'{name}.parquet')} (format parquet)")


def contracts() -> dict[str, Contract]:
    """Of the town's data sets, only what valuation asks of a contract."""
    subjects = {"clinic": "person", "noise": "person", "harbour": "ward"}
    return {name: SimpleNamespace(dataset=name, subject=subject, measures={}) for name, subject in subjects.items()}  # type: ignore[misc]


GIVEN = {"source": "test"}
# Reach a fifth of adults; 1000 pounds saved for each trouble prevented, at 100 pounds each.
ACTION: dict[str, Any] = {
    "id": "prevention",
    "title": "Prevention",
    "does": "something",
    "delivered_by": "The town",
    "user_group": "town",
    "unit": "person",
    "eligible": {"min_age": 18},
    "outcome": {"name": "trouble", "what": "Trouble", "source": "demo_truth"},
    "own_data": [],
    "candidates": ["clinic", "noise", "harbour"],
    "capacity": {"value": 0.2, "unit": "share_of_eligible", **GIVEN},
    "unit_cost_gbp": {"value": 100, **GIVEN},
    "outcome_cost_gbp": {"value": 2000, **GIVEN},
    "effect": {"value": 0.5, "grade": "D", **GIVEN},
    "deadweight": {"value": 0, **GIVEN},
    "confidence": {"value": 1, **GIVEN},
    "pays": ["The town"],
    "gains": ["The town"],
    "acceptability": {
        "veto_below": 0.5,
        "source": "test",
        "accepts": {"person": {"targeted": 0.8, "control": 0.7}, "person_full": {"targeted": 0.8, "control": 0.4}},
    },
}


def action(**changes: Any) -> Action:
    """`ACTION` with some fields changed."""
    made: Action = TypeAdapter(Action).validate_python(ACTION)
    return replace(made, **changes)


def region(root: Path, *actions: dict[str, Any]) -> Region:
    """A region with these actions and the repository's way of valuing them."""
    for folder in ("actions", "policies"):
        (root / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "region" / "policies" / "valuation.csv", root / "policies")
    for content in actions:
        (root / "actions" / f"{content['id']}.yaml").write_text(yaml.safe_dump(content))
    return Region(root)


def policy(**changes: Any) -> ValuationPolicy:
    """The repository's policy."""
    return replace(read_policy(REPOSITORY / "region" / "policies", as_of=AS_OF), **changes)
