"""Keyed ids are HMAC-SHA256 as Python computes it, one key per group."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings.errors import PublicationRefused, UserError
from settings.paths import Home
from sharing.keyed_ids import group_key, key_file, key_fingerprint, keyed_id, master_key, write_keyed_ids


@settings(max_examples=30, deadline=None)
@given(
    key=st.binary(min_size=1, max_size=150),
    ids=st.lists(st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1), min_size=1, unique=True),
)
def test_duckdb_makes_the_same_ids_as_python(key, ids):
    with duckdb.connect() as connection:
        connection.execute("create table people as select unnest(?::varchar[]) as id", [ids])
        write_keyed_ids(connection, "keyed", source="select id from people", kind="person", key=key, length=64)
        found = dict(connection.execute("select id, keyed from keyed").fetchall())
    assert found == {name: keyed_id(key, "person", name, length=64) for name in ids}


def test_groups_and_kinds_have_ids_of_their_own():
    master = b"m" * 32
    one, two = group_key(master, "one"), group_key(master, "two")
    assert one != two and key_fingerprint(one) != key_fingerprint(two)
    assert keyed_id(one, "person", "1", length=16) != keyed_id(two, "person", "1", length=16)
    assert keyed_id(one, "person", "1", length=16)[1:] != keyed_id(one, "household", "1", length=16)[1:]
    assert len(keyed_id(one, "person", "1", length=16)) == 17


def test_ids_that_collide_are_refused_with_their_number():
    with duckdb.connect() as connection, pytest.raises(PublicationRefused, match=r"keyed person id\(s\) collide"):
        write_keyed_ids(
            connection,
            "keyed",
            source="select i::varchar as id from range(100) t(i)",
            kind="person",
            key=b"k",
            length=1,
        )


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path):
    home = Home(tmp_path)
    key = master_key(home, None)
    assert len(key) == 32 and master_key(home, None) == key
    assert key_file(home).stat().st_mode & 0o777 == 0o600
    key_file(home).chmod(0o644)
    with pytest.raises(UserError, match="can be read by others"):
        master_key(home, None)
    key_file(home).chmod(0o600)
    key_file(home).write_bytes(b"short")
    with pytest.raises(UserError, match="is damaged"):
        master_key(home, None)


def test_a_secret_from_the_environment_goes_before_the_file_and_may_not_be_short(tmp_path):
    home = Home(tmp_path)
    assert master_key(home, "s" * 32) == b"s" * 32 and not key_file(home).exists()
    with pytest.raises(UserError, match="too short"):
        master_key(home, "s" * 31)
