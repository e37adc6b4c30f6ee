"""The whole job on real records and real geography: 25,108 records of 2,571 people, in three partners' formats."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from settings.paths import REPOSITORY, Home
from tests.pipeline.historical import deal
from tests.pipeline.night import Installation

pytestmark = [pytest.mark.real_data, pytest.mark.pipeline]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = Home(tmp_path_factory.mktemp("historical"))
    deal(home)
    installation = Installation(home, REPOSITORY / "tests" / "regions" / "historical")
    installation.mvld("run")
    yield installation


def test_every_record_is_taken_or_rejected_with_a_reason(real: Installation) -> None:
    (accepted,) = real.identity(
        "select count(*) from identity.person_records where dataset != 'looked_after_children'"
    )[0]
    rejected = sum(
        len(real.identity(f"select distinct row_number from read_parquet('{path}', hive_partitioning=false)"))
        for path in Path(real.home.raw).rglob("rejects-*.parquet")
        if "looked_after_children" not in path.parts
    )
    assert accepted + rejected == 25_108
    assert rejected < 25_108 * 0.06  # birth dates that no calendar holds


def test_real_records_link_well(real: Installation) -> None:
    from linkage.evaluation.evaluate import evaluate

    quality = evaluate(real.home)
    assert quality is not None
    assert quality.pair_f1 > 0.75
    assert quality.pair_precision > 0.9


def test_postcodes_find_their_real_wards(real: Installation) -> None:
    (placed, people) = real.identity(
        """
        select count(distinct person_id) filter (where ward_code is not null), count(distinct person_id)
        from linkage.persons
        join identity.person_records using (record_id)
        join linkage.households using (person_id)
        where person_records.postcode is not null
        """
    )[0]
    assert people > 2_000
    assert placed / people > 0.9
    (wards,) = real.published("select count(distinct ward_code) from tiers.ward_known_to")[0]
    assert wards > 50


def test_the_partner_without_names_is_linked_to_nobody_by_accident(real: Installation) -> None:
    mixed = real.identity(
        """
        select person_id from linkage.persons
        group by person_id
        having bool_or(dataset = 'looked_after_children') and bool_or(dataset != 'looked_after_children')
        """
    )
    assert mixed == []


def test_all_twenty_tiers_are_published(real: Installation) -> None:
    (tiers,) = real.published("select count(*) from information_schema.tables where table_schema = 'tiers'")[0]
    assert tiers == 20
