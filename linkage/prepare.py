"""Records made ready for comparison: numbered, with the forms of each value that the model compares or blocks on.

Only derived columns and blocking keys belong here; what they are compared with is `model.py`. Cleaning is staging's
work: values arrive in the standard forms of docs/architecture.md, with placeholders null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.contract import IDENTITY_ROLES
from settings.duck import quoted

# A person has about as many records as this, at most, so a further column whose values are shared by no more records,
# on average, tells people apart as a number does.
RECORDS_PER_NUMBER = 5
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
    "postcode_given": BlockingKey("postcode || given_formal", ("postcode", "given_name")),
    "postcode_initials": BlockingKey(
        "postcode || given_initials[1] || family_initials", ("postcode", "given_name", "family_name")
    ),
    "uprn_given": BlockingKey("uprn || given_initials", ("uprn", "given_name")),
    "address_given": BlockingKey("address_head || given_initials", ("address", "given_name")),
    "address_birth_date": BlockingKey("address_head || birth_text", ("address", "birth_date")),
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
# Each further column (`extra_...`) blocks by itself where few share it, and with each of these.
WITH_EXTRA: Mapping[str, BlockingKey] = {
    "given": BlockingKey("given_formal", ("given_name",)),
    "family": BlockingKey("family_initials", ("family_name",)),
    "birth_date": BlockingKey("birth_text", ("birth_date",)),
    "postcode": BlockingKey("postcode", ("postcode",)),
}


@dataclass(frozen=True)
class Prepared:
    """What was prepared: how many records, and which identity roles hold any value."""

    records: int
    roles: tuple[str, ...]
    distinct: Mapping[str, int]  # role or further column -> distinct values
    blocking: tuple[str, ...]  # names of the blocking rules whose roles all hold values
    extras: tuple[str, ...] = ()  # further columns of `record` to compare, of no role
    identifying: tuple[str, ...] = ()  # those whose values are as good as numbers given to people


def blocking_keys(roles: Sequence[str], extras: Sequence[str]) -> dict[str, BlockingKey]:
    """The blocking rules that apply where `roles` and `extras` hold values."""
    keys = dict(BLOCKING_KEYS)
    for extra in extras:
        keys[extra] = BlockingKey(extra, (), is_loose=True)
        for name, key in WITH_EXTRA.items():  # two signs, as no column's name has: rules are unlike other columns'
            keys[f"{extra}__{name}"] = BlockingKey(f"{extra} || '|' || {key.sql}", key.roles)
    return {name: key for name, key in keys.items() if set(key.roles) <= set(roles)}


def prepare_records(work: Any, *, max_block_size: int, max_loose_block_size: int) -> Prepared:
    """Make table `record` from table `person_records` of the working database, with blocking keys to train on.

    To what `prepare_forms` makes it adds one `block_<rule>` column per blocking rule: a 64-bit hash of the key, null
    where the key is null, unshared or shared by more than `max_block_size` records (`max_loose_block_size` if the key
    is loose).
    """
    prepared = prepare_forms(work)
    _add_blocking_keys(
        work,
        {
            name: (key.sql, max_loose_block_size if key.is_loose else max_block_size)
            for name, key in blocking_keys(prepared.roles, prepared.extras).items()
        },
    )
    facts = (*IDENTITY_ROLES, *prepared.extras)
    distinct = ", ".join(f"count(distinct {fact})" for fact in facts)
    counts = work.execute(f"select {distinct} from person_records").fetchone()
    identifying = tuple(extra for extra in prepared.extras if _records_per_value(work, extra) <= RECORDS_PER_NUMBER)
    return replace(prepared, distinct=dict(zip(facts, counts, strict=True)), identifying=identifying)


def _records_per_value(work: Any, column: str) -> float:
    """How many records share the value that a record holds, itself included, on average over the records."""
    found = work.execute(f"""
        select sum(n * n) / sum(n) from (select count(*) as n from record where {column} is not null group by {column})
    """).fetchone()
    return float(found[0])


def prepare_forms(work: Any) -> Prepared:
    """Make table `record` from table `person_records`: record_no (1.. in the order of record_id) and the forms.

    A record's forms hang on that record alone. Columns `extra_...` of `person_records` are carried along. `distinct`
    stays empty.
    """
    columns = [name for name, *_ in work.execute("describe person_records").fetchall()]
    facts = [*IDENTITY_ROLES, *(name for name in columns if name.startswith("extra_"))]
    present = ", ".join(f"count({fact})" for fact in facts)
    records, *counts = work.execute(f"select count(*), {present} from person_records").fetchone()
    held = [fact for fact, count in zip(facts, counts, strict=True) if count]
    roles = tuple(fact for fact in held if fact in IDENTITY_ROLES)
    extras = tuple(fact for fact in held if fact not in IDENTITY_ROLES)
    work.execute(_FORMS.format(nicknames=quoted(NICKNAMES), extras="".join(f", {extra}" for extra in extras)))
    return Prepared(records, roles, {}, tuple(blocking_keys(roles, extras)), extras)


def _add_blocking_keys(work: Any, keys: Mapping[str, tuple[str, int]]) -> None:
    """keys: rule -> the SQL of its key and how many records may share one."""
    for name, (sql, limit) in keys.items():
        work.execute(f"""
            create or replace temp table block_{name} as
            with keyed as (select record_no, hash({sql}) as block from record where {sql} is not null),
            shared as (select block from keyed group by block having count(*) between 2 and {limit})
            select record_no, block from keyed semi join shared using (block)
        """)
    columns = "".join(f", block_{name}.block as block_{name}" for name in keys)
    joins = "".join(f" left join block_{name} using (record_no)" for name in keys)
    work.execute(f"create or replace temp table blocks as select record_no{columns} from record{joins}")
    work.execute("create or replace table record as select * from record join blocks using (record_no)")
    for name in keys:
        work.execute(f"drop table block_{name}")
    work.execute("drop table blocks")


# What the model compares is narrow, because gathering both records of a pair costs more than comparing them: texts of
# at most twelve bytes where a text is needed, else a hash (32 bits: two values in four billion are taken for one) or a
# small integer.
_FORMS = r"""
create or replace temp table nickname as
select short, min(formal) as formal, nullif(max(formal), min(formal)) as other
from (
    select formal, unnest(string_split(short, ' ')) as short
    from read_csv({nicknames}, header = true, all_varchar = true)
    union all
    select formal, formal from read_csv({nicknames}, header = true, all_varchar = true)
)
group by short;

create or replace temp macro short_hash(value) as if(value is null, null, (hash(value) >> 32)::uinteger);

create or replace table record as
with split as (
    select
        row_number() over (order by record_id)::integer as record_no,
        record_id, dataset, nhs_number, upn, nino, phone, email, sex, uprn, postcode,
        nullif(regexp_replace(given_name, '[^A-Z]+', ' ', 'g').trim(), '') as given_name,
        nullif(regexp_replace(replace(family_name, '''', ''), '[^A-Z]+', ' ', 'g').trim(), '') as family_name,
        birth_date,
        strftime(birth_date, '%Y-%m-%d') as birth_text,
        nullif(regexp_replace(upper(address), '[^A-Z0-9]+', ' ', 'g').trim(), '') as address{extras}
    from person_records
),
shaped as (
    select
        *,
        split_part(given_name, ' ', 1) as given_first,
        split_part(family_name, ' ', 1) as family_first_part,
        year(birth_date)::smallint as birth_year,
        case when postcode like '% %' then split_part(postcode, ' ', 1) else postcode[:3] end as postcode_outward,
        address || '|' || coalesce(postcode, '') as address_key
    from split
)
select
    shaped.*,
    short_hash(given_name) as given_code,
    coalesce(nickname.formal, given_first) as given_formal,
    short_hash(coalesce(nickname.formal, given_first)) as given_formal_code,
    short_hash(nickname.other) as given_other_code,
    coalesce(nickname.formal, given_first)[:2] as given_initials,
    ascii(given_first)::utinyint as given_start,
    short_hash(given_first[-2:]) as given_end,
    family_name[:3] as family_initials,
    ascii(family_name)::utinyint as family_start,
    short_hash(family_name[-2:]) as family_end,
    -- of a double name its two ends, of a single name itself twice; a prefix such as VAN is no name
    short_hash(if(length(family_first_part) > 3, family_first_part, family_name)) as family_head,
    short_hash(split_part(family_name, ' ', -1)) as family_tail,
    least(given_first, family_name) || ' ' || greatest(given_first, family_name) as name_in_order,
    month(birth_date)::utinyint as birth_month,
    day(birth_date)::utinyint as birth_day,
    short_hash(postcode_outward) as outward_code,
    short_hash(case when postcode like '% %' then split_part(postcode, ' ', 2) else postcode[4:] end) as inward_code,
    short_hash(case when postcode like '% %' then postcode[:-3] end) as sector_code,
    short_hash(uprn) as uprn_code,
    short_hash(address_key) as address_code,
    replace(address, ' ', '')[:12] as address_head,
    upn[2:] as upn_digits
from shaped
left join nickname on shaped.given_first = nickname.short;
"""
