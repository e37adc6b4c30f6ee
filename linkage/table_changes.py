"""A stored table brought up to tonight's: only the rows that differ are written, unless most do.

Which tables there are is told by their makers; nothing here knows a column but the key.
"""

from typing import Any

from linkage.store import STORE, has_table

REWRITE_SHARE = 0.2  # of rows that differ; above it one new table is written faster than rows are replaced


def write_changes(work: Any, stored: str, tonight: str, *, key: str, among: str | None = None) -> int:
    """Make `linkage.<stored>` hold the rows of `tonight`, whose `key` is unique, and return how many rows differed.

    among: a table of the keys that tonight is about, its only column; the other stored rows stay. None: tonight is
    about all. Call it within the step's transaction. The order of rows in the stored table means nothing.
    """
    if among is None and not _same_columns(work, stored, tonight):
        return _rewrite(work, stored, tonight)
    gone_too = f"{key} not in (select {key} from {tonight})" + (f" and {key} in (from {among})" if among else "")
    columns = [name for (name,) in work.execute(f"select column_name from (describe {tonight})").fetchall()]
    now, before = (", ".join(f"{side}.{name}" for name in columns) for side in ("tonight", "before"))
    work.execute(f"""
        create or replace temp table differing as
        select tonight.*
        from {tonight} as tonight left join {STORE}.linkage.{stored} as before using ({key})
        where ({now}) is distinct from ({before})
    """)
    gone, differing, rows = work.execute(f"""
        select
            (
                select count(*) from {STORE}.linkage.{stored} where {gone_too}
            ),
            (select count(*) from differing), (select count(*) from {tonight})
    """).fetchone()
    if among is None and gone + differing > REWRITE_SHARE * rows:
        return _rewrite(work, stored, tonight)
    work.execute(f"""
        delete from {STORE}.linkage.{stored}
        where {key} in (select {key} from differing) or ({gone_too})
    """)
    work.execute(f"insert into {STORE}.linkage.{stored} from differing order by {key}")
    return int(gone + differing)


def _rewrite(work: Any, stored: str, tonight: str) -> int:
    work.execute(f"create or replace table {STORE}.linkage.{stored} as from {tonight}")
    return int(work.execute(f"select count(*) from {tonight}").fetchone()[0])


def _same_columns(work: Any, stored: str, tonight: str) -> bool:
    if not has_table(work, "linkage", stored):
        return False
    before, now = (
        work.execute(f"select column_name, column_type from (describe {table})").fetchall()
        for table in (f"{STORE}.linkage.{stored}", tonight)
    )
    return bool(before == now)


def last_night(work: Any, stored: str, member: str, id_column: str, *, where: str = "true") -> str:
    """SQL text of a relation (member, id): the groups as the stored table has them; empty before the first night."""
    if has_table(work, "linkage", stored):
        return f"(select {member} as member, {id_column} as id from {STORE}.linkage.{stored} where {where})"
    return "(select null::varchar as member, null::varchar as id where false)"
