"""A share holds what is permitted and no more, under ids that only its group knows, and ends with its agreement."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion.contract_reader import read_contracts
from settings.errors import PublicationRefused, RegionError
from settings.fingerprints import digest_of
from settings.paths import REPOSITORY, Home, Region
from sharing.publish import publish
from sharing.release import current, query
from sharing.shares import make_share, plan_shares
from tests.sharing.conftest import write_warehouse
from tests.sharing.region_files import agree, write_policy, write_sharing

SECRET = "a secret of the test, and of nothing else"
PEOPLE = 60
UNIT = "'P' || lpad(i::varchar, 8, '0') as person_id, if(i < 2, '85+', '30-44') as age_band, 'F' as sex"
TIERS = {
    "person_known_to": f"""select {UNIT}, 'W' || i % 2 as ward_code, dataset, 'current' as status,
        '2025-02' as last_contact_month, 'Housing' as lead_service
        from range({PEOPLE}) t(i), (values ('homelessness'), ('police_incident')) d(dataset)""",
    "person_full": f"""select {UNIT}, 'W' || i % 2 as ward_code, 'homelessness' as dataset, 1 as record_no,
        'current' as status, date '2025-02-17' as valid_from, null::date as valid_to, date '2025-05-09' as event_date,
        'red' as rag, 'decision' as measure, case when i % 3 = 0 then 'MAIN' else 'PREV' end as code,
        null::double as value, date '2025-08-31' as value_date from range({PEOPLE}) t(i)""",
    "household_known_to": """select 'H' || lpad(i::varchar, 7, '0') as household_id, 'W' || i % 2 as ward_code,
        2 as members,
        'homelessness' as dataset, 'none' as status, 0 as members_current from range(20) t(i)""",
}
SEEN = ["person_known_to", "person_full", "household_known_to", "postcode_known_to", "ward_coded"]


@pytest.fixture
def sharing(home: Home, region: Region) -> Region:
    """Two groups; `early_help` may see five tiers of homelessness, `planners` wards only."""
    write_sharing(region)
    agree(region, "a1", "early_help", ceiling=None, tiers=SEEN)
    agree(region, "a2", "planners", ceiling=None, tiers=["ward_coded"])
    _write(home)
    return region


def _write(home: Home, **changed: str) -> None:
    write_warehouse(home, **{**TIERS, **changed})
    with duckdb.connect(str(home.warehouse_db)) as connection:
        connection.execute(
            "create or replace table linked.person as select distinct person_id from tiers.person_known_to"
        )
        connection.execute(
            "create or replace table linked.household as select distinct household_id from tiers.household_known_to"
        )


@pytest.fixture
def night(home: Home, sharing: Region) -> Callable:
    def run(as_of: str = "2025-06-01", **options):
        contracts = read_contracts(sharing.contracts)
        plan = plan_shares(
            home, sharing, contracts, as_of=as_of, tiers_digest="tiers", secret=options.pop("secret", SECRET)
        )
        for group in plan.digests:
            make_share(home, plan, group)
        fingerprint = digest_of("tiers", plan.digests)
        arguments = {"shares": plan.folders(home), "tiers": [*SEEN]} | options
        return publish(home, region=sharing, as_of=as_of, fingerprint=fingerprint, **arguments)

    return run


def ask(home: Home, group: str, sql: str) -> list[tuple]:
    database = home.current.resolve() / "shares" / group / "share.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def shares(home: Home) -> list[str]:
    return sorted(path.name for path in (home.current / "shares").glob("*"))


def test_a_share_holds_the_permitted_cells_and_no_other_row(home, night):
    night()
    assert shares(home) == ["early_help", "planners"]
    tables = "select table_name from duckdb_tables() where schema_name = 'tiers' order by 1"
    assert [name for (name,) in ask(home, "early_help", tables)] == sorted(SEEN)
    assert ask(home, "planners", tables) == [("ward_coded",)]
    for tier in SEEN:
        (found,) = ask(home, "early_help", f"select list(distinct dataset) from tiers.{tier}")
        assert found == (["homelessness"],), tier
        parquet = home.current / "shares" / "early_help" / "tiers" / f"{tier}.parquet"
        assert duckdb.sql(f"from '{parquet}'").fetchall() == ask(home, "early_help", f"from tiers.{tier} order by all")
    assert ask(home, "planners", "select distinct dataset from about.dataset") == [("homelessness",)]
    assert ask(home, "planners", "select distinct level from about.place") == [("ward",)]


def test_a_share_says_which_clause_permits_and_refuses_each_cell(home, night):
    night()
    told = dict(ask(home, "planners", "select tier, clause from about.access where dataset = 'homelessness'"))
    assert len(told) == 20
    assert told["ward_coded"] == "a2 permits it until 2025-12-31"
    assert told["person_full"] == "a2: it does not reach person_full"
    assert ask(home, "planners", "select agreement, purpose from about.agreement") == [("a2", "prevention")]
    everybody = query(home, "select user_group, count(*) from about.access where is_permitted group by 1 order by 1")
    assert everybody.rows == [("early_help", 5), ("planners", 1)]


def test_two_groups_cannot_join_their_copies_and_one_group_can_follow_a_person_from_night_to_night(
    home, sharing, night
):
    agree(sharing, "a2", "planners", ceiling=None, tiers=["person_known_to"])
    night("2025-06-01")
    first = {group: set(ask(home, group, "select person_id from tiers.person_known_to")) for group in shares(home)}
    night("2025-06-02")
    assert len(first["early_help"]) == len(first["planners"]) == PEOPLE
    assert not first["early_help"] & first["planners"]
    assert set(ask(home, "early_help", "select person_id from tiers.person_known_to")) == first["early_help"]
    raw = query(home, "select person_id from tiers.person_known_to").rows
    assert not first["early_help"] & set(raw)
    night("2025-06-02", secret="another secret, at least as long as that")
    assert not first["early_help"] & set(ask(home, "early_help", "select person_id from tiers.person_known_to"))


def test_who_is_not_covered_has_no_row_in_a_share_so_that_none_lists_who_objected(home, night):
    objected = "select * replace (if(person_id = 'P00000007', 'not_covered', status) as status) from ({})"
    _write(home, person_known_to=objected.format(TIERS["person_known_to"]))
    night()
    assert query(home, "select count(*) from tiers.person_known_to where status = 'not_covered'").rows == [(2,)]
    told = "select count(*), count(*) filter (status = 'not_covered') from tiers.person_known_to"
    assert ask(home, "early_help", told) == [(PEOPLE - 1, 0)]
    ((units,),) = ask(home, "early_help", "select units from about.anonymity where tier = 'person_known_to'")
    assert units == PEOPLE - 1


def test_the_order_of_rows_does_not_give_the_first_ids_away(home, night):
    night()
    ids = [name for (name,) in ask(home, "early_help", "select person_id from tiers.person_full")]
    assert ids == sorted(ids)


def test_dates_are_as_coarse_as_policy_and_agreement_ask(home, sharing, night):
    night()
    dates = "select distinct valid_from::varchar, event_date::varchar, value_date::varchar from tiers.person_full"
    assert ask(home, "early_help", dates) == [("2025-02-01", "2025-05-01", "2025-08-01")]
    agree(sharing, "a1", "early_help", ceiling=None, tiers=SEEN, conditions={"date_precision": "quarter"})
    night()
    assert ask(home, "early_help", dates) == [("2025-01-01", "2025-04-01", "2025-07-01")]
    assert ask(home, "early_help", "select distinct last_contact_month from tiers.person_known_to") == [("2025-Q1",)]


def test_people_who_look_alone_are_counted_and_held_back_where_the_agreement_asks(home, sharing, night):
    night()
    columns = "units, classes, smallest_k, unique_units, held_back_units"
    found = f"select {columns} from about.anonymity where tier = 'person_full'"
    assert ask(home, "early_help", found) == [(PEOPLE, 4, 1, 2, 0)]  # two people of 85 or more, one in each ward
    agree(sharing, "a1", "early_help", ceiling=None, tiers=SEEN, conditions={"minimum_k": 5})
    night()
    assert ask(home, "early_help", found) == [(PEOPLE - 2, 2, 29, 0, 2)]
    assert ask(home, "early_help", "select count(*) from tiers.person_full where age_band = '85+'") == [(0,)]
    write_policy(sharing, person_minimum_l=3)  # there are two codes, so everybody is held back
    night()
    assert ask(home, "early_help", found) == [(0, 0, None, 0, PEOPLE)]


def test_an_expired_agreement_unpublishes_at_the_next_run_though_no_data_changed(home, sharing, night):
    night()
    before = current(home)
    agree(sharing, "a1", "early_help", ceiling=None, tiers=SEEN, to="2025-05-31")
    after = night()
    assert after.version != before.version and shares(home) == ["planners"]
    assert not (before.path / "shares").exists(), "the release before keeps no copy"
    assert not list((home.shares / "early_help").glob("*"))
    assert query(
        home, "select distinct reason from about.access where agreement = 'a1' and tier = 'ward_coded'"
    ).rows == [("expired",)]


def test_a_release_that_gave_up_its_shares_is_built_anew_when_it_returns(home, night):
    first = night("2025-06-01")
    night("2025-06-02")
    again = night("2025-06-01")
    assert again.version == first.version and again.is_new and shares(home) == ["early_help", "planners"]
    assert not night("2025-06-01").is_new


def test_a_share_is_not_built_twice_for_the_same_inputs(home, sharing):
    contracts = read_contracts(sharing.contracts)

    def made(**changed):
        arguments = {"as_of": "2025-06-01", "tiers_digest": "tiers", "secret": SECRET} | changed
        return make_share(home, plan_shares(home, sharing, contracts, **arguments), "planners")

    assert made().is_new and not made().is_new
    assert made(tiers_digest="other").is_new and made(stale=["homelessness"], tiers_digest="other").is_new
    assert len(list((home.shares / "planners").iterdir())) == 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            "insert into tiers.ward_coded select * replace ('police_incident' as dataset) from tiers.ward_coded",
            "police_incident is not permitted",
        ),
        ("delete from tiers.ward_coded", "0 rows of homelessness in the database, 2 expected"),
        ("create table tiers.person_rag as select 1 as a", "table tiers.person_rag is not permitted"),
        ("drop table tiers.ward_coded", "ward_coded is missing"),
        ("update tiers.person_full set person_id = 'P00000001'", "60 row(s) with an id that is not keyed"),
        ("update tiers.person_full set valid_from = date '2025-02-02'", "valid_from finer than a month"),
        ("update tiers.household_known_to set status = 'not_covered'", "20 row(s) that say only that somebody is not"),
        ("update tiers.ward_coded set people = 3", "show a people from 1 to 7"),
        ("alter table tiers.person_full add column nhs_number varchar", "column nhs_number identifies people"),
    ],
)
def test_a_damaged_share_is_refused_and_the_release_before_stays(home, sharing, night, damage, words):
    before = night()
    contracts = read_contracts(sharing.contracts)
    plan = plan_shares(home, sharing, contracts, as_of="2025-06-02", tiers_digest="tiers", secret=SECRET)
    for group in plan.digests:
        make_share(home, plan, group)
    with duckdb.connect(str(plan.folders(home)["early_help"] / "share.duckdb")) as connection:
        connection.execute(damage)
    with pytest.raises(PublicationRefused) as refusal:
        publish(home, region=sharing, as_of="2025-06-02", fingerprint="x", tiers=SEEN, shares=plan.folders(home))
    assert words in str(refusal.value)
    assert current(home).version == before.version and shares(home) == ["early_help", "planners"]


def test_a_share_built_under_rules_that_changed_since_is_refused(home, sharing, night):
    contracts = read_contracts(sharing.contracts)
    plan = plan_shares(home, sharing, contracts, as_of="2025-06-01", tiers_digest="tiers", secret=SECRET)
    for group in plan.digests:
        make_share(home, plan, group)
    agree(sharing, "a1", "early_help", ceiling=None, tiers=["ward_coded"])
    with pytest.raises(PublicationRefused, match=r"table tiers\.person_full is not permitted"):
        publish(home, region=sharing, as_of="2025-06-01", fingerprint="x", tiers=SEEN, shares=plan.folders(home))
    (sharing.root / "agreements" / "a1.yaml").unlink()
    with pytest.raises(PublicationRefused, match="share early_help is permitted nothing"):
        publish(home, region=sharing, as_of="2025-06-01", fingerprint="x", tiers=SEEN, shares=plan.folders(home))
    with pytest.raises(PublicationRefused, match="share planners is missing"):
        publish(home, region=sharing, as_of="2025-06-01", fingerprint="x", tiers=SEEN)


def test_wrong_files_stop_the_publication_and_the_release_before_stays(home, sharing, night):
    before = night()
    agree(sharing, "a1", "early_help", tiers="all")
    with pytest.raises(RegionError, match=r"agreements/a1\.yaml: line \d+: 'tiers'"):
        night("2025-06-02")
    assert current(home).version == before.version


@pytest.mark.parametrize("stage", ["built", "audited", "renamed", "switched"])
def test_a_kill_leaves_every_share_whole_and_the_next_night_publishes(home, sharing, night, stage):
    before = night("2025-06-01")
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from ingestion.contract_reader import read_contracts
        from settings.paths import Home, Region
        from sharing.publish import publish
        from sharing.shares import make_share, plan_shares

        home, region = Home(Path({str(home.root)!r})), Region(Path({str(sharing.root)!r}))
        plan = plan_shares(home, region, read_contracts(region.contracts), as_of="2025-06-02", tiers_digest="tiers",
                           secret={SECRET!r})
        for group in plan.digests:
            make_share(home, plan, group)
        publish(home, region=region, as_of="2025-06-02", fingerprint="killed00", tiers={SEEN!r},
                shares=plan.folders(home),
                after_stage=lambda at: os.kill(os.getpid(), signal.SIGKILL) if at == {stage!r} else None)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert (current(home).version == before.version) == (stage != "switched")
    assert ask(home, "early_help", "select count(*) from tiers.person_full") == [(PEOPLE,)]
    assert night("2025-06-03").is_new and shares(home) == ["early_help", "planners"]
    assert sum((path / "shares").exists() for path in home.published.iterdir() if not path.is_symlink()) == 1


def test_a_share_is_read_only_and_closed_to_others(home, night):
    release = night()
    paths = [release.path / "shares", *(release.path / "shares").rglob("*")]
    assert {path.stat().st_mode & 0o227 for path in paths} == {0}
    copied = shutil.copytree(release.path / "shares" / "planners", home.root / "carried")
    assert not list(Path(copied).rglob("*.wal"))
    with duckdb.connect(str(Path(copied) / "share.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from tiers.ward_coded").fetchone() == (2,)


def test_no_key_and_no_first_id_is_anywhere_in_a_share(home, night):
    night(secret=None)
    key = (home.identity / "share.key").read_bytes()
    assert (home.identity / "share.key").stat().st_mode & 0o777 == 0o600
    for path in (home.current.resolve() / "shares").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert key not in content and key.hex().encode() not in content
            assert b"P0000000" not in content and b"H000000" not in content
