"""What a night's valuation stands on: the rows that groups really hold, and the truth of who is who."""

import pytest

from ingestion.contract_reader import read_contracts
from settings import duck
from settings.paths import Region
from sharing.access import read_access
from sharing.tiers import TIERS, told_rows
from tests.pipeline.night import Installation
from valuation import perfect_linkage
from valuation.share_view import make_seen
from valuation.units import open_valuation

pytestmark = [pytest.mark.pipeline]


def test_a_group_is_valued_on_the_rows_that_its_share_holds(one_night: Installation) -> None:
    region = Region(one_night.region)
    contracts = read_contracts(region.contracts)
    (as_of,) = one_night.published("select as_of from about.release")[0]
    access = read_access(region, contracts, as_of=as_of)
    compared = 0
    for group in (name for name in access.governance.groups if access.permitted(name)):
        share = one_night.home.current.resolve() / "shares" / group / "share.duckdb"
        with open_valuation(one_night.home) as work:
            make_seen(work, access.permitted(group), contracts, access.policy)
            duck.attach(work, share, "share", read_only=True)
            for tier in sorted({item.tier for item in access.permitted(group)}):
                key = {"person": "exclude (person_id)", "household": "exclude (household_id)"}.get(
                    tier.split("_")[0], ""
                )
                # a share says that somebody is not covered by having no row
                seen = f"select * {key} from seen.{tier} where {told_rows(tier)}"
                held = f"select * {key} from share.tiers.{tier}"
                for one, other in ((seen, held), (held, seen)):
                    (more,) = work.execute(f"select count(*) from ({one} except all {other})").fetchone()
                    assert more == 0, f"{group}: {tier}"
                compared += 1
    assert compared > 20


def test_the_price_of_linkage_error_is_told_for_every_tier_and_its_workings_are_gone(one_night: Installation) -> None:
    told = one_night.warehouse("""
        select action, count(*), max(abs(perfect_linkage_eligible - eligible) / eligible)
        from economics.linkage_value group by action""")
    valued = one_night.warehouse("select distinct action from economics.action_value")
    assert {(action, count) for action, count, _ in told} == {(action, len(TIERS) + 2) for (action,) in valued}
    assert all(differ < 0.05 for _, _, differ in told)
    assert not (one_night.home.warehouse_db.parent / perfect_linkage.FOLDER).exists()


def test_true_tiers_hold_true_people_and_nobody_else(one_night: Installation) -> None:
    home = one_night.home
    (as_of,) = one_night.published("select as_of from about.release")[0]
    truth = duck.quoted(home.truth / "records.parquet")
    with (
        perfect_linkage.perfect_warehouse(home, Region(one_night.region), as_of=as_of) as warehouse,
        duck.connect(warehouse, read_only=True) as connection,
    ):
        (strangers,) = connection.execute(
            f"select count(*) from linked.person where person_id not in (select true_person_id from {truth})"
        ).fetchone()
        (known,) = connection.execute(f"select count(distinct true_person_id) from {truth}").fetchone()
        (people,) = connection.execute("select count(*) from linked.person").fetchone()
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'tiers'").fetchall()
    assert strangers == 0
    assert known * 0.97 < people <= known
    assert {name for (name,) in tables} == set(TIERS)
