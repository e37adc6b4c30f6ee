"""Birth dates in the date columns of tables about people.

Any date may happen to be somebody's birth date, so a column is judged by its rows: it tells birth dates where too many
of the people in it stand beside their own. Dates as texts are `matching.py`'s.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from settings import duck
from settings.duck import identifier
from settings.paths import Home
from sharing.keyed_ids import group_key, key_file, master_key, write_keyed_ids

TELLING_SHARE = 0.05  # of people beside their own birth date: a register has babies' first days, and few of them
TELLING_PEOPLE = 5  # fewer are chance in a small table
BORN = """create or replace temp table born as
    select distinct person_id, birth_date from identity_store.linkage.persons
    inner join identity_store.identity.person_records using (record_id) where birth_date is not null"""


def birth_date_columns(
    work: Any, home: Home, path: Path, *, secret: str | None = None
) -> Iterator[tuple[str, str, int]]:
    """(table, column, people beside their own birth date) for the columns of a DuckDB file that tell birth dates.

    A share's people are known again by their keyed ids. `work` has the identity store attached as `identity_store`.
    """
    if path.suffix != ".duckdb":
        return
    duck.attach(work, path, "searched", read_only=True)
    try:
        columns = _date_columns(work)
        if columns and _make_born(work, home, secret):
            yield from _telling(work, columns)
    finally:
        work.execute("detach searched")


def _telling(work: Any, columns: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, int]]:
    for schema, table, column in columns:
        name = identifier(column)
        people, own = work.execute(
            f"""select count(distinct person_id), count(distinct person_id) filter ({name}::date = birth_date)
            from searched.{identifier(schema)}.{identifier(table)} inner join born using (person_id)
            where {name} is not null"""
        ).fetchone()
        if own >= TELLING_PEOPLE and own >= TELLING_SHARE * people:
            yield f"{schema}.{table}", column, own


def _date_columns(work: Any) -> list[tuple[str, str, str]]:
    """(schema, table, column) of dates beside a `person_id`."""
    found: list[tuple[str, str, str]] = work.execute(
        """select schema_name, table_name, column_name from duckdb_columns()
        where database_name = 'searched' and (data_type = 'DATE' or data_type like 'TIMESTAMP%')
        and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_columns()
            where database_name = 'searched' and column_name = 'person_id') order by all"""
    ).fetchall()
    return found


def _make_born(work: Any, home: Home, secret: str | None) -> bool:
    """Make the temporary table `born` (person_id as in the searched file, birth_date); False where nobody is linked."""
    known = "select 1 from duckdb_tables() where database_name = 'identity_store' and table_name = 'persons'"
    if not work.execute(known).fetchone():
        return False
    work.execute(BORN)
    is_share = "select 1 from duckdb_tables() where database_name = 'searched' and table_name = 'share'"
    if work.execute(is_share).fetchone() and (secret or key_file(home).exists()):
        (group,) = work.execute("select user_group from searched.about.share").fetchone()
        (table,) = work.execute(
            "select min(table_name) from duckdb_columns() where database_name = 'searched' "
            "and column_name = 'person_id'"
        ).fetchone()
        (length,) = work.execute(
            f"select max(length(person_id)) - 1 from searched.tiers.{identifier(table)}"
        ).fetchone()
        key = group_key(master_key(home, secret), group)
        source = "select person_id as id from born"
        write_keyed_ids(work, "born_key", source=source, kind="person", key=key, length=length or 1)
        work.execute("update born set person_id = keyed from born_key where id = person_id")
    return True
