"""The place tiers of any made-up region, by the project's own SQL, in milliseconds: the macros rendered without dbt.

`linked.*` tables go in, the rows of the twelve place tiers come out. What is released here is what a night releases.
"""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from ingestion.generate import DBT_PROJECT
from sharing.tiers import DETAILS, PLACE_LEVELS, UNIT_COLUMNS

MACROS = ("tiers", "linked", "project")
SCHEMA = """
create schema linked;
create table linked.dataset (dataset varchar, subject varchar, min_age integer, max_age integer, districts varchar[],
    has_all_districts boolean, covers_as_of boolean);
create table linked.person (person_id varchar, household_id varchar, age_band varchar, sex varchar, uprn varchar,
    usrn varchar, postcode varchar, ward_code varchar, district_code varchar, age integer);
create table linked.person_dataset (person_id varchar, dataset varchar, subject varchar, status varchar, rag varchar);
create table linked.measure (person_id varchar, dataset varchar, subject varchar, uprn varchar, ward_code varchar,
    measure varchar, kind varchar, counts_people boolean, code varchar, value double, status varchar,
    is_latest boolean, last_contact_date date);
create table linked.ward_dataset (ward_code varchar, dataset varchar, last_contact_date date, people integer,
    rag varchar);
create table linked.disclosure_rule (level varchar, dataset varchar, threshold integer, rounding integer,
    left_out_share double, least_values integer, remembered_days integer, minimum_for_measures integer,
    dominance_people integer,
    dominance_share double, zero_released boolean, place_red_ratio double, place_amber_ratio double);
create table linked.complementary (tier varchar, place_code varchar, dataset varchar, name varchar, measure varchar,
    code varchar, age_band varchar, sex varchar);
create view linked.place as
    select 'street' as level, usrn as place_code, min(district_code) as district_code, count(*) as people
    from linked.person where usrn is not null group by usrn
    union all select 'postcode', postcode, min(district_code), count(*) from linked.person
    where postcode is not null group by postcode
    union all select 'ward', ward_code, min(district_code), count(*) from linked.person
    where ward_code is not null group by ward_code;
"""


def _render(macro: str, schema: str) -> str:
    files = [file for folder in MACROS for file in sorted(Path(DBT_PROJECT, "macros", folder).glob("*.sql"))]
    macros = "\n".join(file.read_text(encoding="utf-8").split("{% test ")[0] for file in files)
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
    template = environment.from_string(macros + f"{{{{ {macro} }}}}")
    return template.render(ref=lambda name: f"{schema}.{name}").strip()


@cache
def tier_sql(level: str, detail: str, *, schema: str = "linked") -> str:
    """The select behind `tiers.<level>_<detail>`, reading `schema`."""
    return _render(f"place_{detail}('{level}')", schema)


@cache
def times_counted(dataset: str, left_out_share: float) -> str:
    """How often a person counts, as SQL over a column `person_id`."""
    return _render(f"times_counted('person_id', \"'{dataset}'\", {left_out_share})", "linked")


def release(connection: Any, *, schema: str = "linked") -> dict[str, list[dict[str, Any]]]:
    """Tier -> its rows, sorted, of the place tiers over the tables of `schema`."""
    released = {}
    for level in PLACE_LEVELS:
        for detail in DETAILS:
            found = connection.execute(f"{tier_sql(level, detail, schema=schema)} order by all")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            released[f"{level}_{detail}"] = [{"place": row.pop(UNIT_COLUMNS[level][0]), **row} for row in rows]
    return released
