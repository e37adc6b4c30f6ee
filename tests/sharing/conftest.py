"""A small region and a warehouse with tiers made by SQL."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import duck
from settings.paths import REPOSITORY, Home, Region

TIERS = {
    "person_known_to": """select 'P' || i as person_id, '30-34' as age_band, 'F' as sex, 'W1' as ward_code,
        'homelessness' as dataset, 'current' as status from range(50) t(i)""",
    "postcode_known_to": """select * from (values
        ('AA1 1AA', 'W1', 'homelessness', 10, null), ('AA1 1AB', 'W1', 'homelessness', null, 'below_threshold'),
        ('AA1 1AC', 'W1', 'homelessness', 0, null), ('AA1 1AD', 'W1', 'homelessness', null, 'below_threshold'))
        t(postcode, ward_code, dataset, people_current, people_current_reason)""",
    "ward_coded": """select * from (values
        ('W1', 'homelessness', 'decision', 'MAIN', 15, null), ('W2', 'homelessness', 'decision', 'PREV', null,
        'below_threshold')) t(ward_code, dataset, measure, code, people, people_reason)""",
}


def write_warehouse(home: Home, **changed: str) -> None:
    """(Re)make the tiers in the warehouse; `changed` replaces one tier's select."""
    home.warehouse_db.parent.mkdir(parents=True, exist_ok=True)
    with duck.connect(home.warehouse_db) as connection:
        connection.execute("create schema if not exists tiers; create schema if not exists linked")
        for tier, select in {**TIERS, **changed}.items():
            connection.execute(f"create or replace table tiers.{tier} as {select}")
        connection.execute(
            """create or replace table linked.place as select 'ward' as level, 'W1' as place_code,
            'Marsh' as place_name, 'W1' as ward_code, 3 as people"""
        )
        connection.execute(
            """create or replace table linked.dataset as select 'homelessness' as dataset,
            date '2025-01-01' as extract_date, false as is_stale"""
        )


@pytest.fixture
def region(tmp_path: Path) -> Region:
    region = Region(tmp_path / "region")
    region.contracts.mkdir(parents=True)
    region.policies.mkdir()
    shutil.copy(REPOSITORY / "region" / "contracts" / "homelessness.odcs.yaml", region.contracts)
    (region.policies / "disclosure.csv").write_text(
        "valid_from,level,threshold,rounding,source\n"
        "2020-01-01,street,7,5,x\n2020-01-01,postcode,7,5,x\n2020-01-01,ward,7,5,x\n2030-01-01,ward,20,5,x\n"
    )
    return region


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    write_warehouse(home)
    return home


@pytest.fixture
def publish_night(home: Home, region: Region) -> Callable:
    from sharing.publish import publish

    def run(night: int, **options):
        arguments = {"as_of": f"2025-01-{night:02}", "fingerprint": f"{night:08}ffff", "tiers": list(TIERS)}
        return publish(home, region=region, **{**arguments, **options})

    return run
