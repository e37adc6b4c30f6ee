"""A release is whole or not there: readers, kills and failed audits never leave a half of one in force."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from settings.errors import NothingPublished, PublicationRefused, RegionError, UserError
from settings.paths import REPOSITORY, Home
from sharing.grid import tier_grid
from sharing.publish import STAGES
from sharing.release import current, query
from tests.sharing.conftest import TIERS, write_warehouse
from valuation.ledger import cost_entries_for, record
from valuation.metering import Usage
from valuation.rates import read_rates

SMALL = "select 'W1' as ward_code, 'homelessness' as dataset, 'decision' as measure, 'MAIN' as code, {} as people, "
SMALL += "{}::varchar as people_reason"
PERSON = "select 'P1' as person_id, '30-34' as age_band, 'F' as sex, 'W1' as ward_code, 'homelessness' as dataset"


def names(home: Home) -> list[str]:
    return sorted(path.name for path in home.published.iterdir() if path.name != ".lock")


def test_a_release_holds_tiers_meaning_and_parquet(home, publish_night):
    release = publish_night(1)
    assert release.version == "2025-01-01-00000001" and release.is_new
    assert release.rows == {"person_known_to": 50, "postcode_known_to": 4, "ward_coded": 2}
    assert release.bytes == sum(path.stat().st_size for path in release.path.rglob("*") if path.is_file())
    assert home.current.resolve() == release.path and current(home).version == release.version
    for tier, rows in release.rows.items():
        parquet = release.path / "tiers" / f"{tier}.parquet"
        assert duckdb.sql(f"from '{parquet}'").fetchall() == query(home, f"from tiers.{tier} order by all").rows
        assert len(query(home, f"from tiers.{tier}").rows) == rows
    assert query(home, "from about.tier order by tier").rows == [
        ("person_known_to", "person", "known_to", 50, 0, 0, 0, None),
        ("postcode_known_to", "postcode", "known_to", 4, 2, 0, 4, 0.5),
        ("ward_coded", "ward", "coded", 2, 1, 0, 2, 0.5),
    ]
    assert query(home, "select version, as_of from about.release").rows == [("2025-01-01-00000001", "2025-01-01")]
    assert query(home, "select dataset, extract_date::varchar from about.dataset").rows == [
        ("homelessness", "2025-01-01")
    ]
    assert ("homelessness", "decision", "MAIN", "Main duty") in query(home, "from about.code").rows
    assert query(home, "from about.place").rows == [("ward", "W1", "Marsh", "W1")]


def test_equal_warehouses_give_equal_parquet_bytes_whatever_the_order_of_rows(home, publish_night):
    def digests(release) -> dict[str, str]:
        files = sorted((release.path / "tiers").iterdir())
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    many = """select 'P' || i as person_id, '30-34' as age_band, 'F' as sex, 'W' || i % 20 as ward_code,
        'homelessness' as dataset, 'current' as status from range(130000) t(i) order by hash(i + {})"""
    write_warehouse(home, person_known_to=many.format(1))
    first = digests(publish_night(1))
    write_warehouse(home, person_known_to=many.format(2))
    assert digests(publish_night(2)) == first


def test_the_same_version_again_writes_nothing_and_puts_it_in_force(home, publish_night):
    first = publish_night(1)
    publish_night(2)
    stamp = (first.path / "linked.duckdb").stat().st_mtime_ns
    again = publish_night(1)
    assert not again.is_new and again.rows == first.rows and current(home).version == first.version
    assert (first.path / "linked.duckdb").stat().st_mtime_ns == stamp


def test_old_releases_go_but_the_one_in_force_stays(home, publish_night):
    for night in (1, 2, 3):
        publish_night(night, keep=2)
    assert names(home) == ["2025-01-02-00000002", "2025-01-03-00000003", "current"]
    publish_night(2, keep=1)
    assert names(home) == ["2025-01-02-00000002", "current"]


def test_releases_that_outcomes_need_stay_longer(home, publish_night):
    for night in (1, 2, 3, 8):
        publish_night(night, keep=1, outcome_windows=[2])
    assert names(home) == ["2025-01-02-00000002", "2025-01-03-00000003", "2025-01-08-00000008", "current"]
    publish_night(9, keep=1, outcome_windows=None)
    assert len(names(home)) == 5


def test_a_release_is_read_only_and_has_no_log_beside_it(home, publish_night):
    release = publish_night(1)
    assert sorted(path.name for path in release.path.rglob("*")) == sorted(
        ["linked.duckdb", "tiers", *(f"{tier}.parquet" for tier in TIERS)]
    )
    assert {path.stat().st_mode & 0o222 for path in [release.path, *release.path.rglob("*")]} == {0}
    elsewhere = home.root / "elsewhere"
    shutil.copytree(release.path, elsewhere)
    with duckdb.connect(str(elsewhere / "linked.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from tiers.ward_coded").fetchone() == (2,)
    assert not list(elsewhere.glob("*.wal"))


def test_an_open_reader_keeps_the_old_release_while_the_next_is_published(home, publish_night):
    publish_night(1)
    write_warehouse(home, ward_coded=SMALL.format(20, "null"))
    seen = []
    with duckdb.connect(str(home.current / "linked.duckdb"), read_only=True) as reader:
        publish_night(
            2,
            keep=1,
            after_stage=lambda _: seen.append(reader.execute("select count(*) from tiers.ward_coded").fetchone()[0]),
        )
        assert reader.execute("select version from about.release").fetchone() == ("2025-01-01-00000001",)
    assert seen == [2] * len(STAGES)
    assert query(home, "select count(*) from tiers.ward_coded").rows == [(1,)]


@pytest.mark.parametrize("stage", STAGES)
def test_a_kill_after_any_stage_leaves_a_whole_release_and_the_next_night_publishes(home, region, publish_night, stage):
    publish_night(1)
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from settings.paths import Home, Region
        from sharing.publish import publish

        def die(stage):
            if stage == {stage!r}:
                os.kill(os.getpid(), signal.SIGKILL)

        publish(Home(Path({str(home.root)!r})), region=Region(Path({str(region.root)!r})), as_of="2025-01-02",
                fingerprint="00000002", tiers={list(TIERS)!r}, keep=1, after_stage=die)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    expected = "2025-01-02-00000002" if stage in ("switched", "pruned") else "2025-01-01-00000001"
    assert current(home).version == expected
    assert query(home, "select count(*) from tiers.person_known_to").rows == [(50,)]
    publish_night(3, keep=1)
    assert current(home).version == "2025-01-03-00000003"
    assert names(home) == ["2025-01-03-00000003", "current"]


def test_a_second_publication_at_the_same_time_is_refused(publish_night):
    with pytest.raises(PublicationRefused, match="another publication is at work"):
        publish_night(1, after_stage=lambda _: publish_night(2))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ward_coded": SMALL.format(7, "null")}, "ward_coded: 1 row(s) show a people from 1 to 7"),
        ({"ward_coded": SMALL.format(1, "null")}, "show a people from 1 to 7"),
        ({"ward_coded": SMALL.format(10, "'below_threshold'")}, "that people_reason says is suppressed"),
        (
            {"ward_coded": SMALL.format(10, "null").replace("'decision'", "'surname'")},
            "measure that no contract shares",
        ),
        (
            {"ward_coded": SMALL.format(10, "null").replace(" as people_reason", " as why")},
            "has no column people_reason",
        ),
        ({"ward_coded": SMALL.format(10, "null").replace("ward_code", "ward")}, "unit column ward_code is missing"),
        ({"person_known_to": f"{PERSON}, 'x' as surname"}, "person_known_to: column surname identifies people"),
        ({"person_known_to": f"{PERSON}, 'x' as nhs_number"}, "column nhs_number identifies people"),
        ({"person_known_to": f"{PERSON}, 'x' as postcode"}, "column postcode identifies people"),
        ({"person_known_to": f"{PERSON}, 'x' as record_id"}, "column record_id identifies people"),
    ],
)
def test_a_release_that_fails_its_audit_changes_nothing(home, publish_night, changed, words):
    publish_night(1)
    before = names(home)
    write_warehouse(home, **changed)
    with pytest.raises(PublicationRefused) as refusal:
        publish_night(2)
    assert words in str(refusal.value)
    assert names(home) == before and current(home).version == "2025-01-01-00000001"


def test_rows_lost_between_warehouse_and_release_are_found(home, publish_night):
    def lose_rows(stage: str) -> None:
        if stage == "built":
            write_warehouse(home, ward_coded=f"{TIERS['ward_coded']} limit 1")

    with pytest.raises(PublicationRefused, match="2 rows in the release, 1 in the warehouse"):
        publish_night(1, after_stage=lose_rows)


def test_a_missing_tier_is_refused_by_name(publish_night):
    with pytest.raises(PublicationRefused, match=r"tiers\.street_rag is not in the warehouse"):
        publish_night(1, tiers=[*TIERS, "street_rag"])


def test_the_policy_in_force_on_the_date_is_audited(home, region, publish_night):
    with pytest.raises(PublicationRefused, match=r"ward_coded: 1 row.s. show a people from 1 to 20"):
        publish_night(1, as_of="2030-06-01")
    (region.policies / "disclosure.csv").write_text("valid_from,level,threshold\n2020-01-01,ward,7\n")
    with pytest.raises(PublicationRefused, match="no threshold for postcode"):
        publish_night(1)
    (region.policies / "disclosure.csv").write_text("valid_from,level,threshold\n2020-01-01,ward,few\n")
    with pytest.raises(RegionError, match="line 2"):
        publish_night(1)


def test_reading_before_the_first_release_says_what_to_do(home):
    for read in (current, tier_grid, lambda home: query(home, "select 1")):
        with pytest.raises(NothingPublished, match="mvld run"):
            read(home)


def test_a_query_reaches_the_release_and_nothing_else(home, publish_night, tmp_path: Path):
    publish_night(1)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    found = query(home, "select ward_code, people from tiers.ward_coded order by 1", limit=1)
    assert (found.columns, found.rows, found.is_cut) == (("ward_code", "people"), [("W1", 15)], True)
    assert not query(home, "from tiers.ward_coded", limit=2).is_cut
    for sql in (
        f"from '{tmp_path / 'secret.csv'}'",
        f"attach '{home.warehouse_db}' as w (read_only)",
        f"copy tiers.ward_coded to '{tmp_path / 'out.csv'}'",
        "delete from tiers.ward_coded",
        "set enable_external_access = true",
        "install httpfs",
        "select nonsense",
    ):
        with pytest.raises(UserError, match="could not be run"):
            query(home, sql)


def test_the_grid_has_twenty_cells_with_rows_suppression_and_cost(home, publish_night):
    rates = read_rates(REPOSITORY / "region" / "costs", as_of="2025-01-01")
    moment = datetime(2025, 1, 1)
    record(
        home,
        cost_entries_for(
            Usage(1.0, 100.0, 0),
            asset_key="tiers/ward_coded",
            run_id="r",
            rows=2,
            rates=rates,
            started_at=moment,
            ended_at=moment,
        ),
    )
    publish_night(1)
    cells = {cell.tier: cell for cell in tier_grid(home)}
    assert len(cells) == 20
    assert (cells["ward_coded"].rows, cells["ward_coded"].suppressed_share) == (2, 0.5)
    assert cells["ward_coded"].cost_gbp == 100 * rates["cpu"].unit_price_gbp
    assert cells["person_known_to"].suppressed_share is None and cells["street_full"].rows == 0
