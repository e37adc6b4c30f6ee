"""Persons placed at a residence, and the residence's people made a household with a lasting id.

The best current address wins: as recent as the person's latest by the policy's tolerance, then one with a UPRN, then
the one that most records tell. An address without UPRN is matched to one by cleaned address and postcode; failing that,
the cleaned address is the residence. Communal establishments are apart: they are places, not households.
"""

from pathlib import Path
from typing import Any

from linkage import history
from linkage.id_registry import NOWHERE, Assigned, assign_ids, write_registry
from linkage.policy import LinkagePolicy
from linkage.store import STORE, has_table
from linkage.table_changes import last_night
from settings.duck import quoted

EMPTY_LOOKUPS = {
    "uprn": "null::varchar as uprn, null::varchar as usrn, null::varchar as postcode, null::varchar as ward_code, "
    "false as is_communal",
    "postcode": "null::varchar as postcode, null::varchar as ward_code",
}


def make_households(work: Any, geography: Path, *, policy: LinkagePolicy, as_of: str, batch: str) -> Assigned:
    """Make table `household` as docs/architecture.md gives it: one row per person of the stored persons.

    Records that their person opted out of (`rights.opted_out`) tell nothing here: who has no other gets no row.

    geography: folder of the standard lookups; a lookup that is not there counts as empty.
    """
    for name, nothing in EMPTY_LOOKUPS.items():
        path = geography / f"{name}.parquet"
        source = f"read_parquet({quoted(path)})" if path.exists() else f"(select {nothing} where false)"
        work.execute(f"create or replace temp view {name}_lookup as select * from {source}")
    left_out = _LEFT_OUT.format(store=STORE) if has_table(work, "rights", "opted_out") else ""
    work.execute(_ADDRESSES.format(store=STORE, left_out=left_out))
    work.execute(_RESIDENCES, {"days": policy.address_recency_days})
    work.execute(_COMMUNAL, {"people": policy.communal_people})
    work.execute("""
        create or replace temp table grouped as
        select person_id as member, residence as group_no
        from residence join place using (residence)
        where not place.is_communal
    """)
    before = last_night(work, "households", "person_id", "household_id")
    place = _LAST_PLACE.format(store=STORE) if has_table(work, "linkage", "households") else NOWHERE
    assigned = assign_ids(work, "household", store=STORE, batch=batch, before=before, place=place)
    history.make_events(work, "household", store=STORE, before=before)
    work.execute(_FACTS)
    work.execute(_HOUSEHOLD, {"as_of": as_of})
    return assigned


def write_households(work: Any, assigned: Assigned, *, run: history.Run) -> None:
    """Replace `linkage.households` and bring registry and history up to tonight, within the step's transaction."""
    work.execute(f"create or replace table {STORE}.linkage.households as from household order by person_id")
    write_registry(work, "household", assigned, store=STORE)
    history.write_events(work, "household", store=STORE, run=run)


# Where each household was last night, among tonight's residences: the couple's home keeps the id, whoever moves out.
_LAST_PLACE = """(
    with last as (
        select distinct household_id as id, uprn, postcode
        from {store}.linkage.households
        where household_id is not null
    ),
    tonight as (
        select distinct residence as group_no, uprn, postcode from residence
    )
    select id, group_no from last join tonight on last.uprn = tonight.uprn
    union
    select id, group_no from last join tonight on last.postcode = tonight.postcode
    where last.uprn is null and tonight.uprn is null
)"""


_LEFT_OUT = """anti join {store}.rights.opted_out as opted_out
    on persons.person_id = opted_out.person_id and records.dataset = opted_out.dataset"""

# Every address that a person's records tell, by its residence: a UPRN, or the cleaned address where no record of the
# region gives it a UPRN. A postcode alone places a person in a ward, not in a residence.
_ADDRESSES = r"""
create or replace temp table told as
select
    persons.person_id, records.record_id, records.last_seen_date, records.uprn, records.postcode,
    records.birth_date, records.sex,
    nullif(trim(regexp_replace(upper(records.address), '[^A-Z0-9]+', ' ', 'g')), '') || '|' || records.postcode
        as address_key
from {store}.linkage.persons as persons
join {store}.identity.person_records as records using (record_id)
{left_out};

create or replace temp table address_uprn as
with told_together as (
    select address_key, uprn, count(*) as records
    from told
    where address_key is not null and uprn is not null
    group by all
)
select address_key, uprn from told_together
qualify row_number() over (partition by address_key order by records desc, uprn) = 1;

create or replace temp table address as
select
    told.person_id, told.record_id, told.last_seen_date, told.postcode,
    coalesce(told.uprn, address_uprn.uprn) as place_uprn,
    coalesce('U' || coalesce(told.uprn, address_uprn.uprn), 'A' || md5(told.address_key)) as residence
from told
left join address_uprn using (address_key)
where told.uprn is not null or told.postcode is not null;
"""

_RESIDENCES = """
create or replace temp table residence as
with latest as (
    select person_id, max(last_seen_date) as latest_date from address group by person_id
),
candidate as (
    select
        address.person_id,
        address.residence,
        max(address.place_uprn) as uprn,
        max(address.postcode) as postcode,
        count(*) as records,
        max(address.last_seen_date) as last_seen_date,
        max(coalesce(address.last_seen_date >= latest.latest_date - $days::integer, latest.latest_date is null))
            as is_recent
    from address
    join latest using (person_id)
    group by all
)
select person_id, residence, uprn, postcode
from candidate
qualify row_number() over (
    partition by person_id
    order by
        is_recent desc, uprn is not null desc, residence is not null desc, records desc,
        last_seen_date desc nulls last, residence, postcode
) = 1
"""

_COMMUNAL = """
create or replace temp table place as
select
    residence.residence,
    coalesce(bool_or(uprn_lookup.is_communal), false) or count(*) > $people as is_communal,
    count(*) as people
from residence
left join uprn_lookup using (uprn)
where residence.residence is not null
group by residence.residence
"""

# The person's birth date and sex: what most records say, ties to the first in order.
_FACTS = """
create or replace temp table person_fact as
with birth as (
    select person_id, birth_date, count(*) as records from told where birth_date is not null group by all
),
most_told_birth as (
    select person_id, birth_date from birth
    qualify row_number() over (partition by person_id order by records desc, birth_date) = 1
),
gender as (
    select person_id, sex, count(*) as records from told where sex is not null group by all
),
most_told_sex as (
    select person_id, sex from gender
    qualify row_number() over (partition by person_id order by records desc, sex) = 1
)
select
    person_id,
    year(most_told_birth.birth_date)::integer as birth_year,
    month(most_told_birth.birth_date)::integer as birth_month,
    most_told_sex.sex
from (select distinct person_id from told)
left join most_told_birth using (person_id)
left join most_told_sex using (person_id)
"""

_HOUSEHOLD = """
create or replace table household as
select
    person_fact.person_id,
    assigned.id as household_id,
    residence.uprn,
    uprn_lookup.usrn,
    coalesce(uprn_lookup.postcode, residence.postcode) as postcode,
    coalesce(uprn_lookup.ward_code, postcode_lookup.ward_code) as ward_code,
    coalesce(place.is_communal, false) as is_communal,
    person_fact.birth_year,
    person_fact.birth_month,
    person_fact.sex,
    $as_of::date as valid_on
from person_fact
left join residence using (person_id)
left join place on residence.residence = place.residence
left join assigned on residence.residence = assigned.group_no
left join uprn_lookup on residence.uprn = uprn_lookup.uprn
left join postcode_lookup on coalesce(uprn_lookup.postcode, residence.postcode) = postcode_lookup.postcode
"""
