"""What is looked for: the identity store's names, birth dates, numbers, phones, e-mails and addresses.

Values stay in the working database, whose spill folder is in the identity store. The form of each kind is the one in
which `matching.py` reads texts.
"""

from typing import Any

from settings import duck
from settings.duck import quoted
from settings.paths import REPOSITORY, Home, Region
from sharing.leaks import matching, places
from sharing.leaks.matching import letters, line

NUMBERS = ("nhs_number", "upn", "nino", "uprn", "phone")
LEAST_NAME, LEAST_ADDRESS_WORDS = 3, 3  # shorter ones are also initials, codes and numbers
PUBLIC_CODE = ("dbt_project/**/*.sql", "linkage/report/charts.py")  # words like amber; pairs made up for a chart


def make(work: Any, home: Home) -> None:
    """Make the temporary table `sought` (kind, value).

    Kinds: the numbers of NUMBERS; `email`; `address`, a line with a number in it; `full_name`, given and family name
    in either order; `name`, either alone; `birth_date`. Birth dates from the first extract on are left out: a log of
    those days holds the same dates.
    """
    duck.attach(work, home.identity_db, "identity_store", read_only=True)
    people = "identity_store.identity.person_records"
    whole = " union all ".join(f"select '{kind}', {kind} from {people}" for kind in NUMBERS)
    given, family = letters("given_name"), letters("family_name")
    first = letters("split_part(given_name, ' ', 1)")
    one_address = line("address")
    work.execute(f"""
        create or replace temp table sought as
        with found(kind, value) as (
            {whole}
            union all select 'email', email from {people}
            union all select 'address', {one_address} from {people}
                where regexp_matches(address, '[0-9]') and len(split({one_address}, ' ')) >= {LEAST_ADDRESS_WORDS}
            union all select 'full_name', unnest([
                {given} || '|' || {family}, {family} || '|' || {given}, {first} || '|' || {family},
                {family} || '|' || {first}]) from {people} where length({first}) > 1 and length({family}) > 1
            union all select 'name', {line("unnest([given_name, family_name])")} from {people}
            union all select 'birth_date', birth_date::varchar from {people} where birth_date < {_first_extract(home)}
        )
        select distinct kind, value from found
        where value <> '' and (kind <> 'name' or length(value) >= {LEAST_NAME})""")


def take_out_public(work: Any, home: Home, region: Region) -> dict[str, int]:
    """Take out of `sought` what the region's own files, the map or the product's SQL hold too; how many by kind.

    A ward may be called White and so may a person; a partner's contact has an e-mail address that anybody may read.
    """
    texts = [path for path in sorted(region.root.rglob("*")) if path.suffix in places.TEXTS]
    texts += [path for pattern in PUBLIC_CODE for path in sorted(REPOSITORY.glob(pattern))]
    places.start(work)
    for path in texts:
        places.add_text(work, path.read_text(encoding="utf-8", errors="replace"))
    for name, column in (("ward", "ward_name"), ("street", "street_name"), ("district", "district_name")):
        path = home.geography / f"{name}.parquet"
        if path.exists():
            places.add_query(work, f"select distinct {column} from {quoted(path)}")
    matching.prepare(work)
    public = f"({matching.matches()} union select 'name', word from word)"
    work.execute(
        f"create or replace temp table public as select distinct sought.* from sought semi join {public} "
        "as held(kind, value) using (kind, value)"
    )
    work.execute("delete from sought using public where sought.kind = public.kind and sought.value = public.value")
    return counts(work, "public")


def counts(work: Any, table: str = "sought") -> dict[str, int]:
    """Values by kind."""
    return dict(work.execute(f"select kind, count(*) from {table} group by kind order by kind").fetchall())


def _first_extract(home: Home) -> str:
    dates = sorted(path.name.partition("=")[2] for path in home.raw.glob("*/extract_date=*"))
    return f"date {quoted(dates[0])}" if dates else "date '9999-12-31'"
