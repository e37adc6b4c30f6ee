"""With a key, databases are encrypted and open to its holder only; without one everything is as before."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion.contract_reader import read_contracts
from ingestion.raw_view import register_raw_view
from settings import duck, parquet_files
from settings.database_keys import KEY_FILE_VARIABLE, KEY_VARIABLE, group_of, key_for, master_key, share_key
from settings.dbt_databases import Plugin
from settings.errors import UserError
from settings.paths import Home, Region
from sharing.release import query
from sharing.shares import make_share, plan_shares
from tests.ingestion.partner import contract, take
from tests.sharing.conftest import TIERS
from tests.sharing.region_files import agree, write_sharing

KEY = "a key of thirty-two characters or more"
SECRET = "Zoe O'Bracknell"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)


def write(path: Path) -> None:
    with duck.connect(path) as connection:
        connection.execute(
            "create schema tiers; create table tiers.person as select ? as name from range(1000)", [SECRET]
        )


def read(path: Path) -> int:
    with duck.connect(path, read_only=True) as connection:
        return int(connection.execute("select count(*) from tiers.person where name = ?", [SECRET]).fetchone()[0])


def test_a_keyed_database_tells_nothing_on_the_disk_and_everything_to_the_key(tmp_path: Path, keyed: None) -> None:
    path = tmp_path / "linked.duckdb"
    write(path)
    assert read(path) == 1000
    assert SECRET.encode() not in path.read_bytes()
    with duckdb.connect(str(tmp_path / "plain.duckdb")) as plain:  # the same bytes are there without a key
        plain.execute("create table person as select ? as name", [SECRET])
    assert SECRET.encode() in (tmp_path / "plain.duckdb").read_bytes()


def test_what_a_keyed_database_spills_is_encrypted_too(tmp_path: Path, keyed: None) -> None:
    with duck.connect(tmp_path / "a.duckdb") as connection:
        assert connection.execute("select current_setting('temp_file_encryption')").fetchone()[0] is True


def test_no_key_another_key_and_a_plain_file_are_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, keyed = tmp_path / "plain.duckdb", tmp_path / "keyed.duckdb"
    write(plain)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    write(keyed)
    with pytest.raises(UserError, match=r"plain.duckdb is not encrypted, and a key is set"):
        read(plain)
    monkeypatch.setenv(KEY_VARIABLE, KEY[::-1])
    with pytest.raises(UserError, match=r"keyed.duckdb is encrypted with another key"):
        read(keyed)
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(UserError, match=r"keyed.duckdb is encrypted, and no key is set"):
        read(keyed)
    with duck.connect() as work, pytest.raises(UserError, match="no key is set"):
        duck.attach(work, keyed, "keyed", read_only=True)
    assert read(plain) == 1000


def test_a_groups_key_opens_its_own_share_and_no_other_file(tmp_path: Path, keyed: None) -> None:
    shares = {group: tmp_path / "shares" / group / "share.duckdb" for group in ("north", "south")}
    files = [*shares.values(), tmp_path / "linked.duckdb"]
    for path in files:
        write(path)
    handed_over = share_key(KEY, "north")
    with duckdb.connect() as analyst:  # reading takes DuckDB alone
        for path in files:
            attach = f"attach '{path}' as file_{files.index(path)} (encryption_key '{handed_over}', read_only)"
            if path == shares["north"]:
                analyst.execute(attach)
            else:
                with pytest.raises(duckdb.InvalidInputException, match="Wrong encryption key"):
                    analyst.execute(attach)


def test_a_share_has_one_key_from_building_to_release_and_in_every_home() -> None:
    for place in ("/home/warehouse/shares/north/.building-1a2b", "/x/published/2025-01-31-aa/shares/north"):
        assert group_of(Path(place) / "share.duckdb") == "north"
    assert group_of(Path("/srv/shares/home/identity/identity_store.duckdb")) is None


def test_the_key_may_be_in_a_file_that_only_its_owner_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert master_key() is None and key_for(tmp_path / "linked.duckdb") is None
    path = tmp_path / "mvld.key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o644)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(path))
    with pytest.raises(UserError, match="can be read by others"):
        master_key()
    path.chmod(0o600)
    assert master_key() == KEY
    path.write_text("short")
    with pytest.raises(UserError, match="too short"):
        master_key()
    path.unlink()
    with pytest.raises(UserError, match="cannot be read"):
        master_key()


def is_closed(path: Path) -> bool:
    """Whether DuckDB alone, without a key, is refused."""
    with duckdb.connect() as stranger, pytest.raises(duckdb.Error, match="encrypted"):
        stranger.execute(f"attach '{path}' as it (read_only)" if path.suffix == ".duckdb" else f"from '{path}'")
    return True


def test_a_keyed_release_and_its_shares_are_built_audited_published_and_asked(
    keyed: None, home: Home, region: Region, publish_night: Callable
) -> None:
    write_sharing(region)
    for name, group in (("a1", "early_help"), ("a2", "planners")):
        agree(region, name, group, ceiling=None, tiers=["ward_coded"])
    secret = "a secret of the test, and of nothing else"
    contracts = read_contracts(region.contracts)
    plan = plan_shares(home, region, contracts, as_of="2025-01-01", tiers_digest="t", secret=secret)
    for group in plan.folders(home):
        make_share(home, plan, group)
    release = publish_night(1, shares=plan.folders(home))
    assert query(home, "select count(*) from tiers.person_known_to").rows == [(50,)]
    files = [path for path in release.path.rglob("*") if path.is_file()]
    assert len(files) > len(TIERS) + 2 and all(map(is_closed, files))
    share = release.path / "shares" / "early_help"
    with duckdb.connect() as analyst:
        key = share_key(KEY, "early_help")
        analyst.execute(f"attach '{share / 'share.duckdb'}' as share (encryption_key '{key}', read_only)")
        analyst.execute(f"pragma add_parquet_key('share', '{key[:32]}')")
        parquet = f"read_parquet('{share}/tiers/ward_coded.parquet', encryption_config = {{footer_key: 'share'}})"
        rows = analyst.execute("from share.tiers.ward_coded order by all").fetchall()
        assert rows and rows == analyst.execute(f"from {parquet} order by all").fetchall()


def test_raw_snapshots_are_encrypted_and_read_through_their_view_by_dbt_too(
    keyed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    take(home, contract(), f"id,name,born,amount\nA,{SECRET},2000-01-01,1\n", "2025-01-01")
    with duck.connect(home.identity_db) as connection:
        (snapshot,) = register_raw_view(connection, contract(), home)
    assert is_closed(snapshot) and is_closed(home.identity_db)
    with duck.connect() as connection:
        source = parquet_files.source(connection, snapshot)
        assert connection.execute(f"select name from {source}").fetchone() == (SECRET,)
    monkeypatch.setenv("MVLD_IDENTITY_DB", str(home.identity_db))
    monkeypatch.setenv("MVLD_WAREHOUSE_DB", str(home.warehouse_db))
    home.warehouse_db.parent.mkdir()
    plugin = Plugin(name="dbt_databases", plugin_config={})
    with duckdb.connect(":memory:night") as dbt:
        plugin.configure_connection(dbt)
        cursor = dbt.cursor()
        plugin.configure_cursor(cursor)
        assert cursor.execute("select name from raw.things").fetchall() == [(SECRET,)]
        cursor.execute("create table warehouse.main.made as select 1 as one")
    assert is_closed(home.warehouse_db)
