"""A stored table brought up to tonight's, whether little or much changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkage.store import STORE, open_work
from linkage.table_changes import write_changes
from settings.paths import Home
from tests.linkage.identity_store import write_records


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Any]:
    home = Home(tmp_path)
    write_records(home, [])
    with open_work(home) as work:
        work.execute("create temp table tonight as select n as record_id, null::varchar as reason from range(100) t(n)")
        yield work


def stored(work: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = work.execute(f"from {STORE}.linkage.kept order by all").fetchall()
    return found


@pytest.mark.parametrize(
    ("change", "differed"),
    [
        ("select 1", 0),
        ("update tonight set reason = 'a' where record_id = 5", 1),
        ("delete from tonight where record_id < 3", 3),
        ("insert into tonight values (100, 'new')", 1),
        ("update tonight set record_id = 200 where record_id = 7", 2),
        ("update tonight set reason = 'all'", 100),
        ("alter table tonight add column more integer", 100),
        ("delete from tonight", 0),
    ],
)
def test_the_stored_table_holds_tonights_rows(work: Any, change: str, differed: int) -> None:
    write_changes(work, "kept", "tonight", key="record_id")
    work.execute(change)
    assert write_changes(work, "kept", "tonight", key="record_id") == differed
    assert stored(work) == work.execute("from tonight order by all").fetchall()


def test_rows_that_tonight_is_not_about_stay(work: Any) -> None:
    write_changes(work, "kept", "tonight", key="record_id")
    work.execute("create temp table looked_at as select unnest([3, 4, 5, 100]) as record_id")
    work.execute("create temp table found (record_id bigint, reason varchar)")
    work.execute("insert into found values (3, 'new'), (5, null), (100, null)")
    assert write_changes(work, "kept", "found", key="record_id", among="looked_at") == 3
    expected = {n: None for n in range(101) if n != 4} | {3: "new"}
    assert dict(stored(work)) == expected
