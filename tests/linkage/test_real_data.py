"""Linkage quality on published benchmarks, with the region's own configuration for all of them."""

from pathlib import Path

import pytest

from linkage.evaluate import Quality, judge
from linkage.run import link
from linkage.store import STORE, open_work
from settings.paths import Home
from tests.linkage.identity_store import AS_OF, POLICIES, write_query
from tests.shared_data import SHARED

LINKAGE = SHARED / "linkage"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not LINKAGE.is_dir(), reason="the shared real data is not beside this repository"),
]
NAME = "nullif(trim(regexp_replace(upper(strip_accents({})), '[^A-Z ''-]', '', 'g')), '')"


def febrl(*numbers: str) -> str:
    files = ", ".join(f"'{LINKAGE / 'febrl' / f'dataset{number}.csv'}'" for number in numbers)
    return f"""
        select
            rec_id as record_id, split_part(rec_id, '-', 2) as dataset, {NAME.format("given_name")} as given_name,
            {NAME.format("surname")} as family_name, try_strptime(date_of_birth, '%Y%m%d')::date as birth_date,
            nullif(trim(postcode), '') as postcode, nullif(trim(soc_sec_id), '') as nino,
            nullif(upper(concat_ws(' ', trim(street_number), trim(address_1), trim(address_2), trim(suburb))), '')
                as address
        from read_csv([{files}], all_varchar = true, header = true)
    """


def named(path: Path, identifier: str, person: str, extra: str) -> str:
    return f"""
        select
            {identifier}::varchar as record_id, {person}::varchar as dataset, {NAME.format("first_name")} as given_name,
            {NAME.format("surname")} as family_name, try_cast(dob as date) as birth_date, {extra}
        from '{path}'
    """


HISTORICAL = named(
    LINKAGE / "historical_half.parquet", "unique_id", "cluster",
    "upper(gender)[1] as sex, upper(postcode_fake) as postcode",
)  # fmt: skip
FAKE = named(LINKAGE / "fake_1000.csv", "unique_id", "cluster", "lower(email) as email")


def quality_of(home: Home, query: str) -> Quality:
    """Link the records of `query`, whose column `dataset` holds the true person and is told to nobody."""
    write_query(home, f"select * replace ('benchmark' as dataset) from ({query})")
    link(home, policies=POLICIES, as_of=AS_OF)
    with open_work(home, read_only=True) as work:
        work.execute(f"create table found as select record_id, person_id as found from {STORE}.linkage.persons")
        work.execute(f"create table truth as select record_id, dataset as true_id from ({query})")
        return judge(work)


@pytest.mark.parametrize(
    ("query", "least_f1", "least_precision"),
    [
        pytest.param(febrl("3"), 0.99, 0.999, id="FEBRL3"),
        pytest.param(febrl("4a", "4b"), 0.995, 0.999, id="FEBRL4"),
        pytest.param(HISTORICAL, 0.85, 0.97, id="historical half"),
        pytest.param(FAKE, 0.78, 0.99, id="fake 1000"),
    ],
)
def test_one_configuration_links_every_benchmark(
    tmp_path: Path, query: str, least_f1: float, least_precision: float
) -> None:
    quality = quality_of(Home(tmp_path), query)
    assert quality.pair_f1 > least_f1
    assert quality.pair_precision > least_precision
