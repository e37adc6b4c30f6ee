"""Records made ready for comparison: numbered, with the forms of each value that the model compares or blocks on.

Only derived columns and blocking keys belong here; what they are compared with is `model.py`. Cleaning is staging's
work: values arrive in the standard forms of docs/architecture.md, with placeholders null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from settings.duck import quoted

NICKNAMES = Path(__file__).parent / "nicknames.csv"


@dataclass(frozen=True)
class BlockingKey:
    """A key over the columns of `record`: equal keys make a candidate pair, a null key blocks nothing."""

    sql: str
    roles: tuple[str, ...]  # the roles that have to hold values
    is_loose: bool = False  # says little by itself: blocks only where few records share it


# Blocking rules, named for what they block on, the surest first.
BLOCKING_KEYS: Mapping[str, BlockingKey] = {
    "nhs_number": BlockingKey("nhs_number", ("nhs_number",)),
    "upn": BlockingKey("upn", ("upn",)),
    "nino": BlockingKey("nino", ("nino",)),
    "email": BlockingKey("email", ("email",)),
    "phone": BlockingKey("phone", ("phone",), is_loose=True),
    "given_birth_date": BlockingKey("given_first || birth_text", ("given_name", "birth_date")),
    "family_birth_date": BlockingKey("family_name || birth_text", ("family_name", "birth_date")),
    "either_name_birth_date": BlockingKey("name_in_order || birth_text", ("given_name", "family_name", "birth_date")),
    "postcode_birth_date": BlockingKey("postcode || birth_text", ("postcode", "birth_date")),
    "outward_birth_date": BlockingKey("postcode_outward || birth_text", ("postcode", "birth_date"), is_loose=True),
    "postcode_given": BlockingKey("postcode || given_formal", ("postcode", "given_name")),
    "postcode_initials": BlockingKey(
        "postcode || given_initials[1] || family_initials", ("postcode", "given_name", "family_name")
    ),
    "postcode_family_birth_year": BlockingKey(
        "postcode || family_initials || birth_year", ("postcode", "family_name", "birth_date")
    ),
    "uprn_given": BlockingKey("uprn || given_initials", ("uprn", "given_name")),
    "address_given": BlockingKey("address_key || given_initials", ("address", "given_name")),
    "outward_names": BlockingKey(
        "postcode_outward || given_initials || family_initials", ("postcode", "given_name", "family_name")
    ),
    "initials_birth_year": BlockingKey(
        "given_initials || family_initials || birth_year", ("given_name", "family_name", "birth_date")
    ),
    "names": BlockingKey("name_in_order", ("given_name", "family_name"), is_loose=True),
    "postcode": BlockingKey("postcode", ("postcode",), is_loose=True),
    "family_name": BlockingKey("family_name", ("family_name",), is_loose=True),
}


@dataclass(frozen=True)
class Prepared:
    """What was prepared: how many records, and which identity roles hold any value."""

    records: int
    roles: tuple[str, ...]
    distinct: Mapping[str, int]  # role -> distinct values
    blocking: tuple[str, ...]  # names of the blocking rules whose roles all hold values


def prepare_records(work: Any, *, max_block_size: int, max_loose_block_size: int) -> Prepared:
    """Make table `record` from table `person_records` of the working database, with blocking keys to train on.

    To what `prepare_forms` makes it adds one `block_<rule>` column per blocking rule: a 64-bit hash of the key, null
    where the key is null, unshared or shared by more than `max_block_size` records (`max_loose_block_size` if the key
    is loose).
    """
    prepared = prepare_forms(work)
    limits = {
        name: max_loose_block_size if BLOCKING_KEYS[name].is_loose else max_block_size for name in prepared.blocking
    }
    _add_blocking_keys(work, limits)
    distinct = ", ".join(f"count(distinct {role})" for role in IDENTITY_ROLES)
    counts = work.execute(f"select {distinct} from person_records").fetchone()
    return replace(prepared, distinct=dict(zip(IDENTITY_ROLES, counts, strict=True)))


def prepare_forms(work: Any) -> Prepared:
    """Make table `record` from table `person_records`: record_no (1.. in the order of record_id) and the forms.

    A record's forms hang on that record alone. `distinct` stays empty.
    """
    present = ", ".join(f"count({role})" for role in IDENTITY_ROLES)
    records, *counts = work.execute(f"select count(*), {present} from person_records").fetchone()
    roles = tuple(role for role, count in zip(IDENTITY_ROLES, counts, strict=True) if count)
    work.execute(_FORMS.format(nicknames=quoted(NICKNAMES)))
    blocking = tuple(name for name, key in BLOCKING_KEYS.items() if set(key.roles) <= set(roles))
    return Prepared(records=records, roles=roles, distinct={}, blocking=blocking)


def _add_blocking_keys(work: Any, limits: Mapping[str, int]) -> None:
    for name, limit in limits.items():
        sql = BLOCKING_KEYS[name].sql
        work.execute(f"""
            create or replace temp table block_{name} as
            with keyed as (select record_no, hash({sql}) as block from record where {sql} is not null),
            shared as (select block from keyed group by block having count(*) between 2 and {limit})
            select record_no, block from keyed semi join shared using (block)
        """)
    columns = "".join(f", block_{name}.block as block_{name}" for name in limits)
    joins = "".join(f" left join block_{name} using (record_no)" for name in limits)
    work.execute(f"create or replace temp table blocks as select record_no{columns} from record{joins}")
    work.execute("create or replace table record as select * from record join blocks using (record_no)")
    for name in limits:
        work.execute(f"drop table block_{name}")
    work.execute("drop table blocks")


_FORMS = r"""
create or replace temp table nickname as
select short, list_sort(list_distinct(list(formal))) as forms
from (
    select formal, unnest(string_split(short, ' ')) as short
    from read_csv({nicknames}, header = true, all_varchar = true)
    union all
    select formal, formal from read_csv({nicknames}, header = true, all_varchar = true)
)
group by short;

create or replace table record as
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
    coalesce(nickname.forms[1], given_first) as given_formal,
    coalesce(nickname.forms[1], given_first)[:2] as given_initials,
    family_name[:3] as family_initials,
    least(given_first, family_name) || ' ' || greatest(given_first, family_name) as name_in_order
from shaped
left join nickname on shaped.given_first = nickname.short;
"""
