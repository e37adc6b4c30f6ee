"""Records made ready for comparison: numbered, with the forms of each value that the model compares or blocks on.

Only derived columns and blocking keys belong here; what they are compared with is `model.py`. Cleaning is staging's
work: values arrive in the standard forms of docs/architecture.md, with placeholders null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from settings.duck import quoted

NICKNAMES = Path(__file__).parent / "nicknames.csv"

# Blocking rules, named for what they block on: name -> SQL of a key over the columns of `record`. A null key blocks
# nothing. Two records with an equal key become a candidate pair, unless more than `max_block_size` records share it.
BLOCKING_KEYS: Mapping[str, str] = {
    "nhs_number": "nhs_number",
    "upn": "upn",
    "nino": "nino",
    "email": "email",
    "phone": "phone",
    "given_birth_date": "given_first || '|' || birth_text",
    "family_birth_date": "family_name || '|' || birth_text",
    "either_name_birth_date": "name_in_order || '|' || birth_text",
    "names_birth_year": "name_in_order || '|' || birth_year",
    "names_birth_day_month": "name_in_order || '|' || birth_text[6:]",
    "postcode_birth_date": "postcode || '|' || birth_text",
    "outward_birth_date": "postcode_outward || '|' || birth_text",
    "uprn_given": "uprn || '|' || given_initials",
    "uprn_birth_date": "uprn || '|' || birth_text",
    "postcode_given": "postcode || '|' || given_initials",
    "postcode_family": "postcode || '|' || family_initials",
    "outward_names": "postcode_outward || '|' || given_initials || '|' || family_initials",
    "sounds_birth_year": "given_initials || '|' || family_initials || '|' || birth_year",
    "address_given": "address_key || '|' || given_initials",
    "names": "name_in_order",
}


@dataclass(frozen=True)
class Prepared:
    """What was prepared: how many records, and which identity roles hold any value."""

    records: int
    roles: tuple[str, ...]
    distinct: Mapping[str, int]  # role -> distinct values


def prepare_records(work: Any, *, max_block_size: int) -> Prepared:
    """Make table `record` from table `person_records` of the working database.

    Adds record_no (1.. in the order of record_id), the forms that the model compares, and one `block_<rule>` column
    per blocking rule: a 64-bit hash of the key, null where the key is null or more than `max_block_size` records share it.
    """
    counts = work.execute(
        "select count(*), "
        + ", ".join(f"count({role}), count(distinct {role})" for role in IDENTITY_ROLES)
        + " from person_records"
    ).fetchone()
    distinct = {role: counts[2 + 2 * at] for at, role in enumerate(IDENTITY_ROLES)}
    roles = tuple(role for at, role in enumerate(IDENTITY_ROLES) if counts[1 + 2 * at])
    work.execute(_FORMS.format(nicknames=quoted(NICKNAMES)))
    _add_blocking_keys(work, max_block_size=max_block_size)
    return Prepared(records=counts[0], roles=roles, distinct=distinct)


def _add_blocking_keys(work: Any, *, max_block_size: int) -> None:
    keys = ", ".join(f"hash({sql}) as hash_{rule}, {sql} is not null as has_{rule}" for rule, sql in BLOCKING_KEYS.items())
    limited = ", ".join(
        f"case when has_{rule} and count(*) over (partition by has_{rule}, hash_{rule}) between 2 and {max_block_size}"
        f" then hash_{rule} end as block_{rule}"
        for rule in BLOCKING_KEYS
    )
    work.execute(f"create or replace temp table keyed as select record_no, {keys} from form order by record_no")
    work.execute(f"create or replace temp table blocked as select record_no, {limited} from keyed")
    work.execute(
        "create or replace table record as select form.*, blocked.* exclude (record_no) "
        "from form join blocked using (record_no) order by record_no"
    )
    work.execute("drop table keyed; drop table blocked; drop table form")


_FORMS = r"""
create or replace temp table nickname as
select short, list_sort(list_distinct(list(formal))) as forms
from (
    select formal, unnest(string_split(short, ' ')) as short from read_csv({nicknames}, header = true, all_varchar = true)
    union all
    select formal, formal from read_csv({nicknames}, header = true, all_varchar = true)
)
group by short;

create or replace temp table form as
with split as (
    select
        row_number() over (order by record_id)::integer as record_no,
        record_id, dataset, nhs_number, upn, nino, phone, email, sex, uprn, postcode,
        nullif(regexp_replace(given_name, '[^A-Z]+', ' ', 'g').trim(), '') as given_name,
        nullif(regexp_replace(replace(family_name, '''', ''), '[^A-Z]+', ' ', 'g').trim(), '') as family_name,
        birth_date,
        strftime(birth_date, '%Y-%m-%d') as birth_text,
        regexp_replace(upper(address), '[^A-Z0-9]+', ' ', 'g').trim() as address
    from person_records
),
shaped as (
    select
        *,
        split_part(given_name, ' ', 1) as given_first,
        string_split(family_name, ' ') as family_parts,
        strftime(birth_date, '%Y') as birth_year,
        birth_text[:5] || birth_text[9:] || '-' || birth_text[6:7] as birth_swapped,
        case when postcode like '% %' then split_part(postcode, ' ', 1) || ' ' || split_part(postcode, ' ', 2)[1] end
            as postcode_sector,
        case when postcode like '% %' then split_part(postcode, ' ', 1) else postcode[:3] end as postcode_outward,
        case when postcode like '% %' then split_part(postcode, ' ', 2) else postcode[4:] end as postcode_inward,
        nullif(address, '') || '|' || coalesce(postcode, '') as address_key
    from split
)
select
    shaped.*,
    coalesce(nickname.forms, [given_first]) as given_forms,
    coalesce(nickname.forms[1], given_first)[:2] as given_initials,
    family_name[:3] as family_initials,
    least(given_first, family_name) || ' ' || greatest(given_first, family_name) as name_in_order
from shaped
left join nickname on shaped.given_first = nickname.short;
"""
